//! What people may do, and what is refused whoever asks.

mod bands_and_files;
mod four_eyes;
mod learning;
mod loads;
mod refresh;
mod rules;
mod undoing;
