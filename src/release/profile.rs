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
    /// What rows end with.
    pub line_end: LineEnd,
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

impl Default for ExportProfile {
    fn default() -> Self {
        Self {
            id_column: "MOSAIC_PERSON_ID".to_owned(),
            type_column: "REFERENCE_TYPE".to_owned(),
            value_column: "REFERENCE_VALUE".to_owned(),
            reference_type: "CHI".to_owned(),
            line_end: LineEnd::Lf,
        }
    }
}
