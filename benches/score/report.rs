//! All figures together, and as text: one a line with a name that can be searched for, then the tables.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::calibration::{Bin, bins};
use crate::curve::{Cut, Quality, share};
use crate::duplicates::Duplicates;
use crate::effort::{Effort, Task, tasks};
use crate::files::{Found, Truth};
use crate::kinds::{Kind, of_duplicates, of_links};
use crate::links::{Conflicts, Links, best};

/// Everything that is measured.
#[derive(Debug, Serialize)]
pub struct Report {
    pub mosaic_records: usize,
    pub true_links: usize,
    pub true_pairs: usize,
    pub links: Links,
    /// Over the records that held no CHI number; absent where Mosaic's extract was not given.
    pub links_unseeded: Option<Links>,
    pub conflicts: Conflicts,
    pub duplicates: Duplicates,
    pub effort_links: Effort,
    pub effort_duplicates: Effort,
    /// Review pairs of both files, as a share of Mosaic records.
    pub review_pairs_per_mosaic_record: f64,
    pub calibration_links: Vec<Bin>,
    /// Over the best link of each record only.
    pub calibration_best: Vec<Bin>,
    pub calibration_duplicates: Vec<Bin>,
    pub kinds_links: Vec<Kind>,
    pub kinds_duplicates: Vec<Kind>,
}

impl Report {
    pub fn new(truth: &Truth, found: &Found) -> Self {
        let mosaic = truth.people.len();
        let best = best(&found.links);
        let links = Links::new(truth, found, &best, |_| true);
        let duplicates = Duplicates::new(truth, found);
        let link_tasks = tasks(&found.links, |link| {
            (link.band, Task { records: vec![link.person], score: link.score, right: link.right })
        });
        let duplicate_tasks = tasks(&found.duplicates, |pair| {
            (pair.band, Task { records: vec![pair.pair.0, pair.pair.1], score: pair.score, right: pair.right })
        });
        Self {
            mosaic_records: mosaic,
            true_links: links.best.all,
            true_pairs: duplicates.pairs.all,
            links_unseeded: truth.knows_seeds.then(|| Links::new(truth, found, &best, |person| !person.seeded)),
            links,
            conflicts: Conflicts::new(found),
            duplicates,
            effort_links: Effort::new(&link_tasks, mosaic),
            effort_duplicates: Effort::new(&duplicate_tasks, mosaic),
            review_pairs_per_mosaic_record: share(link_tasks.len() + duplicate_tasks.len(), mosaic),
            calibration_links: bins(found.links.iter().map(|link| (link.score.probability, link.right))),
            calibration_best: bins(best.iter().map(|link| (link.score.probability, link.right))),
            calibration_duplicates: bins(found.duplicates.iter().map(|pair| (pair.score.probability, pair.right))),
            kinds_links: of_links(truth, found, &best),
            kinds_duplicates: of_duplicates(truth, found),
        }
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let mut out = Lines(f);
        out.count("mosaic.records", self.mosaic_records)?;
        out.count("true.links", self.true_links)?;
        out.count("true.duplicates", self.true_pairs)?;
        out.links("links.all", &self.links)?;
        if let Some(links) = &self.links_unseeded {
            out.links("links.unseeded", links)?;
        }
        out.count("conflicts.one_chi_on_two", self.conflicts.one_chi_on_two)?;
        out.count("conflicts.two_chis_on_one", self.conflicts.two_chis_on_one)?;
        out.duplicates("duplicates", &self.duplicates)?;
        out.effort("review.links", &self.effort_links)?;
        out.effort("review.duplicates", &self.effort_duplicates)?;
        out.number("review.pairs_per_mosaic_record", self.review_pairs_per_mosaic_record)?;
        out.bins("calibration of all links", &self.calibration_links)?;
        out.bins("calibration of best links", &self.calibration_best)?;
        out.bins("calibration of duplicates", &self.calibration_duplicates)?;
        out.kinds("links by kind", &self.kinds_links)?;
        out.kinds("duplicates by kind", &self.kinds_duplicates)
    }
}

struct Lines<'a, 'b>(&'a mut Formatter<'b>);

impl Lines<'_, '_> {
    fn count(&mut self, name: &str, count: usize) -> fmt::Result {
        writeln!(self.0, "{name:<44} {count}")
    }

    fn number(&mut self, name: &str, number: f64) -> fmt::Result {
        writeln!(self.0, "{name:<44} {number:.6}")
    }

    fn quality(&mut self, name: &str, quality: &Quality) -> fmt::Result {
        self.number(&format!("{name}.f1"), quality.f1)?;
        self.number(&format!("{name}.precision"), quality.precision)?;
        self.number(&format!("{name}.recall"), quality.recall)?;
        self.count(&format!("{name}.said"), quality.said)?;
        self.count(&format!("{name}.wrong"), quality.wrong())
    }

    fn cuts(&mut self, name: &str, best: Option<&Cut>, trusted: Option<&Cut>) -> fmt::Result {
        self.number(&format!("{name}.best_f1"), best.map_or(0.0, |cut| cut.quality.f1))?;
        self.number(&format!("{name}.best_f1_probability"), best.map_or(1.0, |cut| cut.probability))?;
        self.number(&format!("{name}.recall_at_precision_0.999"), trusted.map_or(0.0, |cut| cut.quality.recall))?;
        self.number(&format!("{name}.probability_at_precision_0.999"), trusted.map_or(1.0, |cut| cut.probability))
    }

    fn band(&mut self, name: &str, auto: &Quality) -> fmt::Result {
        self.number(&format!("{name}.auto_precision"), auto.precision)?;
        self.number(&format!("{name}.auto_share_of_true"), auto.recall)?;
        self.count(&format!("{name}.auto_said"), auto.said)?;
        self.count(&format!("{name}.auto_wrong"), auto.wrong())
    }

    fn links(&mut self, name: &str, links: &Links) -> fmt::Result {
        self.count(&format!("{name}.records"), links.records)?;
        self.quality(name, &links.best)?;
        self.cuts(name, links.best_cut.as_ref(), links.trusted_cut.as_ref())?;
        self.band(name, &links.auto)?;
        self.number(&format!("{name}.auto_or_review_share_of_true"), links.auto_or_review)?;
        self.number(&format!("{name}.candidate_recall"), links.candidate_recall)
    }

    fn duplicates(&mut self, name: &str, duplicates: &Duplicates) -> fmt::Result {
        self.quality(name, &duplicates.pairs)?;
        self.cuts(name, duplicates.best_cut.as_ref(), duplicates.trusted_cut.as_ref())?;
        self.band(name, &duplicates.auto)?;
        self.number(&format!("{name}.auto_or_review_share_of_true"), duplicates.auto_or_review)?;
        self.number(&format!("{name}.candidate_recall"), duplicates.candidate_recall)
    }

    fn effort(&mut self, name: &str, effort: &Effort) -> fmt::Result {
        self.count(&format!("{name}.pairs"), effort.pairs)?;
        self.count(&format!("{name}.records"), effort.records)?;
        self.count(&format!("{name}.true_pairs"), effort.right)?;
        self.number(&format!("{name}.pairs_per_mosaic_record"), effort.pairs_per_mosaic_record)?;
        self.number(&format!("{name}.records_per_mosaic_record"), effort.records_per_mosaic_record)?;
        self.number(&format!("{name}.first_half_as_written"), effort.first_half_as_written)?;
        self.number(&format!("{name}.first_half_by_probability"), effort.first_half_by_probability)
    }

    fn bins(&mut self, title: &str, bins: &[Bin]) -> fmt::Result {
        writeln!(self.0, "\n{title}")?;
        writeln!(self.0, "{:>13} {:>9} {:>9} {:>9}  {:<19}", "probability", "pairs", "mean", "true", "95 % interval")?;
        for bin in bins {
            let range = format!("{}-{}", bin.from, bin.to);
            let verdict = if bin.holds { "holds" } else { "off" };
            writeln!(
                self.0,
                "{range:>13} {:>9} {:>9.5} {:>9.5}  {:.5}-{:.5}  {verdict}",
                bin.pairs, bin.mean_probability, bin.share_true, bin.low, bin.high
            )?;
        }
        Ok(())
    }

    fn kinds(&mut self, title: &str, kinds: &[Kind]) -> fmt::Result {
        writeln!(self.0, "\n{title}")?;
        writeln!(
            self.0,
            "{:<26} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>10}",
            "kind", "true", "found", "at .999", "auto", "review", "low", "absent", "missed", "wrong", "wrong auto"
        )?;
        for kind in kinds {
            writeln!(
                self.0,
                "{:<26} {:>8} {:>8.4} {:>8.4} {:>8.4} {:>7} {:>7} {:>7} {:>7} {:>7} {:>10}",
                kind.name,
                kind.all,
                share(kind.found, kind.all),
                share(kind.trusted, kind.all),
                share(kind.auto, kind.all),
                kind.review,
                kind.low,
                kind.absent,
                kind.all.saturating_sub(kind.found),
                kind.wrong,
                kind.wrong_auto
            )?;
        }
        Ok(())
    }
}
