//! Run the engine over the newest extracts, with what decisions teach if asked, and move the cuts between the bands.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::{Refused, rights};
use crate::linkage::{self, Cuts, ENGINE_VERSION, Label, Model, Options, Outcome, Report, ScoredPair, Side, Table};
use crate::pair::{Band, Hazards, Origin, PairKey, PairKind};
use crate::person::{Chi, MosaicId, chi};
use crate::progress::Progress;
use crate::workspace::{
    Applied, CutLadder, Event, LookedAt, NewPair, Run, SourceFile, Touched, Workspace, WorkspaceError,
};

/// What a run of the engine found.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchOutcome {
    /// The run's number.
    pub run: i64,
    /// Candidate links kept, by band: auto, review, low.
    pub links: [u64; 3],
    /// Candidate duplicates kept, by band: auto, review, low.
    pub duplicates: [u64; 3],
    /// The engine's own figures.
    pub report: Report,
    /// What screens must read again.
    pub touched: Touched,
}

/// How many of the best pairs would fall in each band.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BandCounts {
    /// Best links: auto, review, low.
    pub links: [u64; 3],
    /// Duplicates: auto, review, low.
    pub duplicates: [u64; 3],
}

/// Matches every present Mosaic record to every present CHI record, and finds duplicates among the Mosaic records.
/// Decisions are bound to pairs, not to runs, and stay; so do cuts that somebody has moved, unless others are asked for.
/// Cancelled, nothing changes.
pub fn run(ws: &mut Workspace, options: &Options, progress: &Progress) -> Result<MatchOutcome, Refused> {
    let found = find(ws, options, Teaching::None, progress)?;
    keep(ws, found, progress)
}

/// The newest run, where another would find the same: this version of the engine made it, and nothing that the engine reads was
/// loaded since. What people decided since does not count; it teaches only a run that is asked to learn from it.
pub fn up_to_date(ws: &Workspace) -> Result<Option<Run>, Refused> {
    rights::works_here(ws)?;
    let Some(run) = ws.latest_run()? else { return Ok(None) };
    let fresh = run.engine == ENGINE_VERSION && !ws.records_loaded_since(run.seq)?;
    Ok(fresh.then_some(run))
}

/// Whether decisions teach the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Teaching {
    /// It learns from the extracts alone.
    None,
    /// It learns from what people decided too.
    Decisions,
}

/// What the engine found, before it is kept.
pub(super) struct Found {
    people: People,
    pub outcome: Outcome,
}

impl Found {
    /// The pairs as the workspace would hold them.
    pub fn pairs(&self, run: i64) -> impl Iterator<Item = NewPair> + '_ {
        let links = self.outcome.links.iter().filter_map(move |pair| self.people.link(pair, run));
        links.chain(self.outcome.duplicates.iter().filter_map(move |pair| self.people.duplicate(pair, run)))
    }
}

/// Where somebody moved the cuts of a run; `None` where they are as the run chose them.
pub fn moved_cuts(run: &Run) -> Option<Cuts> {
    let model: Model = serde_json::from_str(&run.model).ok()?;
    let now = Cuts { auto: run.cuts[0], review: run.cuts[1] };
    (now != model.cuts).then_some(now)
}

/// From how many decisions a run learned.
pub fn learned_from(run: &Run) -> u64 {
    serde_json::from_str::<Model>(&run.model).map_or(0, |model| model.learned.decisions())
}

/// Runs the engine, and keeps nothing.
pub(super) fn find(
    ws: &Workspace,
    options: &Options,
    teaching: Teaching,
    progress: &Progress,
) -> Result<Found, Refused> {
    rights::works_here(ws)?;
    let cuts = match options.cuts {
        Some(cuts) => Some(cuts),
        None => ws.latest_run()?.as_ref().and_then(moved_cuts),
    };
    cuts.map_or(Ok(()), check)?;
    let mut people = People::default();
    let (mut mosaic, mut index) = (Table::new(Side::Mosaic), Table::new(Side::Chi));
    progress.begin("Reading records", 0);
    ws.each_mosaic(|record| {
        progress.check()?;
        progress.advance(1);
        mosaic.push_mosaic(&record);
        if record.restricted {
            people.restricted.insert(record.id.clone());
        }
        if let Some(held) = record.chi.filter(|_| chi::read(Some(&record.chi_given)).zero_restored) {
            people.zero_restored.insert((record.id.clone(), held));
        }
        people.mosaic.push(record.id);
        Ok(())
    })?;
    ws.each_chi(|record| {
        progress.check()?;
        progress.advance(1);
        index.push_chi(&record);
        people.chi.push(record.chi);
        Ok(())
    })?;
    ws.forget_pages()?;
    if people.mosaic.is_empty() {
        return Err(Refused::Nothing("There is nothing to match; load a Mosaic extract first".to_owned()));
    }

    people.related = ws.related_pairs()?.into_iter().collect();
    let labels = match teaching {
        Teaching::None => Vec::new(),
        Teaching::Decisions => people.labels(&ws.looked_at()?),
    };
    let options = Options { cuts, labels, ..options.clone() };
    let outcome = linkage::link(mosaic, index, &options, progress)?;
    people.auto = outcome.model.cuts.auto;
    Ok(Found { people, outcome })
}

/// Keeps what the engine found as a run, in place of the pairs of the run before.
pub(super) fn keep(ws: &mut Workspace, found: Found, progress: &Progress) -> Result<MatchOutcome, Refused> {
    let outcome = &found.outcome;
    let inputs = inputs(&ws.files()?);
    let unwritable = |error: serde_json::Error| WorkspaceError::abort(error);
    let model = serde_json::to_string(&outcome.model).map_err(unwritable)?;
    let report = serde_json::to_string(&outcome.report).map_err(unwritable)?;
    let model_sha256 = hex(&Sha256::digest(model.as_bytes()));
    let cuts = [outcome.model.cuts.auto, outcome.model.cuts.review];

    progress.begin("Saving candidate pairs", (outcome.links.len() + outcome.duplicates.len()) as u64);
    let applied = ws.apply_with(|tx| {
        let run = tx.new_run(ENGINE_VERSION, &model, &report, cuts)?;
        let mut counts = [[0; 3]; 2];
        let counted = found.pairs(run).inspect(|pair| {
            let kind = usize::from(pair.key.kind() == PairKind::Duplicate);
            counts[kind][place(pair.band)] += 1;
            progress.advance(1);
        });
        // An iterator cannot fail, so a cancelled one ends early and the check after it gives everything up.
        tx.replace_engine_candidates(run, counted.take_while(|_| !progress.is_cancelled()))?;
        progress.check()?;
        let [links, duplicates] = counts;
        let event = Event::Matched {
            run,
            engine: ENGINE_VERSION.to_owned(),
            model_sha256,
            inputs,
            links: links.iter().sum(),
            duplicates: duplicates.iter().sum(),
            learned_from: outcome.model.learned.decisions(),
            pairs: Some(tx.as_proposed(progress)?),
        };
        Ok((vec![event], (run, links, duplicates)))
    })?;
    let (run, links, duplicates) = applied.output;
    Ok(MatchOutcome { run, links, duplicates, report: found.outcome.report, touched: applied.touched })
}

/// What [`move_cuts`] would do, without doing it.
pub fn preview_cuts(ws: &Workspace, cuts: Cuts) -> Result<BandCounts, Refused> {
    check(cuts)?;
    Ok(counts(&ws.cut_ladder()?, cuts))
}

/// The same, of pairs that were read before: for cuts that are moved by hand, however many pairs there are.
pub fn counts(ladder: &CutLadder, cuts: Cuts) -> BandCounts {
    let (links, duplicates) = ladder.counts([cuts.auto, cuts.review]);
    BandCounts { links, duplicates }
}

/// Moves the cuts between the bands. Decisions stay as they are.
pub fn move_cuts(ws: &mut Workspace, cuts: Cuts) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    check(cuts)?;
    let run = ws
        .latest_run()?
        .ok_or_else(|| Refused::Nothing("There are no bands to move; match the extracts first".to_owned()))?;
    let after = [cuts.auto, cuts.review];
    if run.cuts == after {
        return Err(Refused::Nothing("The cuts are there already".to_owned()));
    }
    let event = Event::CutsMoved { run: run.id, before: run.cuts, after };
    Ok(ws.apply(vec![event], |_| Ok(()))?)
}

fn check(cuts: Cuts) -> Result<(), Refused> {
    let fits = cuts.review > 0.0 && cuts.review <= cuts.auto && cuts.auto <= 1.0;
    if fits {
        Ok(())
    } else {
        Err(Refused::Unfit(
            "The cuts are probabilities above 0 and up to 1, the automatic one not below the other".to_owned(),
        ))
    }
}

/// The band that a pair may have: one whose *Match* needs a reason is for a person, however probable.
pub(super) fn banded(band: Band, hazards: Hazards) -> Band {
    if band == Band::Auto && hazards.intersects(Hazards::NEVER_AUTOMATIC) { Band::Review } else { band }
}

pub(super) fn place(band: Band) -> usize {
    match band {
        Band::Auto => 0,
        Band::Review => 1,
        Band::Low => 2,
    }
}

/// The rows of the two tables, and what the workspace knows of them that the engine does not.
#[derive(Default)]
struct People {
    /// Where the automatic band of the run begins.
    auto: f64,
    mosaic: Vec<MosaicId>,
    chi: Vec<Chi>,
    restricted: HashSet<MosaicId>,
    zero_restored: HashSet<(MosaicId, Chi)>,
    related: HashSet<PairKey>,
}

impl People {
    /// The engine's hazards, and what it held back: kept with the pair, so that moving the cuts later promotes no pair that
    /// the engine would not.
    fn known(&self, pair: &ScoredPair, kind: PairKind) -> Hazards {
        let held = linkage::hazards::held_back(kind, pair.pattern, pair.hazards)
            || (pair.probability >= self.auto && pair.band != Band::Auto);
        let mut hazards = pair.hazards;
        hazards.set(Hazards::HELD_BACK, held);
        hazards
    }

    /// Decided pairs, by the rows of the tables. Those of records that are no longer in the extracts teach nothing.
    fn labels(&self, decided: &[LookedAt]) -> Vec<Label> {
        let mosaic: HashMap<&str, u32> = self.mosaic.iter().map(MosaicId::as_str).zip(0..).collect();
        let chi: HashMap<&str, u32> = self.chi.iter().map(Chi::as_str).zip(0..).collect();
        let label = |it: &LookedAt| {
            let kind = it.key.kind();
            let others = if kind == PairKind::Link { &chi } else { &mosaic };
            let (left, right) = (*mosaic.get(it.key.left())?, *others.get(it.key.right())?);
            Some(Label { kind, left, right, is_match: it.is_match })
        };
        decided.iter().filter_map(label).collect()
    }

    fn link(&self, pair: &ScoredPair, run: i64) -> Option<NewPair> {
        let mosaic = self.mosaic.get(pair.left as usize)?.clone();
        let chi = *self.chi.get(pair.right as usize)?;
        let mut hazards = self.known(pair, PairKind::Link);
        if self.restricted.contains(&mosaic) {
            hazards |= Hazards::RESTRICTED;
        }
        if self.zero_restored.contains(&(mosaic.clone(), chi)) {
            hazards |= Hazards::ZERO_RESTORED;
        }
        Some(new_pair(pair, PairKey::link(mosaic, chi), hazards, run))
    }

    fn duplicate(&self, pair: &ScoredPair, run: i64) -> Option<NewPair> {
        let left = self.mosaic.get(pair.left as usize)?;
        let right = self.mosaic.get(pair.right as usize)?;
        let mut hazards = self.known(pair, PairKind::Duplicate);
        if [left, right].into_iter().any(|id| self.restricted.contains(id)) {
            hazards |= Hazards::RESTRICTED;
        }
        let key = PairKey::duplicate(left.clone(), right.clone())?;
        if self.related.contains(&key) {
            hazards |= Hazards::RELATED;
        }
        Some(new_pair(pair, key, hazards, run))
    }
}

fn new_pair(pair: &ScoredPair, key: PairKey, hazards: Hazards, run: i64) -> NewPair {
    NewPair {
        key,
        weight: pair.weight,
        probability: pair.probability,
        band: banded(pair.band, hazards),
        hazards,
        pattern: pair.pattern.0,
        keys: pair.keys,
        margin: pair.runner_up,
        best: pair.best,
        origin: Origin::Engine,
        run: Some(run),
    }
}

/// The files that a run rests on: the newest extract of either kind, and every wide pair file.
fn inputs(newest_first: &[SourceFile]) -> Vec<String> {
    let mut hashes: Vec<String> = ["mosaic", "chi"]
        .into_iter()
        .filter_map(|kind| newest_first.iter().find(|file| file.kind == kind))
        .chain(newest_first.iter().filter(|file| file.kind == "wide_pairs"))
        .map(|file| file.sha256.clone())
        .collect();
    hashes.dedup();
    hashes
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
