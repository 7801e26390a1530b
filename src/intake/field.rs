//! The fields that a column can hold.

use serde::{Deserialize, Serialize};

use super::Kind;

/// One table: a field of a person, its twin for the second person of a pair, and its words.
macro_rules! fields {
    (person { $($left:ident $right:ident $words:literal $right_words:literal,)* } alone { $($(#[$note:meta])* $alone:ident $alone_words:literal,)* }) => {
        /// What a column holds. The fields named `Right…` belong to the second person of a pair.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            $(#[doc = $words] $left,)*
            $(#[doc = $right_words] $right,)*
            $($(#[$note])* #[doc = $alone_words] $alone,)*
        }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$left,)* $(Self::$right,)* $(Self::$alone,)*];
            pub(crate) const PERSON: &'static [Self] = &[$(Self::$left,)*];
            pub(crate) const WIDE: &'static [Self] =
                &[$(Self::$left,)* $(Self::$right,)* Self::LeftSource, Self::RightSource, Self::Weight, Self::Probability];

            /// The field in words.
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$left => $words,)*
                    $(Self::$right => $right_words,)*
                    $(Self::$alone => $alone_words,)*
                }
            }

            /// The same field of the second person of a pair; itself where there is none.
            pub fn right(self) -> Self {
                match self {
                    $(Self::$left => Self::$right,)*
                    Self::LeftSource => Self::RightSource,
                    other => other,
                }
            }
        }
    };
}

fields! {
    person {
        Id RightId "Mosaic id" "Second id (Mosaic id or CHI)",
        Chi RightChi "CHI number" "Second person's CHI number",
        Surname RightSurname "Surname" "Second person's surname",
        PreviousSurname RightPreviousSurname "Previous surname" "Second person's previous surname",
        Forename RightForename "First forename" "Second person's first forename",
        FirstNames RightFirstNames "All first names in one" "Second person's first names in one",
        SecondForename RightSecondForename "Second forename" "Second person's second forename",
        FullName RightFullName "Whole name in one" "Second person's whole name in one",
        KnownAs RightKnownAs "Known as" "Second person's known-as name",
        Sex RightSex "Sex" "Second person's sex",
        Birth RightBirth "Date of birth" "Second person's date of birth",
        Death RightDeath "Date of death" "Second person's date of death",
        Deceased RightDeceased "Deceased, yes or no" "Second person deceased, yes or no",
        HouseNumber RightHouseNumber "House number" "Second person's house number",
        Address1 RightAddress1 "Address line 1" "Second person's address line 1",
        Address2 RightAddress2 "Address line 2" "Second person's address line 2",
        Address3 RightAddress3 "Address line 3" "Second person's address line 3",
        Address4 RightAddress4 "Address line 4" "Second person's address line 4",
        Address5 RightAddress5 "Address line 5" "Second person's address line 5",
        Address RightAddress "Whole address in one" "Second person's whole address in one",
        Postcode RightPostcode "Postcode" "Second person's postcode",
        Context RightContext "Context or team" "Second person's context or team",
        Restricted RightRestricted "Restricted" "Second person restricted",
        Status RightStatus "CHI status" "Second person's CHI status",
        Upi RightUpi "Current CHI (UPI)" "Second person's current CHI (UPI)",
    }
    alone {
        LastChanged "Last changed",
        CarePackages "Care packages",
        Finance "Finance",
        Invoices "Invoices",
        Payees "Payees",
        ChargePeriods "Charge periods",
        PersonalBudget "Personal budget",
        OtherId "Mosaic id of the other person",
        Relationship "Relationship",
        Began "Began",
        Ended "Ended",
        LeftSource "Source of the first id",
        RightSource "Source of the second id",
        Weight "Match weight",
        Probability "Match probability",
    }
}

const MOSAIC: &[Field] = &[
    Field::Id,
    Field::Chi,
    Field::Surname,
    Field::PreviousSurname,
    Field::Forename,
    Field::FirstNames,
    Field::SecondForename,
    Field::FullName,
    Field::KnownAs,
    Field::Sex,
    Field::Birth,
    Field::Death,
    Field::Deceased,
    Field::HouseNumber,
    Field::Address1,
    Field::Address2,
    Field::Address3,
    Field::Address4,
    Field::Address5,
    Field::Address,
    Field::Postcode,
    Field::Context,
    Field::Restricted,
    Field::LastChanged,
    Field::CarePackages,
    Field::Finance,
    Field::Invoices,
    Field::Payees,
    Field::ChargePeriods,
    Field::PersonalBudget,
];

const CHI: &[Field] = &[
    Field::Chi,
    Field::Surname,
    Field::PreviousSurname,
    Field::Forename,
    Field::FirstNames,
    Field::SecondForename,
    Field::FullName,
    Field::KnownAs,
    Field::Sex,
    Field::Birth,
    Field::Death,
    Field::Deceased,
    Field::HouseNumber,
    Field::Address1,
    Field::Address2,
    Field::Address3,
    Field::Address4,
    Field::Address5,
    Field::Address,
    Field::Postcode,
    Field::Status,
    Field::Upi,
];

const RELATIONSHIPS: &[Field] = &[Field::Id, Field::OtherId, Field::Relationship, Field::Began, Field::Ended];

const NARROW: &[Field] = &[
    Field::Id,
    Field::RightId,
    Field::RightChi,
    Field::LeftSource,
    Field::RightSource,
    Field::Weight,
    Field::Probability,
];

impl Field {
    /// The fields that a file of this kind can hold, in the order a screen lists them.
    pub fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Mosaic => MOSAIC,
            Kind::Chi => CHI,
            Kind::Relationships => RELATIONSHIPS,
            Kind::NarrowPairs => NARROW,
            Kind::WidePairs => Self::WIDE,
        }
    }

    /// The fields that earlier versions did not know, so that a mapping they wrote says nothing about them, each with the
    /// vocabulary since which it is known.
    pub(crate) const NEWER: &'static [(u32, Self)] = &[
        (1, Self::LastChanged),
        (1, Self::CarePackages),
        (1, Self::Finance),
        (1, Self::Invoices),
        (1, Self::Payees),
        (1, Self::ChargePeriods),
        (1, Self::PersonalBudget),
        (2, Self::Deceased),
        (2, Self::RightDeceased),
    ];

    /// The fields without which a file of this kind cannot be read. Another field may stand in for one:
    /// see [`Field::stand_ins`].
    pub fn required(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Mosaic => &[Self::Id, Self::Surname],
            Kind::Chi => &[Self::Chi, Self::Surname],
            Kind::Relationships => &[Self::Id, Self::OtherId, Self::Relationship],
            Kind::NarrowPairs => &[Self::Id, Self::RightId],
            Kind::WidePairs => &[Self::Id, Self::RightId, Self::Surname, Self::RightSurname],
        }
    }

    /// The fields that do in place of this one: a whole name for a surname, a CHI for a second id.
    pub fn stand_ins(self) -> &'static [Self] {
        match self {
            Self::Surname => &[Self::FullName],
            Self::RightSurname => &[Self::RightFullName],
            Self::RightId => &[Self::RightChi],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_kind_requires_it_can_also_hold() {
        for kind in Kind::ALL {
            for field in Field::required(kind) {
                assert!(Field::of(kind).contains(field), "{kind:?} {field:?}");
                assert!(field.stand_ins().iter().all(|stand_in| Field::of(kind).contains(stand_in)));
            }
        }
    }

    #[test]
    fn every_field_of_a_person_has_its_own_twin_for_the_second_person() {
        let twins: std::collections::BTreeSet<Field> = Field::PERSON.iter().map(|field| field.right()).collect();
        assert_eq!(twins.len(), Field::PERSON.len());
        assert!(Field::PERSON.iter().all(|field| !twins.contains(field)));
    }
}
