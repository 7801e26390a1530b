//! What can happen in a workspace. Each event is one row of the ledger; the screens' state is derived from them.
//!
//! Events that swap one state for another carry both, `before` and `after`, so that their inverse is the same event with the
//! two exchanged: undo is a new event, never a deletion, and redo is the undo of an undo.

use serde::{Deserialize, Serialize};

use super::places::Place;
use super::sharing::ExtractId;
use super::sharing::extracts::ExtractNote;
use super::sharing::protocol::Protocol;
use crate::pair::{Judgement, PairKey, RecordJudgement, Verdict};
use crate::person::{Chi, MosaicId};

/// A member of staff's number in this workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaffId(pub i64);

/// A batch's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchId(pub i64);

/// A loaded file's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub i64);

/// A correction's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CorrectionId(pub i64);

/// Which columns of a load report of Mosaic's hold what, by their headings; those left out are recognised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportColumns {
    /// The person's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The CHI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chi: Option<String>,
    /// Whether the row was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl ReportColumns {
    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A released link that Mosaic did not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnedAway {
    /// The link.
    pub pair: PairKey,
    /// Why, in Mosaic's words.
    pub reason: String,
}

/// A wrong seed that is taken out of Mosaic again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionRow {
    /// The batch whose release carried it.
    pub batch: BatchId,
    /// The person in Mosaic.
    pub mosaic: MosaicId,
    /// The wrong CHI.
    pub wrong: Chi,
    /// The right one, where a signed batch has one.
    pub right: Option<RightSeed>,
}

/// The seed that takes the place of a wrong one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightSeed {
    /// The signed batch that it is in.
    pub batch: BatchId,
    /// The CHI.
    pub chi: Chi,
}

/// What the candidate pairs were, each SHA-256 in hex digits (see `workspace::loaded`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Over each pair with its weight, its probability and what to beware of.
    pub scored: String,
    /// Over the band that each is in.
    pub bands: String,
    /// Over the bands of those that the cuts of the newest run do not move; none by a version before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmoved: Option<String>,
    /// Those that people brought together; none by a version before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHand>,
}

/// What the candidate pairs were that people had brought together, by a search or with a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    /// The highest number that any candidate pair had.
    pub to: i64,
    /// SHA-256 (hex) over those up to it.
    pub sha256: String,
    /// Those that came with a decision are among them; an older version left these out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decided: bool,
}

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Loads, matches, decides, composes and submits batches, releases signed ones.
    Officer,
    /// All of that, and signs off or returns batches in which they decided nothing.
    Supervisor,
}

impl Role {
    /// The role in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Officer => "Records officer",
            Self::Supervisor => "Supervisor",
        }
    }

    /// The role as the command line and files write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Supervisor => "supervisor",
        }
    }
}

/// What a member of staff is in this workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Their name, as they sign.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// May add and remove people.
    pub administers: bool,
    /// Still here; someone removed keeps their history.
    pub active: bool,
}

/// The people of what is signed, by the names that stand on what leaves: so that nobody exchanges one afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedNames {
    /// Who signs.
    pub signed_by: String,
    /// Who put it together.
    pub composed_by: String,
    /// Who submitted it; empty for a correction, which nobody submits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub submitted_by: String,
}

impl Standing {
    /// Who and what it is: `Olive Officer, Records officer who administers`.
    pub fn words(&self) -> String {
        let administers = if self.administers { " who administers" } else { "" };
        let gone = if self.active { "" } else { ", removed" };
        format!("{}, {}{administers}{gone}", self.name, self.role.words())
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The workspace was made.
    WorkspaceCreated {
        /// Its identity, random.
        workspace: String,
        /// The program's version.
        version: String,
    },
    /// The workspace was made for practice: everybody in it is invented. Always the second event; nothing takes it back.
    TrainingBegun {
        /// SHA-256 (hex) of the answers that come with the program.
        answers_sha256: String,
    },
    /// Somebody was added, changed or removed.
    StaffChanged {
        /// Whom.
        staff: StaffId,
        /// `None` when added.
        before: Option<Standing>,
        /// What they are now.
        after: Standing,
    },
    /// A person's public keys, from which on what they do is signed with the secret of the first. By whoever made the pair: the
    /// person, or who gave them their passphrase and so may know the secret.
    KeyRegistered {
        /// Whose.
        staff: StaffId,
        /// The Ed25519 key that signatures are checked with, hex.
        public: String,
        /// The key that database keys are sealed to, hex.
        sealing: String,
    },
    /// Somebody vouched that a key is in the hands of the person it is named for.
    KeyConfirmed {
        /// Whose.
        staff: StaffId,
        /// The key, hex.
        public: String,
    },
    /// A part of the workspace left for another desk ([`super::parcel`]).
    ParcelMade {
        /// Which: random, 32 hex digits.
        parcel: String,
        /// What it is for.
        purpose: super::parcel::Purpose,
        /// The people it is for.
        people: Vec<StaffId>,
    },
    /// A parcel was taken in. The events just before this one are what was done with it, each its author's.
    ParcelTaken {
        /// Which.
        parcel: String,
        /// How many events were taken in.
        events: u64,
        /// Those that were not, and why.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        refused: Vec<super::parcel::Refusal>,
    },
    /// The database was encrypted under a new key.
    DatabaseKeyChanged {
        /// The copy that was made before, without its folder.
        backup: String,
    },
    /// The computer's clock jumped since the event before, or while the program ran. The order of events is their numbers'.
    ClockJumped {
        /// What time it should have been, UTC, ISO 8601.
        expected: String,
        /// By how many seconds the clock is ahead of that; less than 0 where it was set back.
        seconds: i64,
    },
    /// Somebody opened the workspace.
    Opened {
        /// The operating system's account name.
        account: String,
    },
    /// A file was loaded.
    FileLoaded {
        /// Its number.
        file: FileId,
        /// `mosaic`, `chi`, `relationships`, `narrow_pairs` or `wide_pairs`.
        kind: String,
        /// File name, without its folder.
        name: String,
        /// SHA-256 of its bytes, hex.
        sha256: String,
        /// Data rows in it.
        rows: u64,
        /// Rows taken without a warning.
        accepted: u64,
        /// Rows taken with a warning.
        warned: u64,
        /// Rows turned away, each with its reason.
        rejected: u64,
        /// Records new to the workspace.
        added: u64,
        /// Records whose content changed.
        changed: u64,
        /// Records that were there and are not in this extract.
        gone: u64,
        /// What made the file look like a wrong one when it was loaded nevertheless, by code.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        in_spite_of: Vec<String>,
        /// SHA-256 (hex) over all that was held when it was loaded (see `workspace::loaded`); none by a version before that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holds: Option<String>,
        /// What the candidate pairs were then, likewise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pairs: Option<Proposed>,
    },
    /// The engine ran over the extracts.
    Matched {
        /// The run's number.
        run: i64,
        /// Version of the engine.
        engine: String,
        /// SHA-256 (hex) of the model's JSON.
        model_sha256: String,
        /// SHA-256 (hex) of the files matched.
        inputs: Vec<String>,
        /// Link pairs kept.
        links: u64,
        /// Duplicate pairs kept.
        duplicates: u64,
        /// Decisions that the model learned from.
        #[serde(default, skip_serializing_if = "is_zero")]
        learned_from: u64,
        /// What the candidate pairs were then; none by a version before that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pairs: Option<Proposed>,
    },
    /// The cuts between the bands were moved.
    CutsMoved {
        /// The run's number.
        run: i64,
        /// Probabilities at and above which a pair is *auto* and *review*: before.
        before: [f64; 2],
        /// And after.
        after: [f64; 2],
    },
    /// A candidate pair was added that no run brought together: by hand, or because a decision needs it.
    FoundByHand {
        /// The pair.
        pair: PairKey,
        /// What it was then, SHA-256 in hex digits (see `workspace::loaded`); none by a version before that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scored: Option<String>,
    },
    /// The score of a pair was asked for before it was decided.
    ScoreRevealed {
        /// The pair.
        pair: PairKey,
    },
    /// A pair was decided, or its decision changed or taken back.
    Decided {
        /// The pair.
        pair: PairKey,
        /// The live judgement before.
        before: Option<Box<Judgement>>,
        /// The live judgement now.
        after: Option<Box<Judgement>>,
    },
    /// A record was judged by itself.
    RecordDecided {
        /// The record.
        mosaic: MosaicId,
        /// Before.
        before: Option<RecordJudgement>,
        /// Now.
        after: Option<RecordJudgement>,
    },
    /// A batch was put together of decided pairs; `after` empty means taken apart again.
    BatchComposed {
        /// Its number.
        batch: BatchId,
        /// Its name.
        name: String,
        /// The rows before.
        before: Vec<PairKey>,
        /// The rows now.
        after: Vec<PairKey>,
    },
    /// A batch was handed to the supervisor.
    BatchSubmitted {
        /// Its number.
        batch: BatchId,
        /// SHA-256 (hex) over what every row says ([`super::batches::content_hash`]).
        content_hash: String,
        /// SHA-256 (hex) over what the engine said of every row ([`super::Workspace::scores_sha256`]); none by a version before that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scores: Option<String>,
    },
    /// The sample to re-check was drawn, after submission.
    SampleDrawn {
        /// The batch.
        batch: BatchId,
        /// The seed, from the operating system, hex.
        seed: String,
        /// Tolerable error, as a share.
        tolerable: f64,
        /// Confidence, as a share.
        confidence: f64,
        /// The rows to re-check.
        rows: Vec<PairKey>,
        /// Pairs decided *Not a match* that stand among them, so that the second answer cannot be guessed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        controls: Vec<PairKey>,
    },
    /// A row of the sample, or a control among them, was decided a second time, by somebody else, without sight of the first
    /// answer.
    Rechecked {
        /// The batch.
        batch: BatchId,
        /// The row or the control.
        pair: PairKey,
        /// The answer before, where it was changed.
        before: Option<Verdict>,
        /// The answer now.
        after: Option<Verdict>,
    },
    /// A submitted batch was given back, or a signed one before its files were written.
    BatchReturned {
        /// The batch.
        batch: BatchId,
        /// Why.
        reason: String,
        /// Rows to look at again; empty means all.
        rows: Vec<PairKey>,
        /// Why each of these rows, in their order; an empty text where a row has no reason of its own.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        why: Vec<String>,
    },
    /// A batch was signed off. Until its files are written it can still be returned; its content never changes again.
    BatchSigned {
        /// The batch.
        batch: BatchId,
        /// The content that was signed: equal to the submitted hash.
        content_hash: String,
        /// What the re-check proves, in a sentence.
        statement: String,
        /// SHA-256 (hex) over what leaves with the batch ([`super::outgoing`]); empty where it was signed before there were
        /// signatures.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        rows_sha256: String,
        /// Whose names stand on what leaves; none where an earlier version signed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        names: Option<Box<SignedNames>>,
        /// In which form the rows were hashed ([`super::outgoing::Form`]). None where an earlier version signed: in the second
        /// form with names, and in the first without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rows_form: Option<u8>,
    },
    /// The files of a signed batch were written.
    Released {
        /// The batch.
        batch: BatchId,
        /// SHA-256 (hex) of the manifest.
        manifest_sha256: String,
        /// Names of the files, without their folder.
        files: Vec<String>,
    },
    /// A row of a released batch was found wrong, and is to be taken out of Mosaic again; or that was taken back.
    Recalled {
        /// The batch.
        batch: BatchId,
        /// The row.
        pair: PairKey,
        /// Why it was recalled, before.
        before: Option<String>,
        /// Why it is recalled, now.
        after: Option<String>,
    },
    /// Rows of a signed batch that its files do not hold, noted when these are first written: those about restricted people.
    LeftOut {
        /// The batch.
        batch: BatchId,
        /// The rows.
        rows: Vec<PairKey>,
    },
    /// An export profile was saved as its next version.
    ProfileSaved {
        /// Its name.
        name: String,
        /// The version, from 1.
        version: u64,
        /// What it says ([`crate::workspace::SavedProfile`]).
        profile: serde_json::Value,
    },
    /// A table of a signed batch was written by a profile: not the seed file, which [`Event::Released`] notes.
    ProfileWritten {
        /// The batch.
        batch: BatchId,
        /// The profile's name.
        profile: String,
        /// Its version.
        version: u64,
        /// SHA-256 (hex) of the manifest.
        manifest_sha256: String,
        /// Names of the files, without their folder.
        files: Vec<String>,
    },
    /// Mosaic's report on loading a released batch was taken in.
    Acknowledged {
        /// The batch.
        batch: BatchId,
        /// The report's file name.
        name: String,
        /// SHA-256 (hex) of its bytes.
        sha256: String,
        /// Links that Mosaic took.
        accepted: Vec<PairKey>,
        /// Links that it turned away.
        rejected: Vec<TurnedAway>,
        /// The columns that were named.
        #[serde(default, skip_serializing_if = "ReportColumns::is_empty")]
        columns: ReportColumns,
    },
    /// Wrong seeds were put together, to be taken out of Mosaic again.
    CorrectionComposed {
        /// The correction.
        correction: CorrectionId,
        /// What is taken out.
        rows: Vec<CorrectionRow>,
        /// SHA-256 (hex) over what the rows say ([`super::corrections::content_hash`]).
        content_hash: String,
    },
    /// A correction was given back before its files were written.
    CorrectionReturned {
        /// The correction.
        correction: CorrectionId,
        /// Why.
        reason: String,
    },
    /// A correction was signed.
    CorrectionSigned {
        /// The correction.
        correction: CorrectionId,
        /// The content that was signed.
        content_hash: String,
        /// What was looked at, in a sentence.
        statement: String,
        /// Whose names stand on what leaves; none where an earlier version signed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        names: Option<Box<SignedNames>>,
    },
    /// The files of a signed correction were written.
    CorrectionReleased {
        /// The correction.
        correction: CorrectionId,
        /// SHA-256 (hex) of the manifest.
        manifest_sha256: String,
        /// Names of the files, without their folder.
        files: Vec<String>,
    },
    /// A pair was given to somebody to look at, or taken from them.
    Assigned {
        /// The pair.
        pair: PairKey,
        /// Whose it was.
        before: Option<StaffId>,
        /// Whose it is.
        after: Option<StaffId>,
    },
    /// A supervisor answered a pair before any officer did; or took that back.
    KnownSet {
        /// The pair.
        pair: PairKey,
        /// The answer before.
        before: Option<Verdict>,
        /// The answer now.
        after: Option<Verdict>,
    },
    /// What the sharing protocol says was set, or set anew.
    ProtocolSet {
        /// The number of this version.
        version: i64,
        /// What it says.
        protocol: Box<Protocol>,
    },
    /// A supervisor let a restricted person be shared, or took that back.
    SharingExcepted {
        /// The link.
        pair: PairKey,
        /// Up to which level, before.
        before: Option<u8>,
        /// Up to which level, now.
        after: Option<u8>,
        /// Why.
        reason: String,
    },
    /// A share extract was written.
    ExtractWritten(Box<ExtractNote>),
    /// The receiver said that it has loaded a share extract.
    ExtractAcknowledged {
        /// Its number.
        extract: ExtractId,
        /// What was noted: who said so, and how.
        note: String,
    },
    /// The cross-reference was written for other systems.
    CrossReferenceWritten {
        /// Its form: `csv` or `fhir`.
        form: String,
        /// Rows or resources in it.
        rows: u64,
        /// The file's name, without its folder.
        name: String,
        /// SHA-256 (hex) of the file.
        sha256: String,
    },
    /// Somebody asked whose CHI a number is, or which CHI a Mosaic person has.
    LookedUp {
        /// The Mosaic person that was asked about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mosaic: Option<MosaicId>,
        /// The CHI that was asked about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chi: Option<Chi>,
        /// The link that was told; `None` where none was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<PairKey>,
        /// There is one, and it was not told, because the person is restricted.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        withheld: bool,
    },
    /// A verified backup was made.
    BackedUp {
        /// Its file name.
        name: String,
    },
    /// The workspace was made anew from a copy of another: what follows is not that one's history any more.
    Restored {
        /// Its new identity, random.
        workspace: String,
        /// The identity that it had.
        from: String,
        /// The name of the folder that was copied.
        copy: String,
    },
    /// Where files can be sent was written down, changed or taken away.
    PlaceSet {
        /// Its name.
        place: String,
        /// What it was.
        before: Option<Box<Place>>,
        /// What it is.
        after: Option<Box<Place>>,
    },
    /// A file was sent, and is whole where it was sent to.
    Sent {
        /// The place, by its name.
        place: String,
        /// Where that was: user, computer, port and folder.
        to: String,
        /// The file's name there.
        name: String,
        /// SHA-256 (hex) of its bytes.
        sha256: String,
        /// How many they are.
        bytes: u64,
        /// How often the connection broke and the rest was sent after it.
        breaks: u64,
    },
    /// The workspace was closed: its last archive is of the state after this event, and nothing changes any more.
    Closed {
        /// What was still open, in words; empty where nothing was.
        left_open: Vec<String>,
        /// Why it was closed in spite of that; empty where nothing was open.
        reason: String,
    },
}

/// What is zero is not written: earlier events did not have it, and their hashes stand.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Event {
    /// The event that takes this one back, where it can be taken back.
    pub fn inverse(&self) -> Option<Self> {
        Some(match self.clone() {
            Self::CutsMoved { run, before, after } => Self::CutsMoved { run, before: after, after: before },
            Self::Decided { pair, before, after } => Self::Decided { pair, before: after, after: before },
            Self::RecordDecided { mosaic, before, after } => {
                Self::RecordDecided { mosaic, before: after, after: before }
            }
            Self::BatchComposed { batch, name, before, after } => {
                Self::BatchComposed { batch, name, before: after, after: before }
            }
            Self::Rechecked { batch, pair, before, after } => {
                Self::Rechecked { batch, pair, before: after, after: before }
            }
            Self::Recalled { batch, pair, before, after } => {
                Self::Recalled { batch, pair, before: after, after: before }
            }
            Self::Assigned { pair, before, after } => Self::Assigned { pair, before: after, after: before },
            Self::KnownSet { pair, before, after } => Self::KnownSet { pair, before: after, after: before },
            _ => return None,
        })
    }
}
