//! What people may do, and what is refused whoever asks.

mod carry;
mod classes_and_files;
mod conflicts;
mod four_eyes;
mod groups;
mod learning;
mod loads;
mod one_person;
mod refresh;
mod relationships;
mod rules;
mod second_answers;
mod second_extract;
mod spreadsheets;
mod undoing;
