//! Behaviour, by subject, through public interfaces. One target, so that the window stack is linked once.

#![allow(clippy::unwrap_used, missing_docs)]

mod batches;
mod desk;
mod house;
mod intake;
