//! Behaviour, by subject, through public interfaces. One target, so that the window stack is linked once.

#![allow(clippy::unwrap_used, missing_docs)]

mod house;
mod intake;
