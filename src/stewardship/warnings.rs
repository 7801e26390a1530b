//! What needs a reason before *Match*, and what is merely worth a look.

use std::collections::BTreeMap;

use super::looked::{Looked, Right};
use super::{Refused, StopKind, relationships};
use crate::linkage::{Agreement, Comparison};
use crate::pair::{Blocker, BlockerAnswer, Hazards, Merge, PairKey};
use crate::person::chi::Scheme;
use crate::person::{ChiStatus, Details, Finding, Sex};
use crate::words;
use crate::workspace::{Event, StoredMosaic, Workspace};

/// What to beware of in a pair, as records, findings and the engine together show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Which.
    pub kind: WarningKind,
    /// What to look at, in a sentence without its full stop.
    pub words: String,
    /// What somebody wrote of it, as it was written; empty where nobody did. It may name people: it is shown beside the words,
    /// and stands in no error.
    pub quoted: String,
    /// *Match* needs a reason because of it.
    pub second_key: bool,
    /// The reason alone is not enough: *Match* needs a comment too, which says what shows that the two are one person.
    pub needs_comment: bool,
}

impl Warning {
    /// A warning for which *Match* needs a reason.
    pub(super) fn asking(kind: WarningKind, words: String) -> Self {
        Self { kind, words, quoted: String::new(), second_key: true, needs_comment: false }
    }

    /// The words, and what somebody wrote.
    pub fn in_full(&self) -> String {
        if self.quoted.is_empty() { self.words.clone() } else { format!("{}: “{}”", self.words, self.quoted) }
    }
}

/// The kinds of warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WarningKind {
    /// A hazard of the pair: one flag.
    Hazard(Hazards),
    /// A record is not in the newest extract.
    Gone,
    /// CHI names another current number for a record whose status is current.
    UpiDisagrees,
    /// The two Mosaic records hold two different valid CHIs.
    DifferentChis,
    /// A relationship between the two of a merge: evidence that they are different people.
    Relationship,
    /// The pair was carried into Mosaic, and somebody took it back from there.
    Recalled,
    /// Too much of what tells one person from another differs.
    TwoPeople,
}

impl WarningKind {
    /// A short name, for a chip or a count.
    pub fn title(self) -> &'static str {
        match self {
            Self::Hazard(flag) => flag.title(),
            Self::Gone => "Not in the newest extract",
            Self::UpiDisagrees => "CHI names another number",
            Self::DifferentChis => "Mosaic holds two CHIs",
            Self::Relationship => "Relationship recorded",
            Self::Recalled => "Recalled from Mosaic",
            Self::TwoPeople => "Two people by their details",
        }
    }

    /// The kind as files write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hazard(flag) => hazard_code(flag),
            Self::Gone => "gone",
            Self::UpiDisagrees => "upi_disagrees",
            Self::DifferentChis => "different_chis",
            Self::Relationship => "relationship",
            Self::Recalled => "recalled",
            Self::TwoPeople => "two_people",
        }
    }
}

/// One hazard as files write it: its flag in small letters.
pub fn hazard_code(flag: Hazards) -> &'static str {
    match flag {
        Hazards::TWIN => "twin",
        Hazards::SIBLING => "sibling",
        Hazards::PARENT_CHILD => "parent_child",
        Hazards::NAMESAKE => "namesake",
        Hazards::NEAR_TIE => "near_tie",
        Hazards::SUPERSEDED => "superseded",
        Hazards::DELETED => "deleted",
        Hazards::DECEASED => "deceased",
        Hazards::TRANSFERRED => "transferred",
        Hazards::SEEDED_DISAGREES => "seeded_disagrees",
        Hazards::DUMMY_POSTCODE => "dummy_postcode",
        Hazards::COMMUNAL_ADDRESS => "communal_address",
        Hazards::CHI_DATE_DIFFERS => "chi_date_differs",
        Hazards::CHI_SEX_DIFFERS => "chi_sex_differs",
        Hazards::DAY_MONTH_SWAP => "day_month_swap",
        Hazards::NAMES_SWAPPED => "names_swapped",
        Hazards::PLACEHOLDER_NAME => "placeholder_name",
        Hazards::MODULUS_10_ONLY => "modulus_10_only",
        Hazards::UNCERTAIN_DATE => "uncertain_date",
        Hazards::RESTRICTED => "restricted",
        Hazards::ZERO_RESTORED => "zero_restored",
        Hazards::SEX_DIFFERS => "sex_differs",
        Hazards::HELD_BACK => "held_back",
        Hazards::RELATED => "related",
        _ => "other",
    }
}

/// Every warning about a pair, those that need a reason first.
pub fn of_pair(ws: &Workspace, key: &PairKey) -> Result<Vec<Warning>, Refused> {
    match Looked::at(ws, key)? {
        Ok(looked) => {
            let merge = looked.pair.as_ref().and_then(|pair| pair.decision.as_ref()?.judgement.merge.clone());
            Ok(about(&looked, merge.as_ref()))
        }
        Err(stop) if stop.kind == StopKind::RecordMissing => Err(Refused::NotFound(stop.words)),
        Err(stop) => Err(Refused::HardStop(vec![stop])),
    }
}

/// Every warning about a pair whose records are at hand.
pub(super) fn about(looked: &Looked, merge: Option<&Merge>) -> Vec<Warning> {
    let mut found: BTreeMap<WarningKind, String> = BTreeMap::new();
    let mut hazards = looked.pair.as_ref().map_or(Hazards::empty(), |pair| pair.hazards) | of_mosaic(&looked.left);
    let mut gone = Vec::new();
    if !looked.left.present {
        gone.push(looked.left.record.id.to_string());
    }
    match &looked.right {
        Right::Chi(stored) => {
            hazards |= of_link(&looked.left, stored);
            if !stored.present {
                gone.push(format!("CHI {}", stored.record.chi.spaced()));
            }
            if let (ChiStatus::Current, Some(upi)) = (stored.record.status, stored.record.upi)
                && upi != stored.record.chi
            {
                let words = format!("CHI calls this number current and yet names {} as the current one", upi.spaced());
                found.insert(WarningKind::UpiDisagrees, words);
            }
        }
        Right::Mosaic(right) => {
            hazards |= of_mosaic(right);
            if !right.present {
                gone.push(right.record.id.to_string());
            }
            if let (Some(one), Some(other)) = (looked.left.record.chi, right.record.chi)
                && one != other
            {
                let words = format!(
                    "Mosaic holds {} for one record and {} for the other: they may be two people",
                    one.spaced(),
                    other.spaced()
                );
                found.insert(WarningKind::DifferentChis, words);
            }
        }
    }
    if !gone.is_empty() {
        let words = format!("{} is not in the newest extract", gone.join(" and "));
        found.insert(WarningKind::Gone, words);
    }
    hazards.remove(Hazards::RELATED); // Named below, by what is recorded
    let answered = merge
        .into_iter()
        .flat_map(|merge| &merge.blockers)
        .any(|check| check.blocker == Blocker::Relationship && check.answer == BlockerAnswer::Blocked);
    if !looked.related.is_empty() {
        found.insert(WarningKind::Relationship, relationships::between(&looked.related));
    } else if answered {
        let words =
            "A relationship or shared household is recorded between the two: they are probably different people";
        found.insert(WarningKind::Relationship, words.to_owned());
    }
    for flag in hazards.each() {
        found.insert(WarningKind::Hazard(flag), advice(flag, looked));
    }
    let mut warnings: Vec<Warning> = found
        .into_iter()
        .map(|(kind, words)| {
            let second_key = !matches!(kind, WarningKind::Hazard(flag) if !Hazards::SECOND_KEY.contains(flag));
            Warning { second_key, ..Warning::asking(kind, words) }
        })
        .collect();
    warnings.extend(recalled(looked));
    warnings.extend(two_people(looked));
    warnings.sort_by_key(|warning| (!warning.needs_comment, !warning.second_key));
    warnings
}

/// That the pair was in Mosaic once and was recalled: whoever did so had a reason to call it wrong.
fn recalled(looked: &Looked) -> Option<Warning> {
    let row = looked.recalled.as_ref()?;
    let Event::Recalled { after: Some(reason), .. } = &row.event else { return None };
    let words = format!("It was recalled from Mosaic by {} on {}", row.name, words::day(row.at));
    let quoted = reason.clone();
    Some(Warning { quoted, needs_comment: true, ..Warning::asking(WarningKind::Recalled, words) })
}

/// What tells one person from another. People do change their surname, are recorded with another sex or date, or go by another
/// forename; that two of these come together is hardly one person.
const OF_THE_PERSON: [Comparison; 4] = [Comparison::Birth, Comparison::Surname, Comparison::Forename, Comparison::Sex];

/// Whether so much is the same to the letter, or missing, that no two of these can differ: nearly every pair, which then need not
/// be compared as the engine does.
fn says_one_person(looked: &Looked) -> bool {
    let left = &looked.left.record.details;
    let right = match &looked.right {
        Right::Chi(right) => &right.record.details,
        Right::Mosaic(right) => &right.record.details,
    };
    let text = |one: &str, other: &str| one.is_empty() || other.is_empty() || one.eq_ignore_ascii_case(other);
    // Whoever has no forename may be known as something
    let nameless = |details: &Details| details.forename.is_empty() && details.known_as.is_empty();
    let same = [
        text(left.surname.trim(), right.surname.trim()),
        left.forename.eq_ignore_ascii_case(&right.forename) && !left.forename.is_empty()
            || nameless(left)
            || nameless(right),
        left.birth == right.birth || left.birth.is_none() || right.birth.is_none(),
        left.sex == right.sex || left.sex == Sex::NotKnown || right.sex == Sex::NotKnown,
    ];
    same.into_iter().filter(|same| *same).count() + 1 >= same.len()
}

/// That two or more of what tells one person from another differ, and in no known way.
fn two_people(looked: &Looked) -> Option<Warning> {
    if says_one_person(looked) {
        return None;
    }
    let pattern = looked.pattern();
    let differ = OF_THE_PERSON.into_iter().filter(|it| pattern.agreement(*it) == Agreement::Differs);
    let name = |(place, it): (usize, Comparison)| {
        if place == 0 { it.words().to_owned() } else { words::lower_first(it.words()) }
    };
    let names: Vec<String> = differ.enumerate().map(name).collect();
    if names.len() < 2 {
        return None;
    }
    let words = format!("{} differ: by their records these are two people", words::listed(&names));
    Some(Warning { needs_comment: true, ..Warning::asking(WarningKind::TwoPeople, words) })
}

/// What to do about a hazard, naming the number or the people where the records name them.
fn advice(flag: Hazards, looked: &Looked) -> String {
    match &looked.right {
        Right::Chi(stored) if flag == Hazards::SUPERSEDED => {
            let chi = stored.record.chi.spaced();
            match stored.record.upi.filter(|upi| *upi != stored.record.chi) {
                Some(upi) if super::stops::is_superseded(&stored.record) => {
                    format!("This CHI was superseded by {}, which must be used instead", upi.spaced())
                }
                Some(upi) => format!(
                    "CHI calls {chi} current and names {} as the person's number: ask the health board",
                    upi.spaced()
                ),
                None if super::stops::is_superseded(&stored.record) => flag.advice().to_owned(),
                None => format!(
                    "Found through an earlier number of this person, which was superseded: {chi} is the current one"
                ),
            }
        }
        Right::Chi(stored) if flag == Hazards::CHI_DATE_DIFFERS => {
            let number = stored.record.chi;
            let agrees = |details: &Details| details.birth.and_then(|birth| number.agrees_with_birth(&birth));
            let what = match [&looked.left.record.details, &stored.record.details].map(agrees) {
                [Some(false), Some(false)] => "neither Mosaic's date of birth nor CHI's own",
                [Some(false), Some(true)] => "CHI's own date of birth, and not Mosaic's",
                [Some(true), Some(false)] => "Mosaic's date of birth, and not CHI's own",
                [Some(false), None] => "not Mosaic's date of birth",
                [None, Some(false)] => "not CHI's own date of birth",
                _ => return flag.advice().to_owned(),
            };
            format!("The first six digits of the CHI are {what}")
        }
        _ => flag.advice().to_owned(),
    }
}

/// What a Mosaic record shows by itself.
fn of_mosaic(stored: &StoredMosaic) -> Hazards {
    let mut hazards = of_findings(&stored.findings);
    hazards.set(Hazards::RESTRICTED, stored.record.restricted);
    hazards.set(Hazards::DECEASED, stored.record.details.has_died());
    hazards
}

fn of_link(left: &StoredMosaic, right: &crate::workspace::StoredChi) -> Hazards {
    let (mosaic, chi) = (&left.record, &right.record);
    let mut hazards = of_findings(&right.findings);
    if mosaic.chi == Some(chi.chi) && left.findings.contains(&Finding::ZeroRestored) {
        hazards |= Hazards::ZERO_RESTORED;
    }
    if right.findings.contains(&Finding::ZeroRestored) {
        hazards |= Hazards::ZERO_RESTORED;
    }
    let births = [mosaic.details.birth, chi.details.birth];
    let sexes = [mosaic.details.sex, chi.details.sex];
    hazards.set(
        Hazards::CHI_DATE_DIFFERS,
        births.into_iter().flatten().any(|birth| chi.chi.agrees_with_birth(&birth) == Some(false)),
    );
    hazards.set(Hazards::CHI_SEX_DIFFERS, sexes.into_iter().any(|sex| chi.chi.agrees_with_sex(sex) == Some(false)));
    hazards.set(Hazards::MODULUS_10_ONLY, chi.chi.scheme() == Scheme::Modulus10);
    hazards.set(Hazards::SEEDED_DISAGREES, mosaic.chi.is_some_and(|held| held != chi.chi));
    hazards.set(Hazards::DELETED, chi.status == ChiStatus::Deleted);
    hazards.set(Hazards::TRANSFERRED, chi.status == ChiStatus::TransferredOut);
    if chi.status == ChiStatus::Deceased || chi.details.has_died() {
        hazards |= Hazards::DECEASED;
    }
    if super::stops::is_superseded(chi) {
        hazards |= Hazards::SUPERSEDED;
    }
    hazards
}

fn of_findings(findings: &[Finding]) -> Hazards {
    findings.iter().fold(Hazards::empty(), |hazards, finding| {
        hazards
            | match finding {
                Finding::SentinelDate | Finding::UnreadableDate | Finding::SwappedDate | Finding::FutureDate => {
                    Hazards::UNCERTAIN_DATE
                }
                Finding::DummyPostcode => Hazards::DUMMY_POSTCODE,
                Finding::PlaceholderName => Hazards::PLACEHOLDER_NAME,
                _ => Hazards::empty(),
            }
    })
}

/// Warnings in one line.
pub(crate) fn listed(warnings: &[Warning]) -> String {
    warnings.iter().map(|warning| words::lower_first(&warning.words)).collect::<Vec<_>>().join("; ")
}
