//! Accept a class: the pairs of the automatic band that agree in one and the same way, without a hazard. A few of them, drawn by
//! the program, are looked at first, one by one; then each of the others becomes its own decision, all one deed.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::super::live::Live;
use super::super::looked::Looked;
use super::super::{Refused, merge, recheck_sheet, rights, stops};
use super::{Answer, judge};
use crate::linkage::{Agreement, Comparison, Pattern};
use crate::pair::{BlockerAnswer, Hazards, How, PairKey, PairKind, Verdict};
use crate::progress::Progress;
use crate::words;
use crate::workspace::{Event, Pair, Touched, Workspace};

/// How many pairs of a class are looked at before the others are accepted.
pub const LOOKS: usize = 5;

/// The pairs of the automatic band that agree in one and the same way, without a hazard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Links or duplicates.
    pub kind: PairKind,
    /// How their details agree.
    pub pattern: Pattern,
    /// How many wait for an answer.
    pub waiting: u64,
    /// The few to look at: the first in the mixed order of those that could be accepted now and those that this person
    /// answered *Match* or *Not a match*, one by one. Their numbers, and what was answered.
    pub few: Vec<(i64, Option<Verdict>)>,
}

impl Class {
    /// How many of the few were looked at.
    pub fn looked(&self) -> usize {
        self.few.iter().filter(|(_, verdict)| verdict.is_some()).count()
    }

    /// How many of the few were no match. Where any was, the class is decided pair by pair.
    pub fn doubted(&self) -> usize {
        self.few.iter().filter(|(_, verdict)| *verdict == Some(Verdict::NotMatch)).count()
    }

    /// Whether the others can be accepted now.
    pub fn is_looked_at(&self) -> bool {
        self.few.len() == LOOKS && self.looked() == LOOKS && self.doubted() == 0 && self.waiting > 0
    }

    /// Whether there are more than the few, so that looking at them saves looking at the rest.
    pub fn is_worth_it(&self) -> bool {
        self.waiting as usize + self.looked() > LOOKS
    }

    /// How its pairs agree, in words: what is the same, then what is like it or differs and how, then what is missing.
    pub fn words(&self) -> String {
        agreement_words(self.pattern)
    }

    /// Its name on the command line: `L` or `D`, and the pattern in hexadecimal digits.
    pub fn code(&self) -> String {
        code(self.kind, self.pattern)
    }
}

fn code(kind: PairKind, pattern: Pattern) -> String {
    let letter = match kind {
        PairKind::Link => 'L',
        PairKind::Duplicate => 'D',
    };
    format!("{letter}{:X}", pattern.0)
}

/// Reads a class's name back.
pub fn parse_class(code: &str) -> Option<(PairKind, Pattern)> {
    let code = code.trim();
    let kind = match code.get(..1)? {
        "L" | "l" => PairKind::Link,
        "D" | "d" => PairKind::Duplicate,
        _ => return None,
    };
    Some((kind, Pattern(u32::from_str_radix(code.get(1..)?, 16).ok()?)))
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
    for (pattern, places) in by_pattern(ws, kind, None)? {
        found.push(of_places(ws, &live, kind, pattern, places)?);
    }
    found.retain(|class| class.waiting > 0);
    found.sort_by_key(|class| (std::cmp::Reverse(class.waiting), class.pattern));
    Ok(found)
}

/// One class, where any pair of it waits.
pub fn class(ws: &Workspace, kind: PairKind, pattern: Pattern) -> Result<Option<Class>, Refused> {
    let Some(places) = by_pattern(ws, kind, Some(pattern.0))?.remove(&pattern.0) else { return Ok(None) };
    let class = of_places(ws, &Live::now(ws), kind, pattern.0, places)?;
    Ok((class.waiting > 0).then_some(class))
}

/// A pair of a class: its place in the mixed order, its number, and what this person answered.
type Place = (i64, i64, Option<Verdict>);

/// By pattern, of one or of all: the pairs that wait, and those that this person answered *Match* or *Not a match*, one by one.
fn by_pattern(ws: &Workspace, kind: PairKind, of: Option<u32>) -> Result<BTreeMap<u32, Vec<Place>>, Refused> {
    let mut found: BTreeMap<u32, Vec<Place>> = BTreeMap::new();
    for (pattern, mix, id) in ws.class_waiting(kind, of)? {
        found.entry(pattern).or_default().push((mix, id, None));
    }
    for ((pattern, mix, id), verdict) in ws.class_answered_by(kind, of, ws.me().id)? {
        if verdict.is_settled()
            && let Some(places) = found.get_mut(&pattern)
        {
            places.push((mix, id, Some(verdict)));
        }
    }
    Ok(found)
}

/// How many pairs of a class are tried for its few. Where so many cannot be accepted, hardly any can.
const TRIED: usize = 40;

/// The class of these pairs. Its few are drawn from those that would be accepted: what a rule stops now is left out.
fn of_places(
    ws: &Workspace,
    live: &Live<'_>,
    kind: PairKind,
    pattern: u32,
    mut places: Vec<Place>,
) -> Result<Class, Refused> {
    let waiting = places.iter().filter(|(_, _, verdict)| verdict.is_none()).count() as u64;
    places.sort_unstable_by_key(|(mix, id, _)| (*mix, *id));
    let mut few = Vec::new();
    for (_, id, verdict) in places.into_iter().take(TRIED) {
        if few.len() < LOOKS && (verdict.is_some() || is_free(ws, live, id)?) {
            few.push((id, verdict));
        }
    }
    Ok(Class { kind, pattern: Pattern(pattern), waiting, few })
}

/// Whether a pair that waits would be accepted with its class.
fn is_free(ws: &Workspace, live: &Live<'_>, id: i64) -> Result<bool, Refused> {
    let Some(pair) = ws.pair(id)? else { return Ok(false) };
    let key = pair.key.clone();
    Ok(match Looked::of(ws, &key, Some(pair))? {
        Ok(looked) => accept(live, &looked)?.is_ok(),
        Err(_) => false,
    })
}

/// Writes the few of these classes that wait for an answer to a CSV file, with both records and an empty verdict, to be filled
/// in and decided as a file. Gives how many there are.
pub fn write_few(ws: &Workspace, classes: &[Class], path: &Path) -> Result<u64, Refused> {
    let waiting = classes.iter().flat_map(|class| &class.few).filter(|(_, verdict)| verdict.is_none());
    let keys = ws.pairs(&waiting.map(|(id, _)| *id).collect::<Vec<_>>())?.into_iter().map(|pair| pair.key);
    recheck_sheet::write(ws, keys, path)
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

/// Accepts the pairs of a class that wait, apart from those that a warning or a hard stop speaks against; duplicates as merges.
///
/// Refused until this person has looked at the few that the program drew, and where any of them was no match. What is
/// accepted is re-checked by sample before it is signed. Cancelled, nothing is decided.
pub fn accept_class(
    ws: &mut Workspace,
    kind: PairKind,
    pattern: Pattern,
    progress: &Progress,
) -> Result<ClassOutcome, Refused> {
    rights::works_here(ws)?;
    let name = code(kind, pattern);
    let class = class(ws, kind, pattern)?
        .ok_or_else(|| Refused::Nothing(format!("No pair of the class {name} waits; there is nothing to accept")))?;
    if class.doubted() > 0 {
        return Err(Refused::Unfit(format!(
            "{} of the {LOOKS} pairs of the class {name} that were looked at is no match; decide this class pair by pair",
            class.doubted()
        )));
    }
    if !class.is_looked_at() {
        let left = LOOKS.min(class.few.len()) - class.looked();
        return Err(Refused::Unfit(format!(
            "Look first at {left} more of the {LOOKS} pairs that were drawn from the class {name}, and decide each; the others are accepted after that"
        )));
    }
    let mut outcome = ClassOutcome::default();
    let mut left: Vec<(PairKey, &'static str)> = Vec::new();
    let mut events = Vec::new();
    let mut live = Live::now(ws);
    let ids: Vec<i64> = ws.class_waiting(kind, Some(pattern.0))?.into_iter().map(|place| place.2).collect();
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
        match accept(&live, &looked)? {
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
        outcome.touched = ws.apply(events, |_| Ok(()))?.touched;
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

/// The decision that accepts a pair, or the title of what speaks against it.
fn accept(live: &Live<'_>, looked: &Looked) -> Result<Result<Event, &'static str>, Refused> {
    if looked.restricted() {
        return Ok(Err(Hazards::RESTRICTED.title()));
    }
    if let Some(warning) = looked.needing_reason(None).first() {
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
    let answer = Answer { how: How::Class, score_seen: true, merge, ..Answer::of(Verdict::Match) };
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
