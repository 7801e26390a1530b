//! The order of the work.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::birth::Birth;
use super::candidates::{Candidates, Job, find};
use super::comparison::{Comparison, Pattern, compare};
use super::competition::Edge;
use super::frequency::{Frequencies, Shares};
use super::levels::short;
use super::likeness::Cache;
use super::model::{Model, Parameters};
use super::place::Place;
use super::report::{KeyReport, PairReport, Report};
use super::together::Together;
use super::values::{Files, Records, Values};
use super::{ENGINE_VERSION, Options, Outcome, ScoredPair, Table, duplicates, links, together};
use crate::pair::Band;
use crate::person::ChiStatus;
use crate::progress::{Cancelled, Progress};

/// The seed of the sample of pairs; recorded in the model.
const SEED: u64 = 0x5354_4557_4152_5452;
/// Pairs in the sample.
const SAMPLE: usize = 400_000;
/// Compared pairs below this weight (before value frequencies) are counted and let go.
const LEAST: f64 = -16.0;
/// CHI records whose pairs with all other CHI records show how agreements come together.
const HOUSEHOLDS: usize = 40_000;
/// How often parameters are learned again after competition.
const REFINEMENTS: usize = 3;

/// Runs the engine on as many threads as asked for.
pub(super) fn run(mosaic: Table, chi: Table, options: &Options, progress: &Progress) -> Result<Outcome, Cancelled> {
    let mut pool = rayon::ThreadPoolBuilder::new().thread_name(|n| format!("linkage {n}"));
    if let Some(threads) = options.threads {
        pool = pool.num_threads(threads);
    }
    match pool.build() {
        Ok(pool) => pool.install(|| work(mosaic, chi, options, progress)),
        // No threads to be had: the work is done on this one
        Err(_) => work(mosaic, chi, options, progress),
    }
}

fn work(mosaic: Table, chi: Table, options: &Options, progress: &Progress) -> Result<Outcome, Cancelled> {
    progress.begin("Preparing records", 0);
    let files = Files::new(mosaic, chi);
    progress.check()?;
    let frequencies = Frequencies::of(&files);
    let shares = Shares::new(&files.values, &frequencies);
    progress.check()?;

    let (lefts, people) = (files.mosaic.len() as f64, files.chi.people() as f64);
    let mut parameters = Parameters::reference(people, 0.8);
    learn_u(&mut parameters, &files, &frequencies);
    let apart = learn_together(&parameters, &files, &shares, progress)?;
    (parameters.together, parameters.rarity) = (apart.off, apart.rarity);
    let believed = parameters.clone();

    // Links, pair evidence first.
    let found = find(&job(&files.values, &files.mosaic, Some(&files.chi), &[], &parameters), progress)?;
    progress.begin("Learning weights", 0);
    parameters.estimate(&found.counts, lefts, people);
    let mut weighed = Vec::new();
    for round in 0..=REFINEMENTS {
        progress.check()?;
        let weights = parameters.weights();
        weighed = links::weigh(&files.values, &files.mosaic, &files.chi, &found.pairs, &weights, &shares);
        if round < REFINEMENTS {
            links::refine(&mut parameters, &believed, &files, &weighed);
        }
    }
    let edges: Vec<Edge> = links::edges(&files, &weighed);
    let fits = duplicates::fits(&edges);

    // Duplicates, with what the links say.
    let suggested = duplicates::suggested(&fits);
    let mut own = parameters.clone();
    own.expect(0.05, (lefts - 1.0) / 2.0);
    let within = find(&job(&files.values, &files.mosaic, None, &suggested, &own), progress)?;
    progress.begin("Finding duplicates", 0);
    own.estimate(&within.counts, lefts, ((lefts - 1.0) / 2.0).max(1.0));
    let pairs = links::weigh(&files.values, &files.mosaic, &files.mosaic, &within.pairs, &own.weights(), &shares);
    let mut duplicates = duplicates::settle(&files, &pairs, &shares, &fits, options.cuts);
    progress.check()?;

    // Links again: duplicates do not compete for their CHI.
    progress.begin("Weighing candidates against each other", 0);
    let alike = duplicates::alike(&duplicates);
    let banded = duplicates::banded(&duplicates);
    let mut links = links::settle(&files, &weighed, &parameters.weights(), &shares, &alike, &banded, options.cuts);

    let report = Report {
        mosaic_records: files.mosaic.len() as u64,
        chi_records: files.chi.len() as u64,
        links: PairReport::of(&links, found.compared),
        duplicates: PairReport::of(&duplicates, within.compared),
        link_keys: keys(found, &links),
        duplicate_keys: keys(within, &duplicates),
    };
    // Rows as the tables have them; the order, by ids, stays.
    for link in &mut links {
        link.left = files.mosaic.pushed[link.left as usize];
        link.right = files.chi.pushed[link.right as usize];
    }
    for pair in &mut duplicates {
        pair.left = files.mosaic.pushed[pair.left as usize];
        pair.right = files.mosaic.pushed[pair.right as usize];
    }
    let model = Model {
        engine: ENGINE_VERSION.to_owned(),
        cuts: options.cuts,
        links: parameters,
        duplicates: own,
        frequencies,
        seed: SEED,
    };
    Ok(Outcome { links, duplicates, model, report })
}

pub(super) fn job<'a>(
    values: &'a Values,
    left: &'a Records,
    right: Option<&'a Records>,
    suggested: &'a [(u32, u32)],
    parameters: &Parameters,
) -> Job<'a> {
    Job {
        values,
        left,
        right,
        apart: false,
        suggested,
        weights: parameters.weights(),
        keep: |job, pattern| job.weights.of(pattern) >= LEAST,
    }
}

/// `u` of every level: counted over the values where that is exact, from a sample of pairs elsewhere.
fn learn_u(parameters: &mut Parameters, files: &Files, frequencies: &Frequencies) {
    let right = if files.chi.len() > 0 { &files.chi } else { &files.mosaic };
    let sample = sample(&files.values, &files.mosaic, right);
    parameters.sample_u(&sample, |comparison| match comparison {
        // How dates come to differ by chance is much the same everywhere, and rare: the sample adds little.
        Comparison::Birth => 100_000.0,
        Comparison::Chi | Comparison::Death => 1e6,
        _ => 2_000.0,
    });
    let f = frequencies;
    parameters.set_u(Comparison::Surname, 1, f.surnames.typical);
    parameters.set_u(Comparison::Forename, 1, f.forenames.typical);
    parameters.set_u(Comparison::Birth, Birth::Same as u8, f.births.typical);
    parameters.set_u(Comparison::Location, Place::Dwelling as u8, f.buildings.typical);
    let postcode = (f.postcodes.typical - f.buildings.typical).max(f.postcodes.typical / 10.0);
    parameters.set_u(Comparison::Location, Place::Postcode as u8, postcode);
    parameters.set_u(Comparison::Chi, short::SAME, 1.0 / (files.chi.people() as f64).max(1000.0));
    parameters.set_swapped();
    parameters.weigh();
}

/// How far agreements come together in different people, from pairs within the CHI file.
fn learn_together(
    parameters: &Parameters,
    files: &Files,
    shares: &Shares,
    progress: &Progress,
) -> Result<Together, Cancelled> {
    let chi = &files.chi;
    let in_use = |&row: &usize| !matches!(chi.rows[row].status, ChiStatus::Historical | ChiStatus::Deleted);
    let step = chi.len().div_ceil(HOUSEHOLDS).max(1);
    let picked: Vec<usize> = (0..chi.len()).step_by(step).filter(in_use).collect();
    let left = Records {
        rows: picked.iter().map(|&row| chi.rows[row]).collect(),
        person: picked.iter().map(|&row| chi.person[row]).collect(),
        ..Records::default()
    };
    let mut job = job(&files.values, &left, Some(chi), &[], parameters);
    job.apart = true;
    job.keep = |_, pattern| together::is_namesake(pattern);
    let found = find(&job, progress)?;
    let sample = sample(&files.values, &left, chi);
    let off = together::learn(parameters, &found.counts, left.len() as f64 * chi.len() as f64, &sample);

    // What rarity gives the namesakes of the file, anybody, and pairs that agree by chance
    let namesakes: Vec<f64> = found.pairs.iter().map(|pair| shares.rarity(&left.rows[pair.left as usize])).collect();
    let mean = |bits: &mut dyn Iterator<Item = (f64, f64)>| {
        let (sum, weight) = bits.fold((0.0, 0.0), |(sum, all), (bits, weight)| (sum + bits * weight, all + weight));
        if weight > 0.0 { sum / weight } else { 0.0 }
    };
    let anybody = mean(&mut left.rows.iter().map(|row| (shares.rarity(row), 1.0)));
    let by_chance = mean(&mut left.rows.iter().map(|row| (shares.rarity(row), shares.of_name(row))));
    Ok(Together { off, rarity: together::rarity(&namesakes, anybody, by_chance) })
}

/// Patterns of pairs drawn at random, nearly all of two people.
fn sample(values: &Values, left: &Records, right: &Records) -> Vec<(Pattern, u64)> {
    if left.len() == 0 || right.len() == 0 {
        return Vec::new();
    }
    let size = SAMPLE.min(left.len() * right.len() / 4);
    let parts: Vec<FxHashMap<u32, u64>> = (0..size.div_ceil(8192))
        .into_par_iter()
        .map_init(Cache::new, |cache, chunk| {
            let mut counts = FxHashMap::default();
            for draw in chunk * 8192..((chunk + 1) * 8192).min(size) {
                let a = mix(SEED ^ (draw as u64) << 1) % left.len() as u64;
                let b = mix(SEED ^ (draw as u64) << 1 ^ 1) % right.len() as u64;
                let pattern = compare(values, cache, &left.rows[a as usize], &right.rows[b as usize]);
                *counts.entry(pattern.0).or_insert(0) += 1;
            }
            counts
        })
        .collect();
    let mut all: FxHashMap<u32, u64> = FxHashMap::default();
    for (pattern, n) in parts.into_iter().flatten() {
        *all.entry(pattern).or_insert(0) += n;
    }
    let mut all: Vec<_> = all.into_iter().map(|(pattern, n)| (Pattern(pattern), n)).collect();
    all.sort_unstable();
    all
}

/// SplitMix64: a draw that depends on nothing but its number.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The report on the keys, with what only one key found among the pairs that matter.
fn keys(found: Candidates, pairs: &[ScoredPair]) -> Vec<KeyReport> {
    let mut keys = found.keys;
    for pair in pairs.iter().filter(|p| p.band != Band::Low && p.keys.count_ones() == 1) {
        keys[pair.keys.trailing_zeros() as usize].only += 1;
    }
    keys
}
