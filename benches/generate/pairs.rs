//! A file of candidate pairs as a health board sends it back: both people's details side by side in one row.
//!
//! The weights are those of a plain matching program (agreement of five fields, no frequencies); they are good enough to
//! be believed and rough enough to need an officer.

use std::io;
use std::path::Path;

use crate::files::{ChiRow, MosaicRow, table};
use crate::random::Random;

/// The columns: Mosaic's side, CHI's side, and how well they agree.
const COLUMNS: [&str; 31] = [
    "MOSAIC_PERSON_ID",
    "MOSAIC_SURNAME",
    "MOSAIC_PREVIOUS_SURNAME",
    "MOSAIC_FIRST_FORENAME",
    "MOSAIC_SECOND_FORENAME",
    "MOSAIC_KNOWN_AS",
    "MOSAIC_GENDER",
    "MOSAIC_DATE_OF_BIRTH",
    "MOSAIC_DATE_OF_DEATH",
    "MOSAIC_ADDRESS1",
    "MOSAIC_ADDRESS2",
    "MOSAIC_ADDRESS3",
    "MOSAIC_POSTCODE",
    "MOSAIC_CHI_NUMBER",
    "MOSAIC_RESTRICTED",
    "CHI_NUMBER",
    "CHI_SURNAME",
    "CHI_PREVIOUS_SURNAME",
    "CHI_FIRST_FORENAME",
    "CHI_SECOND_FORENAME",
    "CHI_SEX",
    "CHI_DATE_OF_BIRTH",
    "CHI_DATE_OF_DEATH",
    "CHI_POSTCODE",
    "CHI_ADDRESS1",
    "CHI_ADDRESS2",
    "CHI_ADDRESS3",
    "CHI_STATUS",
    "CHI_UPI",
    "MATCH_WEIGHT",
    "MATCH_PROBABILITY",
];

/// A Mosaic record and the CHI records it might belong to, best first.
#[derive(Debug, Clone)]
struct Group {
    mosaic: MosaicRow,
    candidates: Vec<(f64, ChiRow)>,
}

/// A fair sample of all groups offered, of a size fixed beforehand.
struct Sample {
    size: usize,
    offered: usize,
    groups: Vec<Group>,
}

impl Sample {
    fn offer(&mut self, group: Group, random: &mut Random) {
        self.offered += 1;
        if self.groups.len() < self.size {
            self.groups.push(group);
        } else {
            let at = random.below(self.offered);
            if at < self.size {
                self.groups[at] = group;
            }
        }
    }
}

/// Gathers candidate pairs while the people stream by.
pub struct Pairs {
    rows: usize,
    random: Random,
    clear: Sample,
    ambiguous: Sample,
}

impl Pairs {
    /// A file of so many rows.
    pub fn new(rows: usize, seed: u64) -> Self {
        let sample = |size| Sample { size, offered: 0, groups: Vec::new() };
        Self { rows, random: Random::stream(seed, "pairs"), clear: sample(rows), ambiguous: sample(rows / 4) }
    }

    /// Offers a Mosaic record with the CHI records near it: the person's own, the family's, a namesake's.
    pub fn offer<'a>(&mut self, mosaic: &MosaicRow, near: impl Iterator<Item = &'a ChiRow>) {
        if self.rows == 0 {
            return;
        }
        let weighed = near.map(|row| (weight(mosaic, row), row)).filter(|(weight, _)| *weight > -2.0);
        let mut candidates: Vec<_> = weighed.collect();
        candidates.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(one.chi.cmp(&other.chi)));
        candidates.truncate(4);
        let sample = match candidates.len() {
            0 => return,
            1 => &mut self.clear,
            _ => &mut self.ambiguous,
        };
        let candidates = candidates.into_iter().map(|(weight, row)| (weight, row.clone())).collect();
        sample.offer(Group { mosaic: mosaic.clone(), candidates }, &mut self.random);
    }

    /// Writes the file: somewhat more than half of it records with several candidates. Returns the rows written, and
    /// how many Mosaic records have more than one of them.
    pub fn write(mut self, path: &Path) -> io::Result<(usize, usize)> {
        let (mut groups, mut rows, mut several) = (Vec::new(), 0, 0);
        for group in self.ambiguous.groups.drain(..) {
            if rows + group.candidates.len() <= self.rows * 11 / 20 {
                rows += group.candidates.len();
                several += 1;
                groups.push(group);
            }
        }
        self.clear.groups.truncate(self.rows - rows);
        groups.append(&mut self.clear.groups);
        groups.sort_by_key(|group| group.mosaic.id);
        let mut file = table(path, COLUMNS)?;
        let mut written = 0;
        for group in groups {
            let [cells @ .., _context, restricted] = group.mosaic.cells();
            for (weight, row) in group.candidates {
                let probability = probability(weight);
                let mut line: Vec<String> = cells.to_vec();
                line.push(restricted.clone());
                line.extend(row.cells());
                line.extend([format!("{weight:.2}"), format!("{probability:.6}")]);
                file.write_record(line)?;
                written += 1;
            }
        }
        file.flush()?;
        Ok((written, several))
    }
}

/// The probability that goes with a match weight (the binary logarithm of the odds).
fn probability(weight: f64) -> f64 {
    let odds = weight.exp2();
    odds / (1.0 + odds)
}

/// How well two records agree, as a binary logarithm of odds. Quarters only, so that every machine prints the same.
fn weight(mosaic: &MosaicRow, chi: &ChiRow) -> f64 {
    let (one, other) = (&mosaic.copy, &chi.copy);
    let plain = |name: &str| {
        crate::names::without_accents(name).to_uppercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "")
    };
    let name = |one: &str, other: &str, same: f64, near: f64, differs: f64| {
        let (one, other) = (plain(one), plain(other));
        if one.is_empty() || other.is_empty() {
            0.0
        } else if one == other {
            same
        } else if strsim::osa_distance(&one, &other) <= 2 || one.starts_with(&other) || other.starts_with(&one) {
            near
        } else {
            differs
        }
    };
    let surname = name(&one.surname, &other.surname, 6.5, 3.25, -3.5)
        .max(name(&one.surname, &other.previous, 4.0, 1.0, -3.5))
        .max(name(&one.previous, &other.surname, 4.0, 1.0, -3.5));
    let forename = name(&one.forename, &other.forename, 6.25, 2.5, -4.25).max(name(
        &one.known_as,
        &other.forename,
        4.5,
        1.5,
        -4.25,
    ));
    let birth = match (one.birth, other.birth) {
        (Some(one), Some(other)) => {
            let same = [one.day() == other.day(), one.month() == other.month(), one.year() == other.year()];
            match same.into_iter().filter(|same| *same).count() {
                3 => 12.75,
                2 => 4.0,
                _ if one.day() == other.month() && one.month() == other.day() && one.year() == other.year() => 5.5,
                _ => -6.5,
            }
        }
        _ => 0.0,
    };
    let sex = match (one.sex, other.sex) {
        (one, other) if one == other => 1.0,
        (stewartry::person::Sex::NotKnown, _) | (_, stewartry::person::Sex::NotKnown) => 0.0,
        _ => -4.75,
    };
    let (here, there) = (plain(&one.postcode), plain(&other.postcode));
    let postcode = if here.is_empty() || there.is_empty() || here.starts_with("NK") {
        0.0
    } else if here == there {
        6.75
    } else if here.get(..here.len().saturating_sub(2)) == there.get(..there.len().saturating_sub(2)) {
        2.25
    } else {
        -1.25
    };
    surname + forename + birth + sex + postcode - 14.5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_of_nothing_is_even_odds() {
        assert_eq!(probability(0.0), 0.5);
        assert!(probability(20.0) > 0.999_99 && probability(-20.0) < 0.000_01);
    }
}
