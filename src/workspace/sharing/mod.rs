//! Sharing with another organisation, as it stands: the protocol in force and its versions, the signed links, the restricted
//! people who may be shared, the extracts that went out.
//!
//! | file | what it holds |
//! |---|---|
//! | [`protocol`] | what was agreed: levels, columns, purposes, the day of its review |
//! | [`extracts`] | what went out and came to be acknowledged, and what a receiver holds |
//! | [`links`] | the links that a supervisor signed, with what is held of their people; exceptions |

pub mod extracts;
pub mod links;
pub mod protocol;

pub use extracts::{Extract, ExtractId, RowHash, state_sha256};
pub use links::{LinkState, SharingException, SignedLink, SignedMerge};
pub use protocol::{Level, Protocol, SharedColumn};
