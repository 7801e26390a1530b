//! How a file is written.

use serde::{Deserialize, Serialize};

/// How a file is written: found, and shown before anything is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Lines of fields.
    Text(TextFormat),
    /// Apache Parquet, which says of itself how it is written.
    Parquet,
}

impl Format {
    /// What it is, in pairs of a name and a value, for a screen.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Text(text) => vec![
                ("Encoding", format!("{}{}", text.encoding.words(), if text.bom { ", marked" } else { "" })),
                ("Delimiter", text.delimiter.words().to_owned()),
                ("Line ends", text.line_ending.words().to_owned()),
            ],
            Self::Parquet => vec![("Format", "Parquet".to_owned())],
        }
    }

    /// How the text is written, where it is text.
    pub fn text(&self) -> Option<&TextFormat> {
        match self {
            Self::Text(text) => Some(text),
            Self::Parquet => None,
        }
    }
}

/// How a file of text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextFormat {
    /// How its characters are coded.
    pub encoding: TextEncoding,
    /// What stands between its fields.
    pub delimiter: Delimiter,
    /// What its rows end with.
    pub line_ending: LineEnding,
    /// Whether it begins with a byte order mark.
    pub bom: bool,
    /// Whether its first line is `sep=…`, which a spreadsheet writes to name the delimiter.
    pub sep_line: bool,
}

/// How the characters of a file are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextEncoding {
    /// UTF-8, plain ASCII included.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// The Western European code page of Windows.
    Windows1252,
}

impl TextEncoding {
    /// The encoding's name.
    pub fn words(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// What stands between the fields of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// Every delimiter, likeliest first.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// The delimiter's name.
    pub fn words(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "pipe",
        }
    }

    /// The delimiter itself.
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }

    /// The delimiter that a byte is.
    pub fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|delimiter| delimiter.byte() == byte)
    }
}

/// What the rows of a file end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnding {
    /// Line feed.
    Lf,
    /// Carriage return and line feed.
    CrLf,
    /// Carriage return alone.
    Cr,
    /// More than one of these in one file.
    Mixed,
}

impl LineEnding {
    /// The line end's name.
    pub fn words(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
            Self::Cr => "CR",
            Self::Mixed => "mixed",
        }
    }
}
