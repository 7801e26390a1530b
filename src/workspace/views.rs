//! What the workspace shows to those above: plain data, read afresh, never edited in place.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::{BatchId, Event, FileId, Role, StaffId};
use super::{Age, Alike};
use crate::pair::{Band, Hazards, Judgement, Merge, Origin, PairKey, PairKind, Reason, RecordJudgement, Verdict};
use crate::person::{ChiRecord, Finding, MosaicRecord};

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their number.
    pub id: StaffId,
    /// Their name, as they sign.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// May add and remove people.
    pub administers: bool,
    /// Still here.
    pub active: bool,
}

/// A Mosaic record as it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMosaic {
    /// The record.
    pub record: MosaicRecord,
    /// What its row looked like on the way in.
    pub findings: Vec<Finding>,
    /// SHA-256 of its content, hex: what a decision is bound to.
    pub content_hash: String,
    /// Whether it was in the newest extract.
    pub present: bool,
    /// The file that brought it as it is, and the line there: later ones may have said the same again.
    pub source: (FileId, u64),
    /// What was decided about the record by itself.
    pub judged: Option<RecordJudgement>,
}

/// A CHI record as it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChi {
    /// The record.
    pub record: ChiRecord,
    /// What its row looked like on the way in.
    pub findings: Vec<Finding>,
    /// SHA-256 of its content, hex.
    pub content_hash: String,
    /// Whether it was in the newest extract.
    pub present: bool,
    /// The file that brought it as it is, and the line there: later ones may have said the same again.
    pub source: (FileId, u64),
}

/// A candidate pair, without its records.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The row's number: stable from run to run.
    pub id: i64,
    /// Which two records.
    pub key: PairKey,
    /// Match weight, log2.
    pub weight: f64,
    /// Match probability.
    pub probability: f64,
    /// How sure the engine is.
    pub band: Band,
    /// What to beware of.
    pub hazards: Hazards,
    /// The engine's agreement pattern.
    pub pattern: u32,
    /// Which candidate keys proposed it, a bit each.
    pub keys: u32,
    /// Weight above the runner-up.
    pub margin: Option<f64>,
    /// Chosen by the assignment.
    pub best: bool,
    /// Where it came from.
    pub origin: Origin,
    /// The live decision.
    pub decision: Option<Decision>,
    /// The batch that holds it: being composed, submitted, or signed and not released yet.
    pub batch: Option<BatchId>,
    /// The batch that carried it into Mosaic, unless it was recalled.
    pub released: Option<BatchId>,
}

/// A live decision about a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What was decided.
    pub judgement: Judgement,
    /// By whom.
    pub staff: StaffId,
    /// When.
    pub at: Timestamp,
    /// Its event.
    pub seq: i64,
    /// A record changed since in what mattered: the pair must be asked again.
    pub stale: bool,
    /// It was returned with a batch, by name or with all of it, and was not made again since.
    pub returned: bool,
}

impl Decision {
    /// Whether it stands: nothing asks for it to be made again.
    pub fn stands(&self) -> bool {
        !self.stale && !self.returned
    }
}

/// A merge that is decided, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveMerge {
    /// Its pair.
    pub key: PairKey,
    /// Which record goes into which.
    pub merge: Merge,
    /// The event of its decision.
    pub seq: i64,
}

/// A pair that a person looked at and settled, one by one; not with its whole band.
#[derive(Debug, Clone, PartialEq)]
pub struct LookedAt {
    /// Which two records.
    pub key: PairKey,
    /// *Match*; otherwise *Not a match*.
    pub is_match: bool,
    /// How probable the pair is now, and its band; `None` where it is no candidate any more.
    pub now: Option<(f64, Band)>,
}

/// Which pairs a queue shows, and in what order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QueueFilter {
    /// Links or duplicates.
    pub kind: PairKind,
    /// Bands shown; empty means all.
    pub bands: Vec<Band>,
    /// Which states.
    pub state: StateFilter,
    /// Pairs with any of these hazards; empty means all pairs.
    pub hazards: Hazards,
    /// Only the engine's chosen link of each record (and pairs from files or by hand).
    pub best_only: bool,
    /// Part of a Mosaic id, CHI or surname; empty means all.
    pub text: String,
    /// The order.
    pub order: Order,
    /// Teams or contexts of the Mosaic record, by number ([`super::Facets::contexts`]); 0 is none. Empty means all.
    #[serde(default)]
    pub contexts: Vec<i64>,
    /// Files that brought or last changed the Mosaic record; empty means all.
    #[serde(default)]
    pub files: Vec<FileId>,
    /// How long ago the pair was first proposed; empty means any time.
    #[serde(default)]
    pub ages: Vec<Age>,
    /// Who decided it; empty means anybody, and nobody.
    #[serde(default)]
    pub staff: Vec<StaffId>,
    /// The reason of its decision; empty means any, and none.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// Whose it is to look at, [`NOBODY`](super::facets::NOBODY) among them; empty means anybody.
    #[serde(default)]
    pub assigned: Vec<StaffId>,
    /// Only the pairs of this class; none means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Alike>,
}

impl QueueFilter {
    /// The queue an officer begins with: undecided best links in the review band, the riskiest first.
    pub fn start(kind: PairKind) -> Self {
        Self {
            kind,
            bands: vec![Band::Review],
            state: StateFilter::Undecided,
            hazards: Hazards::empty(),
            best_only: kind == PairKind::Link,
            text: String::new(),
            order: Order::Mixed,
            contexts: Vec::new(),
            files: Vec::new(),
            ages: Vec::new(),
            staff: Vec::new(),
            reasons: Vec::new(),
            assigned: Vec::new(),
            class: None,
        }
    }

    /// The pairs of a class that wait, in the mixed order: the first are the few to look at.
    pub fn of_class(kind: PairKind, class: Alike) -> Self {
        let band = match class {
            Alike::Agreement(_) => Band::Auto,
            Alike::Warnings(_) => Band::Review,
        };
        Self { bands: vec![band], class: Some(class), ..Self::start(kind) }
    }
}

/// Which pairs by the state of their answer. A pair is of one of *undecided*, the four answers and *settled*; *answered* is the
/// four together, and *all* is everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// No live answer, or one that does not stand; to be asked about.
    Undecided,
    /// With this live answer, which stands.
    Answered(Verdict),
    /// With any live answer that stands.
    #[serde(rename = "decided")]
    AnyAnswer,
    /// No live answer, and none is needed: another decision settles it.
    Settled,
    /// With an answer that does not stand ([`Decision::stands`]).
    #[serde(rename = "changed")]
    Again,
    /// All.
    All,
}

impl StateFilter {
    /// Whether it shows what is to be looked at again, wherever its pair stands now: then all that show it count the same.
    pub fn holds_again(self) -> bool {
        matches!(self, Self::Undecided | Self::Again | Self::All)
    }
}

/// The order of a queue. Every order ends in the pair's own key, so that it is the same each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// By a fixed shuffle, so that the place in the queue says nothing about the score.
    Mixed,
    /// Highest weight first.
    BestFirst,
    /// Identity hazards first, then lowest weight.
    RiskFirst,
    /// By Mosaic id.
    ById,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerRow {
    /// Sequence number.
    pub seq: i64,
    /// When, by this computer's clock.
    pub at: Timestamp,
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// What.
    pub event: Event,
    /// The event this one takes back.
    pub undoes: Option<i64>,
    /// The event that took this one back.
    pub undone_by: Option<i64>,
    /// The first event of the same deed.
    pub deed: i64,
    /// Hash of this row, hex.
    pub hash: String,
}

/// Where a batch is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// Being put together.
    Composing,
    /// Handed to the supervisor.
    Submitted,
    /// Signed off; never changes again.
    Signed,
    /// Given back; its rows are free again.
    Returned,
    /// Taken apart before submission; its rows are free again.
    Withdrawn,
}

impl BatchState {
    /// The state in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Composing => "Being composed",
            Self::Submitted => "Waiting for sign-off",
            Self::Signed => "Signed",
            Self::Returned => "Returned",
            Self::Withdrawn => "Taken apart",
        }
    }
}

/// A batch without its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Its number.
    pub id: BatchId,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub state: BatchState,
    /// Rows that are links.
    pub links: u64,
    /// Rows that are merges.
    pub merges: u64,
    /// Who put it together.
    pub composed_by: StaffId,
    /// Who submitted it, and when.
    pub submitted: Option<(StaffId, Timestamp)>,
    /// SHA-256 (hex) of what was submitted.
    pub content_hash: Option<String>,
    /// The drawn sample.
    pub sample: Option<Sample>,
    /// Who signed, when, at which event, and what the re-check proved.
    pub signed: Option<Signature>,
    /// Why it was returned.
    pub returned_reason: Option<String>,
    /// When it was first released, and the SHA-256 (hex) of the manifest that was written last.
    pub released: Option<(Timestamp, String)>,
    /// Everyone whose decision is in it.
    pub deciders: Vec<StaffId>,
}

/// A sample drawn for re-checking.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The recorded seed, hex.
    pub seed: String,
    /// Tolerable error, as a share.
    pub tolerable: f64,
    /// Confidence, as a share.
    pub confidence: f64,
    /// Rows drawn.
    pub size: u64,
    /// Rows re-checked so far.
    pub rechecked: u64,
    /// Rows re-checked with another answer than the officer's.
    pub disagreed: u64,
    /// Pairs among them that are no rows of the batch: controls, and those of them that were answered.
    pub controls: [u64; 2],
}

/// A sign-off.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// Who signed.
    pub staff: StaffId,
    /// When.
    pub at: Timestamp,
    /// The event.
    pub seq: i64,
    /// What the re-check proved.
    pub statement: String,
}

impl Batch {
    /// Whether a supervisor can still give it back: it was submitted, or signed, and its files were not written.
    pub fn may_be_returned(&self) -> bool {
        self.state == BatchState::Submitted || (self.state == BatchState::Signed && self.released.is_none())
    }
}

/// A row of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRow {
    /// The pair.
    pub key: PairKey,
    /// What it says: as it was submitted, or as it is decided now; `None` if that was taken back.
    pub decision: Option<Decision>,
    /// In the sample.
    pub sampled: bool,
    /// The second person's answer.
    pub recheck: Option<Verdict>,
    /// Named in a return.
    pub returned: bool,
    /// Why it was named there, where it has a reason of its own.
    pub return_reason: Option<String>,
    /// Why it was recalled after its release.
    pub recalled: Option<String>,
}

/// A loaded file.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceFile {
    /// Its number.
    pub id: FileId,
    /// `mosaic`, `chi`, `relationships`, `narrow_pairs` or `wide_pairs`.
    pub kind: String,
    /// File name.
    pub name: String,
    /// SHA-256, hex.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Data rows: `accepted + warned + rejected`.
    pub rows: u64,
    /// Rows taken without a warning.
    pub accepted: u64,
    /// Rows taken with a warning.
    pub warned: u64,
    /// Rows turned away.
    pub rejected: u64,
    /// Records new to the workspace.
    pub added: u64,
    /// Records whose content changed.
    pub changed: u64,
    /// Records missing from this extract.
    pub gone: u64,
    /// Finding, in words → rows.
    pub findings: Vec<(String, u64)>,
    /// When it was loaded.
    pub at: Timestamp,
    /// Who loaded it.
    pub by: StaffId,
    /// The event of its load.
    pub seq: i64,
}

/// A run of the engine. Model and report are the engine's own JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// Version of the engine.
    pub engine: String,
    /// `linkage::Model` as JSON.
    pub model: String,
    /// `linkage::Report` as JSON.
    pub report: String,
    /// Probabilities at and above which a pair is *auto* and *review*.
    pub cuts: [f64; 2],
    /// Its event.
    pub seq: i64,
}

/// Where the work stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Mosaic people present in the newest extract.
    pub mosaic: u64,
    /// CHI records present.
    pub chi: u64,
    /// Relationships recorded between people in Mosaic.
    #[serde(default)]
    pub relationships: u64,
    /// Candidate duplicates of two related people.
    #[serde(default)]
    pub related_duplicates: u64,
    /// Mosaic people who came with a valid CHI.
    pub seeded: u64,
    /// Candidate links by band: auto, review, low.
    pub links: [u64; 3],
    /// Candidate duplicates by band: auto, review, low.
    pub duplicates: [u64; 3],
    /// Links to decide, by band: the best of each person that nobody answered, and to review those to be looked at again,
    /// whichever they are.
    pub links_undecided: [u64; 3],
    /// Links to review that are as certain as the automatic band, so that a reason alone keeps them from it: those without a
    /// live decision, and all. They can be accepted as classes.
    #[serde(default)]
    pub links_for_a_reason: [u64; 2],
    /// Duplicates to decide, by band; those to be looked at again are to review.
    pub duplicates_undecided: [u64; 3],
    /// Links with an answer that stands: match, not a match, unsure, refer. None of them is among those to decide.
    pub link_answers: [u64; 4],
    /// Duplicates with an answer that stands: match (a merge), not a match, unsure, refer.
    pub duplicate_answers: [u64; 4],
    /// Live decisions that do not stand, as a record changed since or their batch was returned: they are among what is to decide.
    pub stale: u64,
    /// Records judged not matchable.
    pub not_matchable: u64,
    /// Mosaic people with a live *Match* to a CHI.
    pub people_matched: u64,
    /// Mosaic people with a signed link.
    pub people_signed: u64,
    /// Mosaic people with a released link.
    pub people_released: u64,
    /// Mosaic people with a released link that Mosaic's load report accepted.
    #[serde(default)]
    pub people_acknowledged: u64,
    /// Released links that Mosaic turned away.
    #[serde(default)]
    pub links_turned_away: u64,
    /// Released links of which no load report has spoken.
    #[serde(default)]
    pub links_unanswered: u64,
    /// Recalled links that no written correction has taken out of Mosaic.
    #[serde(default)]
    pub to_take_out: u64,
    /// Batches by state: composing, submitted, signed, returned.
    pub batches: [u64; 4],
    /// Events in the ledger.
    pub events: u64,
    /// Pairs with a live answer that was given since midnight by the clocks of Scotland, stale or not.
    pub decided_today: u64,
}

/// The candidate pairs of a kind that are asked about, or were answered, by where they stand. Each counts once, and none is left
/// out but those that another answer settles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    /// Without an answer in the automatic or the review band, or to be looked at again.
    pub to_decide: u64,
    /// Answered *Match*.
    pub matches: u64,
    /// Answered *Not a match*.
    pub not_matches: u64,
    /// Answered *Unsure*, or referred.
    pub unsettled: u64,
}

impl Answers {
    fn of(undecided: [u64; 3], answers: [u64; 4]) -> Self {
        let [matches, not_matches, unsure, referred] = answers;
        Self { to_decide: undecided[0] + undecided[1], matches, not_matches, unsettled: unsure + referred }
    }

    /// Decided: *Match* or *Not a match*, and nothing changed since.
    pub fn decided(&self) -> u64 {
        self.matches + self.not_matches
    }

    /// All of them.
    pub fn all(&self) -> u64 {
        self.decided() + self.unsettled + self.to_decide
    }
}

impl Status {
    /// Where the candidate links stand.
    pub fn links_by_answer(&self) -> Answers {
        Answers::of(self.links_undecided, self.link_answers)
    }

    /// Where the candidate duplicates stand.
    pub fn duplicates_by_answer(&self) -> Answers {
        Answers::of(self.duplicates_undecided, self.duplicate_answers)
    }
}

/// What a search for a CHI record by hand asks: every part that is not empty must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChiSearch {
    /// Words: parts of a name, a CHI number, a postcode, a date or part of one, in any order.
    pub text: String,
}

/// What a search for a CHI record by hand found.
#[derive(Debug, Clone, Default)]
pub struct ChiFound {
    /// How many records fit.
    pub total: u64,
    /// They, or those of them that share the most with the person.
    pub records: Vec<StoredChi>,
}

/// How many people in CHI share each of somebody's details, that person included. `None` where there is nothing to share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChiSharing {
    /// This surname.
    pub surname: Option<u64>,
    /// This forename.
    pub forename: Option<u64>,
    /// Both names.
    pub name: Option<u64>,
    /// Both names and the date of birth.
    pub name_and_birth: Option<u64>,
    /// The date of birth.
    pub birth: Option<u64>,
}
