//! Counts on their way into the database and out of it, where whole numbers have a sign.

use rusqlite::Row;

/// A count as the database holds it. No count here comes near the limit.
pub(super) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Reads a count.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let held: i64 = row.get(column)?;
    u64::try_from(held).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, held))
}

/// Reads a band's number, 0 to 2.
pub(super) fn band(row: &Row<'_>, column: usize) -> rusqlite::Result<usize> {
    count(row, column).map(|band| band.min(2) as usize)
}
