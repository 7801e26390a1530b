//! Which pairs are compared.
//!
//! The left file is walked record by record, key by key, block by block (see [`super::blocks`]): a stamp per right record
//! tells whether this left record has met it already, so that a pair is compared once however many keys find it.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::blocks::{KeyBlocks, caps};
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
#[derive(Debug, Clone, Default)]
pub(super) struct Candidates {
    /// Pairs worth weighing, sorted by left and right record.
    pub pairs: Vec<Candidate>,
    /// Every pattern that occurred among all compared pairs, and how often; sorted.
    pub counts: Vec<(Pattern, u64)>,
    /// Pairs that were compared.
    pub compared: u64,
    /// Per key: pairs it found, and pairs that no key before it had found.
    pub yields: Vec<(u64, u64)>,
    /// Per key: blocks that were too large to be followed.
    pub capped: Vec<Vec<(u64, u32)>>,
    /// What every left record met, where that is to be remembered.
    pub met: Met,
}

/// What every left record met: patterns and keys of all pairs that were compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Met {
    /// Where the pairs of each left record end.
    ends: Vec<u32>,
    pairs: Vec<(Pattern, u32)>,
}

impl Met {
    fn of(&self, left: usize) -> &[(Pattern, u32)] {
        let from = if left == 0 { 0 } else { self.ends[left - 1] as usize };
        &self.pairs[from..self.ends[left] as usize]
    }
}

impl Candidates {
    /// The report on the keys.
    pub fn keys(&self, values: &Values, left: &[Row]) -> Vec<KeyReport> {
        let caps = caps(values, left, self.capped.iter().map(Vec::as_slice));
        let reports = KEYS.iter().zip(&self.yields).zip(caps).map(|((key, &(pairs, added)), caps)| KeyReport {
            name: key.name.to_owned(),
            pairs,
            added,
            only: 0,
            cap: key.cap,
            capped_blocks: caps.0,
            capped_pairs: caps.1,
        });
        reports.collect()
    }

    /// The candidates of a file of which some records are as they were and the others new: `same` gives each left
    /// record's number in what is `known`, or none for a new one, whose candidates are in `new`, in their order.
    ///
    /// What rarity is worth is that of the runs they come from.
    pub fn woven(known: &Self, new: Self, same: &[Option<u32>]) -> Self {
        let of_left = |candidates: &[Candidate], lefts: usize| {
            let mut starts = vec![0_u32; lefts + 1];
            candidates.iter().for_each(|c| starts[c.left as usize + 1] += 1);
            (0..lefts).for_each(|left| starts[left + 1] += starts[left]);
            starts
        };
        let (old_starts, new_starts) =
            (of_left(&known.pairs, known.met.ends.len()), of_left(&new.pairs, new.met.ends.len()));
        let mut all = Self { yields: vec![(0, 0); KEYS.len()], ..Self::default() };
        let mut counts: FxHashMap<u32, u64> = FxHashMap::default();
        let mut nth = 0;
        for (left, same) in same.iter().enumerate() {
            let (from, starts, at) = match same {
                Some(old) => (known, &old_starts, *old as usize),
                None => (&new, &new_starts, nth),
            };
            nth += usize::from(same.is_none());
            let own = &from.pairs[starts[at] as usize..starts[at + 1] as usize];
            all.pairs.extend(own.iter().map(|candidate| Candidate { left: left as u32, ..*candidate }));
            for &(pattern, keys) in from.met.of(at) {
                *counts.entry(pattern.0).or_insert(0) += 1;
                all.met.pairs.push((pattern, keys));
                for (key, (found, added)) in all.yields.iter_mut().enumerate() {
                    *found += u64::from(keys >> key & 1);
                    *added += u64::from(keys.trailing_zeros() as usize == key);
                }
            }
            all.met.ends.push(all.met.pairs.len() as u32);
        }
        all.compared = all.met.pairs.len() as u64;
        all.counts = sorted(counts);
        all.capped = known.capped.iter().zip(new.capped).map(|(old, new)| joined(old, new)).collect();
        all
    }
}

fn joined(old: &[(u64, u32)], new: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    let mut all: Vec<(u64, u32)> = old.iter().copied().chain(new).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn sorted(counts: FxHashMap<u32, u64>) -> Vec<(Pattern, u64)> {
    let mut counts: Vec<_> = counts.into_iter().map(|(pattern, n)| (Pattern(pattern), n)).collect();
    counts.sort_unstable();
    counts
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
    /// Whether all that is met is remembered.
    pub remember: bool,
    pub walks: &'a Walks,
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

/// The stamp of a right record that nobody has met.
const NOBODY: u32 = u32::MAX;

/// One thread's working memory.
struct Walk {
    /// Per right record: the left record that met it last, and its place in `met`.
    stamps: Vec<(u32, u32)>,
    met: Vec<(u32, u32)>,
    cache: Cache,
}

/// Working memory of threads, kept for whoever walks next: it is as long as the right file, and to have it anew from the
/// system for every piece of the work costs more than the work.
pub(super) struct Walks {
    right: usize,
    idle: Mutex<Vec<Walk>>,
}

impl Walks {
    /// For jobs on one set of blocks: their left records have numbers of their own, and so different stamps.
    pub fn past(right: &Records) -> Self {
        Self { right: right.len(), idle: Mutex::default() }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Walk) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Walk { stamps: vec![(NOBODY, 0); self.right], met: Vec::new(), cache: Cache::new() };
        let kept = idle().pop();
        let mut walk = kept.unwrap_or_else(new);
        let done = work(&mut walk);
        idle().push(walk);
        done
    }
}

/// What one chunk of left records came to.
#[derive(Default)]
struct Part {
    pairs: Vec<Candidate>,
    /// How often each pattern occurred, and whether it is kept.
    counts: FxHashMap<u32, (u64, bool)>,
    compared: u64,
    met: Met,
    found: Vec<u64>,
    added: Vec<u64>,
}

/// Finds and compares the candidate pairs of a job.
pub(super) fn find(job: &Job<'_>, progress: &Progress) -> Result<Candidates, Cancelled> {
    let chunks = job.left.len().div_ceil(CHUNK);
    let parts: Vec<Result<Part, Cancelled>> = (0..chunks)
        .into_par_iter()
        .map(|chunk| {
            progress.check()?;
            let rows = chunk * CHUNK..((chunk + 1) * CHUNK).min(job.left.len());
            let part = job.walks.with(|walk| walk_chunk(job, walk, rows.clone()));
            progress.advance(rows.len() as u64);
            Ok(part)
        })
        .collect();
    let mut all = Candidates::default();
    let mut counts: FxHashMap<u32, u64> = FxHashMap::default();
    let (mut found, mut added) = (vec![0; KEYS.len()], vec![0; KEYS.len()]);
    for part in parts {
        let part = part?;
        all.pairs.extend_from_slice(&part.pairs);
        all.compared += part.compared;
        let before = all.met.pairs.len() as u32;
        all.met.pairs.extend_from_slice(&part.met.pairs);
        all.met.ends.extend(part.met.ends.iter().map(|end| before + end));
        for (pattern, (n, _)) in part.counts {
            *counts.entry(pattern).or_insert(0) += n;
        }
        for key in 0..KEYS.len() {
            found[key] += part.found[key];
            added[key] += part.added[key];
        }
    }
    all.counts = sorted(counts);
    all.yields = found.into_iter().zip(added).collect();
    all.capped = job.blocks.iter().map(|blocks| blocks.capped.clone()).collect();
    Ok(all)
}

fn walk_chunk(job: &Job<'_>, walk: &mut Walk, rows: std::ops::Range<usize>) -> Part {
    let mut part = Part { found: vec![0; KEYS.len()], added: vec![0; KEYS.len()], ..Part::default() };
    for left in rows {
        walk.met.clear();
        let stamp = (job.first + left) as u32;
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
            if job.remember {
                part.met.pairs.push((pattern, keys));
            }
            if *keep {
                let rare = job.shares.rare(pattern, shared, row, other);
                part.pairs.push(Candidate { left: left as u32, right, pattern, keys, rare });
            }
        }
        if job.remember {
            part.met.ends.push(part.met.pairs.len() as u32);
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
