//! The order of the work.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::birth::Birth;
use super::blocks::blocks;
use super::candidates::{Between, Candidate, Candidates, Job, Walks, compare_pairs, find};
use super::comparison::{Comparison, Pattern, compare, compare_shared};
use super::competition::Alike;
use super::defaults::Defaults;
use super::duplicates::{Considered, Fits, Priors};
use super::errors::{self, nobodies};
use super::frequency::{Frequencies, Shares};
use super::keys::KEYS;
use super::lessons::Lessons;
use super::levels::short;
use super::likeness::Cache;
use super::links::{Links, Weighed, share_numbers};
use super::model::{Model, Parameters, probability};
use super::moves::Moves;
use super::namesakes::{Kind, Named, Namesakes, name, people_with};
use super::place::Place;
use super::report::{KeyReport, PairReport, Report};
use super::table::Row;
use super::together::Shown;
use super::values::{Files, Records, Values};
use super::weighing::Weighing;
use super::{ENGINE_VERSION, Options, Outcome, ScoredPair, duplicates, together};
use crate::pair::Band;
use crate::person::ChiStatus;
use crate::progress::{Cancelled, Progress};

/// The seed of the sample of pairs; recorded in the model.
const SEED: u64 = 0x5354_4557_4152_5452;
/// Pairs in the sample that shows how strangers compare.
const SAMPLE: usize = 400_000;
/// Pairs in a sample that only shows how often a comparison is missing.
const MISSING: usize = 20_000;
/// Compared pairs below this weight (before value frequencies) are counted and let go.
const LEAST: f64 = -16.0;
/// Pairs below this weight are out of the running: there are many, and not one in two thousand is of one person.
const COMPETES: f64 = -11.0;
/// What common names can take from a pair's weight.
const RARITY: f64 = 4.0;
/// CHI records whose pairs with all other CHI records show how agreements come together.
const HOUSEHOLDS: usize = 20_000;
/// How often parameters are learned again after competition.
const REFINEMENTS: usize = 2;
/// A link from this probability is taken for certain.
const SURE: f64 = 0.99;
/// So many sure links show better than the CHI file alone how the people whom Mosaic knows are like others.
const LINKED: usize = 2_000;

/// Works on as many threads as asked for.
pub(super) fn on_threads<T: Send>(options: &Options, work: impl FnOnce() -> T + Send) -> T {
    let mut pool = rayon::ThreadPoolBuilder::new().thread_name(|n| format!("linkage {n}"));
    if let Some(threads) = options.threads {
        pool = pool.num_threads(threads);
    }
    match pool.build() {
        Ok(pool) => pool.install(work),
        // No threads to be had: the work is done on this one
        Err(_) => work(),
    }
}

/// What a run compared, for the next to use again.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// The values that were not believed.
    defaults: Defaults,
    links: Candidates,
    /// Pairs of people within the CHI file.
    relatives: Candidates,
    /// Pairs of people who do not exist with the CHI file; found anew by every run.
    nobodies: Candidates,
}

/// What is known from a run on the same CHI file: what it compared, and the number that each Mosaic record had there,
/// where it is as it was.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub compared: &'a Compared,
    pub same: &'a [Option<u32>],
}

/// Compares the Mosaic file with the CHI file, people of the CHI file with each other, and people who do not exist with the CHI
/// file.
fn compare_files(
    files: &Files,
    shares: &Shares,
    relatives: &Sample,
    nobodies: &[Row],
    keep: &(dyn Fn(Pattern) -> bool + Sync),
    remember: bool,
    progress: &Progress,
) -> Result<Compared, Cancelled> {
    // All are looked up in one pass.
    progress.begin("Sorting keys", KEYS.len() as u64);
    let lookers: Vec<Row> = files.mosaic.rows.iter().chain(&relatives.rows).chain(nobodies).copied().collect();
    let blocks = blocks(&files.values, &lookers, &files.chi.rows, progress)?;
    progress.begin("Comparing pairs", lookers.len() as u64);
    let walks = &Walks::past(&files.chi);
    let links = Job {
        values: &files.values,
        shares,
        blocks: &blocks,
        left: &files.mosaic.rows,
        first: 0,
        right: &files.chi,
        between: Between::Files,
        keep,
        remember,
        walks,
    };
    let relatives = Job {
        left: &relatives.rows,
        first: files.mosaic.len(),
        between: Between::People(&relatives.person),
        keep: &|pattern| together::namesakes(pattern) == Some(Kind::Near),
        remember: false,
        ..links
    };
    let nobodies = Job { left: nobodies, first: files.mosaic.len() + relatives.left.len(), remember: false, ..links };
    Ok(Compared {
        defaults: files.defaults.clone(),
        links: find(&links, progress)?,
        relatives: find(&relatives, progress)?,
        nobodies: find(&nobodies, progress)?,
    })
}

/// Compares the records that are new with the CHI file, and takes the others' pairs as they are known.
fn compare_new(
    files: &Files,
    shares: &Shares,
    known: Known<'_>,
    nobodies: &[Row],
    keep: &(dyn Fn(Pattern) -> bool + Sync),
    progress: &Progress,
) -> Result<Compared, Cancelled> {
    progress.begin("Comparing pairs", 0);
    let (values, mosaic, chi) = (&files.values, &files.mosaic, &files.chi);
    let new: Vec<Row> =
        mosaic.rows.iter().zip(known.same).filter(|(_, same)| same.is_none()).map(|(row, _)| *row).collect();
    let lookers: Vec<Row> = new.iter().chain(nobodies).copied().collect();
    let blocks = blocks(values, &lookers, &chi.rows, progress)?;
    let job = Job {
        values,
        shares,
        blocks: &blocks,
        left: &new,
        first: 0,
        right: chi,
        between: Between::Files,
        keep,
        remember: true,
        walks: &Walks::past(chi),
    };
    let found = find(&job, progress)?;
    let nobodies = find(&Job { left: nobodies, first: new.len(), remember: false, ..job }, progress)?;
    let mut all = Candidates::woven(&known.compared.links, found, known.same);
    // What rarity is worth may have changed with the file.
    all.pairs.par_chunks_mut(4096).for_each_init(Cache::new, |cache, pairs| {
        for pair in pairs {
            let (a, b) = (&mosaic.rows[pair.left as usize], &chi.rows[pair.right as usize]);
            let (pattern, shared) = compare_shared(values, cache, a, b);
            pair.rare = shares.rare(pattern, shared, a, b);
        }
    });
    let relatives = known.compared.relatives.clone();
    Ok(Compared { defaults: files.defaults.clone(), links: all, relatives, nobodies })
}

/// Links two files. What was compared is returned where it is to be remembered.
pub(super) fn work(
    files: &Files,
    known: Option<Known<'_>>,
    remember: bool,
    options: &Options,
    progress: &Progress,
) -> Result<(Outcome, Option<Compared>), Cancelled> {
    progress.begin("Preparing records", 0);
    let frequencies = Frequencies::of(files);
    let shares = Shares::new(&files.values, &frequencies);
    progress.check()?;

    let lessons = Lessons::of(&options.labels, files);
    let (lefts, people) = (files.mosaic.len() as f64, files.chi.people() as f64);
    let mut parameters = Parameters::reference(people, 0.8);
    // What is kept depends on the pair alone, never on what was learned from others.
    let first = parameters.weights();
    // Who is known by a surname and an address alone, as a child before its birth, cannot be found.
    let keep = |pattern: Pattern| pattern.says_who() && first.of(pattern) >= LEAST;
    learn_u(&mut parameters, files, if files.chi.len() > 0 { &files.chi } else { &files.mosaic }, &frequencies);

    let relatives = Sample::of(&files.chi);
    let nobodies = nobodies(&files.mosaic);
    // Where another value is believed, or one no longer, comparisons are not what they were
    let known = known.filter(|known| known.compared.defaults.are_those_of(&files.defaults));
    let mut compared = match known {
        None => compare_files(files, &shares, &relatives, &nobodies, &keep, remember, progress)?,
        Some(known) => compare_new(files, &shares, known, &nobodies, &keep, progress)?,
    };
    let others = learn_from_others(&mut parameters, files, &shares, &relatives, &compared.relatives);
    let believed = parameters.clone();
    let link_keys = compared.links.keys(&files.values, &files.mosaic.rows);

    // Links, pair evidence first.
    progress.begin("Learning weights", 0);
    parameters.estimate(&compared.links.counts, lefts, people);
    let pairs = if remember { compared.links.pairs.clone() } else { std::mem::take(&mut compared.links.pairs) };
    let links = Links::new(files, &files.mosaic.rows, Weighing::new(pairs).likely(&parameters.weights(), COMPETES));
    let weighed = refined(&links, &mut parameters, &believed, progress)?;

    // What the sure ones show: how different people are alike, and who moved.
    let probabilities = links.contest.probabilities(&weighed.weights, &Alike::default());
    let linked = Linked::of(&links, &weighed, &probabilities);
    linked.teach(&mut parameters, files, &compared.links.counts, &others);
    let moves = Moves::of(files, &shares, &links, &weighed, &probabilities);
    let mark = |pairs: &mut [Candidate]| moves.mark(&files.chi, &files.mosaic.rows, Some, pairs);
    let links = links.changed(mark);
    let chance = |right| moves.by_chance(&files.mosaic, right);
    parameters.set_u(Comparison::Location, Place::Moved as u8, chance(&files.chi));
    parameters.weigh();
    let weighed = refined(&links, &mut parameters, &believed, progress)?;
    let fits = duplicates::fits(&links.contest, &weighed.weights);

    // Duplicates, with what the links say. How different people are alike within Mosaic is counted there.
    progress.begin("Finding duplicates", 0);
    let own_frequencies = Frequencies::within(files);
    let own_shares = Shares::new(&files.values, &own_frequencies);
    let mut own = parameters.clone();
    own.expect(0.05, (lefts - 1.0) / 2.0);
    learn_u(&mut own, files, &files.mosaic, &own_frequencies);
    let mut within = within(files, &own_shares, &keep, progress)?;
    let duplicate_keys = within.keys(&files.values, &files.mosaic.rows);
    let mut pairs = std::mem::take(&mut within.pairs);
    let mut suggested = duplicates::suggested(&fits);
    suggested.retain(|pair| pairs.binary_search_by_key(pair, |c| (c.left, c.right)).is_err());
    pairs.extend(compare_pairs(&files.values, &own_shares, &files.mosaic, &files.mosaic, &suggested));
    pairs.par_sort_unstable_by_key(|c| (c.left, c.right));
    moves.mark_within(&files.mosaic, &fits, &mut pairs, &mut within.counts);
    own.set_u(Comparison::Location, Place::Moved as u8, chance(&files.mosaic));
    learn_duplicates(&mut own, files, &within.counts);
    let pairs = Weighing::new(pairs);
    let mut weights = pairs.weights(&own.weights());
    if !lessons.duplicates.is_empty() {
        let patterns = decided(files, &lessons);
        for _ in 0..REFINEMENTS {
            progress.check()?;
            let thought = duplicates::consider(&pairs, &weights, &fits, Priors::of(&parameters, &own, lefts));
            let thought: Vec<_> = thought.iter().map(Considered::likely).collect();
            let corrections = lessons.of_duplicates(&patterns, &thought);
            own.teach(&within.counts, &corrections, lefts, (lefts - 1.0) / 2.0);
            weights = pairs.weights(&own.weights());
        }
    }
    let consider = |fits: &Fits, links: &Parameters| {
        let priors = Priors::of(links, &own, lefts);
        (duplicates::consider(&pairs, &weights, fits, priors), duplicates::tell(&pairs, &weights, fits, priors))
    };
    let (duplicates, told) = consider(&fits, &parameters);
    progress.check()?;

    // Links again: duplicates tell of each other's links, and do not compete for their CHI.
    progress.begin("Weighing candidates against each other", 0);
    let mut unheard = compare_pairs(&files.values, &shares, &files.mosaic, &files.chi, &links.unheard(&told));
    mark(&mut unheard);
    let links = links.with(unheard);
    let alike = duplicates::alike(duplicates.iter().map(Considered::likely));
    for _ in 0..REFINEMENTS {
        progress.check()?;
        let weighed = links.hear(&parameters.weights(), &told);
        links.refine(&mut parameters, &believed, &weighed, &alike, &lessons);
    }
    let weighed = links.weigh(&parameters.weights());
    let (duplicates, told) = consider(&duplicates::fits(&links.contest, &weighed.weights), &parameters);
    let own_pairs = duplicates::Pairs { weighing: &pairs, shares: &own_shares };
    let link_pairs = duplicates::Pairs { weighing: &links.weighing, shares: &shares };
    let (mut duplicates, merges) = duplicates::settle(files, own_pairs, link_pairs, duplicates, options.cuts);
    let weighed = links.hear(&parameters.weights(), &told);
    let contest = links;
    let (mut links, cuts) = contest.settle(&weighed, &parameters.weights(), &shares, &duplicates, options.cuts);
    duplicates::follow_links(&mut duplicates, &links, [cuts, merges]);
    share_numbers(&mut links, &duplicates, cuts);
    progress.begin("Estimating errors", 0);
    let run = errors::Run {
        files,
        shares: &shares,
        links: &contest,
        weighed: &weighed,
        told: &told,
        duplicates: &duplicates,
        parameters: &parameters,
        cuts,
    };
    moves.mark(&files.chi, &nobodies, |_| None, &mut compared.nobodies.pairs);
    let errors = run.errors(nobodies, std::mem::take(&mut compared.nobodies.pairs), &links);

    let report = Report {
        mosaic_records: files.mosaic.len() as u64,
        chi_records: files.chi.len() as u64,
        links: PairReport::of(&links, compared.links.compared),
        duplicates: PairReport::of(&duplicates, within.compared),
        errors,
        defaults: files.defaults.clone(),
        link_keys: keys(link_keys, &links),
        duplicate_keys: keys(duplicate_keys, &duplicates),
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
        cuts,
        links: parameters,
        duplicates: own,
        frequencies,
        within: Some(own_frequencies),
        defaults: files.defaults.clone(),
        seed: SEED,
        learned: lessons.learned(),
    };
    Ok((Outcome { links, duplicates, model, report }, remember.then_some(compared)))
}

/// Learns again from what competition leaves of each pair, and weighs the links by that.
fn refined(
    links: &Links<'_>,
    parameters: &mut Parameters,
    believed: &Parameters,
    progress: &Progress,
) -> Result<Weighed, Cancelled> {
    let mut weighed = links.weigh(&parameters.weights());
    for _ in 0..REFINEMENTS {
        progress.check()?;
        links.refine(parameters, believed, &weighed, &Alike::default(), &Lessons::default());
        weighed = links.weigh(&parameters.weights());
    }
    Ok(weighed)
}

/// The candidate pairs within the Mosaic file.
fn within(
    files: &Files,
    shares: &Shares,
    keep: &(dyn Fn(Pattern) -> bool + Sync),
    progress: &Progress,
) -> Result<Candidates, Cancelled> {
    let (values, mosaic) = (&files.values, &files.mosaic);
    let blocks = blocks(values, &mosaic.rows, &mosaic.rows, progress)?;
    let job = Job {
        values,
        shares,
        blocks: &blocks,
        left: &mosaic.rows,
        first: 0,
        right: mosaic,
        between: Between::OneFile,
        keep,
        remember: false,
        walks: &Walks::past(mosaic),
    };
    find(&job, progress)
}

/// People of the CHI file, under numbers in use, whose pairs with all others show how different people are alike.
struct Sample {
    rows: Vec<Row>,
    person: Vec<u32>,
}

impl Sample {
    fn of(chi: &Records) -> Self {
        let step = chi.len().div_ceil(HOUSEHOLDS).max(1);
        let in_use = |&row: &usize| !matches!(chi.rows[row].status, ChiStatus::Historical | ChiStatus::Deleted);
        let picked: Vec<usize> = (0..chi.len()).step_by(step).filter(in_use).collect();
        Self {
            rows: picked.iter().map(|&row| chi.rows[row]).collect(),
            person: picked.iter().map(|&row| chi.person[row]).collect(),
        }
    }
}

/// `u` of every level among pairs of Mosaic and `right`: counted over the values where that is exact, from a sample of pairs elsewhere.
fn learn_u(parameters: &mut Parameters, files: &Files, right: &Records, frequencies: &Frequencies) {
    let sample = sample(&files.values, &files.mosaic.rows, &right.rows, SAMPLE);
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

/// Learns what the pairs of different people in the Mosaic file look like, and then what duplicates do: social work knows
/// whole families, so households stand closer together in Mosaic than in CHI, and would pass for duplicates.
fn learn_duplicates(own: &mut Parameters, files: &Files, counts: &[(Pattern, u64)]) {
    let lefts = files.mosaic.len() as f64;
    let others = ((lefts - 1.0) / 2.0).max(1.0);
    let random = sample(&files.values, &files.mosaic.rows, &files.mosaic.rows, MISSING);
    let among_others = own.together.clone();
    let apart = |own: &Parameters| {
        let weights = own.weights();
        let different = counts.iter().map(|&(pattern, n)| {
            let one = if together::shows_family(pattern) { 0.0 } else { probability(weights.of(pattern)) };
            (pattern, n as f64 * (1.0 - one))
        });
        let learned = together::learn(own, &Shown::of(different, lefts * others), &random);
        together::of_households(learned, &among_others)
    };
    for _ in 0..REFINEMENTS {
        own.together = apart(own);
    }
    for _ in 0..REFINEMENTS {
        own.estimate(counts, lefts, others);
        own.together = apart(own);
    }
}

/// What the decided duplicates look like.
fn decided(files: &Files, lessons: &Lessons) -> Vec<Pattern> {
    let mut cache = Cache::new();
    let row = |record: u32| &files.mosaic.rows[record as usize];
    let shown = lessons.duplicates.iter();
    shown.map(|&(a, b, _)| compare(&files.values, &mut cache, row(a), row(b))).collect()
}

/// Learns how different people are alike from the pairs of `relatives` with the rest of the CHI file: agreements that come
/// together, and namesakes.
fn learn_from_others(
    parameters: &mut Parameters,
    files: &Files,
    shares: &Shares,
    relatives: &Sample,
    found: &Candidates,
) -> Shown {
    let named = named(files, shares, relatives, found);
    parameters.namesakes = Namesakes::learn(&named);
    // Keys find the namesakes of a common name in part only; how many there are was counted.
    let seen = |far: bool| {
        let seen = found.counts.iter().filter(move |(pattern, _)| together::is_far_namesake(*pattern) == far);
        seen.map(|&(pattern, n)| (pattern, n as f64))
    };
    let all: f64 = named.iter().map(|named| named.far).sum();
    let missed = all / seen(true).map(|(_, n)| n).sum::<f64>().max(1.0);
    let counts = seen(false).chain(seen(true).map(|(pattern, n)| (pattern, n * missed.max(1.0))));
    let random = sample(&files.values, &relatives.rows, &files.chi.rows, MISSING);
    let pairs = relatives.rows.len() as f64 * files.chi.people() as f64;
    let shown = Shown::of(counts, pairs);
    parameters.together = together::learn(parameters, &shown, &random);
    shown
}

/// How different people are alike by the pairs of Mosaic records that are surely linked with everybody else: social work
/// knows other families than the CHI file has on average.
struct Linked {
    /// The records.
    lefts: Vec<u32>,
    /// What their other pairs show, of those that were weighed; sorted.
    counts: Vec<(Pattern, u64)>,
}

impl Linked {
    fn of(links: &Links<'_>, weighed: &Weighed, probabilities: &[f64]) -> Self {
        let mut counts: FxHashMap<Pattern, u64> = FxHashMap::default();
        let mut lefts = Vec::new();
        for group in links.contest.by_left() {
            let Some(own) = group.clone().find(|&pair| probabilities[pair] > SURE) else { continue };
            lefts.push(links.best(weighed, own).left);
            for pair in group.filter(|&pair| pair != own && !links.contest.aside[pair]) {
                *counts.entry(links.best(weighed, pair).pattern).or_insert(0) += 1;
            }
        }
        let mut counts: Vec<(Pattern, u64)> = counts.into_iter().collect();
        counts.sort_unstable();
        Self { lefts, counts }
    }

    /// Teaches the parameters, where there are enough of them. Where most pairs of a combination, of all that were
    /// `compared`, were too unlikely to be weighed, what `others` showed stands.
    fn teach(self, parameters: &mut Parameters, files: &Files, compared: &[(Pattern, u64)], others: &Shown) {
        if self.lefts.len() < LINKED {
            return;
        }
        let weights = parameters.weights();
        let mut all = vec![[0, 0]; together::COMBINATIONS];
        for &(pattern, n) in compared {
            let [all, unlikely] = &mut all[together::combination(pattern)];
            *all += n;
            *unlikely += if weights.of(pattern) < COMPETES + RARITY { n } else { 0 };
        }
        let whole = |at: usize| {
            let [all, unlikely] = all[at];
            unlikely * 20 <= all && !together::are_far_namesakes(at)
        };
        let seen = self.counts.into_iter().map(|(pattern, n)| (pattern, n as f64));
        let pairs = self.lefts.len() as f64 * files.chi.people() as f64;
        let rows: Vec<Row> = self.lefts.iter().map(|&left| files.mosaic.rows[left as usize]).collect();
        let random = sample(&files.values, &rows, &files.chi.rows, MISSING);
        parameters.together = together::learn(parameters, &Shown::of(seen, pairs).completed(others, whole), &random);
    }
}

/// What namesakes each of some people of the CHI file has.
fn named(files: &Files, shares: &Shares, people: &Sample, found: &Candidates) -> Vec<Named> {
    let of_one_name = people_with(&files.chi, people.rows.iter().map(name), name);
    let mut named: Vec<Named> = people
        .rows
        .iter()
        .map(|row| {
            let namesakes = of_one_name.get(&name(row)).map_or(0.0, |&n| f64::from(n) - 1.0);
            Named { rarity: shares.rarity(row), share: shares.of_name(row), near: 0.0, far: namesakes.max(0.0) }
        })
        .collect();
    for pair in &found.pairs {
        let named = &mut named[pair.left as usize];
        named.near += 1.0;
        if name(&people.rows[pair.left as usize]) == name(&files.chi.rows[pair.right as usize]) {
            named.far = (named.far - 1.0).max(0.0);
        }
    }
    named
}

/// Patterns of pairs drawn at random, nearly all of two people.
fn sample(values: &Values, left: &[Row], right: &[Row], size: usize) -> Vec<(Pattern, u64)> {
    if left.is_empty() || right.is_empty() {
        return Vec::new();
    }
    let size = size.min(left.len() * right.len() / 4);
    let parts: Vec<FxHashMap<u32, u64>> = (0..size.div_ceil(8192))
        .into_par_iter()
        .map_init(Cache::new, |cache, chunk| {
            let mut counts = FxHashMap::default();
            for draw in chunk * 8192..((chunk + 1) * 8192).min(size) {
                let a = mix(SEED ^ (draw as u64) << 1) % left.len() as u64;
                let b = mix(SEED ^ (draw as u64) << 1 ^ 1) % right.len() as u64;
                if a == b && std::ptr::eq(left, right) {
                    continue; // No pair
                }
                let pattern = compare(values, cache, &left[a as usize], &right[b as usize]);
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
pub(super) fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The report on the keys, with what only one key found among the pairs that matter.
fn keys(mut keys: Vec<KeyReport>, pairs: &[ScoredPair]) -> Vec<KeyReport> {
    for pair in pairs.iter().filter(|p| p.band != Band::Low && p.keys.is_power_of_two()) {
        keys[pair.keys.trailing_zeros() as usize].only += 1;
    }
    keys
}
