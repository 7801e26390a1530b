//! The headings that fields go by.
use super::{Field, Kind};
use std::collections::BTreeMap;
pub(crate) fn plain(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}
pub(crate) fn map(_kind: Kind, _headings: &[String]) -> BTreeMap<Field, usize> {
    unimplemented!()
}
