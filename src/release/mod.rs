//! Files out: the seed file, the merge instructions, the evidence and the manifest of a signed batch, and the check that
//! needs no workspace.
//!
//! | file | what it holds |
//! |---|---|
//! | [`profile`] | how the seed file is written: column headings, line ends |
//! | [`mod@write`] | writing a signed batch, whole or not at all, the same bytes every time |
//! | `tables` | the rows of the three files |
//! | [`manifest`] | what a release says about itself |
//! | [`mod@verify`] | reading a release back, without the workspace |
//! | [`share`] | an extract for another organisation, by the sharing protocol: all people, or what changed |
//! | [`cross_reference`], [`fhir`] | Mosaic ids and CHI numbers, for systems that show each other's view |
//! | `place` | putting files in place, all of them or none |
//! | [`report`] | the report to a committee, one HTML page |
//! | `chart` | its charts, as inline SVG |
//! | [`error`] | why a release could not be written or read |

mod chart;
pub mod cross_reference;
pub mod error;
pub mod fhir;
pub mod manifest;
mod place;
pub mod profile;
pub mod report;
pub mod share;
mod tables;
pub mod verify;
pub mod write;

pub use error::ReleaseError;
pub use manifest::Manifest;
pub use profile::{ExportProfile, LineEnd};
pub use verify::{Verified, VerifyLine, verify};
pub use write::{Released, write, write_with};
