//! Behaviour, by subject, through public interfaces. One target, so that the window stack is linked once.

#![allow(clippy::unwrap_used, missing_docs)]

mod about;
mod access;
mod any_bytes;
mod batches;
mod close;
mod corpus;
mod cross_reference;
mod daily;
mod desk;
mod desktop;
mod exchange;
mod explain;
mod files_out;
mod files_out_window;
mod formulas;
mod groups;
mod house;
mod intake;
mod linkage;
mod loading;
mod overview;
mod pictures;
mod proofs;
mod release;
mod review;
mod sharing;
mod sharing_window;
mod stewardship;
mod tampering;
mod training;
mod transfer;
mod whole_way;
mod window;
mod workspace;
