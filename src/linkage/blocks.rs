//! Blocks: which right records share a key value with a left record.
//!
//! The left file is the small one. Its key values are numbered in a table small enough for the processor's cache, and the
//! right file is streamed past it once, a few keys at a time: a right record that nobody looks for costs a look at one
//! bit. Memory grows with what is shared, not with the files. A block beyond its key's cap is not followed, and is
//! counted.

use rayon::prelude::*;

use super::keys::{Hand, KEYS};
use super::table::Row;
use super::values::Values;
use crate::progress::{Cancelled, Progress};

/// Right records streamed at a time.
const CHUNK: usize = 8192;
/// Keys looked up in one pass over the right file: their tables are in memory together.
const AT_ONCE: usize = 7;

/// The blocks of one key.
#[derive(Debug, Default)]
pub(super) struct KeyBlocks {
    /// Per left record, where its blocks begin in `blocks`.
    starts: Vec<u32>,
    blocks: Vec<u32>,
    /// Per block, where its right records begin in `rights`; a capped block has none.
    ends: Vec<u32>,
    rights: Vec<u32>,
    /// Blocks that were too large to be followed.
    pub capped_blocks: u64,
    /// Pairs in those blocks.
    pub capped_pairs: u64,
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
    let mut all = Vec::with_capacity(KEYS.len());
    for first in (0..KEYS.len()).step_by(AT_ONCE) {
        progress.check()?;
        let keys = first..(first + AT_ONCE).min(KEYS.len());
        let mut sought: Vec<Sought> = keys.clone().into_par_iter().map(|key| Sought::of(key, values, left)).collect();
        let found: Vec<Vec<Vec<(u32, u32)>>> = right
            .par_chunks(CHUNK)
            .enumerate()
            .map(|(chunk, rows)| {
                let mut hashes = Vec::new();
                sought.iter().map(|s| s.among(values, rows, (chunk * CHUNK) as u32, &mut hashes)).collect()
            })
            .collect();
        let filled: Vec<KeyBlocks> =
            sought.par_iter_mut().enumerate().map(|(at, s)| s.fill(found.iter().map(|c| c[at].as_slice()))).collect();
        all.extend(filled);
        progress.advance(keys.len() as u64);
    }
    Ok(all)
}

/// The key values of the left file: numbered, and looked for among the right records.
struct Sought {
    key: usize,
    /// A bit for what may be there: most right records are turned away here.
    bits: Vec<u64>,
    /// Open addressing over block numbers plus one; 0 is free.
    slots: Vec<u32>,
    /// The key value of each block.
    hashes: Vec<u64>,
    starts: Vec<u32>,
    blocks: Vec<u32>,
}

/// Spreads the entropy of a hash over its top bits.
fn spread(hash: u64) -> u64 {
    hash.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl Sought {
    fn of(key: usize, values: &Values, left: &[Row]) -> Self {
        let mut sought = Self {
            key,
            bits: Vec::new(),
            slots: vec![0; 1 << 10],
            hashes: Vec::new(),
            starts: Vec::with_capacity(left.len() + 1),
            blocks: Vec::with_capacity(left.len()),
        };
        let mut own = Vec::new();
        sought.starts.push(0);
        for row in left {
            key_values(key, values, row, Hand::Left, &mut own);
            for &hash in &own {
                let block = sought.number(hash);
                sought.blocks.push(block);
            }
            sought.starts.push(sought.blocks.len() as u32);
        }
        let size = (sought.hashes.len().max(64) * 16).next_power_of_two();
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
            self.slots = vec![0; self.slots.len() * 4];
            let mask = self.slots.len() - 1;
            for (block, &hash) in self.hashes.iter().enumerate() {
                let mut at = (spread(hash) >> (64 - self.slots.len().trailing_zeros())) as usize;
                while self.slots[at] != 0 {
                    at = (at + 1) & mask;
                }
                self.slots[at] = block as u32 + 1;
            }
        }
        let mask = self.slots.len() - 1;
        let mut at = self.slot(hash);
        loop {
            match self.slots[at] {
                0 => break,
                block if self.hashes[block as usize - 1] == hash => return block - 1,
                _ => at = (at + 1) & mask,
            }
        }
        self.hashes.push(hash);
        self.slots[at] = self.hashes.len() as u32;
        self.hashes.len() as u32 - 1
    }

    fn find(&self, hash: u64) -> Option<u32> {
        let bit = self.bit(hash);
        if self.bits[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut at = self.slot(hash);
        loop {
            match self.slots[at] {
                0 => return None,
                block if self.hashes[block as usize - 1] == hash => return Some(block - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Which of some right records are looked for: block and record.
    fn among(&self, values: &Values, rows: &[Row], first: u32, own: &mut Vec<u64>) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            key_values(self.key, values, row, Hand::Right, own);
            found.extend(own.iter().filter_map(|&hash| Some((self.find(hash)?, first + at as u32))));
        }
        found
    }

    /// Gathers the right records block by block.
    fn fill<'a>(&mut self, found: impl Iterator<Item = &'a [(u32, u32)]> + Clone) -> KeyBlocks {
        let cap = KEYS[self.key].cap;
        let mut sizes = vec![0_u32; self.hashes.len()];
        found.clone().flatten().for_each(|&(block, _)| sizes[block as usize] += 1);
        let mut lefts = vec![0_u64; if sizes.iter().any(|&s| s > cap) { sizes.len() } else { 0 }];
        if !lefts.is_empty() {
            self.blocks.iter().for_each(|&block| lefts[block as usize] += 1);
        }
        let (mut capped_blocks, mut capped_pairs) = (0, 0);
        let mut ends = Vec::with_capacity(sizes.len() + 1);
        let mut total = 0;
        for (block, size) in sizes.iter_mut().enumerate() {
            ends.push(total);
            if *size > cap {
                capped_blocks += 1;
                capped_pairs += u64::from(*size) * lefts[block];
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
        let (starts, blocks) = (std::mem::take(&mut self.starts), std::mem::take(&mut self.blocks));
        KeyBlocks { starts, blocks, ends, rights, capped_blocks, capped_pairs }
    }
}

/// The distinct key values of a row.
fn key_values(key: usize, values: &Values, row: &Row, hand: Hand, own: &mut Vec<u64>) {
    own.clear();
    (KEYS[key].of)(values, row, hand, own);
    if own.len() > 1 {
        own.sort_unstable();
        own.dedup();
    }
}
