//! Kinds of pair, by what misleads in them.

use super::answers::Truth;
use crate::pair::Hazards;

/// A kind of pair. Two people that look like one come first: taking them for one is the graver mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)] // `words` says what each is
pub enum Kind {
    Twins,
    ParentAndChild,
    Family,
    Namesakes,
    OtherPeople,
    NameChanged,
    NameWritten,
    Birth,
    Address,
    Number,
    Plain,
}

impl Kind {
    /// Every kind, in the order they are listed.
    pub const ALL: [Self; 11] = [
        Self::Twins,
        Self::ParentAndChild,
        Self::Family,
        Self::Namesakes,
        Self::OtherPeople,
        Self::NameChanged,
        Self::NameWritten,
        Self::Birth,
        Self::Address,
        Self::Number,
        Self::Plain,
    ];

    /// The kind, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Twins => "Two people: twins",
            Self::ParentAndChild => "Two people: parent and child of one name",
            Self::Family => "Two people: of one household",
            Self::Namesakes => "Two people: namesakes",
            Self::OtherPeople => "Two people: others",
            Self::NameChanged => "One person: another name",
            Self::NameWritten => "One person: a name written otherwise",
            Self::Birth => "One person: another date of birth or sex",
            Self::Address => "One person: another address",
            Self::Number => "One person: several CHI numbers",
            Self::Plain => "One person: nothing particular",
        }
    }

    /// As files and scripts name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Twins => "twins",
            Self::ParentAndChild => "parent_and_child",
            Self::Family => "family",
            Self::Namesakes => "namesakes",
            Self::OtherPeople => "other_people",
            Self::NameChanged => "name_changed",
            Self::NameWritten => "name_written",
            Self::Birth => "birth",
            Self::Address => "address",
            Self::Number => "number",
            Self::Plain => "plain",
        }
    }

    /// What helps next time.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Twins => {
                "Twins share the date of birth, the surname and the address: only the forename, and its number, tell them apart"
            }
            Self::ParentAndChild => "One name at one address, a generation apart: look at the year of birth first",
            Self::Family => {
                "Surname, address and postcode belong to the household: forename and date of birth belong to the person"
            }
            Self::Namesakes => {
                "Name and date of birth can be another's too: something of their own must agree besides, or leave it open"
            }
            Self::OtherPeople => {
                "What agrees here is common. Count what only one person could have, and leave it open where that is little"
            }
            Self::NameChanged => {
                "People marry, part and are renamed: with date of birth, forename and address the same, a surname may change"
            }
            Self::NameWritten => "Known-as names, Mac and Mc, swapped or misheard names are one name written otherwise",
            Self::Birth => {
                "One digit, day and month swapped, 1 January for unknown: one slip in a date is no other person by itself"
            }
            Self::Address => "People move, and registers lag: an old address speaks against nobody",
            Self::Number => "One person can hold several numbers: take the current one, never a superseded one",
            Self::Plain => "Nothing particular: when everything agrees, look at it calmly and say Match",
        }
    }

    /// The kind of a pair: of two people by what makes them look alike, of one person by what makes them look like two.
    pub(super) fn of(same: bool, hazards: Hazards, left: &Truth, right: Option<&Truth>) -> Self {
        let has = |names: &[&str]| {
            let of = |truth: &Truth| truth.kinds.iter().any(|kind| names.contains(&kind.as_str()));
            of(left) || right.is_some_and(of)
        };
        if !same {
            return match () {
                () if hazards.contains(Hazards::TWIN) => Self::Twins,
                () if hazards.contains(Hazards::PARENT_CHILD) => Self::ParentAndChild,
                () if hazards.intersects(Hazards::SIBLING | Hazards::RELATED) => Self::Family,
                () if has(&["parent-and-child"]) => Self::ParentAndChild,
                () if has(&["twin"]) => Self::Twins,
                () if hazards.contains(Hazards::NAMESAKE) || has(&["namesake"]) => Self::Namesakes,
                () => Self::OtherPeople,
            };
        }
        let other_number = hazards.intersects(Hazards::SUPERSEDED | Hazards::DELETED);
        match () {
            () if other_number || has(&["two-current-numbers", "seed-superseded"]) => Self::Number,
            () if has(&["married", "divorced", "renamed", "old-surname", "other-surname", "other-forename"]) => {
                Self::NameChanged
            }
            () if left.kinds.iter().any(|kind| kind.starts_with("date-") || kind.starts_with("sex-"))
                || has(&["number-date"]) =>
            {
                Self::Birth
            }
            () if has(&[
                "known-as",
                "middle-name",
                "names-swapped",
                "half-surname",
                "mac-or-o",
                "spelling",
                "name-typo",
                "cut-name",
                "initial-only",
                "title",
                "baby",
            ]) =>
            {
                Self::NameWritten
            }
            () if has(&["old-address"]) || left.kinds.iter().any(|kind| kind.starts_with("postcode-")) => Self::Address,
            () => Self::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(kinds: &str) -> Truth {
        Truth { chi: None, person: "P".to_owned(), kinds: kinds.split('+').map(str::to_owned).collect() }
    }

    #[test]
    fn two_people_are_told_by_what_makes_them_look_alike_and_one_by_what_makes_them_look_like_two() {
        let none = Hazards::empty();
        for (same, hazards, kinds, kind) in [
            (false, Hazards::TWIN, "plain", Kind::Twins),
            (false, Hazards::SIBLING, "twin", Kind::Family),
            (false, none, "namesake+flat", Kind::Namesakes),
            (false, none, "married", Kind::OtherPeople),
            (true, none, "married+old-address", Kind::NameChanged),
            (true, none, "date-swapped+name-typo", Kind::Birth),
            (true, none, "mac-or-o+old-address", Kind::NameWritten),
            (true, none, "postcode-typo", Kind::Address),
            (true, Hazards::SUPERSEDED, "superseded-number", Kind::Number),
            (true, Hazards::TWIN, "twin", Kind::Plain),
        ] {
            assert_eq!(Kind::of(same, hazards, &truth(kinds), None), kind, "{kinds}");
        }
    }

    #[test]
    fn every_kind_has_words_a_name_and_advice_of_its_own() {
        for of in [Kind::words, Kind::code, Kind::advice] {
            let mut words = Kind::ALL.map(of).to_vec();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), Kind::ALL.len());
        }
    }
}
