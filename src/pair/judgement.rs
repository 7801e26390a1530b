//! What a person decided about a pair, or about one record.

use serde::{Deserialize, Serialize};

use super::Merge;
use crate::person::MosaicId;

/// The four answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The two records are one person.
    Match,
    /// They are two people.
    NotMatch,
    /// The officer cannot tell.
    Unsure,
    /// Somebody else must decide; carries a reason.
    Refer,
}

impl Verdict {
    /// Every answer, in the order of the keys `M N U R`.
    pub const ALL: [Self; 4] = [Self::Match, Self::NotMatch, Self::Unsure, Self::Refer];

    /// The answer as screens name it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Match => "Match",
            Self::NotMatch => "Not a match",
            Self::Unsure => "Unsure",
            Self::Refer => "Refer",
        }
    }

    /// The answer as files write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::NotMatch => "not_match",
            Self::Unsure => "unsure",
            Self::Refer => "refer",
        }
    }

    /// Reads a code, or the words, back.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|v| v.code().eq_ignore_ascii_case(text) || v.words().eq_ignore_ascii_case(text))
    }

    /// Whether the answer settles the pair.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Match | Self::NotMatch)
    }
}

/// Why: coded, so that it can be counted. Free text goes beside it, in the comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    // Why a match stands in spite of a warning.
    /// The differences are known errors of recording.
    RecordingError,
    /// The name was changed, by marriage or otherwise.
    NameChanged,
    /// The person has moved.
    Moved,
    /// Checked against another source (a letter, a call, another system).
    CheckedElsewhere,
    /// All identifying details agree; the warning was looked at.
    DetailsAgree,
    // Why not a match.
    /// Twins or other siblings.
    Sibling,
    /// Parent and child.
    ParentChild,
    /// Another person of the same name.
    Namesake,
    /// Details that cannot both be right.
    DetailsConflict,
    /// Another candidate is the right one.
    OtherCandidate,
    // Why referred.
    /// Adoption, or another protected identity.
    ProtectedIdentity,
    /// More information is needed from the team.
    AskTeam,
    /// More information is needed from the health board.
    AskHealthBoard,
    /// Somebody with more experience should look.
    SecondOpinion,
    // Why a record is not matchable.
    /// Lives, or lived, outside the area that the CHI extract covers.
    OutOfArea,
    /// Not yet born.
    Unborn,
    /// Has no CHI number.
    NoChi,
    /// Too little is recorded.
    TooLittleRecorded,
    // Any.
    /// Said in the comment.
    Other,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 19] = [
        Self::RecordingError,
        Self::NameChanged,
        Self::Moved,
        Self::CheckedElsewhere,
        Self::DetailsAgree,
        Self::Sibling,
        Self::ParentChild,
        Self::Namesake,
        Self::DetailsConflict,
        Self::OtherCandidate,
        Self::ProtectedIdentity,
        Self::AskTeam,
        Self::AskHealthBoard,
        Self::SecondOpinion,
        Self::OutOfArea,
        Self::Unborn,
        Self::NoChi,
        Self::TooLittleRecorded,
        Self::Other,
    ];

    /// The reasons that fit an answer, in the order of the keys `1`–`9`.
    pub fn of(verdict: Verdict) -> &'static [Self] {
        match verdict {
            Verdict::Match => &[
                Self::DetailsAgree,
                Self::RecordingError,
                Self::NameChanged,
                Self::Moved,
                Self::CheckedElsewhere,
                Self::Other,
            ],
            Verdict::NotMatch => &[
                Self::DetailsConflict,
                Self::Sibling,
                Self::ParentChild,
                Self::Namesake,
                Self::OtherCandidate,
                Self::Other,
            ],
            Verdict::Unsure => &[Self::TooLittleRecorded, Self::DetailsConflict, Self::Other],
            Verdict::Refer => {
                &[Self::SecondOpinion, Self::AskTeam, Self::AskHealthBoard, Self::ProtectedIdentity, Self::Other]
            }
        }
    }

    /// The codes of the reasons that fit an answer, as a sentence names them: `sibling, namesake or other`.
    pub fn codes_of(verdict: Verdict) -> String {
        let codes: Vec<&str> = Self::of(verdict).iter().map(|reason| reason.code()).collect();
        codes.split_last().map_or_else(String::new, |(last, others)| format!("{} or {last}", others.join(", ")))
    }

    /// The reasons for *Not matchable*.
    pub const NOT_MATCHABLE: [Self; 5] =
        [Self::OutOfArea, Self::Unborn, Self::NoChi, Self::TooLittleRecorded, Self::Other];

    /// The reason as screens name it.
    pub fn words(self) -> &'static str {
        match self {
            Self::RecordingError => "Known error of recording",
            Self::NameChanged => "Name was changed",
            Self::Moved => "Person has moved",
            Self::CheckedElsewhere => "Checked in another source",
            Self::DetailsAgree => "Details agree, warning looked at",
            Self::Sibling => "Twin or other sibling",
            Self::ParentChild => "Parent and child",
            Self::Namesake => "Another person of the same name",
            Self::DetailsConflict => "Details conflict",
            Self::OtherCandidate => "Another candidate is right",
            Self::ProtectedIdentity => "Adoption or protected identity",
            Self::AskTeam => "Ask the team",
            Self::AskHealthBoard => "Ask the health board",
            Self::SecondOpinion => "Second opinion",
            Self::OutOfArea => "Out of area",
            Self::Unborn => "Unborn",
            Self::NoChi => "Has no CHI",
            Self::TooLittleRecorded => "Too little is recorded",
            Self::Other => "Other, see comment",
        }
    }

    /// The reason as files write it: the snake-case name of the variant.
    pub fn code(self) -> &'static str {
        match self {
            Self::RecordingError => "recording_error",
            Self::NameChanged => "name_changed",
            Self::Moved => "moved",
            Self::CheckedElsewhere => "checked_elsewhere",
            Self::DetailsAgree => "details_agree",
            Self::Sibling => "sibling",
            Self::ParentChild => "parent_child",
            Self::Namesake => "namesake",
            Self::DetailsConflict => "details_conflict",
            Self::OtherCandidate => "other_candidate",
            Self::ProtectedIdentity => "protected_identity",
            Self::AskTeam => "ask_team",
            Self::AskHealthBoard => "ask_health_board",
            Self::SecondOpinion => "second_opinion",
            Self::OutOfArea => "out_of_area",
            Self::Unborn => "unborn",
            Self::NoChi => "no_chi",
            Self::TooLittleRecorded => "too_little_recorded",
            Self::Other => "other",
        }
    }

    /// Reads a code back.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code().eq_ignore_ascii_case(code.trim()))
    }
}

/// How a decision was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// One pair, looked at in the window.
    ByHand,
    /// Accepted with its whole band, as earlier versions did.
    Band,
    /// Accepted with the pairs that agree as it does, after a look at a few of them; to be re-checked by sample.
    Class,
    /// Read from a file of decisions.
    File,
    /// Carried with a merge to the record that is kept, from the one that was matched.
    Carried,
    /// Brought back with a merge that was unmade, to the record that had been matched.
    Brought,
}

impl How {
    /// As files write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::ByHand => "by_hand",
            Self::Band => "band",
            Self::Class => "class",
            Self::File => "file",
            Self::Carried => "carried",
            Self::Brought => "brought",
        }
    }

    /// Whether nobody made the decision about this very pair: it came with a merge, or back with one.
    pub fn is_moved(self) -> bool {
        matches!(self, Self::Carried | Self::Brought)
    }

    /// Whether the pair was accepted unseen, with others.
    pub fn is_bulk(self) -> bool {
        matches!(self, Self::Band | Self::Class)
    }
}

/// Where a match comes from that nobody made of this very pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The record that the merge moves away.
    pub source: MosaicId,
    /// The record that it keeps.
    pub target: MosaicId,
    /// Who made the match that moved, by name; empty where that is not known.
    pub matched_by: String,
    /// When, UTC, ISO 8601; empty where it was made with the merge itself.
    pub matched_at: String,
    /// The record that it was made of, before any merge moved it; absent where one merge alone did, of `source`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<MosaicId>,
}

impl Moved {
    /// The record that the match was made of, however many merges have moved it since.
    pub fn origin(&self) -> &MosaicId {
        self.origin.as_ref().unwrap_or(&self.source)
    }

    /// Whose the match is that moved, and of which day: `of the match that Olive Officer made on 2026-11-29`. Names no record, so
    /// that it can stand where a record is not to be named.
    pub fn of_whom(&self) -> String {
        let by = if self.matched_by.is_empty() { "of a match made here" } else { "of the match that" };
        let who = if self.matched_by.is_empty() { String::new() } else { format!(" {} made", self.matched_by) };
        let on = self.matched_at.get(..10).map(|day| format!(" on {day}")).unwrap_or_default();
        format!("{by}{who}{on}")
    }
}

/// What a person decided about a pair. Who and when stand in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// The answer.
    pub verdict: Verdict,
    /// The coded reason; needed for *Refer*, and for *Match* in spite of a warning.
    pub reason: Option<Reason>,
    /// Free text; empty where none.
    pub comment: String,
    /// SHA-256 (hex) of the left record's content when it was looked at.
    pub left_hash: String,
    /// SHA-256 (hex) of the right record's content when it was looked at.
    pub right_hash: String,
    /// Whether the score was asked for before the answer was given.
    pub score_seen: bool,
    /// How the decision was made.
    pub how: How,
    /// For a *Match* of two Mosaic records: which is merged into which.
    pub merge: Option<Merge>,
    /// For a *Match* that replaces the CHI that Mosaic already holds: that CHI field, as given.
    pub replaces: Option<String>,
    /// For a *Match* that came with a merge, or back with one ([`How::Carried`], [`How::Brought`]): where from. Earlier versions
    /// wrote such a match down as one by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Box<Moved>>,
}

impl Judgement {
    /// Whether it was made with a class of pairs in spite of the warnings of that class: it has a reason, and no other of a
    /// class has.
    pub fn is_of_warned_class(&self) -> bool {
        self.how == How::Class && self.reason.is_some()
    }

    /// How it was made, as the evidence of a release says it: the code, and for a match that moved whose that was:
    /// `carried: with a merge, of the match that Olive Officer made on 2026-11-29`.
    pub fn how_words(&self) -> String {
        match (&self.moved, self.how) {
            (Some(moved), How::Carried) => format!("carried: with a merge, {}", moved.of_whom()),
            (Some(moved), How::Brought) => format!("brought: back with a merge that was unmade, {}", moved.of_whom()),
            (_, how) => how.code().to_owned(),
        }
    }

    /// Whether both say the same of Mosaic: the same answer, and the same merge. Comments, reasons and when it was looked at
    /// may differ.
    pub fn says_as(&self, other: &Self) -> bool {
        let ends = |judgement: &Self| judgement.merge.as_ref().map(|it| (it.source.clone(), it.target.clone()));
        self.verdict == other.verdict && ends(self) == ends(other)
    }
}

/// What a person decided about one Mosaic record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordJudgement {
    /// The answer.
    pub verdict: RecordVerdict,
    /// Why.
    pub reason: Reason,
    /// Free text; empty where none.
    pub comment: String,
    /// SHA-256 (hex) of the record's content when it was looked at.
    pub content_hash: String,
}

/// The answers about one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordVerdict {
    /// No CHI can be found for this person: out of area, unborn, no CHI.
    NotMatchable,
}
