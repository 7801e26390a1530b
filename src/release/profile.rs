//! How the seed file is written. No public format for loading references into Mosaic was found, so this is a profile.

use serde::{Deserialize, Serialize};

/// How the seed file is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportProfile {
    /// Heading of the column with the Mosaic person's id.
    pub id_column: String,
    /// Heading of the column that says what kind of reference it is.
    pub type_column: String,
    /// Heading of the column with the CHI.
    pub value_column: String,
    /// What stands in the second column.
    pub reference_type: String,
    /// What rows end with, in every file of the release.
    pub line_end: LineEnd,
    /// The Information Sharing Protocol under which the files go out, as the two organisations name it; empty where none is
    /// named.
    pub sharing_protocol: String,
}

/// What rows end with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// Line feed.
    #[default]
    Lf,
    /// Carriage return and line feed.
    CrLf,
}

impl LineEnd {
    /// The line end itself.
    pub fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

impl ExportProfile {
    /// What is wrong with the profile, in a sentence; `None` where a seed file can be written by it.
    pub fn fault(&self) -> Option<&'static str> {
        let columns = [&self.id_column, &self.type_column, &self.value_column];
        let fits = |text: &&String| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_. ".contains(&b))
        };
        if !columns.iter().all(fits) || !fits(&&self.reference_type) {
            return Some("The profile's headings and reference type must be plain letters, digits, spaces, - _ and .");
        }
        let distinct = columns[0] != columns[1] && columns[0] != columns[2] && columns[1] != columns[2];
        if distinct { None } else { Some("Two columns of the profile have the same heading") }
    }
}

impl Default for ExportProfile {
    fn default() -> Self {
        Self {
            id_column: "MOSAIC_PERSON_ID".to_owned(),
            type_column: "REFERENCE_TYPE".to_owned(),
            value_column: "REFERENCE_VALUE".to_owned(),
            reference_type: "CHI".to_owned(),
            line_end: LineEnd::Lf,
            sharing_protocol: String::new(),
        }
    }
}
