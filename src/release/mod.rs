//! Files out: the seed file, the merge instructions, the evidence and the manifest of a signed batch, and the check that
//! needs no workspace.
//!
//! | file | what it holds |
//! |---|---|
//! | [`profile`], [`field`] | how a table is written, as data; what can stand in a column |
//! | `shipped`, [`profiles`] | the profiles that come with the program; those that were saved, and saving one |
//! | `lay` | rows laid out by a profile, and read back |
//! | [`mod@write`] | writing a signed batch, whole or not at all, the same bytes every time |
//! | `tables` | the rows of the tables |
//! | [`correction`] | what a signed correction takes out of Mosaic again |
//! | [`manifest`] | what a release says about itself |
//! | [`mod@verify`] | reading a release back, without the workspace |
//! | [`share`] | an extract for another organisation, by the sharing protocol: all people, or what changed |
//! | [`cross_reference`], [`fhir`] | Mosaic ids and CHI numbers, for systems that show each other's view |
//! | `place` | putting files in place, all of them or none |
//! | [`transfer`] | packed for named recipients, and sent to an agreed place |
//! | `training` | the mark that files of a practice workspace carry |
//! | [`close`] | the end of a workspace: the last archive, and what remains |
//! | `sealed` | whether what was signed is what the files say |
//! | [`against`] | a release that was kept elsewhere against the ledger |
//! | [`report`] | the report to a committee, one HTML page |
//! | `chart` | its charts, as inline SVG |
//! | [`error`] | why a release could not be written or read |

pub mod against;
mod chart;
pub mod close;
pub mod correction;
pub mod cross_reference;
pub mod error;
pub mod fhir;
pub mod field;
mod lay;
pub mod manifest;
mod place;
pub mod profile;
pub mod profiles;
pub mod report;
mod sealed;
pub mod share;
mod shipped;
mod tables;
mod training;
pub mod transfer;
pub mod verify;
pub mod write;

pub use correction::{Corrected, CorrectionManifest};
pub use error::ReleaseError;
pub use manifest::Manifest;
pub use profile::{ExportProfile, LineEnd};
pub use verify::{Verified, VerifyLine, signers_key, verify};
pub use write::{GLANCE_LINES, PreviewFile, Released, glance, preview, write, write_with, write_with_recalled};
