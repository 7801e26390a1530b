//! What Mosaic records of two people together: a relationship, or membership of one household.

use serde::{Deserialize, Serialize};

use super::{MosaicId, PartialDate};

/// A relationship or a shared household of two people in Mosaic, as one row of an extract says it.
///
/// Mosaic refuses to merge two people between whom one is recorded, whether or not it has ended, and rightly: whoever
/// recorded it had two people before them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Relationship {
    /// The person whose row it is.
    pub one: MosaicId,
    /// The other person.
    pub other: MosaicId,
    /// What it is, as given ("Mother", "Household member"); empty where the row does not say.
    pub what: String,
    /// When it began.
    pub began: Option<PartialDate>,
    /// When it ended; `None` where it has not, or nobody says.
    pub ended: Option<PartialDate>,
}

impl Relationship {
    /// The relationship as a sentence names it: `“Mother” (200123 and 200456, until 3 Nov 2020)`.
    pub fn words(&self) -> String {
        let what =
            if self.what.is_empty() { "relationship not said".to_owned() } else { format!("“{}”", self.what) };
        let mut when = String::new();
        if let Some(began) = self.began {
            when += &format!(", since {}", began.words());
        }
        if let Some(ended) = self.ended {
            when += &format!(", until {}", ended.words());
        }
        format!("{what} ({} and {}{when})", self.one, self.other)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_relationship_names_itself_both_people_and_its_time() {
        let id = |text: &str| MosaicId::parse(text).unwrap();
        let mut it = Relationship { one: id("1"), other: id("2"), what: "Mother".into(), began: None, ended: None };
        assert_eq!(it.words(), "“Mother” (1 and 2)");
        it.what.clear();
        it.ended = PartialDate::whole(2020, 11, 3);
        assert_eq!(it.words(), "relationship not said (1 and 2, until 3 Nov 2020)");
    }
}
