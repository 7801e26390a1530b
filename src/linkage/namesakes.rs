//! Namesakes: how many people share a name, and what the rarity of a name is therefore worth.
//!
//! Were namesakes a matter of chance, they would nearly all have common names, and a rare name that agrees would be
//! strong evidence. They are not: names run in families, and among people from one place. So the CHI file is asked how
//! often people of rare and of common names have a namesake, with nearly the same date of birth and with another, and
//! what rarity is worth is read off the answer.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::table::Row;
use super::values::Records;

/// Bins of rarity: from -16 to 16 bits, two bits each.
const BINS: usize = 17;
const LOWEST: f64 = -16.0;
const WIDTH: f64 = 2.0;
/// No rarity is worth more than this, nor less than its negative: bins at either end hold few people.
const MOST: f64 = 10.0;
/// Pseudo-namesakes that are a matter of chance.
const TRUST: f64 = 20.0;

/// How two namesakes' dates of birth stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The same, or nearly.
    Near,
    /// Another, or one is missing.
    Far,
}

/// What the rarity of a whole name is worth, in bits, where two people who do not share a home agree on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Namesakes {
    /// By rarity, from -16 bits (the commonest names) to 16 in steps of two: worth with nearly the same date of birth.
    near: Vec<f64>,
    /// The same with another date of birth, or none.
    far: Vec<f64>,
}

impl Default for Namesakes {
    /// A matter of chance: rarity is worth what it is.
    fn default() -> Self {
        let law: Vec<f64> = (0..BINS).map(centre).collect();
        Self { near: law.clone(), far: law }
    }
}

fn centre(bin: usize) -> f64 {
    LOWEST + WIDTH * bin as f64
}

fn bin(bits: f64) -> usize {
    (((bits - LOWEST) / WIDTH).round().max(0.0) as usize).min(BINS - 1)
}

/// A person of the CHI file, as far as namesakes go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    /// Bits that the rarity of the whole name would be worth by chance.
    pub rarity: f64,
    /// The chance that a random person has the name.
    pub share: f64,
    /// Namesakes with nearly the same date of birth.
    pub near: f64,
    /// Other namesakes.
    pub far: f64,
}

impl Namesakes {
    /// Learns from people of the CHI file.
    pub(super) fn learn(people: &[Named]) -> Self {
        let count = |of: &dyn Fn(&Named) -> f64| {
            let mut bins = [0.0; BINS];
            people.iter().for_each(|named| bins[bin(named.rarity)] += of(named));
            bins
        };
        let (all, chance) = (count(&|_| 1.0), count(&|named| named.share));
        let learned = |of: &dyn Fn(&Named) -> f64| worth(&count(of), &all, &chance);
        Self { near: learned(&|named| named.near), far: learned(&|named| named.far) }
    }

    /// What a rarity is worth, in bits; between the middles of two bins it lies between their worths.
    pub(super) fn worth(&self, kind: Kind, rarity: f64) -> f64 {
        let table = if kind == Kind::Near { &self.near } else { &self.far };
        if table.len() != BINS {
            return rarity;
        }
        let at = ((rarity - LOWEST) / WIDTH).clamp(0.0, (BINS - 1) as f64);
        let below = (at as usize).min(BINS - 2);
        table[below] + (at - below as f64) * (table[below + 1] - table[below])
    }
}

/// Per bin, how much rarer namesakes are there than on average, in bits.
fn worth(namesakes: &[f64; BINS], people: &[f64; BINS], chance: &[f64; BINS]) -> Vec<f64> {
    let sum = |bins: &[f64; BINS]| bins.iter().sum::<f64>();
    if sum(people) < 1.0 || sum(chance) <= 0.0 {
        return (0..BINS).map(centre).collect();
    }
    let believed = |bin: usize| TRUST * chance[bin] / sum(chance);
    let mean = (sum(namesakes) + TRUST) / sum(people);
    let known: Vec<(usize, f64)> = (0..BINS)
        .filter(|&bin| people[bin] > 0.0 && chance[bin] > 0.0)
        .map(|bin| (bin, (mean * people[bin] / (namesakes[bin] + believed(bin))).log2().clamp(-MOST, MOST)))
        .collect();
    // A bin that nobody is in takes after the nearest that has people.
    let near = |bin: usize| known.iter().min_by_key(|(other, _)| other.abs_diff(bin)).map_or(0.0, |(_, bits)| *bits);
    (0..BINS).map(near).collect()
}

/// How many people of the CHI file have each key that is asked about; keys of 0 alone are no keys.
pub(super) fn people_with<const N: usize>(
    chi: &Records,
    asked: impl Iterator<Item = [u32; N]>,
    key: impl Fn(&Row) -> [u32; N] + Sync,
) -> FxHashMap<[u32; N], u32> {
    let mut people: FxHashMap<[u32; N], u32> = asked.map(|key| (key, 0)).collect();
    people.remove(&[0; N]);
    let is_face = |row: usize| chi.face[chi.person[row] as usize] as usize == row;
    let met: Vec<Vec<[u32; N]>> = (0..chi.len().div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let rows = chunk * CHUNK..((chunk + 1) * CHUNK).min(chi.len());
            let keys = rows.filter(|&row| is_face(row)).map(|row| key(&chi.rows[row]));
            keys.filter(|key| people.contains_key(key)).collect()
        })
        .collect();
    met.into_iter().flatten().for_each(|key| *people.entry(key).or_insert(0) += 1);
    people
}

/// Rows looked at together.
const CHUNK: usize = 65_536;

/// Surname and forename; 0 alone where either is missing.
pub(super) fn name(row: &Row) -> [u32; 2] {
    if row.surname == 0 || row.forename == 0 { [0; 2] } else { [row.surname, row.forename] }
}

/// Surname, forename and date of birth; 0 alone where any is missing.
pub(super) fn name_and_birth(row: &Row) -> [u32; 3] {
    if row.birth == 0 || name(row) == [0; 2] { [0; 3] } else { [row.surname, row.forename, row.birth] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thousand people of each rarity, who have so many namesakes of nearly one date of birth.
    fn people(near: impl Fn(f64) -> f64) -> Vec<Named> {
        let rarities = [-6.0_f64, -2.0, 2.0, 6.0];
        let named = |rarity: f64| Named { rarity, share: 1e-5 * (-rarity).exp2(), near: near(rarity), far: 0.0 };
        rarities.into_iter().flat_map(|rarity| vec![named(rarity); 1000]).collect()
    }

    #[test]
    fn rarity_is_worth_what_the_namesakes_of_the_file_show() {
        let none = Namesakes::learn(&people(|_| 0.0));
        let spread = |n: &Namesakes| n.worth(Kind::Near, 6.0) - n.worth(Kind::Near, -6.0);
        assert!((spread(&none) - 12.0).abs() < 0.1, "no namesakes: a matter of chance, {}", spread(&none));
        let as_often = Namesakes::learn(&people(|_| 0.5));
        assert!(spread(&as_often) < 0.2, "rare names have namesakes as often as others: {}", spread(&as_often));
        let by_chance = Namesakes::learn(&people(|rarity| 0.1 * (-rarity).exp2()));
        assert!((spread(&by_chance) - 12.0).abs() < 0.1, "only common names have them");
    }

    #[test]
    fn unlearned_rarity_is_worth_what_it_is() {
        for bits in [-16.0, -3.3, 0.0, 5.0, 16.0] {
            assert!((Namesakes::default().worth(Kind::Far, bits) - bits).abs() < 1e-9);
        }
    }
}
