//! The page that goes with the files: how they were made, and what is in them.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::errors::Copy;
use crate::extract::Plan;
use crate::kinds::{Kinds, TABLE};
use crate::names::without_accents;

/// What the files hold.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub mosaic: usize,
    pub chi: usize,
    /// People in Mosaic.
    pub people: usize,
    /// Rows of relationships.
    pub relationships: usize,
    /// Mosaic records that hold a CHI number already.
    pub seeded: usize,
    /// Rows of CHI by status.
    pub statuses: BTreeMap<&'static str, usize>,
    /// Mosaic records by phenomenon, in the order of [`TABLE`].
    pub kinds: BTreeMap<usize, usize>,
    /// First Mosaic records of people by how many of five fields differ from CHI's, the last for three and more.
    pub differences: [usize; 4],
    /// The same of further records.
    pub duplicate_differences: [usize; 4],
    /// Rows of the candidate-pair file, and the Mosaic records in it that have several.
    pub pairs: usize,
    pub several: usize,
}

impl Tally {
    /// Counts a Mosaic record.
    pub fn count(&mut self, kinds: Kinds) {
        for (index, (kind, ..)) in TABLE.iter().enumerate() {
            if kinds.contains(*kind) {
                *self.kinds.entry(index).or_insert(0) += 1;
            }
        }
    }

    /// How many Mosaic records show a phenomenon.
    pub fn of(&self, kind: Kinds) -> usize {
        TABLE.iter().position(|(known, ..)| *known == kind).and_then(|at| self.kinds.get(&at)).copied().unwrap_or(0)
    }

    /// Counts how far a Mosaic record is from CHI's: surname, forename, date of birth, sex, postcode.
    pub fn compare(&mut self, mosaic: &Copy, chi: &Copy, first: bool) {
        let plain = |text: &str| without_accents(text).to_uppercase();
        let postcode = |text: &str| text.to_uppercase().replace(' ', "");
        let different = [
            plain(&mosaic.surname) != plain(&chi.surname),
            plain(&mosaic.forename) != plain(&chi.forename),
            mosaic.birth != chi.birth,
            mosaic.sex != chi.sex,
            postcode(&mosaic.postcode) != postcode(&chi.postcode),
        ];
        let count = different.into_iter().filter(|different| *different).count().min(3);
        let table = if first { &mut self.differences } else { &mut self.duplicate_differences };
        table[count] += 1;
    }

    /// The share of first records that differ from CHI's in at most so many fields, in per cent.
    pub fn within(&self, fields: usize) -> f64 {
        let total: usize = self.differences.iter().sum();
        100.0 * self.differences[..=fields].iter().sum::<usize>() as f64 / total.max(1) as f64
    }
}

/// A number with thousands separators.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The page.
pub fn page(plan: &Plan, tally: &Tally) -> String {
    let demonstration = *plan == Plan::DEMONSTRATION;
    let status = |code| grouped(tally.statuses.get(code).copied().unwrap_or(0));
    let [none, one, two, more] = tally.differences.map(grouped);
    let mut page = format!(
        "# {title}

Everyone in these files is invented. Names, addresses, dates and numbers were drawn by chance from tables of common
names and of the towns of Dumfries and Galloway; any likeness to a person is an accident. The day of the extracts is
31 October 2026. Made by

    cargo run --release --example generate -- --out {out} --mosaic {mosaic} --chi {chi} --seed {seed} --seeded-share {share} --wide-pairs {pairs}

The same command gives the same bytes. Rates of error: `benches/generate/rates.rs`.

| file | what it holds |
|---|---|
| `mosaic.csv` | {mosaic_rows} Mosaic records of {people} people; {seeded} hold a CHI number already; the last three columns say when a record was changed and whether it carries care packages or finance |
| `chi.csv` | {chi_rows} CHI records: {current} current, {old} superseded, {dead} deceased, {gone} transferred out, {deleted} deleted |
| `truth.csv` | for each Mosaic record the person's current CHI (empty where CHI does not have the person), a key that the records of one person share, and what makes the record hard |
| `relationships.csv` | {relationships} rows of who is related to whom in Mosaic, each relationship from both sides |
| `pairs.csv` | {pair_rows} candidate pairs with both people's details side by side, as a health board sends them; {several} Mosaic records have several candidates |

Of the first Mosaic record of each person whom CHI has, {none} agree with CHI in surname, forename, date of birth, sex
and postcode (letter case, accents and spaces apart); {one} differ in one of these, {two} in two, {more} in more. The
two files were made dirty independently of each other, and further records of a person are dirtier than the first.

## What makes records hard

A Mosaic record can show several of these (`Kind` joins their names with `+`), be it of the person, of Mosaic's copy or
of CHI's; a record with none is `plain`.

| kind | records | what it is |
|---|---:|---|
",
        title = if demonstration { "Demonstration extracts" } else { "Synthetic extracts" },
        out = if demonstration { "assets/demo" } else { "DIR" },
        mosaic = plan.mosaic,
        chi = plan.chi,
        seed = plan.seed,
        share = plan.seeded_share,
        pairs = plan.wide_pairs,
        mosaic_rows = grouped(tally.mosaic),
        people = grouped(tally.people),
        seeded = grouped(tally.seeded),
        chi_rows = grouped(tally.chi),
        current = status("C"),
        old = status("H"),
        dead = status("D"),
        gone = status("T"),
        deleted = status("X"),
        relationships = grouped(tally.relationships),
        pair_rows = grouped(tally.pairs),
        several = grouped(tally.several),
    );
    for (kind, name, meaning) in TABLE {
        // Writing to a text cannot fail.
        let _ = writeln!(page, "| {name} | {} | {meaning} |", grouped(tally.of(kind)));
    }
    page
}
