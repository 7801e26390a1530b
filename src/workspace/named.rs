//! Who the candidate pairs are about, in memory: what a queue is searched by.
//!
//! A text may stand anywhere in an id, a CHI number or a surname, which no index of the database finds; and to ask each of a
//! million pairs for its two records takes seconds. So ids, numbers and surnames are read once, each along an index that
//! holds it and little else, and are kept (`kept`): some thirty megabytes for a million pairs.

use rusqlite::Connection;

use super::candidates::kind_code;
use super::rows::RowSet;
use super::search::folded;
use super::{Result, WorkspaceError};
use crate::pair::PairKind;

/// No surname is known.
const NAMELESS: u32 = u32::MAX;

/// The pairs of a kind by their ends.
#[derive(Debug)]
pub(super) struct Named {
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

impl Ends {
    /// Reads the ends of the pairs, in their order, and hands over each pair's number and the place of its end.
    fn gather(&mut self, conn: &Connection, kind: PairKind, query: &str, mut each: impl FnMut(i64, u32)) -> Result<()> {
        let mut find = conn.prepare_cached(query)?;
        let mut rows = find.query([kind_code(kind)])?;
        let (mut last, mut ids) = (String::new(), 0);
        while let Some(row) = rows.next()? {
            let id = text(row.get_ref(1)?)?;
            if ids == 0 || last != id {
                id.clone_into(&mut last);
                self.ids.push(id);
                ids += 1;
            }
            each(row.get(0)?, ids - 1);
        }
        Ok(())
    }

    /// Reads who they are: the ids ascend, as those of the table do, so that one walk along both finds each. The surnames are
    /// read along an index that begins with them, and so each in one run.
    fn name(&mut self, conn: &Connection, table: &str, key: &str) -> Result<()> {
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
            put_at(&mut of_row, row.get(0)?, names - 1);
        }
        let mut find = conn.prepare_cached(&format!("SELECT id, {key} FROM {table} ORDER BY {key}"))?;
        let mut rows = find.query([])?;
        let mut record = rows.next()?;
        for id in self.ids.iter() {
            let mut named = NAMELESS;
            while let Some(row) = record {
                let held = text(row.get_ref(1)?)?;
                if held >= id {
                    if held == id {
                        named = at(&of_row, row.get(0)?);
                    }
                    break;
                }
                record = rows.next()?;
            }
            self.named.push(named);
        }
        // In place: an id has no letters but these
        self.ids.all.make_ascii_uppercase();
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

/// Sets what is known of a row.
fn put_at(of_row: &mut Vec<u32>, row: i64, value: u32) {
    let row = usize::try_from(row).unwrap_or(0);
    if of_row.len() <= row {
        of_row.resize(row + 1, NAMELESS);
    }
    of_row[row] = value;
}

fn at(of_row: &[u32], row: i64) -> u32 {
    usize::try_from(row).ok().and_then(|row| of_row.get(row)).copied().unwrap_or(NAMELESS)
}

impl Named {
    pub(super) fn read(conn: &Connection, kind: PairKind) -> Result<Self> {
        let mut it = Self { pairs: Vec::new(), left: Ends::default(), right: Ends::default() };
        let mut right_of: Vec<u32> = Vec::new();
        it.right.gather(conn, kind, "SELECT id, b FROM candidate WHERE kind = ?1 ORDER BY b", |id, place| {
            put_at(&mut right_of, id, place);
        })?;
        let pairs = &mut it.pairs;
        it.left.gather(conn, kind, "SELECT id, a FROM candidate WHERE kind = ?1 ORDER BY a, b", |id, place| {
            pairs.push((id, place, at(&right_of, id)));
        })?;
        it.left.name(conn, "mosaic_record", "mosaic_id")?;
        match kind {
            PairKind::Link => it.right.name(conn, "chi_record", "chi")?,
            PairKind::Duplicate => it.right.name(conn, "mosaic_record", "mosaic_id")?,
        }
        Ok(it)
    }

    /// Every pair by its ids.
    pub(super) fn by_id(&self) -> impl Iterator<Item = i64> {
        self.pairs.iter().map(|(id, ..)| *id)
    }

    /// The pairs that a text is part of: of an id, of the CHI number, of a surname.
    pub(super) fn speaking_of(&self, text: &str) -> RowSet {
        let close = text.split_whitespace().collect::<String>().to_uppercase();
        let name = folded(text);
        let (left, right) = (self.left.speaking_of(&close, &name), self.right.speaking_of(&close, &name));
        let fits = |a: u32, b: u32| left[a as usize] || right[b as usize];
        self.pairs.iter().filter(|(_, a, b)| fits(*a, *b)).map(|(id, ..)| *id).collect()
    }
}
