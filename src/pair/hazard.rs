//! What to beware of in a pair, however well it scores.

use serde::{Deserialize, Serialize};

bitflags::bitflags! {
    /// What to beware of in a pair. Stored as a number; the bits never change their meaning.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(transparent)]
    pub struct Hazards: u32 {
        /// Same date of birth, surname and address; different forename.
        const TWIN = 1 << 0;
        /// Same surname and address; forename and date of birth differ.
        const SIBLING = 1 << 1;
        /// One name and one address, a generation apart.
        const PARENT_CHILD = 1 << 2;
        /// Others share this name and date of birth.
        const NAMESAKE = 1 << 3;
        /// Another candidate fits nearly as well.
        const NEAR_TIE = 1 << 4;
        /// The CHI number was superseded by another.
        const SUPERSEDED = 1 << 5;
        /// The CHI number was deleted.
        const DELETED = 1 << 6;
        /// The person has died, by one record or both.
        const DECEASED = 1 << 7;
        /// The person has been transferred out.
        const TRANSFERRED = 1 << 8;
        /// Mosaic already holds another CHI for this person.
        const SEEDED_DISAGREES = 1 << 9;
        /// A postcode stands for "unknown".
        const DUMMY_POSTCODE = 1 << 10;
        /// Many people share the address: a care home, a hostel.
        const COMMUNAL_ADDRESS = 1 << 11;
        /// The date digits of the CHI differ from a date of birth.
        const CHI_DATE_DIFFERS = 1 << 12;
        /// The sex digit of the CHI differs from a recorded sex.
        const CHI_SEX_DIFFERS = 1 << 13;
        /// The dates of birth agree once day and month are swapped.
        const DAY_MONTH_SWAP = 1 << 14;
        /// Forename and surname agree once swapped.
        const NAMES_SWAPPED = 1 << 15;
        /// A name is a placeholder, such as `Baby SURNAME`.
        const PLACEHOLDER_NAME = 1 << 16;
        /// The CHI number passes the modulus 10 check only.
        const MODULUS_10_ONLY = 1 << 17;
        /// A date stands for "unknown" or is an estimate.
        const UNCERTAIN_DATE = 1 << 18;
        /// A restricted person.
        const RESTRICTED = 1 << 19;
        /// A leading zero of the CHI was restored.
        const ZERO_RESTORED = 1 << 20;
        /// Recorded sexes differ.
        const SEX_DIFFERS = 1 << 21;
        /// Kept out of the automatic band whatever its score: too little of what agrees is the person's own, or another
        /// record has the better claim.
        const HELD_BACK = 1 << 22;
        /// Mosaic records a relationship or a shared household of the two: whoever recorded it had two people before them.
        /// Kept up by the store, from the relationships that are loaded.
        const RELATED = 1 << 23;
    }
}

impl Hazards {
    /// The hazards by which another person may be meant. The engine holds a pair with one of these for a person, whatever its
    /// probability and wherever the cuts are moved, unless what raised it is answered by the two records themselves
    /// ([`crate::linkage::hazards::holding`]); it has its reason to be given either way, and is never accepted unseen.
    pub const ANOTHER_PERSON: Self = Self::TWIN
        .union(Self::SIBLING)
        .union(Self::PARENT_CHILD)
        .union(Self::NAMESAKE)
        .union(Self::NEAR_TIE)
        .union(Self::DELETED)
        .union(Self::SEEDED_DISAGREES)
        .union(Self::PLACEHOLDER_NAME)
        .union(Self::RELATED);

    /// What the engine thinks of a pair's rank among others: part of its score, which a blind re-check does not see.
    pub const OF_RANK: Self = Self::NEAR_TIE.union(Self::HELD_BACK);

    /// The hazards that ask for a deliberate second key, and a reason, before *Match*.
    pub const SECOND_KEY: Self = Self::TWIN
        .union(Self::SIBLING)
        .union(Self::PARENT_CHILD)
        .union(Self::NEAR_TIE)
        .union(Self::SUPERSEDED)
        .union(Self::DELETED)
        .union(Self::DECEASED)
        .union(Self::TRANSFERRED)
        .union(Self::SEEDED_DISAGREES)
        .union(Self::CHI_DATE_DIFFERS)
        .union(Self::CHI_SEX_DIFFERS)
        .union(Self::PLACEHOLDER_NAME)
        .union(Self::MODULUS_10_ONLY)
        .union(Self::UNCERTAIN_DATE)
        .union(Self::RESTRICTED)
        .union(Self::ZERO_RESTORED)
        .union(Self::DUMMY_POSTCODE)
        .union(Self::COMMUNAL_ADDRESS)
        .union(Self::RELATED);

    /// The hazards that tell of a record or a number, and not of who is meant: how probable the link is has counted them
    /// already. Links that only the same of these keep out of the automatic band are alike, and one reason may answer for all
    /// of them once a few were looked at.
    pub const OF_A_RECORD: Self = Self::DECEASED
        .union(Self::TRANSFERRED)
        .union(Self::DUMMY_POSTCODE)
        .union(Self::COMMUNAL_ADDRESS)
        .union(Self::CHI_DATE_DIFFERS)
        .union(Self::CHI_SEX_DIFFERS)
        .union(Self::MODULUS_10_ONLY)
        .union(Self::UNCERTAIN_DATE)
        .union(Self::ZERO_RESTORED);

    /// The hazards that keep a pair out of the automatic band, wherever its cut lies: somebody must give the reason for which
    /// it is a match in spite of them.
    pub const NEVER_AUTOMATIC: Self = Self::SECOND_KEY.union(Self::HELD_BACK);

    /// Each hazard that is set, one flag at a time, in the order they are shown.
    pub fn each(self) -> impl Iterator<Item = Self> {
        self.iter()
    }

    /// A short name, for a chip or a facet. Names the first flag where several are set.
    pub fn title(self) -> &'static str {
        match self.iter().next() {
            Some(Self::TWIN) => "Twin?",
            Some(Self::SIBLING) => "Sibling?",
            Some(Self::PARENT_CHILD) => "Parent and child of one name?",
            Some(Self::NAMESAKE) => "Namesake",
            Some(Self::NEAR_TIE) => "Also fits another",
            Some(Self::SUPERSEDED) => "Old number superseded",
            Some(Self::DELETED) => "CHI deleted",
            Some(Self::DECEASED) => "Deceased",
            Some(Self::TRANSFERRED) => "Transferred out",
            Some(Self::SEEDED_DISAGREES) => "Mosaic holds another CHI",
            Some(Self::DUMMY_POSTCODE) => "Dummy postcode",
            Some(Self::COMMUNAL_ADDRESS) => "Shared address",
            Some(Self::CHI_DATE_DIFFERS) => "Date differs from CHI digits",
            Some(Self::CHI_SEX_DIFFERS) => "Sex differs from CHI digit",
            Some(Self::DAY_MONTH_SWAP) => "Day and month swapped",
            Some(Self::NAMES_SWAPPED) => "Names swapped",
            Some(Self::PLACEHOLDER_NAME) => "Placeholder name",
            Some(Self::MODULUS_10_ONLY) => "Valid by modulus 10 only",
            Some(Self::UNCERTAIN_DATE) => "Uncertain date",
            Some(Self::RESTRICTED) => "Restricted person",
            Some(Self::ZERO_RESTORED) => "Leading zero restored",
            Some(Self::SEX_DIFFERS) => "Sex differs",
            Some(Self::HELD_BACK) => "Held for a person",
            Some(Self::RELATED) => "Relationship recorded",
            _ => "",
        }
    }

    /// What to look at, in a sentence. Explains the first flag where several are set.
    pub fn advice(self) -> &'static str {
        match self.iter().next() {
            Some(Self::TWIN) => "Same date of birth and surname but another forename: check that these are not twins",
            Some(Self::SIBLING) => "Same surname and address: household evidence is not personal evidence",
            Some(Self::PARENT_CHILD) => "One name and one address, a generation apart: check the year of birth",
            Some(Self::NAMESAKE) => "Other people share this name and date of birth: the address must decide",
            Some(Self::NEAR_TIE) => "Another candidate fits nearly as well: compare both before deciding",
            Some(Self::SUPERSEDED) => "A number of this person was superseded: the current one must be used",
            Some(Self::DELETED) => "This CHI was entered in error and deleted: it must not be used",
            Some(Self::DECEASED) => "A record says that the person has died",
            Some(Self::TRANSFERRED) => "CHI says that the person has been transferred out of the area",
            Some(Self::SEEDED_DISAGREES) => "Mosaic already holds another CHI for this person: a match must replace it",
            Some(Self::DUMMY_POSTCODE) => "A postcode stands for unknown: it says nothing about where the person lives",
            Some(Self::COMMUNAL_ADDRESS) => "Many people share this address: it says little about who the person is",
            Some(Self::CHI_DATE_DIFFERS) => "The first six digits of the CHI differ from a recorded date of birth",
            Some(Self::CHI_SEX_DIFFERS) => "The ninth digit of the CHI differs from a recorded sex",
            Some(Self::DAY_MONTH_SWAP) => "The dates of birth agree once day and month are swapped",
            Some(Self::NAMES_SWAPPED) => "Forename and surname agree once they are swapped",
            Some(Self::PLACEHOLDER_NAME) => "A name is a placeholder, as for a newborn child: check for twins",
            Some(Self::MODULUS_10_ONLY) => {
                "The CHI passes only the newer modulus 10 check, which misses some typing errors"
            }
            Some(Self::UNCERTAIN_DATE) => "A date of birth is unknown, partial or may be an estimate",
            Some(Self::RESTRICTED) => {
                "A restricted person: shown by display name, never decided in bulk, left out of the export"
            }
            Some(Self::ZERO_RESTORED) => "A spreadsheet had taken the leading zero off this CHI; it was restored",
            Some(Self::SEX_DIFFERS) => "The recorded sexes differ",
            Some(Self::HELD_BACK) => {
                "Too little of what agrees is the person's own, or another record has the better claim: a person decides"
            }
            Some(Self::RELATED) => "Mosaic records a relationship of the two: they are probably different people",
            _ => "",
        }
    }
}

// What tells of who is meant, what must never be carried over, and who is never decided in bulk are in no class.
const _: () = assert!(
    !Hazards::OF_A_RECORD.intersects(
        Hazards::ANOTHER_PERSON.union(Hazards::OF_RANK).union(Hazards::SUPERSEDED).union(Hazards::RESTRICTED)
    ) && Hazards::SECOND_KEY.contains(Hazards::OF_A_RECORD)
);
