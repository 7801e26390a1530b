//! Accept a class: the pairs of the automatic band that agree in one and the same way, without a hazard; or links as probable
//! that the same warnings alone keep out of it. A few of them, drawn by the program, are looked at first, one by one; then each
//! of the others becomes its own decision, all one deed.
//!
//! Which few, nobody chooses. One that was put aside stays among them until it is answered, so that no easier one takes its place;
//! and a *Not a match* stays whoever gave it, so that a class that one person doubted is not accepted by the next.
//!
//! A warning tells of a record (the person has died, lives in a care home, has a CHI whose digits tell another date) as often as
//! of who is meant. What tells of who is meant is never in a class. For the rest the officer gives the reason once: it is kept
//! with every decision, as if it had been given with each.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::super::live::Live;
use super::super::looked::Looked;
use super::super::{Refused, Warning, WarningKind, merge, recheck_sheet, rights, stops};
use super::{Answer, judge};
use crate::linkage::{Agreement, Comparison, Pattern};
use crate::pair::{BlockerAnswer, Hazards, How, PairKey, PairKind, Reason, Verdict};
use crate::progress::Progress;
use crate::words;
use crate::workspace::{Alike, Event, Pair, Touched, Workspace};

/// How many pairs of a class that agree in one way are looked at before the others are accepted.
pub const LOOKS: usize = 5;

/// How many links of a class with warnings are looked at: their details agree in more ways than one.
pub const WARNED_LOOKS: usize = 10;

/// Certain pairs that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Links or duplicates.
    pub kind: PairKind,
    /// What they have in common.
    pub alike: Alike,
    /// How many wait for an answer.
    pub waiting: u64,
    /// Whether any of those could be accepted now. A rule can stop a class as a whole: its people are merged away, or their CHI
    /// is another's.
    pub is_free: bool,
    /// The few to look at: the first in the mixed order of those that could be accepted now, those that this person answered
    /// one by one, and those that anybody else answered so otherwise than *Match*. Their numbers, and what this person answered,
    /// or anybody's *Not a match*; `None` where this person has to look.
    pub few: Vec<(i64, Option<Verdict>)>,
}

impl Class {
    /// How many of the few were looked at, and answered *Match* or *Not a match*.
    pub fn looked(&self) -> usize {
        self.few.iter().filter(|(_, verdict)| verdict.is_some_and(Verdict::is_settled)).count()
    }

    /// How many of the few this person put aside.
    pub fn put_aside(&self) -> usize {
        self.few.iter().filter(|(_, verdict)| verdict.is_some_and(|it| !it.is_settled())).count()
    }

    /// How many of the few were no match. Where any was, the class is decided pair by pair.
    pub fn doubted(&self) -> usize {
        self.few.iter().filter(|(_, verdict)| *verdict == Some(Verdict::NotMatch)).count()
    }

    /// How many must be looked at before the others are accepted.
    pub fn looks(&self) -> usize {
        match self.alike {
            Alike::Agreement(_) => LOOKS,
            Alike::Warnings(_) => WARNED_LOOKS,
        }
    }

    /// The warnings for which the others need a reason; none where they agree in one way and have no hazard.
    pub fn warnings(&self) -> Hazards {
        match self.alike {
            Alike::Agreement(_) => Hazards::empty(),
            Alike::Warnings(hazards) => hazards,
        }
    }

    /// Whether the others can be accepted now.
    pub fn is_looked_at(&self) -> bool {
        self.is_worth_it() && self.looked() == self.looks() && self.doubted() == 0
    }

    /// Whether there are as many few as are asked for, and more than them, so that looking at them saves looking at the rest.
    pub fn is_worth_it(&self) -> bool {
        self.is_free && self.few.len() == self.looks() && self.waiting as usize + self.looked() > self.looks()
    }

    /// What its pairs have in common, in words: what is the same, then what is like it or differs and how, then what is
    /// missing; or their warnings.
    pub fn words(&self) -> String {
        match self.alike {
            Alike::Agreement(pattern) => agreement_words(Pattern(pattern)),
            Alike::Warnings(hazards) => warnings_words(hazards),
        }
    }

    /// Its name on the command line ([`class_code`]).
    pub fn code(&self) -> String {
        class_code(self.kind, self.alike)
    }
}

/// A class's name on the command line: `L` or `D`, and the pattern in hexadecimal digits, or `W` and the warnings in such.
pub fn class_code(kind: PairKind, alike: Alike) -> String {
    let letter = match kind {
        PairKind::Link => 'L',
        PairKind::Duplicate => 'D',
    };
    match alike {
        Alike::Agreement(pattern) => format!("{letter}{pattern:X}"),
        Alike::Warnings(hazards) => format!("{letter}W{:X}", hazards.bits()),
    }
}

/// Reads a class's name back.
pub fn parse_class(code: &str) -> Option<(PairKind, Alike)> {
    let code = code.trim().to_ascii_uppercase();
    let kind = match code.get(..1)? {
        "L" => PairKind::Link,
        "D" => PairKind::Duplicate,
        _ => return None,
    };
    let rest = code.get(1..)?;
    let number = |digits: &str| u32::from_str_radix(digits, 16).ok();
    let alike = match rest.strip_prefix('W') {
        None => Alike::Agreement(number(rest)?),
        Some(hazards) => Alike::Warnings(Hazards::from_bits(number(hazards)?)?),
    };
    Some((kind, alike))
}

fn warnings_words(hazards: Hazards) -> String {
    let titles: Vec<&str> = hazards.each().map(Hazards::title).collect();
    let warnings = if titles.len() == 1 { "a warning" } else { "warnings" };
    format!("Certain but for {warnings}: {}", words::listed(&titles))
}

fn agreement_words(pattern: Pattern) -> String {
    let of = |wanted: Agreement| Comparison::ALL.into_iter().filter(move |it| pattern.agreement(*it) == wanted);
    let names = |found: Vec<Comparison>| found.into_iter().map(|it| words::lower_first(it.words())).collect::<Vec<_>>();
    let listed = |names: &[String]| words::listed(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let plain = |it: &Comparison| it.levels()[usize::from(pattern.level(*it))].label == "Same";
    let mut parts = Vec::new();
    let same = names(of(Agreement::Same).filter(plain).collect());
    if !same.is_empty() {
        parts.push(format!("Same {}", listed(&same)));
    }
    for it in Comparison::ALL {
        let agreement = pattern.agreement(it);
        if agreement != Agreement::Missing && !plain(&it) {
            let label = it.levels()[usize::from(pattern.level(it))].label;
            parts.push(format!("{}: {}", it.words(), words::lower_first(label)));
        }
    }
    // That nobody has died or holds a number is how it nearly always is, and a forename that agrees has told the sex
    let told = [Comparison::Chi, Comparison::Death, Comparison::Sex];
    let missing = of(Agreement::Missing).filter(|it| !told.contains(it));
    let missing = names(missing.collect());
    if !missing.is_empty() {
        parts.push(format!("Not in both: {}", listed(&missing)));
    }
    parts.join(". ")
}

/// The classes of a kind with pairs that wait; the largest first.
pub fn classes(ws: &Workspace, kind: PairKind) -> Result<Vec<Class>, Refused> {
    let (live, mut found) = (Live::now(ws), Vec::new());
    for (alike, places) in by_class(ws, kind, None)? {
        found.push(of_places(ws, &live, kind, alike, places)?);
    }
    found.retain(|class| class.waiting > 0);
    found.sort_by_key(|class| (std::cmp::Reverse(class.waiting), class.alike));
    Ok(found)
}

/// One class, where any pair of it waits.
pub fn class(ws: &Workspace, kind: PairKind, alike: Alike) -> Result<Option<Class>, Refused> {
    let Some(places) = by_class(ws, kind, Some(alike))?.remove(&alike) else { return Ok(None) };
    let class = of_places(ws, &Live::now(ws), kind, alike, places)?;
    Ok((class.waiting > 0).then_some(class))
}

/// A pair of a class: its place in the mixed order, its number, and how it stands.
type Place = (i64, i64, Stands);

/// How a pair of a class stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Waits,
    /// Who looked could not tell; what this person answered, where it was this person.
    PutAside(Option<Verdict>),
    /// What this person answered, or that somebody else said that it is no match.
    Answered(Verdict),
}

/// By class, of one or of all: the pairs that wait, those that this person answered one by one, and those that anybody else
/// answered so otherwise than *Match*.
fn by_class(ws: &Workspace, kind: PairKind, of: Option<Alike>) -> Result<BTreeMap<Alike, Vec<Place>>, Refused> {
    let mut found: BTreeMap<Alike, Vec<Place>> = BTreeMap::new();
    for (alike, mix, id) in ws.class_waiting(kind, of)? {
        found.entry(alike).or_default().push((mix, id, Stands::Waits));
    }
    for ((alike, mix, id), staff, verdict) in ws.class_answered(kind, of)? {
        let is_mine = staff == ws.me().id;
        let stands = match verdict {
            Verdict::Match if !is_mine => continue,
            Verdict::Match | Verdict::NotMatch => Stands::Answered(verdict),
            Verdict::Unsure | Verdict::Refer => Stands::PutAside(is_mine.then_some(verdict)),
        };
        if let Some(places) = found.get_mut(&alike) {
            places.push((mix, id, stands));
        }
    }
    Ok(found)
}

/// How many pairs of a class that wait are tried. Where so many cannot be accepted, hardly any can.
const TRIED: usize = 40;

/// The class of these pairs. Its few are drawn from those that would be accepted: what a rule stops now is left out.
fn of_places(
    ws: &Workspace,
    live: &Live<'_>,
    kind: PairKind,
    alike: Alike,
    mut places: Vec<Place>,
) -> Result<Class, Refused> {
    let waiting = places.iter().filter(|(_, _, stands)| *stands == Stands::Waits).count() as u64;
    places.sort_unstable_by_key(|(mix, id, _)| (*mix, *id));
    let mut class = Class { kind, alike, waiting, is_free: false, few: Vec::new() };
    let mut tries = TRIED;
    for (_, id, stands) in places {
        let (is_settled, verdict) = match stands {
            Stands::Answered(verdict) => (true, Some(verdict)),
            Stands::PutAside(verdict) => (false, verdict),
            Stands::Waits => (false, None),
        };
        // One that was put aside is tried beyond that: there are few
        let is_tried = stands != Stands::Waits || tries > 0;
        let is_drawn = is_settled || is_tried && is_free(ws, live, alike, id)?;
        tries -= usize::from(stands == Stands::Waits && tries > 0);
        class.is_free |= is_drawn && stands == Stands::Waits;
        if is_drawn && class.few.len() < class.looks() {
            class.few.push((id, verdict));
        }
        if class.is_free && class.few.len() == class.looks() {
            break;
        }
    }
    Ok(class)
}

/// Whether a pair that waits would be accepted with its class.
fn is_free(ws: &Workspace, live: &Live<'_>, alike: Alike, id: i64) -> Result<bool, Refused> {
    let Some(pair) = ws.pair(id)? else { return Ok(false) };
    let key = pair.key.clone();
    let any = Because { reason: Reason::DetailsAgree, comment: String::new() };
    Ok(match Looked::of(ws, &key, Some(pair))? {
        Ok(looked) => accept(live, &looked, alike, Some(&any))?.is_ok(),
        Err(_) => false,
    })
}

/// Writes the few of these classes that are not settled to a CSV file, with both records, their warnings, and an empty
/// verdict and reason, to be filled in and decided as a file. Gives how many there are.
pub fn write_few(ws: &Workspace, classes: &[Class], path: &Path) -> Result<u64, Refused> {
    let open = classes.iter().flat_map(|class| &class.few);
    let open = open.filter(|(_, verdict)| !verdict.is_some_and(Verdict::is_settled));
    let keys = ws.pairs(&open.map(|(id, _)| *id).collect::<Vec<_>>())?.into_iter().map(|pair| pair.key);
    recheck_sheet::write(ws, keys, path, recheck_sheet::For::Decisions)
}

/// Why the links of a class are matches in spite of their warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The coded reason.
    pub reason: Reason,
    /// Free text; empty where none.
    pub comment: String,
}

/// What accepting a class did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClassOutcome {
    /// Pairs accepted.
    pub accepted: u64,
    /// Pairs left for a person, by reason in words, commonest first.
    pub left: Vec<(String, u64)>,
    /// What screens must read again.
    pub touched: Touched,
}

/// Accepts the pairs of a class that wait, apart from those that a hard stop speaks against, or a warning that is not of the
/// class; duplicates as merges. `because` is for a class with warnings, and kept with each of its decisions.
///
/// Refused until the few that the program drew are looked at and settled, where any of them was no match, and where there are
/// warnings and no reason. What is accepted is re-checked by sample before it is signed. Cancelled, nothing is decided.
pub fn accept_class(
    ws: &mut Workspace,
    kind: PairKind,
    alike: Alike,
    because: Option<&Because>,
    progress: &Progress,
) -> Result<ClassOutcome, Refused> {
    rights::works_here(ws)?;
    let name = class_code(kind, alike);
    let class = class(ws, kind, alike)?
        .ok_or_else(|| Refused::Nothing(format!("No pair of the class {name} waits; there is nothing to accept")))?;
    if class.doubted() > 0 {
        return Err(Refused::Unfit(format!(
            "{} of the {} pairs of the class {name} that were looked at is no match; decide this class pair by pair",
            class.doubted(),
            class.looks()
        )));
    }
    if !class.is_worth_it() {
        return Err(Refused::Unfit(format!(
            "Too few pairs of the class {name} could be accepted together; decide what waits of it pair by pair"
        )));
    }
    if !class.is_looked_at() {
        let left = class.few.len() - class.looked();
        return Err(Refused::Unfit(format!(
            "Look first at {left} more of the {} pairs that were drawn from the class {name}, and decide each{}; the others are accepted after that",
            class.looks(),
            match class.put_aside() {
                0 => String::new(),
                1 => ", also 1 that was put aside".to_owned(),
                aside => format!(", also {aside} that were put aside"),
            }
        )));
    }
    if because.is_none() && !class.warnings().is_empty() {
        return Err(Refused::ReasonNeeded { warnings: class.warnings().each().map(warning).collect() });
    }
    let mut outcome = ClassOutcome::default();
    let mut left: Vec<(PairKey, &'static str)> = Vec::new();
    let mut events = Vec::new();
    let mut live = Live::now(ws);
    let ids: Vec<i64> = ws.class_waiting(kind, Some(alike))?.into_iter().map(|place| place.2).collect();
    let mut pairs: Vec<Pair> = ws.pairs(&ids)?;
    pairs.sort_by(|a, b| a.key.cmp(&b.key));
    progress.begin("Accepting the class", pairs.len() as u64);
    for pair in pairs {
        progress.check()?;
        progress.advance(1);
        let key = pair.key.clone();
        if pair.decision.as_ref().is_some_and(|decision| !decision.judgement.how.is_bulk()) {
            left.push((key, CHANGED));
            continue;
        }
        let looked = match Looked::of(ws, &key, Some(pair))? {
            Ok(looked) => looked,
            Err(missing) => {
                left.push((key, missing.kind.title()));
                continue;
            }
        };
        match accept(&live, &looked, alike, because)? {
            Ok(event) => {
                if let Event::Decided { after, .. } = &event {
                    live.expect(&key, after.as_deref());
                }
                outcome.accepted += 1;
                events.push(event);
            }
            Err(title) => left.push((key, title)),
        }
    }
    let mut counts: HashMap<&'static str, u64> = HashMap::new();
    for (key, title) in left {
        *counts.entry(if is_merged_away(&live, &key)? { MERGED_AWAY } else { title }).or_default() += 1;
    }
    outcome.left = counts.into_iter().map(|(title, count)| (title.to_owned(), count)).collect();
    outcome.left.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    if !events.is_empty() {
        progress.begin("Saving the decisions", 0);
        progress.check()?;
        outcome.touched = ws.apply_watched(progress, |_| Ok((events, ())))?.touched;
    }
    Ok(outcome)
}

/// What is said of a pair that a person decided and whose record has changed since: a person looks again.
const CHANGED: &str = "Changed since a person decided it";

/// What is said of a link whose person is merged into another record: that record gets the CHI, so nobody need look.
const MERGED_AWAY: &str = "Merged into the record that is kept";

/// What is said of a merge whose source carries what Mosaic may refuse to merge away; related records do not come so far.
const CARRIES: &str = "Both carry finance or care packages";

fn is_merged_away(live: &Live<'_>, key: &PairKey) -> Result<bool, Refused> {
    match key {
        PairKey::Link { mosaic, .. } => Ok(live.merges_of(mosaic)?.iter().any(|merge| &merge.source == mosaic)),
        PairKey::Duplicate { .. } => Ok(false),
    }
}

fn warning(flag: Hazards) -> Warning {
    Warning::asking(WarningKind::Hazard(flag), flag.advice().to_owned())
}

/// The decision that accepts a pair of a class, or the title of what speaks against it.
fn accept(
    live: &Live<'_>,
    looked: &Looked,
    alike: Alike,
    because: Option<&Because>,
) -> Result<Result<Event, &'static str>, Refused> {
    if looked.restricted() {
        return Ok(Err(Hazards::RESTRICTED.title()));
    }
    let (answered, because) = match alike {
        Alike::Agreement(_) => (Hazards::empty(), None),
        Alike::Warnings(hazards) => (hazards & Hazards::OF_A_RECORD, because),
    };
    let is_answered = |kind: WarningKind| matches!(kind, WarningKind::Hazard(flag) if answered.contains(flag));
    // What the records show now counts, and not what they showed when the pair was found
    if let Some(warning) = looked.needing_reason(None).iter().find(|warning| !is_answered(warning.kind)) {
        return Ok(Err(warning.kind.title()));
    }
    let merge = match &looked.key {
        PairKey::Link { .. } => None,
        PairKey::Duplicate { a, b } => Some(merge::propose(live, a, b)?.merge()),
    };
    if merge.iter().flat_map(|merge| &merge.blockers).any(|check| check.answer == BlockerAnswer::Blocked) {
        return Ok(Err(CARRIES));
    }
    let found = stops::against(live, looked, merge.as_ref(), false)?;
    if let Some(stop) = found.first() {
        return Ok(Err(stop.kind.title()));
    }
    // A class of the automatic band tells of the score: whoever accepts it has seen that much.
    let (reason, comment) = because.map(|it| (it.reason, it.comment.clone())).unzip();
    let comment = comment.unwrap_or_default();
    let answer = Answer { how: How::Class, score_seen: true, merge, reason, comment, ..Answer::of(Verdict::Match) };
    let judgement = match judge(live, looked, &answer) {
        Ok(judgement) => judgement,
        Err(Refused::HardStop(stops)) => return Ok(Err(stops.first().map_or("Stopped", |stop| stop.kind.title()))),
        Err(Refused::ReasonNeeded { warnings }) => {
            return Ok(Err(warnings.first().map_or("A warning", |warning| warning.kind.title())));
        }
        Err(other) => return Err(other),
    };
    let event = super::decided(live.ws, &looked.key, Some(judgement))?;
    Ok(Ok(event))
}
