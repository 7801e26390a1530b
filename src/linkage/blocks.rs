//! Blocks: which right records share a key value with a left record.
//!
//! The left file is the small one. Its key values are numbered in a table small enough for the processor's cache, and the
//! right file is streamed past it once: a right record that nobody looks for costs a look at one
//! bit. Memory grows with what is shared, not with the files. A block beyond its key's cap is not followed, and is
//! counted.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::keys::{Hand, KEYS, Looked};
use super::table::Row;
use super::values::Values;
use crate::progress::{Cancelled, Progress};

/// Right records streamed at a time.
const CHUNK: usize = 4096;

/// The blocks of one key.
#[derive(Debug, Default)]
pub(super) struct KeyBlocks {
    /// Per left record, where its blocks begin in `blocks`.
    starts: Vec<u32>,
    blocks: Vec<u32>,
    /// Per block, where its right records begin in `rights`; a capped block has none.
    ends: Vec<u32>,
    rights: Vec<u32>,
    /// Blocks that were too large to be followed: key value and right records.
    pub capped: Vec<(u64, u32)>,
}

impl KeyBlocks {
    /// The right records of each block of a left record.
    pub fn of(&self, left: usize) -> impl Iterator<Item = &[u32]> {
        self.blocks[self.starts[left] as usize..self.starts[left + 1] as usize]
            .iter()
            .map(|&block| &self.rights[self.ends[block as usize] as usize..self.ends[block as usize + 1] as usize])
    }
}

/// The blocks of every key, in the order of [`KEYS`].
pub(super) fn blocks(
    values: &Values,
    left: &[Row],
    right: &[Row],
    progress: &Progress,
) -> Result<Vec<KeyBlocks>, Cancelled> {
    let look = |rows: &[Row]| rows.iter().map(|row| Looked::at(values, row)).collect::<Vec<Looked>>();
    let lookers: Vec<Looked> = left.par_chunks(CHUNK).flat_map_iter(look).collect();
    let sought: Vec<Sought> = (0..KEYS.len()).into_par_iter().map(|key| Sought::of(key, &lookers)).collect();
    drop(lookers);
    progress.check()?;
    // Per chunk of the right file and key, the blocks found and their records.
    let found: Vec<Vec<Vec<(u32, u32)>>> = right
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, rows)| {
            let (looked, mut room) = (look(rows), Room::default());
            sought.iter().map(|s| s.among(&looked, (chunk * CHUNK) as u32, &mut room)).collect()
        })
        .collect();
    progress.check()?;
    let of = |key: usize| found.iter().map(move |chunk| chunk[key].as_slice());
    Ok(sought.into_par_iter().enumerate().map(|(key, sought)| sought.fill(of(key))).collect())
}

/// Per key, how many of some capped blocks the left records look for, and the pairs in them.
pub(super) fn caps<'a>(
    values: &Values,
    left: &[Row],
    capped: impl Iterator<Item = &'a [(u64, u32)]> + Clone,
) -> Vec<(u64, u64)> {
    if capped.clone().all(<[_]>::is_empty) {
        return capped.map(|_| (0, 0)).collect();
    }
    let looked: Vec<Looked> = left.par_iter().map(|row| Looked::at(values, row)).collect();
    let count = |(key, capped): (usize, &[(u64, u32)])| {
        let mut lefts: FxHashMap<u64, (u64, u64)> =
            capped.iter().map(|&(hash, size)| (hash, (u64::from(size), 0))).collect();
        let mut own = Vec::new();
        for looked in &looked {
            key_values(key, looked, Hand::Left, &mut own);
            own.iter().for_each(|hash| {
                lefts.entry(*hash).and_modify(|(_, lefts)| *lefts += 1);
            });
        }
        let met = lefts.values().filter(|(_, lefts)| *lefts > 0);
        met.fold((0, 0), |(blocks, pairs), (size, lefts)| (blocks + 1, pairs + size * lefts))
    };
    let all: Vec<(usize, &[(u64, u32)])> = capped.enumerate().collect();
    all.into_par_iter().map(count).collect()
}

/// The key values of the left file: numbered, and looked for among the right records.
struct Sought {
    key: usize,
    /// A bit for what may be there: most right records are turned away here.
    bits: Vec<u64>,
    /// Open addressing over block numbers.
    slots: Vec<u32>,
    /// The key value of each block.
    hashes: Vec<u64>,
    starts: Vec<u32>,
    blocks: Vec<u32>,
}

/// A slot without a block. Not nought: memory that comes as noughts is fetched anew at the first look at each page.
const FREE: u32 = u32::MAX;

/// Room for one thread to work in.
#[derive(Default)]
struct Room {
    own: Vec<u64>,
    hashes: Vec<(u64, u32)>,
    slots: Vec<(u32, u32)>,
}

/// Spreads the entropy of a hash over its top bits.
fn spread(hash: u64) -> u64 {
    hash.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl Sought {
    fn of(key: usize, left: &[Looked]) -> Self {
        let mut sought = Self {
            key,
            bits: Vec::new(),
            slots: vec![FREE; (left.len() * 2).next_power_of_two().max(1 << 10)],
            hashes: Vec::new(),
            starts: Vec::with_capacity(left.len() + 1),
            blocks: Vec::with_capacity(left.len()),
        };
        let mut own = Vec::new();
        sought.starts.push(0);
        for looked in left {
            key_values(key, looked, Hand::Left, &mut own);
            for &hash in &own {
                let block = sought.number(hash);
                sought.blocks.push(block);
            }
            sought.starts.push(sought.blocks.len() as u32);
        }
        let size = (sought.hashes.len().max(64) * 8).next_power_of_two();
        sought.bits = vec![0; size / 64];
        for &hash in &sought.hashes {
            let at = sought.bit(hash);
            sought.bits[at / 64] |= 1 << (at % 64);
        }
        sought
    }

    fn slot(&self, hash: u64) -> usize {
        (spread(hash) >> (64 - self.slots.len().trailing_zeros())) as usize
    }

    fn bit(&self, hash: u64) -> usize {
        (spread(hash) >> (58 - self.bits.len().trailing_zeros())) as usize
    }

    /// The number of a key value, a new one where it has none.
    fn number(&mut self, hash: u64) -> u32 {
        if self.hashes.len() * 2 >= self.slots.len() {
            self.slots = vec![FREE; self.slots.len() * 4];
            let mask = self.slots.len() - 1;
            for (block, &hash) in self.hashes.iter().enumerate() {
                let mut at = (spread(hash) >> (64 - self.slots.len().trailing_zeros())) as usize;
                while self.slots[at] != FREE {
                    at = (at + 1) & mask;
                }
                self.slots[at] = block as u32;
            }
        }
        let mask = self.slots.len() - 1;
        let mut at = self.slot(hash);
        loop {
            match self.slots[at] {
                FREE => break,
                block if self.hashes[block as usize] == hash => return block,
                _ => at = (at + 1) & mask,
            }
        }
        self.slots[at] = self.hashes.len() as u32;
        self.hashes.push(hash);
        self.slots[at]
    }

    /// The number of a key value, from the slot where it begins to be looked for.
    fn find(&self, hash: u64, mut at: usize) -> Option<u32> {
        let mask = self.slots.len() - 1;
        loop {
            match self.slots[at] {
                FREE => return None,
                block if self.hashes[block as usize] == hash => return Some(block),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Which of some right records are looked for: block and record.
    ///
    /// The tables are larger than the processor's cache, so the work goes in steps, each of which asks one table for all
    /// records: the answers do not wait for each other.
    fn among(&self, right: &[Looked], first: u32, room: &mut Room) -> Vec<(u32, u32)> {
        let Room { own, hashes, slots } = room;
        hashes.clear();
        for (at, looked) in right.iter().enumerate() {
            key_values(self.key, looked, Hand::Right, own);
            hashes.extend(own.iter().map(|&hash| (hash, first + at as u32)));
        }
        let mut maybe = 0;
        for at in 0..hashes.len() {
            let it = hashes[at];
            let bit = self.bit(it.0);
            hashes[maybe] = it;
            maybe += (self.bits[bit / 64] >> (bit % 64) & 1) as usize;
        }
        hashes.truncate(maybe);
        slots.clear();
        slots.extend(hashes.iter().map(|&(hash, _)| {
            let at = self.slot(hash);
            (at as u32, self.slots[at])
        }));
        let asked = hashes.iter().zip(slots.iter()).filter(|(_, (_, block))| *block != FREE);
        asked
            .filter_map(|(&(hash, record), &(at, block))| {
                let met = self.hashes[block as usize] == hash;
                let block = if met { block } else { self.find(hash, at as usize)? };
                Some((block, record))
            })
            .collect()
    }

    /// Gathers the right records block by block.
    fn fill<'a>(self, found: impl Iterator<Item = &'a [(u32, u32)]> + Clone) -> KeyBlocks {
        let cap = KEYS[self.key].cap;
        let mut sizes = vec![0_u32; self.hashes.len()];
        found.clone().flatten().for_each(|&(block, _)| sizes[block as usize] += 1);
        let mut capped = Vec::new();
        let mut ends = Vec::with_capacity(sizes.len() + 1);
        let mut total = 0;
        for (block, size) in sizes.iter_mut().enumerate() {
            ends.push(total);
            if *size > cap {
                capped.push((self.hashes[block], *size));
                *size = u32::MAX;
            } else {
                let from = total;
                total += *size;
                *size = from;
            }
        }
        ends.push(total);
        let mut rights = vec![0; total as usize];
        for &(block, row) in found.flatten() {
            let next = &mut sizes[block as usize];
            if *next != u32::MAX {
                rights[*next as usize] = row;
                *next += 1;
            }
        }
        KeyBlocks { starts: self.starts, blocks: self.blocks, ends, rights, capped }
    }
}

/// The distinct key values of a record.
fn key_values(key: usize, looked: &Looked, hand: Hand, own: &mut Vec<u64>) {
    own.clear();
    (KEYS[key].of)(looked, hand, own);
    if own.len() > 1 {
        own.sort_unstable();
        own.dedup();
    }
}
