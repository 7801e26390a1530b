//! Who the candidate pairs are about, in memory: what a queue is searched by.
//!
//! A text may stand anywhere in an id, a CHI number or a surname, which no index of the database finds; and to ask each of a
//! million pairs for its two records takes seconds. So ids, numbers and surnames are read once, each along an index that
//! holds it and little else, and are kept until pairs or records change: some thirty megabytes for a million pairs.

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::candidates::kind_code;
use super::rows::RowSet;
use super::search::folded;
use super::{Result, Workspace, WorkspaceError};
use crate::pair::PairKind;

/// No surname is known.
const NAMELESS: u32 = u32::MAX;

/// The pairs of a kind by their ends.
#[derive(Debug)]
pub(super) struct Named {
    kind: PairKind,
    /// The state of the database, as far as other connections change it.
    version: i64,
    /// A pair's number, and the places of its ends.
    pairs: Vec<(i64, u32, u32)>,
    left: Ends,
    right: Ends,
}

/// One side of the pairs.
#[derive(Debug, Default)]
struct Ends {
    /// Every id once, in capitals.
    ids: Texts,
    /// For each the place of its surname.
    named: Vec<u32>,
    /// Every surname of the table once, folded.
    surnames: Texts,
}

/// Texts behind each other.
#[derive(Debug, Default)]
struct Texts {
    all: String,
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.all[start as usize..*end as usize])
    }
}

/// Ends while they are gathered.
#[derive(Default)]
struct Places(FxHashMap<Box<str>, u32>);

impl Places {
    fn of(&mut self, id: &str, ids: &mut Texts) -> u32 {
        if let Some(place) = self.0.get(id) {
            return *place;
        }
        let place = self.0.len() as u32;
        self.0.insert(id.into(), place);
        ids.push(&id.to_uppercase());
        place
    }
}

impl Ends {
    /// Reads the surnames: those of the table along an index that begins with them, and so each in one run; then whose
    /// they are, by row.
    fn name(&mut self, conn: &Connection, places: &Places, table: &str, key: &str) -> Result<()> {
        let mut of_row: Vec<u32> = Vec::new();
        let mut find = conn.prepare_cached(&format!("SELECT id, surname FROM {table} INDEXED BY {table}_surname"))?;
        let mut rows = find.query([])?;
        let (mut last, mut names) = (String::new(), 0);
        while let Some(row) = rows.next()? {
            let surname = text(row.get_ref(1)?)?;
            if names == 0 || last != surname {
                surname.clone_into(&mut last);
                self.surnames.push(surname);
                names += 1;
            }
            let place = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
            if of_row.len() <= place {
                of_row.resize(place + 1, NAMELESS);
            }
            of_row[place] = names - 1;
        }
        self.named = vec![NAMELESS; self.ids.ends.len()];
        let mut find = conn.prepare_cached(&format!("SELECT id, {key} FROM {table} ORDER BY {key}"))?;
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(place) = places.0.get(text(row.get_ref(1)?)?) {
                let row = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
                self.named[*place as usize] = of_row.get(row).copied().unwrap_or(NAMELESS);
            }
        }
        Ok(())
    }

    /// Which ends a text is part of: `close` of the id, `name` of the surname.
    fn speaking_of(&self, close: &str, name: &str) -> Vec<bool> {
        let named: Vec<bool> = self.surnames.iter().map(|it| !name.is_empty() && it.contains(name)).collect();
        let surname = |place: &u32| named.get(*place as usize).copied().unwrap_or_default();
        self.ids.iter().zip(&self.named).map(|(id, place)| surname(place) || id.contains(close)).collect()
    }
}

fn text(value: rusqlite::types::ValueRef<'_>) -> Result<&str> {
    value.as_str().map_err(|_| WorkspaceError::damaged("a stored id or surname cannot be read"))
}

impl Named {
    fn read(conn: &Connection, kind: PairKind, version: i64) -> Result<Self> {
        let mut it = Self { kind, version, pairs: Vec::new(), left: Ends::default(), right: Ends::default() };
        let (mut of_left, mut of_right) = (Places::default(), Places::default());
        let mut find = conn.prepare_cached("SELECT id, a, b FROM candidate WHERE kind = ?1 ORDER BY a, b")?;
        let mut rows = find.query([kind_code(kind)])?;
        while let Some(row) = rows.next()? {
            let left = of_left.of(text(row.get_ref(1)?)?, &mut it.left.ids);
            let right = of_right.of(text(row.get_ref(2)?)?, &mut it.right.ids);
            it.pairs.push((row.get(0)?, left, right));
        }
        it.left.name(conn, &of_left, "mosaic_record", "mosaic_id")?;
        match kind {
            PairKind::Link => it.right.name(conn, &of_right, "chi_record", "chi")?,
            PairKind::Duplicate => it.right.name(conn, &of_right, "mosaic_record", "mosaic_id")?,
        }
        Ok(it)
    }

    fn speaking_of(&self, text: &str) -> RowSet {
        let close = text.split_whitespace().collect::<String>().to_uppercase();
        let name = folded(text);
        let (left, right) = (self.left.speaking_of(&close, &name), self.right.speaking_of(&close, &name));
        let fits = |a: u32, b: u32| left[a as usize] || right[b as usize];
        self.pairs.iter().filter(|(_, a, b)| fits(*a, *b)).map(|(id, ..)| *id).collect()
    }
}

impl Workspace {
    /// The pairs that a text is part of: of an id, of the CHI number, of a surname.
    pub(super) fn speaking_of(&self, kind: PairKind, text: &str) -> Result<RowSet> {
        let version: i64 = self.conn.pragma_query_value(None, "data_version", |row| row.get(0))?;
        let mut kept = self.named.borrow_mut();
        if let Some(named) = kept.as_ref().filter(|named| (named.kind, named.version) == (kind, version)) {
            return Ok(named.speaking_of(text));
        }
        *kept = None;
        Ok(kept.insert(Named::read(&self.conn, kind, version)?).speaking_of(text))
    }
}
