//! The rows of a share extract: what is told of each person, and of a delta what happened to the row.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::person::{Carried, Chi, HoldingKind, MosaicRecord};
use crate::words::harmless;
use crate::workspace::sharing::RowHash;
use crate::workspace::{SharedColumn, SignedLink};

/// Heading of the key.
pub(super) const KEY: &str = "CHI";
/// Heading of what happened to a row of a delta.
pub(super) const CHANGE: &str = "CHANGE";

/// What an extract holds: each person's cells, by CHI.
pub(super) type Rows = BTreeMap<Chi, Vec<String>>;

/// What a receiver holds: a hash of each person's row, by CHI.
pub(super) type State = BTreeMap<Chi, RowHash>;

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The person is new to the receiver: put the row.
    Added,
    /// The row is another, or may be: put it in place of the one held.
    Changed,
    /// The person is no longer shared: take the row out, where it is held.
    Withdrawn,
}

impl Change {
    /// Every change, as their counts are ordered.
    pub const ALL: [Self; 3] = [Self::Added, Self::Changed, Self::Withdrawn];

    /// The change as a delta writes it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads a change.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.code() == code)
    }
}

/// The cells of each person, in the order of the columns, as they are written: none that a spreadsheet would run.
pub(super) fn rows(links: &[SignedLink], columns: &[SharedColumn]) -> Rows {
    let row = |link: &SignedLink| {
        let record = link.record.as_ref()?;
        let told = |column: &SharedColumn| harmless(&cell(link, record, *column)).into_owned();
        Some((link.chi, columns.iter().map(told).collect()))
    };
    links.iter().filter_map(row).collect()
}

fn cell(link: &SignedLink, record: &MosaicRecord, column: SharedColumn) -> String {
    let details = &record.details;
    let iso = |date: Option<crate::person::PartialDate>| date.map(|date| date.iso()).unwrap_or_default();
    match column {
        SharedColumn::MosaicPersonId => record.id.to_string(),
        SharedColumn::LinkedSince => link.signed.strftime("%Y-%m-%d").to_string(),
        SharedColumn::Context => record.context.clone(),
        SharedColumn::Surname => details.surname.clone(),
        SharedColumn::FirstForename => details.forename.clone(),
        SharedColumn::SecondForename => details.second_forename.clone(),
        SharedColumn::PreviousSurname => details.previous_surname.clone(),
        SharedColumn::KnownAs => details.known_as.clone(),
        SharedColumn::Sex => details.sex.code().to_owned(),
        SharedColumn::DateOfBirth => iso(details.birth),
        SharedColumn::DateOfDeath => iso(details.death),
        SharedColumn::Address => details.address.join(", "),
        SharedColumn::Postcode => details.postcode.clone(),
        SharedColumn::LastChanged => iso(record.changed),
        SharedColumn::CarePackages => carries(record, &[HoldingKind::CarePackages]),
        SharedColumn::PersonalBudget => carries(record, &[HoldingKind::PersonalBudget]),
        SharedColumn::Finance => carries(
            record,
            &[HoldingKind::Finance, HoldingKind::Invoices, HoldingKind::Payees, HoldingKind::ChargePeriods],
        ),
    }
}

/// `yes`, `no`, a count, or nothing where Mosaic does not say. Free text in such a field is told as `yes` and not as it stands:
/// nobody agreed to share what somebody wrote there.
fn carries(record: &MosaicRecord, kinds: &[HoldingKind]) -> String {
    let said: Vec<&Carried> = record.holds.iter().filter(|it| kinds.contains(&it.what)).map(|it| &it.says).collect();
    match said.as_slice() {
        [] => String::new(),
        [Carried::Count(count)] => count.to_string(),
        said if said.iter().any(|says| says.some()) => "yes".to_owned(),
        _ => "no".to_owned(),
    }
}

/// The hash of a row: SHA-256 over each cell, its length in bytes (64 bits, little-endian) before it.
pub(super) fn row_hash(cells: &[String]) -> RowHash {
    let mut hash = Sha256::new();
    for cell in cells {
        hash.update((cell.len() as u64).to_le_bytes());
        hash.update(cell);
    }
    hash.finalize().into()
}

/// What a receiver holds once these rows are loaded.
pub(super) fn state(rows: &Rows) -> State {
    rows.iter().map(|(chi, cells)| (*chi, row_hash(cells))).collect()
}

/// What must be said so that a receiver holds what holds now, whichever of `earlier` it holds for each person: the acknowledged
/// extract first, then all that went out after it and may have been loaded or not.
///
/// A row that is the same in all of them is not said. So nobody who was recalled stays with a receiver because of an extract
/// that was loaded without a word.
pub(super) fn changes(earlier: &[State], now: &State) -> BTreeMap<Chi, Change> {
    let mut changes = BTreeMap::new();
    for (chi, row) in now {
        let held = |state: &State| state.get(chi) == Some(row);
        if !earlier.first().is_some_and(|base| base.contains_key(chi)) {
            changes.insert(*chi, Change::Added);
        } else if !earlier.iter().all(held) {
            changes.insert(*chi, Change::Changed);
        }
    }
    for chi in earlier.iter().flat_map(|state| state.keys()).filter(|chi| !now.contains_key(chi)) {
        changes.insert(*chi, Change::Withdrawn);
    }
    changes
}

/// A full extract as a table, headings first.
pub(super) fn full(rows: &Rows, columns: &[SharedColumn]) -> Vec<Vec<String>> {
    let headings = std::iter::once(KEY).chain(columns.iter().map(|column| column.code()));
    let mut table = vec![headings.map(str::to_owned).collect::<Vec<_>>()];
    table.extend(
        rows.iter().map(|(chi, cells)| std::iter::once(chi.to_string()).chain(cells.iter().cloned()).collect()),
    );
    table
}

/// A delta as a table, headings first. A withdrawn person's row has no cells.
pub(super) fn delta(rows: &Rows, changes: &BTreeMap<Chi, Change>, columns: &[SharedColumn]) -> Vec<Vec<String>> {
    let headings = [CHANGE, KEY].into_iter().chain(columns.iter().map(|column| column.code()));
    let mut table = vec![headings.map(str::to_owned).collect::<Vec<_>>()];
    for (chi, change) in changes {
        let mut row = vec![change.code().to_owned(), chi.to_string()];
        match rows.get(chi) {
            Some(cells) => row.extend(cells.iter().cloned()),
            None => row.extend(columns.iter().map(|_| String::new())),
        }
        table.push(row);
    }
    table
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::person::chi;
    use crate::stewardship::people_csv;

    const COLUMNS: [SharedColumn; 2] = [SharedColumn::Surname, SharedColumn::Postcode];

    fn number(n: u16) -> Chi {
        (0..).find_map(|more| chi::issue(1 + (n % 28) as u8, 1, 1960, n + more)).unwrap()
    }

    type Told = (u8, String);
    type People = BTreeMap<u16, Told>;

    /// What happens between one extract and the next, and what becomes of that one.
    #[derive(Debug, Clone)]
    struct Step {
        people: People,
        full: bool,
        loaded: bool,
        acknowledged: bool,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let person = (0..12u16, (0..3u8, "[a,\"=\n ]{0,3}"));
        let people = prop::collection::btree_map(0..12u16, (0..3u8, "[a,\"\n ]{0,2}"), 0..10);
        let step = (people, any::<u8>(), prop::collection::vec(person, 0..2));
        prop::collection::vec(step, 1..9).prop_map(|steps| {
            let one = |(mut people, dice, more): (People, u8, Vec<(u16, Told)>)| {
                people.extend(more);
                // What is acknowledged was loaded; what was loaded may never be acknowledged
                let acknowledged = dice & 1 == 1;
                Step { people, full: dice & 24 == 0, loaded: acknowledged || dice & 2 == 2, acknowledged }
            };
            steps.into_iter().map(one).collect()
        })
    }

    fn rows_of(people: &People) -> Rows {
        let row = |(n, (kind, text)): (&u16, &Told)| (number(*n), vec![format!("{text}{kind}"), text.clone()]);
        people.iter().map(row).collect()
    }

    /// Somebody who loads extracts as their bytes say, knowing nothing but the headings.
    fn load(held: &mut BTreeMap<String, Vec<String>>, bytes: &[u8]) {
        let mut reader = csv::Reader::from_reader(bytes);
        let is_delta = &reader.headers().unwrap()[0] == CHANGE;
        if !is_delta {
            held.clear();
        }
        for row in reader.records() {
            let mut cells: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
            let change = if is_delta { cells.remove(0) } else { "added".to_owned() };
            let chi = cells.remove(0);
            if change == "withdrawn" {
                held.remove(&chi);
            } else {
                held.insert(chi, cells);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// All deltas applied to the first full extract give the last full one, whichever of them went astray or were loaded
        /// without a word.
        #[test]
        fn all_deltas_applied_to_the_first_full_extract_give_the_last_full_one(steps in steps()) {
            let mut held = BTreeMap::new();
            // The acknowledged extract, and what went out after it
            let mut earlier: Vec<State> = Vec::new();
            let last = steps.len() - 1;
            for (place, step) in steps.into_iter().enumerate() {
                let now = rows_of(&step.people);
                let table = if earlier.is_empty() || (step.full && place != last) {
                    full(&now, &COLUMNS)
                } else {
                    delta(&now, &changes(&earlier, &state(&now)), &COLUMNS)
                };
                let (first, is_last) = (earlier.is_empty(), place == last);
                if first || is_last || step.loaded {
                    load(&mut held, &people_csv::plain(&table, "\n"));
                }
                if first || step.acknowledged {
                    earlier.clear();
                }
                earlier.push(state(&now));
                if is_last {
                    let mut anew = BTreeMap::new();
                    load(&mut anew, &people_csv::plain(&full(&now, &COLUMNS), "\n"));
                    prop_assert_eq!(&held, &anew);
                }
            }
        }
    }

    #[test]
    fn a_person_recalled_before_the_extract_with_them_was_acknowledged_is_withdrawn_all_the_same() {
        let (base, sent) = (rows_of(&BTreeMap::new()), rows_of(&BTreeMap::from([(1, (0, "x".to_owned()))])));
        let changes = changes(&[state(&base), state(&sent)], &state(&base));
        assert_eq!(changes, BTreeMap::from([(number(1), Change::Withdrawn)]));
    }

    #[test]
    fn cells_that_run_into_each_other_are_not_the_same_row() {
        let row = |cells: [&str; 2]| row_hash(&cells.map(str::to_owned));
        assert_ne!(row(["ab", "c"]), row(["a", "bc"]));
    }
}
