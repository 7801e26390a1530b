//! Whether the matching serves everybody alike: the share of people matched, and the share expected to be wrong, by age group,
//! sex, team and area. A method that works well on the whole may still leave out, or mix up, some people more than others
//! (people who moved, whose names are spelt in many ways, who have many namesakes).
//!
//! Groups of fewer than [`FEWEST`] people are put together with others; and where fewer than that of a group are matched, or not
//! matched, its figure is withheld with another's, so that none is about a handful of people, and none can be had by taking the
//! others from the whole.

mod small;

use std::collections::{BTreeMap, HashMap};

use super::Refused;
use crate::linkage::errors::CONFIDENCE;
use crate::linkage::limits;
use crate::person::{MosaicRecord, Sex, postcode};
use crate::progress::Progress;
use crate::words::number;
use crate::workspace::{Source, Workspace, WorkspaceError};

pub use small::FEWEST;

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
    /// Of these, people with a live match to a CHI number; `None` where that is withheld.
    pub matched: Option<u64>,
    /// The share of the matched that the engine's probabilities expect to be wrong, between 0 and 1; `None` where nobody is
    /// matched.
    pub wrong: Option<f64>,
    /// Matches that a second person answered blind.
    pub rechecked: Rechecked,
    /// Whether the share matched differs from that of everybody beyond what chance explains.
    pub differs: bool,
    /// Whether it is less than that.
    pub less: bool,
    /// Everybody's share matched, between 0 and 1.
    pub of_all: f64,
}

/// What second answers say of the matches of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rechecked {
    /// None was answered a second time.
    None,
    /// So few were, or so few of another group, that the figures are withheld.
    Withheld,
    /// So many were, and fewer than [`FEWEST`] of them otherwise, or of another group's: how many exactly is withheld.
    Few(u64),
    /// So many were, and so many of them otherwise.
    Of(u64, u64),
}

impl Rechecked {
    /// The share answered otherwise, of all matches like these, with 95 % confidence: from, to. Where the count is withheld, as
    /// if it were the most that is below [`FEWEST`].
    pub fn limits(self) -> Option<[f64; 2]> {
        match self {
            Self::None | Self::Withheld => None,
            Self::Few(of) => Some([0.0, limits::two_sided((FEWEST - 1).min(of), of, CONFIDENCE)[1]]),
            Self::Of(of, otherwise) => Some(limits::two_sided(otherwise, of, CONFIDENCE)),
        }
    }

    /// In words, without a full stop: `3 of 40 re-checked answered otherwise`.
    pub fn words(self) -> String {
        match self {
            Self::None => "none re-checked".to_owned(),
            Self::Withheld => "re-checks withheld".to_owned(),
            Self::Few(of) => format!("fewer than five of {} re-checked answered otherwise, or withheld", number(of)),
            Self::Of(of, otherwise) => format!("{} of {} re-checked answered otherwise", number(otherwise), number(of)),
        }
    }
}

/// The people of a group as they are counted, before anything is withheld.
#[derive(Debug, Clone, Default)]
struct Counted {
    name: String,
    people: u64,
    matched: u64,
    expected_wrong: f64,
    rechecked: [u64; 2],
}

impl Group {
    /// The share matched, between 0 and 1; `None` where it is withheld.
    pub fn share(&self) -> Option<f64> {
        self.matched.map(|matched| matched as f64 / self.people.max(1) as f64)
    }

    /// The share matched of people like these, with 95 % confidence (Clopper and Pearson); `None` where it is withheld.
    pub fn limits(&self) -> Option<[f64; 2]> {
        self.matched.map(|matched| limits::two_sided(matched, self.people, CONFIDENCE))
    }
}

impl Counted {
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
    let today = crate::words::days::now().date();
    let mut groups: [BTreeMap<String, Counted>; 4] = Default::default();
    progress.begin("Counting by group", 0);
    ws.each_mosaic(|record| {
        progress.check().map_err(WorkspaceError::from)?;
        progress.advance(1);
        let probability = matched.get(record.id.as_str());
        let [all, differ] = rechecked.get(record.id.as_str()).copied().unwrap_or_default();
        let names = [age(&record, today), sex(&record), team(&record), area(&record)];
        for (groups, name) in groups.iter_mut().zip(names) {
            let group = groups.entry(name).or_default();
            group.people += 1;
            group.matched += u64::from(probability.is_some());
            group.expected_wrong += probability.map_or(0.0, |probability| 1.0 - probability);
            group.rechecked[0] += all;
            group.rechecked[1] += differ;
        }
        Ok(())
    })?;
    let named = |groups: BTreeMap<String, Counted>| {
        groups.into_iter().map(|(name, group)| Counted { name, ..group }).collect::<Vec<_>>()
    };
    Ok(Dimension::ALL.into_iter().zip(groups).flat_map(|(dimension, groups)| shown(dimension, named(groups))).collect())
}

/// The groups of one dimension as they are shown: small ones together, those beyond the most too, small counts withheld, and
/// marked where they differ.
fn shown(dimension: Dimension, groups: Vec<Counted>) -> Vec<Group> {
    let found = together(dimension, groups);
    // By their size, which is shown: what is withheld for another's sake must not tell of what it hides
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|place| found[*place].people);
    let withheld = |of: fn(&Counted) -> (u64, u64)| small::withheld(&found.iter().map(of).collect::<Vec<_>>(), &order);
    let share_withheld = withheld(|it| (it.matched, it.people));
    let looked_withheld = withheld(|it| (it.rechecked[0], it.people.max(it.rechecked[0])));
    let otherwise_withheld = withheld(|it| (it.rechecked[1], it.rechecked[0]));

    let (people, matched) =
        found.iter().fold((0, 0), |(people, matched), it| (people + it.people, matched + it.matched));
    let of_all = matched as f64 / people.max(1) as f64;
    // Among many groups one stands out by chance soon: each must be as much surer (Bonferroni).
    let confidence = 1.0 - (1.0 - CONFIDENCE) / found.len().max(1) as f64;
    let group = |(place, it): (usize, Counted)| {
        let [low, high] = limits::two_sided(it.matched, it.people, confidence);
        Group {
            dimension,
            name: it.name,
            people: it.people,
            matched: (!share_withheld[place]).then_some(it.matched),
            wrong: (it.matched > 0).then(|| it.expected_wrong / it.matched as f64),
            rechecked: match it.rechecked {
                _ if looked_withheld[place] => Rechecked::Withheld,
                [0, _] => Rechecked::None,
                [all, _] if otherwise_withheld[place] => Rechecked::Few(all),
                [all, otherwise] => Rechecked::Of(all, otherwise),
            },
            differs: of_all < low || of_all > high,
            less: of_all > high,
            of_all,
        }
    };
    found.into_iter().enumerate().map(group).collect()
}

/// The groups of one dimension, small ones together, and those beyond the most; nobody where all together are too few.
fn together(dimension: Dimension, mut groups: Vec<Counted>) -> Vec<Counted> {
    let everybody: u64 = groups.iter().map(|group| group.people).sum();
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
    let mut others = Counted { name: OTHERS.to_owned(), ..Counted::default() };
    for place in (0..groups.len()).filter(|place| !alone.contains(place)) {
        others.add(&groups[place]);
    }
    if !by_size {
        alone.sort_unstable();
    }
    let mut found: Vec<Counted> = alone.into_iter().map(|place| std::mem::take(&mut groups[place])).collect();
    if others.people >= FEWEST {
        found.push(others);
    }
    found
}

/// A group that stands out, in a sentence without its full stop.
pub fn sentence(group: &Group) -> String {
    let per_cent = |share: f64| format!("{:.0} %", 100.0 * share);
    let side = if group.less { "fewer" } else { "more" };
    let (of, name, all) = (group.dimension.words(), &group.name, per_cent(group.of_all));
    match group.share() {
        Some(share) => format!(
            "{of}, {name}: {} are matched, {side} than the {all} of everybody, and more than chance explains",
            per_cent(share)
        ),
        None => format!("{of}, {name}: {side} are matched than the {all} of everybody, and more than chance explains"),
    }
}

/// Everybody's share matched, between 0 and 1.
pub fn of_all(groups: &[Group]) -> f64 {
    groups.first().map_or(0.0, |group| group.of_all)
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
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn group(name: &str, people: u64, matched: u64) -> Counted {
        Counted { name: name.to_owned(), people, matched, ..Counted::default() }
    }

    fn area(groups: Vec<Counted>) -> Vec<Group> {
        shown(Dimension::Area, groups)
    }

    #[test]
    fn no_group_is_a_handful_and_none_can_be_had_by_subtraction() {
        let found = area(vec![group("DG1", 90, 80), group("DG2", 40, 30), group("DG3", 3, 1)]);
        let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["DG1", OTHERS], "DG2 alone would leave DG3 for the taking");
        assert_eq!((found[1].people, found[1].matched), (43, Some(31)));
        let found = area(vec![group("DG1", 90, 80), group("DG2", 3, 1), group("DG3", 4, 1)]);
        assert_eq!(found.iter().map(|it| it.people).collect::<Vec<_>>(), [90, 7]);
        assert!(area(vec![group("DG1", 4, 4)]).is_empty());
        let many = (0..40).map(|n| group(&format!("D{n}"), 10 + n, 5)).collect();
        assert_eq!(area(many).len(), MOST + 1);
    }

    #[test]
    fn where_few_are_matched_or_few_are_not_the_figure_is_withheld_with_another_and_who_stands_out_is_said_all_the_same()
     {
        let found =
            area(vec![group("DG1", 900, 800), group("DG2", 400, 380), group("DG3", 60, 2), group("DG4", 30, 28)]);
        let matched: Vec<Option<u64>> = found.iter().map(|it| it.matched).collect();
        assert_eq!(matched, [Some(800), Some(380), None, None], "2 of DG3 are matched, 2 of DG4 are not");
        assert!(found[2].differs && found[2].less && found[2].limits().is_none());
        let words = sentence(&found[2]);
        assert!(words.starts_with("Area (postcode district), DG3: fewer are matched than the 87 %"), "{words}");
        let all_or_none = area(vec![group("DG1", 90, 0), group("DG2", 40, 40)]);
        assert!(all_or_none.iter().all(|it| it.matched.is_some()), "nobody and everybody may be told");
    }

    #[test]
    fn of_second_answers_a_small_count_is_bounded_and_not_told() {
        let looked = |name, rechecked| Counted { rechecked, ..group(name, 500, 400) };
        let found =
            area(vec![looked("DG1", [100, 0]), looked("DG2", [60, 2]), looked("DG3", [3, 0]), looked("DG4", [0, 0])]);
        let of = |name: &str| found.iter().find(|it| it.name == name).unwrap().rechecked;
        assert_eq!(of("DG3"), Rechecked::Withheld);
        assert_eq!(of("DG1"), Rechecked::Withheld, "it would leave DG3's of all that were re-checked");
        assert_eq!((of("DG2"), of("DG4")), (Rechecked::Few(60), Rechecked::None));
        let [low, high] = of("DG2").limits().unwrap();
        assert!(low == 0.0 && (high - 0.162).abs() < 0.001, "as if it were four: {high}");
        assert_eq!(Rechecked::Of(40, 6).words(), "6 of 40 re-checked answered otherwise");
    }

    #[test]
    fn a_group_stands_out_only_where_chance_does_not_explain_it() {
        let found = area(vec![group("DG1", 1000, 900), group("DG2", 200, 120), group("DG3", 20, 15)]);
        assert_eq!(found.iter().map(|it| it.differs).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!(
            sentence(&found[1]),
            "Area (postcode district), DG2: 60 % are matched, fewer than the 85 % of everybody, and more than chance explains"
        );
    }
}
