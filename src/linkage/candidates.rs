//! Which pairs are compared.
//!
//! The left file is walked record by record, key by key, block by block (see [`super::blocks`]): a stamp per right record
//! tells whether this left record has met it already, so that a pair is compared once however many keys find it.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::blocks::KeyBlocks;
use super::comparison::{Pattern, compare_shared};
use super::frequency::{Rare, Shares};
use super::keys::KEYS;
use super::likeness::Cache;
use super::report::KeyReport;
use super::table::Row;
use super::values::{Records, Values};
use crate::person::ChiStatus;
use crate::progress::{Cancelled, Progress};

/// A pair that was compared and may be one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub left: u32,
    pub right: u32,
    pub pattern: Pattern,
    /// Bit `n`: the `n`-th key found it.
    pub keys: u32,
    /// What the frequencies of the agreeing values are worth.
    pub rare: Rare,
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

/// Which pairs of a job count.
#[derive(Debug, Clone, Copy)]
pub(super) enum Between<'a> {
    /// Every left record with every right record.
    Files,
    /// The left file with itself: each pair once, the smaller id on the left.
    OneFile,
    /// Left records taken from the right file, whose people these are: not with rows of the same person, and not with
    /// numbers out of use.
    People(&'a [u32]),
}

/// What is compared with what.
pub(super) struct Job<'a> {
    pub values: &'a Values,
    pub shares: &'a Shares,
    pub blocks: &'a [KeyBlocks],
    pub left: &'a [Row],
    /// The number that the first of `left` has in `blocks`.
    pub first: usize,
    pub right: &'a Records,
    pub between: Between<'a>,
    /// Which patterns are kept; all are counted.
    pub keep: &'a (dyn Fn(Pattern) -> bool + Sync),
}

impl Job<'_> {
    fn counts(&self, left: usize, right: u32) -> bool {
        match self.between {
            Between::Files => true,
            Between::OneFile => right as usize > left,
            Between::People(person) => {
                let status = self.right.rows[right as usize].status;
                person[left] != self.right.person[right as usize]
                    && !matches!(status, ChiStatus::Historical | ChiStatus::Deleted)
            }
        }
    }
}

/// Left records walked at a time. Fixed: the results do not depend on the number of threads.
const CHUNK: usize = 512;

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
    /// How often each pattern occurred, and whether it is kept.
    counts: FxHashMap<u32, (u64, bool)>,
    compared: u64,
    found: Vec<u64>,
    added: Vec<u64>,
}

/// Finds and compares the candidate pairs of a job.
pub(super) fn find(job: &Job<'_>, progress: &Progress) -> Result<Candidates, Cancelled> {
    let chunks = job.left.len().div_ceil(CHUNK);
    let parts: Vec<Result<Part, Cancelled>> = (0..chunks)
        .into_par_iter()
        .map_init(
            || Walk { stamps: vec![(0, 0); job.right.len()], met: Vec::new(), cache: Cache::new() },
            |walk, chunk| {
                progress.check()?;
                let rows = chunk * CHUNK..((chunk + 1) * CHUNK).min(job.left.len());
                let part = walk_chunk(job, walk, rows.clone());
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
        for (pattern, (n, _)) in part.counts {
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
        .zip(job.blocks)
        .enumerate()
        .map(|(index, (key, blocks))| KeyReport {
            name: key.name.to_owned(),
            pairs: found[index],
            added: added[index],
            only: 0,
            cap: key.cap,
            capped_blocks: blocks.capped_blocks,
            capped_pairs: blocks.capped_pairs,
        })
        .collect();
    Ok(all)
}

fn walk_chunk(job: &Job<'_>, walk: &mut Walk, rows: std::ops::Range<usize>) -> Part {
    let mut part = Part { found: vec![0; KEYS.len()], added: vec![0; KEYS.len()], ..Part::default() };
    for left in rows {
        walk.met.clear();
        let stamp = left as u32 + 1;
        for (key, blocks) in job.blocks.iter().enumerate() {
            for &other in blocks.of(job.first + left).flatten() {
                if !job.counts(left, other) {
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
        walk.met.sort_unstable();
        let row = &job.left[left];
        for &(right, keys) in &walk.met {
            let other = &job.right.rows[right as usize];
            let (pattern, shared) = compare_shared(job.values, &mut walk.cache, row, other);
            let (n, keep) = part.counts.entry(pattern.0).or_insert_with(|| (0, (job.keep)(pattern)));
            *n += 1;
            part.compared += 1;
            if *keep {
                let rare = job.shares.rare(pattern, shared, row, other);
                part.pairs.push(Candidate { left: left as u32, right, pattern, keys, rare });
            }
        }
    }
    part
}

/// Compares pairs that no key needs to have found. `pairs` are left and right records, sorted.
pub(super) fn compare_pairs(
    values: &Values,
    shares: &Shares,
    left: &Records,
    right: &Records,
    pairs: &[(u32, u32)],
) -> Vec<Candidate> {
    pairs
        .par_chunks(CHUNK)
        .map_init(Cache::new, |cache, pairs| {
            let compared = pairs.iter().map(|&(a, b)| {
                let (row, other) = (&left.rows[a as usize], &right.rows[b as usize]);
                let (pattern, shared) = compare_shared(values, cache, row, other);
                let rare = shares.rare(pattern, shared, row, other);
                Candidate { left: a, right: b, pattern, keys: 0, rare }
            });
            compared.collect::<Vec<_>>()
        })
        .collect::<Vec<_>>()
        .concat()
}
