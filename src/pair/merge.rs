//! A merge of two Mosaic records, as an instruction to the Mosaic administrator. Nothing here merges anything.

use serde::{Deserialize, Serialize};

use crate::person::MosaicId;

/// An instruction to merge a source (the duplicate) into a target (the record kept). Mosaic carries it out overnight, and
/// it cannot be undone there; until it is exported it can be withdrawn here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The duplicate, which disappears.
    pub source: MosaicId,
    /// The record that is kept; its values win.
    pub target: MosaicId,
    /// What the officer answered about each of Mosaic's blockers.
    pub blockers: Vec<BlockerCheck>,
    /// What the administrator should carry over by hand; empty where nothing.
    pub note: String,
}

/// What makes Mosaic refuse a merge (the product's own list of refusals).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blocker {
    /// Either person already has a pending merge.
    PendingMerge,
    /// Child-protection plans of the two overlap.
    ChildProtectionOverlap,
    /// The source carries invoices, payees, charge periods, care packages or personal budgets in conflict.
    FinanceOnSource,
    /// The source has a saved chronology.
    Chronology,
    /// The source has an active portal account.
    PortalAccount,
    /// The source has a carer approval.
    CarerApproval,
    /// The source is within its retention period.
    RetentionPeriod,
    /// Both have education records.
    EducationRecords,
    /// A relationship or household membership exists between the two: evidence that they are different people.
    Relationship,
    /// Worker restrictions differ.
    RestrictionsDiffer,
}

impl Blocker {
    /// Every blocker, in the order of the checklist.
    pub const ALL: [Self; 10] = [
        Self::PendingMerge,
        Self::ChildProtectionOverlap,
        Self::FinanceOnSource,
        Self::Chronology,
        Self::PortalAccount,
        Self::CarerApproval,
        Self::RetentionPeriod,
        Self::EducationRecords,
        Self::Relationship,
        Self::RestrictionsDiffer,
    ];

    /// The blocker as a checklist line.
    pub fn words(self) -> &'static str {
        match self {
            Self::PendingMerge => "Either person has a pending merge",
            Self::ChildProtectionOverlap => "Child-protection plans overlap",
            Self::FinanceOnSource => "Source carries invoices, charges, care packages or budgets in conflict",
            Self::Chronology => "Source has a saved chronology",
            Self::PortalAccount => "Source has an active portal account",
            Self::CarerApproval => "Source has a carer approval",
            Self::RetentionPeriod => "Source is within its retention period",
            Self::EducationRecords => "Both have education records",
            Self::Relationship => "A relationship or shared household is recorded between the two",
            Self::RestrictionsDiffer => "Worker restrictions differ",
        }
    }
}

/// What the officer answered about one blocker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockerCheck {
    /// Which blocker.
    pub blocker: Blocker,
    /// The answer.
    pub answer: BlockerAnswer,
    /// A note for the administrator; empty where none.
    pub note: String,
    /// What the loaded files say of it, in a sentence without its full stop; empty where they say nothing. An answer is one to
    /// this: where something else is found later, it is to be looked at again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub found: String,
}

impl BlockerCheck {
    /// A line of the checklist as nobody has answered it yet: in the way where something was found.
    pub fn unanswered(blocker: Blocker, found: String) -> Self {
        let answer = if found.is_empty() { BlockerAnswer::NotChecked } else { BlockerAnswer::Blocked };
        Self { blocker, answer, note: String::new(), found }
    }
}

/// The answers about a blocker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockerAnswer {
    /// Not looked at; the administrator must.
    #[default]
    NotChecked,
    /// Looked at; not in the way.
    Clear,
    /// In the way: the merge cannot be put in a batch until it is cleared.
    Blocked,
}
