//! What is missed and what is wrong, by phenomenon. A record of several counts under each of them.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::curve::Curve;
use crate::duplicates::true_pairs;
use crate::files::{Band, Found, Link, Score, Truth};
use crate::links::TRUSTED;

/// How the records of one phenomenon fared.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Kind {
    pub name: String,
    /// True links (or true pairs) of this kind.
    pub all: usize,
    /// Those of them that are the best link with a probability of a half or more.
    pub found: usize,
    /// Those found at the cut whose precision can be trusted.
    pub trusted: usize,
    pub auto: usize,
    pub review: usize,
    pub low: usize,
    /// Those that stand nowhere in the file.
    pub absent: usize,
    /// What was said at a half or more of records of this kind, and is wrong.
    pub wrong: usize,
    /// What was said automatically of records of this kind, and is wrong.
    pub wrong_auto: usize,
}

impl Kind {
    fn stands(&mut self, band: Option<Band>) {
        *match band {
            Some(Band::Auto) => &mut self.auto,
            Some(Band::Review) => &mut self.review,
            Some(Band::Low) => &mut self.low,
            None => &mut self.absent,
        } += 1;
    }
}

/// Links by the phenomena of their Mosaic record, worst first.
pub fn of_links(truth: &Truth, found: &Found, best: &[Link]) -> Vec<Kind> {
    let mut kinds = Table::new(truth);
    let all = truth.people.iter().filter(|person| person.chi.is_some()).count();
    let cut = trusted(best.iter().map(|link| (link.score, link.right)).collect(), all);
    let standing: FxHashMap<u32, Band> =
        found.links.iter().filter(|link| link.right).map(|link| (link.person, link.band)).collect();
    for (place, person) in truth.people.iter().enumerate().filter(|(_, person)| person.chi.is_some()) {
        let band = standing.get(&(place as u32)).copied();
        kinds.add(person.kinds.iter(), |kind| {
            kind.all += 1;
            kind.stands(band);
        });
    }
    for link in best {
        kinds.add(truth.people[link.person as usize].kinds.iter(), |kind| {
            kind.said(link.score, link.right, cut);
        });
    }
    for link in found.links.iter().filter(|link| link.band == Band::Auto && !link.right) {
        kinds.add(truth.people[link.person as usize].kinds.iter(), |kind| kind.wrong_auto += 1);
    }
    kinds.finish()
}

/// Duplicates by the phenomena of either record, worst first.
pub fn of_duplicates(truth: &Truth, found: &Found) -> Vec<Kind> {
    let mut kinds = Table::new(truth);
    let pairs = true_pairs(truth);
    let cut = trusted(found.duplicates.iter().map(|pair| (pair.score, pair.right)).collect(), pairs.len());
    let standing: FxHashMap<(u32, u32), Band> =
        found.duplicates.iter().filter(|pair| pair.right).map(|pair| (pair.pair, pair.band)).collect();
    let both = |(left, right): (u32, u32)| {
        let mut both = truth.people[left as usize].kinds.clone();
        both.extend(&truth.people[right as usize].kinds);
        both.sort_unstable();
        both.dedup();
        both
    };
    for &pair in &pairs {
        let band = standing.get(&pair).copied();
        kinds.add(both(pair).iter(), |kind| {
            kind.all += 1;
            kind.stands(band);
        });
    }
    for pair in &found.duplicates {
        kinds.add(both(pair.pair).iter(), |kind| {
            kind.said(pair.score, pair.right, cut);
            kind.wrong_auto += usize::from(pair.band == Band::Auto && !pair.right);
        });
    }
    kinds.finish()
}

impl Kind {
    fn said(&mut self, score: Score, right: bool, cut: Option<Score>) {
        if score.probability >= 0.5 {
            *if right { &mut self.found } else { &mut self.wrong } += 1;
        }
        self.trusted += usize::from(right && cut.is_some_and(|cut| score >= cut));
    }
}

fn trusted(answers: Vec<(Score, bool)>, all: usize) -> Option<Score> {
    let cut = Curve::new(answers, all).at_precision(TRUSTED);
    cut.map(|cut| Score { probability: cut.probability, weight: cut.weight })
}

struct Table {
    kinds: Vec<Kind>,
}

impl Table {
    fn new(truth: &Truth) -> Self {
        let kinds = truth.kinds.iter().map(|name| Kind { name: name.clone(), ..Kind::default() });
        Self { kinds: kinds.collect() }
    }

    fn add<'a>(&mut self, kinds: impl Iterator<Item = &'a u16>, mut change: impl FnMut(&mut Kind)) {
        for &kind in kinds {
            change(&mut self.kinds[kind as usize]);
        }
    }

    /// Worst first: by how many true ones were missed and how many wrong ones said.
    fn finish(mut self) -> Vec<Kind> {
        self.kinds.retain(|kind| kind.all + kind.wrong + kind.wrong_auto > 0);
        self.kinds.sort_by(|a, b| {
            let lost = |kind: &Kind| kind.all - kind.found.min(kind.all) + kind.wrong;
            lost(b).cmp(&lost(a)).then(a.name.cmp(&b.name))
        });
        self.kinds
    }
}
