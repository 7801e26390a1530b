//! The Information Sharing Protocol as data: what two organisations agreed to share, level by level.
//!
//! A level allows its own columns and those of every level below it. Which level is agreed stands apart from what the levels
//! are: the paper may describe a fourth level long before anybody agrees to it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::super::event::StaffId;
use super::super::ledger::{self, Entry};
use super::super::project::expect;
use super::super::{Result, Workspace, WorkspaceError};

/// A column of a share extract. The CHI is in every extract and is none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SharedColumn {
    /// Mosaic's id of the person.
    MosaicPersonId,
    /// Since when the link of the two is signed: a day, UTC.
    LinkedSince,
    /// Team or context of the person in Mosaic.
    Context,
    /// Surname.
    Surname,
    /// First forename.
    FirstForename,
    /// Second and further forenames.
    SecondForename,
    /// Previous surname.
    PreviousSurname,
    /// The name the person is known by.
    KnownAs,
    /// Sex: 1 male, 2 female, 9 not known.
    Sex,
    /// Date of birth.
    DateOfBirth,
    /// Date of death.
    DateOfDeath,
    /// Address, its lines with commas between.
    Address,
    /// Postcode.
    Postcode,
    /// When Mosaic last changed the record.
    LastChanged,
    /// What Mosaic says of care packages: no, yes or how many.
    CarePackages,
    /// What Mosaic says of a personal budget.
    PersonalBudget,
    /// What Mosaic says of finance: invoices, payees, charge periods.
    Finance,
}

impl SharedColumn {
    /// Every column, in the order of an extract.
    pub const ALL: [Self; 17] = [
        Self::MosaicPersonId,
        Self::LinkedSince,
        Self::Context,
        Self::Surname,
        Self::FirstForename,
        Self::SecondForename,
        Self::PreviousSurname,
        Self::KnownAs,
        Self::Sex,
        Self::DateOfBirth,
        Self::DateOfDeath,
        Self::Address,
        Self::Postcode,
        Self::LastChanged,
        Self::CarePackages,
        Self::PersonalBudget,
        Self::Finance,
    ];

    /// The column's heading, and its name in a protocol.
    pub fn code(self) -> &'static str {
        match self {
            Self::MosaicPersonId => "MOSAIC_PERSON_ID",
            Self::LinkedSince => "LINKED_SINCE",
            Self::Context => "CONTEXT",
            Self::Surname => "SURNAME",
            Self::FirstForename => "FIRST_FORENAME",
            Self::SecondForename => "SECOND_FORENAME",
            Self::PreviousSurname => "PREVIOUS_SURNAME",
            Self::KnownAs => "KNOWN_AS",
            Self::Sex => "SEX",
            Self::DateOfBirth => "DATE_OF_BIRTH",
            Self::DateOfDeath => "DATE_OF_DEATH",
            Self::Address => "ADDRESS",
            Self::Postcode => "POSTCODE",
            Self::LastChanged => "LAST_CHANGED",
            Self::CarePackages => "CARE_PACKAGES",
            Self::PersonalBudget => "PERSONAL_BUDGET",
            Self::Finance => "FINANCE",
        }
    }

    /// The column of a heading, in any capitals.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.code().eq_ignore_ascii_case(code.trim()))
    }
}

/// A level of a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Its number, 1 to 4.
    pub level: u8,
    /// What the organisations call it: "Basic".
    pub name: String,
    /// What it allows beside what the levels below it do.
    pub columns: Vec<SharedColumn>,
}

/// An Information Sharing Protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// As the two organisations name it: "DG-ISP-2026-04".
    pub reference: String,
    /// The day by which it is to be reviewed.
    pub review: Date,
    /// The highest level that is agreed now; 0 where none is, and nothing may be shared.
    pub agreed: u8,
    /// What an extract may be for; each extract names one of these.
    pub purposes: Vec<String>,
    /// The levels, lowest first.
    pub levels: Vec<Level>,
}

/// The longest reference, name of a level or purpose, in characters.
pub const LONGEST: usize = 200;

impl Protocol {
    /// What a protocol may look like, to be filled in: three levels, none of them agreed.
    pub fn example(review: Date) -> Self {
        use SharedColumn::{
            Address, CarePackages, Context, DateOfBirth, DateOfDeath, FirstForename, KnownAs, LastChanged, LinkedSince,
            MosaicPersonId, PersonalBudget, Postcode, PreviousSurname, SecondForename, Sex, Surname,
        };
        let level = |level, name: &str, columns: &[SharedColumn]| Level {
            level,
            name: name.to_owned(),
            columns: columns.to_vec(),
        };
        Self {
            reference: "ISP reference".to_owned(),
            review,
            agreed: 0,
            purposes: vec!["Showing that a person is known to social work".to_owned()],
            levels: vec![
                level(1, "Basic", &[MosaicPersonId, LinkedSince, Context]),
                level(
                    2,
                    "Intermediate",
                    &[
                        Surname,
                        FirstForename,
                        SecondForename,
                        PreviousSurname,
                        KnownAs,
                        Sex,
                        DateOfBirth,
                        DateOfDeath,
                        Address,
                        Postcode,
                    ],
                ),
                level(3, "Detailed", &[LastChanged, CarePackages, PersonalBudget]),
            ],
        }
    }

    /// What is wrong with the protocol, in a sentence without its full stop; `None` where extracts can be made by it.
    pub fn fault(&self) -> Option<String> {
        let fits = |text: &str| {
            !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control)
        };
        if !fits(&self.reference) {
            return Some(format!("A protocol needs a reference of 1 to {LONGEST} characters"));
        }
        if self.purposes.is_empty() || !self.purposes.iter().all(|purpose| fits(purpose)) {
            return Some(format!("A protocol names at least one purpose, each of 1 to {LONGEST} characters"));
        }
        if self.purposes.iter().collect::<BTreeSet<_>>().len() != self.purposes.len() {
            return Some("A protocol names each purpose once".to_owned());
        }
        if self.levels.is_empty() || self.levels.len() > 4 {
            return Some("A protocol has one to four levels".to_owned());
        }
        if self.levels.iter().enumerate().any(|(place, level)| usize::from(level.level) != place + 1) {
            return Some("The levels of a protocol are numbered 1, 2, 3 and 4 in this order".to_owned());
        }
        if let Some(level) = self.levels.iter().find(|level| !fits(&level.name)) {
            return Some(format!("Level {} needs a name", level.level));
        }
        let mut seen = BTreeSet::new();
        for level in &self.levels {
            for column in &level.columns {
                if !seen.insert(*column) {
                    let code = column.code();
                    return Some(format!(
                        "{code} stands twice; a level has what those below it have, and names only what is new"
                    ));
                }
            }
        }
        if usize::from(self.agreed) > self.levels.len() {
            return Some(format!("Level {} is agreed, and there is no such level", self.agreed));
        }
        None
    }

    /// A level.
    pub fn level(&self, level: u8) -> Option<&Level> {
        self.levels.iter().find(|held| held.level == level)
    }

    /// The columns that a level allows, those of the levels below it among them, in the order of an extract.
    pub fn allowed(&self, level: u8) -> Vec<SharedColumn> {
        let held: BTreeSet<SharedColumn> = self
            .levels
            .iter()
            .filter(|held| held.level <= level)
            .flat_map(|held| held.columns.iter().copied())
            .collect();
        held.into_iter().collect()
    }

    /// The level that a column belongs to.
    pub fn level_of(&self, column: SharedColumn) -> Option<&Level> {
        self.levels.iter().find(|level| level.columns.contains(&column))
    }

    /// Whether the review is overdue on a day.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.review < today
    }
}

/// A version of the protocol: what was agreed, and who put it there when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtocolVersion {
    /// Its number, 1, 2, 3 …
    pub version: i64,
    /// What it says.
    pub protocol: Protocol,
    /// Who put it there.
    pub staff: StaffId,
    /// When.
    pub at: jiff::Timestamp,
}

/// A new version takes the next number.
pub(in super::super) fn set(
    conn: &rusqlite::Connection,
    entry: &Entry<'_>,
    version: i64,
    protocol: &Protocol,
) -> Result<()> {
    let newest: i64 = conn
        .prepare_cached("SELECT coalesce(max(version), 0) FROM sharing_protocol")?
        .query_row([], |row| row.get(0))?;
    expect(version == newest + 1)?;
    let text = serde_json::to_string(protocol).map_err(|_| WorkspaceError::conflict("A protocol has no JSON form"))?;
    conn.prepare_cached(
        "INSERT INTO sharing_protocol (version, protocol, staff, at, seq) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![version, text, entry.staff.0, entry.at, entry.seq])?;
    Ok(())
}

const COLUMNS: &str = "SELECT version, protocol, staff, at FROM sharing_protocol";

fn read(row: &Row<'_>) -> Result<ProtocolVersion> {
    let protocol = serde_json::from_str(&row.get::<_, String>(1)?)
        .map_err(|_| WorkspaceError::damaged("a stored sharing protocol cannot be read"))?;
    Ok(ProtocolVersion {
        version: row.get(0)?,
        protocol,
        staff: StaffId(row.get(2)?),
        at: ledger::time(&row.get::<_, String>(3)?)?,
    })
}

impl Workspace {
    /// The protocol in force.
    pub fn protocol(&self) -> Result<Option<ProtocolVersion>> {
        let mut find = self.conn.prepare_cached(&format!("{COLUMNS} ORDER BY version DESC LIMIT 1"))?;
        find.query_row([], |row| Ok(read(row))).optional()?.transpose()
    }

    /// Every version of the protocol, newest first.
    pub fn protocols(&self) -> Result<Vec<ProtocolVersion>> {
        let mut find = self.conn.prepare_cached(&format!("{COLUMNS} ORDER BY version DESC"))?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn example() -> Protocol {
        Protocol::example(Date::constant(2027, 3, 31))
    }

    #[test]
    fn a_level_allows_what_the_levels_below_it_do() {
        let protocol = example();
        assert_eq!(protocol.fault(), None);
        assert_eq!(protocol.allowed(0), []);
        assert_eq!(
            protocol.allowed(1),
            [SharedColumn::MosaicPersonId, SharedColumn::LinkedSince, SharedColumn::Context]
        );
        assert_eq!(protocol.allowed(2).len(), 13);
        assert_eq!(protocol.level_of(SharedColumn::Postcode).unwrap().level, 2);
        assert_eq!(protocol.level_of(SharedColumn::Finance), None, "in no level, so shared by nobody");
    }

    #[test]
    fn what_no_extract_could_be_made_by_is_a_fault() {
        let faulty = |change: fn(&mut Protocol)| {
            let mut protocol = example();
            change(&mut protocol);
            protocol.fault()
        };
        assert!(faulty(|it| it.reference.clear()).is_some());
        assert!(faulty(|it| it.purposes.clear()).is_some());
        assert!(faulty(|it| it.purposes.push(it.purposes[0].clone())).is_some());
        assert!(faulty(|it| it.levels.swap(0, 1)).is_some());
        assert!(faulty(|it| it.levels[1].name.clear()).is_some());
        assert!(faulty(|it| it.agreed = 4).is_some());
        let twice = faulty(|it| it.levels[2].columns.push(SharedColumn::Context)).unwrap();
        assert!(twice.contains("CONTEXT"), "{twice}");
    }

    #[test]
    fn a_column_is_read_by_its_heading_and_written_by_it() {
        for column in SharedColumn::ALL {
            assert_eq!(SharedColumn::of_code(&column.code().to_lowercase()), Some(column));
            assert_eq!(serde_json::to_string(&column).unwrap(), format!("\"{}\"", column.code()));
        }
        let mut sorted = SharedColumn::ALL;
        sorted.sort();
        assert_eq!(sorted, SharedColumn::ALL, "the order of an extract is the order of the columns");
    }
}
