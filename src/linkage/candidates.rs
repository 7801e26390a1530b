//! Which pairs are compared.
//!
//! For each key the right records are sorted by hash and joined to the left ones, so that a left record knows, key by
//! key, a range of right records. Then the left file is walked record by record: a stamp per right record tells whether
//! this left record has met it already, so that a pair is compared once however many keys find it. Memory grows with
//! records, not with pairs. A block beyond its key's cap is not followed, and is counted.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::comparison::{Pattern, compare};
use super::keys::{Hand, KEYS};
use super::likeness::Cache;
use super::model::Weights;
use super::report::KeyReport;
use super::values::{Records, Values};
use crate::progress::{Cancelled, Progress};

/// A pair that was compared and may be one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    pub left: u32,
    pub right: u32,
    pub pattern: Pattern,
    /// Bit `n`: the `n`-th key found it.
    pub keys: u32,
}

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// Pairs worth weighing, sorted by left and right record.
    pub pairs: Vec<Candidate>,
    /// Every pattern that occurred among all compared pairs, and how often; sorted.
    pub counts: Vec<(Pattern, u64)>,
    /// Pairs that were compared.
    pub compared: u64,
    pub keys: Vec<KeyReport>,
}

/// What is compared with what.
pub(super) struct Job<'a> {
    pub values: &'a Values,
    pub left: &'a Records,
    /// `None`: the left file with itself.
    pub right: Option<&'a Records>,
    /// Pairs that something else suggests, sorted; for duplicates only.
    pub suggested: &'a [(u32, u32)],
    /// Pairs below this weight are counted and let go.
    pub weights: Weights,
    pub least: f64,
}

/// Left records walked at a time. Fixed: the results do not depend on the number of threads.
const CHUNK: usize = 1024;

/// For one key: per left record, ranges of right records.
struct Ranges {
    /// Right records, block by block.
    rights: Vec<u32>,
    /// Per left record, where its ranges begin in `ranges`.
    starts: Vec<u32>,
    ranges: Vec<(u32, u32)>,
    capped_blocks: u64,
    capped_pairs: u64,
}

fn hashes(key: usize, values: &Values, records: &Records, hand: Hand) -> Vec<(u64, u32)> {
    let of = KEYS[key].of;
    let chunks: Vec<Vec<(u64, u32)>> = records
        .rows
        .par_chunks(CHUNK * 8)
        .enumerate()
        .map(|(chunk, rows)| {
            let (mut out, mut own) = (Vec::with_capacity(rows.len()), Vec::new());
            for (index, row) in rows.iter().enumerate() {
                own.clear();
                of(values, row, hand, &mut own);
                own.sort_unstable();
                own.dedup();
                out.extend(own.iter().map(|&hash| (hash, (chunk * CHUNK * 8 + index) as u32)));
            }
            out
        })
        .collect();
    chunks.concat()
}

/// A bit for every hash that the left file has: right records that nobody looks for are not even sorted.
struct Sought {
    bits: Vec<u64>,
    shift: u32,
}

impl Sought {
    fn of(hashes: &[(u64, u32)]) -> Self {
        let size = (hashes.len().max(64) * 16).next_power_of_two();
        let mut sought = Self { bits: vec![0; size / 64], shift: 64 - size.trailing_zeros() };
        for &(hash, _) in hashes {
            let at = sought.at(hash);
            sought.bits[at / 64] |= 1 << (at % 64);
        }
        sought
    }

    fn at(&self, hash: u64) -> usize {
        (hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    fn has(&self, hash: u64) -> bool {
        let at = self.at(hash);
        self.bits[at / 64] >> (at % 64) & 1 == 1
    }
}

fn join(key: usize, job: &Job<'_>) -> Ranges {
    let mut left = hashes(key, job.values, job.left, Hand::Left);
    let mut right = hashes(key, job.values, job.right.unwrap_or(job.left), Hand::Right);
    let sought = Sought::of(&left);
    right.retain(|&(hash, _)| sought.has(hash));
    drop(sought);
    right.par_sort_unstable();
    left.par_sort_unstable();
    let cap = KEYS[key].cap as usize;
    let mut found: Vec<(u32, u32, u32)> = Vec::with_capacity(left.len());
    let (mut capped_blocks, mut capped_pairs) = (0, 0);
    let mut at = 0;
    for block in left.chunk_by(|a, b| a.0 == b.0) {
        let hash = block[0].0;
        while at < right.len() && right[at].0 < hash {
            at += 1;
        }
        let from = at;
        while at < right.len() && right[at].0 == hash {
            at += 1;
        }
        match at - from {
            0 => {}
            size if size > cap => {
                capped_blocks += 1;
                capped_pairs += size as u64 * block.len() as u64;
            }
            _ => found.extend(block.iter().map(|&(_, row)| (row, from as u32, at as u32))),
        }
    }
    drop(left);
    found.par_sort_unstable();
    let mut starts = vec![0; job.left.len() + 1];
    for &(row, ..) in &found {
        starts[row as usize + 1] += 1;
    }
    for row in 0..job.left.len() {
        starts[row + 1] += starts[row];
    }
    Ranges {
        rights: right.into_iter().map(|(_, row)| row).collect(),
        starts,
        ranges: found.into_iter().map(|(_, from, to)| (from, to)).collect(),
        capped_blocks,
        capped_pairs,
    }
}

/// One thread's working memory.
struct Walk {
    /// Per right record: the left record that met it last (plus one), and its place in `met`.
    stamps: Vec<(u32, u32)>,
    met: Vec<(u32, u32)>,
    cache: Cache,
}

/// What one chunk of left records came to.
#[derive(Default)]
struct Part {
    pairs: Vec<Candidate>,
    counts: FxHashMap<u32, u64>,
    compared: u64,
    found: Vec<u64>,
    added: Vec<u64>,
}

/// Finds and compares the candidate pairs of a job.
pub(super) fn find(job: &Job<'_>, progress: &Progress) -> Result<Candidates, Cancelled> {
    progress.begin("Sorting keys", KEYS.len() as u64);
    let mut ranges = Vec::with_capacity(KEYS.len());
    for key in 0..KEYS.len() {
        progress.check()?;
        ranges.push(join(key, job));
        progress.advance(1);
    }
    progress.begin("Comparing pairs", job.left.len() as u64);
    let right = job.right.unwrap_or(job.left);
    let chunks = job.left.len().div_ceil(CHUNK);
    let parts: Vec<Result<Part, Cancelled>> = (0..chunks)
        .into_par_iter()
        .map_init(
            || Walk { stamps: vec![(0, 0); right.len()], met: Vec::new(), cache: Cache::new() },
            |walk, chunk| {
                progress.check()?;
                let rows = chunk * CHUNK..((chunk + 1) * CHUNK).min(job.left.len());
                let part = walk_chunk(job, right, &ranges, walk, rows.clone());
                progress.advance(rows.len() as u64);
                Ok(part)
            },
        )
        .collect();
    let mut all = Candidates::default();
    let mut counts: FxHashMap<u32, u64> = FxHashMap::default();
    let (mut found, mut added) = (vec![0; KEYS.len()], vec![0; KEYS.len()]);
    for part in parts {
        let part = part?;
        all.pairs.extend_from_slice(&part.pairs);
        all.compared += part.compared;
        for (pattern, n) in part.counts {
            *counts.entry(pattern).or_insert(0) += n;
        }
        for key in 0..KEYS.len() {
            found[key] += part.found[key];
            added[key] += part.added[key];
        }
    }
    all.counts = counts.into_iter().map(|(pattern, n)| (Pattern(pattern), n)).collect();
    all.counts.sort_unstable();
    all.keys = KEYS
        .iter()
        .zip(&ranges)
        .enumerate()
        .map(|(index, (key, ranges))| KeyReport {
            name: key.name.to_owned(),
            pairs: found[index],
            added: added[index],
            only: 0,
            cap: key.cap,
            capped_blocks: ranges.capped_blocks,
            capped_pairs: ranges.capped_pairs,
        })
        .collect();
    Ok(all)
}

fn walk_chunk(
    job: &Job<'_>,
    right: &Records,
    ranges: &[Ranges],
    walk: &mut Walk,
    rows: std::ops::Range<usize>,
) -> Part {
    let own_file = job.right.is_none();
    let mut part = Part { found: vec![0; ranges.len()], added: vec![0; ranges.len()], ..Part::default() };
    for left in rows {
        walk.met.clear();
        let stamp = left as u32 + 1;
        for (key, ranges) in ranges.iter().enumerate() {
            let own = &ranges.ranges[ranges.starts[left] as usize..ranges.starts[left + 1] as usize];
            for &(from, to) in own {
                for &other in &ranges.rights[from as usize..to as usize] {
                    // Within one file each pair is met from both sides; the smaller id is the left one.
                    if own_file && other as usize <= left {
                        continue;
                    }
                    let slot = &mut walk.stamps[other as usize];
                    if slot.0 == stamp {
                        let keys = &mut walk.met[slot.1 as usize].1;
                        part.found[key] += u64::from(*keys >> key & 1 == 0);
                        *keys |= 1 << key;
                    } else {
                        *slot = (stamp, walk.met.len() as u32);
                        walk.met.push((other, 1 << key));
                        part.found[key] += 1;
                        part.added[key] += 1;
                    }
                }
            }
        }
        let from = job.suggested.partition_point(|&(l, _)| (l as usize) < left);
        for &(_, other) in job.suggested[from..].iter().take_while(|&&(l, _)| l as usize == left) {
            let slot = &mut walk.stamps[other as usize];
            if slot.0 != stamp {
                *slot = (stamp, walk.met.len() as u32);
                walk.met.push((other, 0));
            }
        }
        walk.met.sort_unstable();
        let row = &job.left.rows[left];
        for &(other, keys) in &walk.met {
            let pattern = compare(job.values, &mut walk.cache, row, &right.rows[other as usize]);
            *part.counts.entry(pattern.0).or_insert(0) += 1;
            part.compared += 1;
            if job.weights.of(pattern) >= job.least {
                part.pairs.push(Candidate { left: left as u32, right: other, pattern, keys });
            }
        }
    }
    part
}
