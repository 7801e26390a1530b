//! Whether the matching serves everybody alike: the share of people matched, and the share expected to be wrong, by age group,
//! sex, team and area. A method that works well on the whole may still leave out, or mix up, some people more than others
//! (people who moved, whose names are spelt in many ways, who have many namesakes).
//!
//! Groups of fewer than [`FEWEST`] people are put together with others, so that no figure is about a handful of people, and none
//! can be had by taking the others from the whole.

use std::collections::{BTreeMap, HashMap};

use super::Refused;
use crate::linkage::errors::CONFIDENCE;
use crate::linkage::limits;
use crate::person::{MosaicRecord, Sex, postcode};
use crate::progress::Progress;
use crate::workspace::{Source, Workspace, WorkspaceError};

/// Groups of fewer people are not shown by themselves.
pub const FEWEST: u64 = 5;

/// Areas and teams shown by themselves; the rest is one group.
const MOST: usize = 12;

/// What those are called that stand in no group of their own.
const OTHERS: &str = "All others";

/// What people are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// Their age on the day of reading.
    Age,
    /// The sex that Mosaic records.
    Sex,
    /// The team or context.
    Team,
    /// The postcode district.
    Area,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 4] = [Self::Age, Self::Sex, Self::Team, Self::Area];

    /// The dimension in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Age => "Age",
            Self::Sex => "Sex",
            Self::Team => "Team or context",
            Self::Area => "Area (postcode district)",
        }
    }
}

/// The people of one group, and how they fared.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What they are grouped by.
    pub dimension: Dimension,
    /// The group.
    pub name: String,
    /// People in Mosaic's newest extract.
    pub people: u64,
    /// Of these, people with a live match to a CHI number.
    pub matched: u64,
    /// How many of the matched the engine's probabilities expect to be wrong.
    pub expected_wrong: f64,
    /// Matches that a second person answered blind, and those of them answered otherwise.
    pub rechecked: [u64; 2],
    /// Whether the share matched differs from that of everybody beyond what chance explains.
    pub differs: bool,
}

impl Group {
    fn of(dimension: Dimension, name: String) -> Self {
        Self { dimension, name, people: 0, matched: 0, expected_wrong: 0.0, rechecked: [0; 2], differs: false }
    }

    /// The share matched, between 0 and 1.
    pub fn share(&self) -> f64 {
        self.matched as f64 / self.people.max(1) as f64
    }

    /// The share matched of people like these, with 95 % confidence (Clopper and Pearson).
    pub fn limits(&self) -> [f64; 2] {
        limits::two_sided(self.matched, self.people, CONFIDENCE)
    }

    /// The share of the matched that is expected to be wrong, between 0 and 1; `None` where none is matched.
    pub fn wrong(&self) -> Option<f64> {
        (self.matched > 0).then(|| self.expected_wrong / self.matched as f64)
    }

    fn add(&mut self, other: &Self) {
        self.people += other.people;
        self.matched += other.matched;
        self.expected_wrong += other.expected_wrong;
        self.rechecked[0] += other.rechecked[0];
        self.rechecked[1] += other.rechecked[1];
    }
}

/// Everybody by each dimension, with who stands out.
pub fn by_group(ws: &Workspace, progress: &Progress) -> Result<Vec<Group>, Refused> {
    let matched = ws.matched_probabilities()?;
    let mut rechecked: HashMap<String, [u64; 2]> = HashMap::new();
    for answer in ws.second_answers()?.into_iter().filter(|answer| answer.source == Source::Sample) {
        let of = rechecked.entry(answer.key.left().to_owned()).or_default();
        of[0] += 1;
        of[1] += u64::from(!answer.agrees());
    }
    let today = jiff::Zoned::now().date();
    let mut groups: BTreeMap<(Dimension, String), Group> = BTreeMap::new();
    progress.begin("Counting by group", 0);
    ws.each_mosaic(|record| {
        progress.check().map_err(WorkspaceError::from)?;
        progress.advance(1);
        let probability = matched.get(record.id.as_str());
        let [all, differ] = rechecked.get(record.id.as_str()).copied().unwrap_or_default();
        let names = [age(&record, today), sex(&record), team(&record), area(&record)];
        for (dimension, name) in Dimension::ALL.into_iter().zip(names) {
            let key = (dimension, name);
            let group = groups.entry(key).or_insert_with_key(|(dimension, name)| Group::of(*dimension, name.clone()));
            group.people += 1;
            group.matched += u64::from(probability.is_some());
            group.expected_wrong += probability.map_or(0.0, |probability| 1.0 - probability);
            group.rechecked[0] += all;
            group.rechecked[1] += differ;
        }
        Ok(())
    })?;
    let mut found = Vec::new();
    for dimension in Dimension::ALL {
        let of: Vec<Group> = groups.values().filter(|group| group.dimension == dimension).cloned().collect();
        found.extend(shown(dimension, of));
    }
    Ok(found)
}

/// The groups of one dimension as they are shown: small ones together, those beyond the most too, and marked where they differ.
fn shown(dimension: Dimension, mut groups: Vec<Group>) -> Vec<Group> {
    let everybody: u64 = groups.iter().map(|group| group.people).sum();
    let matched: u64 = groups.iter().map(|group| group.matched).sum();
    if everybody == 0 {
        return Vec::new();
    }
    // Ages and sexes have an order of their own; areas and teams stand by their size.
    let by_size = matches!(dimension, Dimension::Team | Dimension::Area);
    let mut by_people: Vec<usize> = (0..groups.len()).collect();
    by_people.sort_by_key(|place| std::cmp::Reverse(groups[*place].people));
    let mut alone: Vec<usize> = by_people.iter().copied().filter(|place| groups[*place].people >= FEWEST).collect();
    if by_size {
        alone.truncate(MOST);
    }
    let rest: u64 = everybody - alone.iter().map(|place| groups[*place].people).sum::<u64>();
    if rest > 0 && rest < FEWEST {
        alone.pop(); // Else the few would be what the others leave of the whole
    }
    let mut others = Group::of(dimension, OTHERS.to_owned());
    for place in (0..groups.len()).filter(|place| !alone.contains(place)) {
        others.add(&groups[place]);
    }
    if !by_size {
        alone.sort_unstable();
    }
    let mut found: Vec<Group> =
        alone.into_iter().map(|place| std::mem::replace(&mut groups[place], others.clone())).collect();
    if others.people >= FEWEST {
        found.push(others);
    }
    let share = matched as f64 / everybody as f64;
    // Among many groups one stands out by chance soon: each must be as much surer (Bonferroni).
    let confidence = 1.0 - (1.0 - CONFIDENCE) / found.len().max(1) as f64;
    for group in &mut found {
        let [low, high] = limits::two_sided(group.matched, group.people, confidence);
        group.differs = share < low || share > high;
    }
    found
}

/// A group that stands out, in a sentence without its full stop.
pub fn sentence(group: &Group, of_all: f64) -> String {
    let per_cent = |share: f64| format!("{:.0} %", 100.0 * share);
    let less = group.share() < of_all;
    format!(
        "{}, {}: {} are matched, {} than the {} of everybody, and more than chance explains",
        group.dimension.words(),
        group.name,
        per_cent(group.share()),
        if less { "fewer" } else { "more" },
        per_cent(of_all)
    )
}

/// Everybody's share matched, between 0 and 1.
pub fn of_all(groups: &[Group]) -> f64 {
    let of_one = groups.iter().filter(|group| group.dimension == Dimension::Sex);
    let (people, matched) = of_one.fold((0, 0), |(p, m), group| (p + group.people, m + group.matched));
    matched as f64 / people.max(1) as f64
}

fn age(record: &MosaicRecord, today: jiff::civil::Date) -> String {
    let birth = record.details.birth;
    let years = birth.and_then(|birth| {
        let year = i32::from(birth.year?);
        let before = match (birth.month, birth.day) {
            (Some(month), Some(day)) => (today.month() as u8, today.day() as u8) < (month, day),
            _ => false,
        };
        Some(i32::from(today.year()) - year - i32::from(before))
    });
    match years {
        None => "Not known",
        Some(..=15) => "0 to 15",
        Some(16..=24) => "16 to 24",
        Some(25..=44) => "25 to 44",
        Some(45..=64) => "45 to 64",
        Some(65..=84) => "65 to 84",
        Some(_) => "85 and over",
    }
    .to_owned()
}

fn sex(record: &MosaicRecord) -> String {
    match record.details.sex {
        Sex::Female => "Female",
        Sex::Male => "Male",
        Sex::NotKnown => "Not known",
    }
    .to_owned()
}

fn team(record: &MosaicRecord) -> String {
    match record.context.trim() {
        "" => "None given".to_owned(),
        context => context.to_owned(),
    }
}

fn area(record: &MosaicRecord) -> String {
    match postcode::read(&record.details.postcode) {
        postcode::Reading::Postcode(postcode) => postcode.district().to_owned(),
        _ => "No whole postcode".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, people: u64, matched: u64) -> Group {
        Group { people, matched, ..Group::of(Dimension::Area, name.to_owned()) }
    }

    #[test]
    fn no_figure_is_about_a_handful_and_none_can_be_had_by_subtraction() {
        let found = shown(Dimension::Area, vec![group("DG1", 90, 80), group("DG2", 40, 30), group("DG3", 3, 1)]);
        let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["DG1", OTHERS], "DG2 alone would leave DG3 for the taking");
        assert_eq!((found[1].people, found[1].matched), (43, 31));
        let found = shown(Dimension::Area, vec![group("DG1", 90, 80), group("DG2", 3, 1), group("DG3", 4, 1)]);
        assert_eq!(found.iter().map(|it| it.people).collect::<Vec<_>>(), [90, 7]);
        assert!(shown(Dimension::Area, vec![group("DG1", 4, 4)]).is_empty());
        let many = (0..40).map(|n| group(&format!("D{n}"), 10 + n, 5)).collect();
        assert_eq!(shown(Dimension::Area, many).len(), MOST + 1);
    }

    #[test]
    fn a_group_stands_out_only_where_chance_does_not_explain_it() {
        let found = shown(Dimension::Area, vec![group("DG1", 1000, 900), group("DG2", 200, 120), group("DG3", 20, 15)]);
        assert_eq!(found.iter().map(|it| it.differs).collect::<Vec<_>>(), [true, true, false]);
        let words = sentence(&found[1], 0.85);
        assert_eq!(
            words,
            "Area (postcode district), DG2: 60 % are matched, fewer than the 85 % of everybody, and more than chance explains"
        );
    }
}
