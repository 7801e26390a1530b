//! One encrypted workspace on local disk: the only room that knows SQLite.
//!
//! A workspace is a folder, `NAME.stewartry/`, that is made, moved, backed up and opened as one thing:
//!
//! | in the folder | what it is |
//! |---|---|
//! | `workspace.db` | the database, encrypted with SQLCipher under a random key |
//! | `keyring.json` | that key, wrapped once per person under their own passphrase |
//! | `lock` | held while somebody has the workspace open; says who |
//! | `reached` | how far the ledger is known to reach: what was lost since is missed |
//! | `backups/` | verified copies, each a workspace folder of its own |
//!
//! Everything that people do goes through one door, [`Workspace::apply`]: the events in the ledger and what they change are
//! one transaction, durable when the call returns.
//!
//! | file | what it holds |
//! |---|---|
//! | [`event`] | what can happen |
//! | [`views`] | what is shown to those above: plain data |
//! | `error` | what can go wrong, in sentences |
//! | `store` | making and opening a workspace |
//! | `sqlite` | the connection: the key, and every safety |
//! | `keyring` | the wrapped keys |
//! | `lock`, `place` | one opener at a time; where no workspace may be |
//! | `migrate` | the schema and its versions |
//! | [`durable`], `hex`, `number` | writing a file safely; bytes as text; counts in the database |
//! | `ledger` | the append-only chain of events |
//! | `signing`, `signatures`, [`signed_event`] | each person's key pair; whether every event is signed; one event for whoever has no workspace |
//! | [`rights`], `hands` | who may do what; who had a hand in a batch |
//! | [`sample`] | how many rows are re-checked, and which |
//! | `credentials`, `rekey` | whose key is whose, and who may know it; another key for the database |
//! | `clock` | what time it is, and whether the clock jumped |
//! | [`outgoing`] | what of a batch leaves the workspace, as it is signed |
//! | `apply` | the one door, and undo |
//! | `project` | from an event to what it changes; used live and by the check |
//! | `records`, `relationships`, `candidates`, `files`, `runs` | what files and the engine brought |
//! | `filling` | what makes loading many records quick |
//! | `loaded` | what was loaded, and what the engine made of it, bound to the ledger |
//! | `queue`, `classes` | which pairs are shown, in what order; those that are alike |
//! | [`facets`], `asked` | what a queue can be divided by; what is asked of a pair for it, and whether a filter admits the pair |
//! | `ladder` | how many pairs each band would hold, for any cuts |
//! | `kept`, `named`, `rows` | who the pairs are about and their orders, kept while the workspace is open; a set of rows |
//! | `decisions`, [`batches`], `staff` | what people did, as it stands now |
//! | `second` | the pairs that somebody answers without sight of another person's answer, and what both said |
//! | [`acknowledged`], [`corrections`] | what Mosaic said of the links it was given; what is to be taken out of it again |
//! | [`parcel`] | a part of the workspace that is decided, or signed, at another desk |
//! | `versions`, `scores` | what records said when they were decided about; how the engine saw what was submitted |
//! | `search`, `alike`, `status` | finding a CHI record by hand, and its index; who shares what with whom; where the work stands |
//! | `conflicts` | where decisions, Mosaic and CHI do not agree |
//! | [`sharing`] | what may be shared under which protocol, and what went out |
//! | [`refreshed`] | what a later extract meets, and what it unsettles |
//! | `reached` | what is missing after a crash is missed |
//! | `backup`, `restore`, `check`, `difference` | copies, a workspace made from one, and proof that all is well; the row that is not |
//! | `moment` | one moment of the workspace, seen by several connections |
//! | `facts` | what this program was built from |
//! | [`places`], [`profiles`] | where files can be sent; the export profiles that were saved, every version |
//! | `training`, `close` | the mark of a practice workspace; the end of one |
//! | `fixture`, `quick` | for tests: a small workspace of invented people; one in memory, for a great many deeds |
//! | `damage`, `faults`, `proof` | tests: damaged files; a full disk and a killed process; the table that proofs print |

pub mod acknowledged;
mod alike;
mod apply;
mod asked;
mod backup;
pub mod batches;
mod candidates;
mod check;
mod classes;
mod clock;
mod close;
mod conflicts;
pub mod corrections;
mod credentials;
#[cfg(test)]
mod damage;
mod decisions;
mod difference;
pub mod durable;
mod error;
pub mod event;
pub mod facets;
mod facts;
#[cfg(test)]
mod faults;
mod files;
mod filling;
#[cfg(test)]
mod fixture;
mod hands;
mod hex;
mod kept;
mod keyring;
mod ladder;
mod ledger;
mod loaded;
mod lock;
mod migrate;
mod moment;
mod named;
mod number;
pub mod outgoing;
pub mod parcel;
mod place;
pub mod places;
pub mod profiles;
mod project;
#[cfg(test)]
pub(crate) mod proof;
mod queue;
#[cfg(test)]
pub(crate) mod quick;
mod reached;
mod records;
pub mod refreshed;
mod rekey;
mod relationships;
mod restore;
pub mod rights;
mod rows;
mod runs;
pub mod sample;
mod scores;
mod search;
mod second;
pub mod sharing;
mod signatures;
pub mod signed_event;
mod signing;
mod sqlite;
mod staff;
mod status;
mod store;
mod training;
mod versions;
pub mod views;

pub use acknowledged::{Answered, Carried, LoadAnswer, LoadReport};
pub use apply::{Applied, Touched, Tx};
pub use backup::{Occasion, name_of as copied_name};
pub use candidates::NewPair;
pub use check::{CheckLine, CheckReport};
pub use classes::Alike;
pub use close::{Closing, Destroyed};
pub use corrections::{Correction, CorrectionState, ToTakeOut};
pub use credentials::{Given, KeyStanding};
pub use error::WorkspaceError;
pub use event::{
    BatchId, CorrectionId, CorrectionRow, Event, FileId, ReportColumns, RightSeed, Role, SignedNames, StaffId,
    Standing, TurnedAway,
};
pub use facets::{Age, Facets};
pub use facts::facts;
pub use files::{FileTally, NewFile};
pub use hands::Hand;
pub use keyring::KeyCost;
pub use ladder::CutLadder;
pub use ledger::LedgerFilter;
pub use places::Place;
pub use profiles::SavedProfile;
pub use records::{Change, MosaicChange};
pub use refreshed::{Gone, Recheck, RecheckWhy};
pub use relationships::Related;
pub use restore::Restored;
pub use rights::Right;
pub use rows::RowSet;
pub use scores::Score;
pub use search::Near;
pub use second::{Control, Known, SecondAnswer, Source};
pub use sharing::{Extract, ExtractId, LinkState, Protocol, SharedColumn, SharingException, SignedLink, SignedMerge};
pub use signed_event::{SignedEvent, fingerprint};
pub use staff::NewPerson;
pub use store::Workspace;
pub use training::OwnAnswer;
pub use views::*;

/// What every call here returns.
pub type Result<T, E = WorkspaceError> = std::result::Result<T, E>;
