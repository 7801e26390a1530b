//! The first row in which a table is not what the ledger says, told so that it can be looked up.

use std::cmp::Ordering;

use rusqlite::types::Value;
use rusqlite::{Connection, Rows};

use super::Result;
use crate::words::listed;

/// A table as two databases have it.
struct Compared {
    columns: Vec<String>,
    /// The places of the columns that are its key.
    key: Vec<usize>,
}

/// The first row in which a table as it is `held` differs from what the ledger `said`, as the end of a sentence: which row it is,
/// what is wrong with it, and which event it goes back to. `key`: the columns that name a row, in their order.
pub(super) fn first(held: &Connection, said: &Connection, table: &str, key: &str) -> Result<Option<String>> {
    let query = format!("SELECT * FROM {table} ORDER BY {key}");
    let (mut held, mut said) = (held.prepare(&query)?, said.prepare(&query)?);
    let columns: Vec<String> = held.column_names().map(str::to_owned).collect();
    let key = key.split(", ").filter_map(|name| columns.iter().position(|column| column == name)).collect();
    let compared = Compared { columns, key };
    let (mut held, mut said) = (held.query([])?, said.query([])?);
    loop {
        match (compared.next(&mut held)?, compared.next(&mut said)?) {
            (None, None) => return Ok(None),
            (held, said) if held == said => {}
            (held, said) => return Ok(Some(compared.told(held.as_deref(), said.as_deref()))),
        }
    }
}

impl Compared {
    fn next(&self, rows: &mut Rows<'_>) -> Result<Option<Vec<Value>>> {
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some((0..self.columns.len()).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?))
    }

    /// Two rows that are not the same, of which one may be none.
    fn told(&self, held: Option<&[Value]>, said: Option<&[Value]>) -> String {
        let order = match (held, said) {
            (Some(held), Some(said)) => self.order(held, said),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        match (held, said, order) {
            (Some(held), Some(said), Ordering::Equal) => {
                let differ = self.columns.iter().enumerate().filter(|(at, _)| held[*at] != said[*at]);
                let differ: Vec<&String> = differ.map(|(_, column)| column).collect();
                let verb = if differ.len() == 1 { "differs" } else { "differ" };
                format!("in {}, {} {verb}{}", self.name(said), listed(&differ), self.event(said))
            }
            (Some(held), _, Ordering::Less) => format!("{} stands there by no event", self.name(held)),
            (_, Some(said), _) => format!("{} is missing{}", self.name(said), self.event(said)),
            (..) => "a row cannot be read".to_owned(),
        }
    }

    /// Which of two rows comes first, as SQLite orders them by the key.
    fn order(&self, one: &[Value], other: &[Value]) -> Ordering {
        let kind = |value: &Value| match value {
            Value::Null => 0,
            Value::Integer(_) | Value::Real(_) => 1,
            Value::Text(_) => 2,
            Value::Blob(_) => 3,
        };
        let each = self.key.iter().map(|&at| match (&one[at], &other[at]) {
            (Value::Integer(one), Value::Integer(other)) => one.cmp(other),
            (Value::Text(one), Value::Text(other)) => one.cmp(other),
            (one, other) => kind(one).cmp(&kind(other)),
        });
        each.fold(Ordering::Equal, Ordering::then)
    }

    /// What names a row.
    fn name(&self, row: &[Value]) -> String {
        let words = self.key.iter().map(|&at| match &row[at] {
            Value::Integer(number) => number.to_string(),
            Value::Real(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            Value::Null | Value::Blob(_) => "-".to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// The event that a row goes back to, where the table keeps that.
    fn event(&self, row: &[Value]) -> String {
        match self.columns.iter().position(|column| column == "seq").map(|at| &row[at]) {
            Some(Value::Integer(seq)) => format!(" (event {seq})"),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use crate::pair::Verdict;
    use crate::progress::Progress;

    #[test]
    fn a_row_that_is_not_what_the_ledger_says_is_named_with_its_event() {
        let copied =
            "INSERT INTO decision SELECT kind, '00003', b, verdict, judgement, left_hash, right_hash, merge_source,
             merge_target, staff, at, seq FROM decision WHERE a = '00002'";
        let cases = [
            (
                "UPDATE decision SET verdict = 'unsure', at = '' WHERE a = '00002'",
                "in {2}, verdict and at differ (event {e})",
            ),
            ("DELETE FROM decision WHERE a = '00002'", "{2} is missing (event {e})"),
            (copied, "{3} stands there by no event"),
            ("UPDATE staff SET name = 'Somebody' WHERE id = 1", "in 1, name differs"),
        ];
        for (statement, expected) in cases {
            let mut it = workspace(3);
            it.matched(3);
            it.decide(&link(1), Verdict::Match);
            let seq = it.decide(&link(2), Verdict::Match);
            it.ws.conn.execute_batch(statement).unwrap();
            let report = it.ws.check(&Progress::new()).unwrap();
            let stands = report.lines.iter().find(|line| line.what == "What stands").unwrap();
            let pair = link(2);
            let chi = pair.right();
            let expected = expected
                .replace("{2}", &format!("link 00002 {chi}"))
                .replace("{3}", &format!("link 00003 {chi}"))
                .replace("{e}", &seq.to_string());
            assert!(!stands.ok && stands.detail.contains(&expected), "{statement}: {}, not: {expected}", stands.detail);
        }
    }
}
