//! Stewartry: a record-matching desk for data stewards in Scottish health and social care.
//!
//! # The way of the data
//!
//! ```text
//! files ──intake──▶ records + findings ──linkage──▶ candidate pairs, weights, hazards ──▶ workspace
//!                                                                                           │
//!    seed file, merge instructions, evidence ◀──release── signed batches ◀──stewardship── decisions, merges
//! ```
//!
//! Data goes one way. What people do is an *event* in an append-only ledger; what the screens show is derived from
//! events and can be rebuilt from them.
//!
//! # The rooms
//!
//! | room | what it holds | may use |
//! |---|---|---|
//! | [`progress`] | how long work says where it is, and is asked to stop | nothing |
//! | [`age`] | a file sealed for named recipients, as the `age` program has it | nothing |
//! | [`files`] | files by their names: read where they are ordinary, written whole | nothing |
//! | [`words`] | how numbers and dates are written for people, and by which clocks | nothing |
//! | [`person`] | one person's identifiers, pure: CHI, name, date, sex, postcode, address, record | nothing |
//! | [`pair`] | the vocabulary of candidate pairs, pure: key, band, hazards, verdict, reason, merge | `person` |
//! | [`intake`] | files in: encoding, delimiter, columns, rows → records and findings | `person` |
//! | [`linkage`] | candidate pairs, comparisons, model, competition, bands, hazards; pure | `pair`, `person` |
//! | [`workspace`] | the encrypted store: the only room that knows SQLite | `pair`, `person` |
//! | [`stewardship`] | what people do, one file per verb, and who may do it | `workspace`, `linkage`, `intake` |
//! | [`release`] | files out, checked and sent: batches, corrections, extracts, reports | `stewardship`, `workspace`, `age` |
//! | [`desktop`] | the window: the only room that knows egui | every room named before it |
//! | [`cli`] | the same verbs from a command line | every room named before it |
//!
//! Beside the rooms, `packaging/openssl-sys` is what SQLCipher asks of a library of ciphers, a crate of its own because it speaks to C.
//!
//! From `intake` on, every room may use `progress`, `files`, `words`, `person` and `pair` too. A room knows what it stands on,
//! never what stands on it; a test keeps it so (`tests/house.rs`).

pub mod age;
pub mod cli;
pub mod desktop;
pub mod files;
pub mod intake;
pub mod linkage;
pub mod pair;
pub mod person;
pub mod progress;
pub mod release;
pub mod stewardship;
pub mod words;
pub mod workspace;
