//! Hand a batch to the supervisor, and draw the sample to re-check.

use std::collections::HashSet;

use super::live::Live;
use super::looked::Looked;
use super::side_by_side::each;
use super::{Refused, Stop, Warning, WarningKind, batches, relationships, rights, sampling, stops};
use crate::pair::{Hazards, PairKey, PairKind};
use crate::progress::Progress;
use crate::workspace::sample::proves_enough;
pub use crate::workspace::sample::{LEAST_CONFIDENCE, MOST_TOLERABLE};
use crate::workspace::{Batch, BatchId, BatchRow, BatchState, Event, Touched, Workspace};

/// What the re-check is to prove.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// The share of wrong rows that could be tolerated, between 0 and 1.
    pub tolerable: f64,
    /// How sure the re-check must be, between 0.5 and 1.
    pub confidence: f64,
}

impl Default for Sampling {
    /// 95 % sure that no more than 1 % of the rows are wrong.
    fn default() -> Self {
        Self { tolerable: 0.01, confidence: 0.95 }
    }
}

/// What a submission fixed.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// SHA-256 (hex) over what every row says.
    pub content_hash: String,
    /// Rows in the batch.
    pub rows: u64,
    /// Rows to re-check in all.
    pub to_recheck: u64,
    /// Rows of these that the random draw chose.
    pub drawn: u64,
    /// Rows of these that were added because a warning stands against them: each, or of those accepted as a class some.
    pub hazardous: u64,
    /// Pairs decided *Not a match* that stand among them, to keep the second answers blind.
    pub controls: u64,
    /// What screens must read again.
    pub touched: Touched,
}

/// Submits a batch: every hard stop is asked again over the whole batch, the content hash is fixed, and only then is the
/// sample drawn, by a seed from the operating system. Rows against which a warning stands are re-checked in any case; of those
/// that were accepted in spite of one as a class, as many are drawn as show of them alone what the sample shows of all.
pub fn submit(ws: &mut Workspace, batch: BatchId, sampling: Sampling) -> Result<Submitted, Refused> {
    submit_watched(ws, batch, sampling, &Progress::new())
}

/// [`submit`], with its progress shown.
pub fn submit_watched(
    ws: &mut Workspace,
    batch: BatchId,
    sampling: Sampling,
    progress: &Progress,
) -> Result<Submitted, Refused> {
    rights::works_here(ws)?;
    let Sampling { tolerable, confidence } = sampling;
    if !proves_enough(tolerable, confidence) {
        return Err(Refused::Unfit(format!(
            "The tolerable error must be above 0 and at most {MOST_TOLERABLE}, and the confidence from {LEAST_CONFIDENCE} to \
             below 1: a smaller sample would show nothing worth a signature"
        )));
    }
    let held = batches::known(ws, batch)?;
    if held.state != BatchState::Composing {
        let words = format!("Batch “{}” cannot be submitted: {}", held.name, held.state.words().to_lowercase());
        return Err(Refused::Unfit(words));
    }
    let rows = ws.batch_rows_now(batch)?;
    if rows.is_empty() {
        return Err(Refused::Nothing(format!("Batch “{}” is empty", held.name)));
    }
    progress.begin("Checking every row", rows.len() as u64);
    let together = stops::keys(&rows);
    let looked = each(ws, &rows, progress, |live, row| {
        let (stops, looked) = stops::of_row(live, &row.key, row.decision.as_ref(), &together)?;
        let asked = match looked.filter(|_| stops.is_empty()) {
            Some(looked) => !asking(live, &looked, row)?.is_empty(),
            None => false,
        };
        Ok((stops, asked))
    })?;
    let (of_each, asked): (Vec<Vec<Stop>>, Vec<bool>) = looked.into_iter().unzip();
    let found = stops::in_one_batch(&rows, of_each);
    if !found.is_empty() {
        return Err(Refused::HardStop(found));
    }

    let content_hash = crate::workspace::batches::content_hash(&rows);
    let keys: Vec<PairKey> = rows.iter().map(|row| row.key.clone()).collect();
    let seed = seed()?;
    let drawn = sampling::drawn(&seed, &rows, tolerable, confidence);
    let mut sample = drawn.of_all;
    let drawn_of_all = sample.len() as u64;
    sample.extend(drawn.in_spite);
    sample.extend(keys.iter().zip(asked).filter(|(_, asked)| *asked).map(|(key, _)| key.clone()));
    sample.sort();
    sample.dedup();
    let to_recheck = sample.len() as u64;
    let controls = controls(ws, &held, &keys, to_recheck, &seed)?;
    let controlled = controls.len() as u64;
    let submitted =
        Event::BatchSubmitted { batch, content_hash: content_hash.clone(), scores: Some(ws.scores_sha256(batch)?) };
    let drawn_event = Event::SampleDrawn { batch, seed, tolerable, confidence, rows: sample, controls };
    let applied = ws.apply(vec![submitted, drawn_event], |_| Ok(()))?;
    Ok(Submitted {
        content_hash,
        rows: keys.len() as u64,
        to_recheck,
        drawn: drawn_of_all,
        hazardous: to_recheck - drawn_of_all,
        controls: controlled,
        touched: applied.touched,
    })
}

/// The warnings for which a row is re-checked whatever the dice say.
pub(super) fn asking(live: &Live<'_>, looked: &Looked, row: &BatchRow) -> Result<Vec<Warning>, Refused> {
    let merge = row.decision.as_ref().and_then(|decision| decision.judgement.merge.as_ref());
    // What a class was accepted in spite of asks for no more than the sample of those; anything else does
    let answered = if sampling::is_in_spite(row) { Hazards::OF_A_RECORD } else { Hazards::empty() };
    let asks = |warning: &Warning| !matches!(warning.kind, WarningKind::Hazard(flag) if answered.contains(flag));
    let mut found = looked.needing_reason(merge);
    found.retain(asks);
    found.extend(relationships::around(live, looked)?);
    Ok(found)
}

/// One control to every so many rows of the sample, and never more than this.
const ROWS_TO_A_CONTROL: u64 = 4;
const MOST_CONTROLS: u64 = 40;

/// Pairs to stand among the sample that are no rows of it. A batch holds matches alone, so whoever re-checks it could answer
/// *Match* with closed eyes. Some pairs that the same people decided *Not a match* by hand, of the kinds that the batch holds,
/// make the second answer a real one. They are drawn by the batch's seed, and none twice.
fn controls(ws: &Workspace, batch: &Batch, rows: &[PairKey], sample: u64, seed: &str) -> Result<Vec<PairKey>, Refused> {
    let kinds: HashSet<PairKind> = rows.iter().map(PairKey::kind).collect();
    let mut fit = ws.fit_for_control(&batch.deciders)?;
    fit.retain(|key| kinds.contains(&key.kind()));
    let wanted = sample.div_ceil(ROWS_TO_A_CONTROL).min(MOST_CONTROLS);
    Ok(sampling::draw(seed, &fit, wanted))
}

/// 32 random bytes of the operating system, hex.
pub(super) fn seed() -> Result<String, Refused> {
    let mut bytes = [0; 32];
    let filled = getrandom::fill(&mut bytes);
    filled
        .map_err(|_| Refused::Unfit("The operating system gave no random numbers; nothing was submitted".to_owned()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
