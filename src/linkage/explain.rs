//! One pair, comparison by comparison.

use serde::{Deserialize, Serialize};

use super::comparison::compare_shared;
use super::duplicates::{Fit, Priors};
use super::frequency::Shares;
use super::likeness::Cache;
use super::model::{Weights, probability};
use super::table::Row;
use super::values::Files;
use super::{Agreement, Comparison, Model, Pattern, Side, Table, hazards, moves};
use crate::pair::{Hazards, PairKind};
use crate::person::{ChiRecord, MosaicRecord};
use crate::words;

/// One record of a pair.
#[derive(Debug, Clone, Copy)]
pub enum PairRecord<'a> {
    /// A person as Mosaic holds them.
    Mosaic(&'a MosaicRecord),
    /// A person as CHI holds them.
    Chi(&'a ChiRecord),
}

/// Why a pair has the weight it has. Holds no personal data: the records are shown beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Match weight in bits: the prior, the weights of all comparisons and what is taken off for households.
    pub weight: f64,
    /// Probability of the weight alone, without competition.
    pub probability: f64,
    /// The model's prior in bits: where every pair starts.
    pub prior: f64,
    /// Bits taken off (so nearly always negative) because these agreements come together in different people:
    /// households, twins, namesakes.
    pub together: f64,
    /// The levels of all comparisons, packed.
    pub pattern: Pattern,
    /// Comparison by comparison, in the order of the screen.
    pub comparisons: Vec<ComparisonExplained>,
    /// What the two records alone show; hazards that need the whole file (near tie, namesake, contested) are not here.
    pub hazards: Hazards,
}

/// One comparison of an [`Explanation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonExplained {
    /// What was compared: "Date of birth".
    pub name: String,
    /// How it came out: "Day and month swapped".
    pub level: String,
    /// How a screen marks it.
    pub agreement: Agreement,
    /// Bits for (positive) or against.
    pub weight: f64,
    /// How many people have the agreeing value, where the model knows it to be a common one: in CHI for a link, in Mosaic for
    /// a duplicate.
    pub frequency: Option<u32>,
}

/// Scores two records with a model, without competition.
pub fn score_pair(model: &Model, left: PairRecord<'_>, right: PairRecord<'_>) -> Explanation {
    explain(model, left, right)
}

/// How two records compare by themselves, with no model and nothing known of other records.
pub fn compare_two(left: PairRecord<'_>, right: PairRecord<'_>) -> Pattern {
    let files = Files::new(table(left), table(right));
    compare_shared(&files.values, &mut Cache::new(), &files.mosaic.rows[0], &files.chi.rows[0]).0
}

/// Explains a pair with the model of a run, by its two records alone. A CHI record may stand on either side.
pub fn explain(model: &Model, left: PairRecord<'_>, right: PairRecord<'_>) -> Explanation {
    explain_as(model, left, right, Pattern::default())
}

/// Explains a pair as a run has `shown` it: with what the run knew beside the two records, that others of the household
/// moved.
pub fn explain_as(model: &Model, left: PairRecord<'_>, right: PairRecord<'_>, shown: Pattern) -> Explanation {
    let (left, right) = match (left, right) {
        (PairRecord::Chi(_), PairRecord::Mosaic(_)) => (right, left),
        pair => pair,
    };
    let (parameters, frequencies) = model.of(match (left, right) {
        (PairRecord::Mosaic(_), PairRecord::Mosaic(_)) => PairKind::Duplicate,
        _ => PairKind::Link,
    });
    let (files, given) = believed(model, table(left), table(right));
    let shares = Shares::of_rows(&files.values, frequencies, &files.mosaic.rows, &files.chi.rows);
    let weights = parameters.weights();
    let mut explanation = of_rows(&files, &shares, &weights, &mut Cache::new(), &files.chi.rows[0], shown);
    given.say(&mut explanation, 0);
    explanation
}

/// Explains the pairs of one Mosaic person with each of many CHI records, in their order: what they need of the model is
/// looked up once. `shown` is how a run has shown each, where it has.
pub fn explain_each(model: &Model, left: &MosaicRecord, right: &[ChiRecord], shown: &[Pattern]) -> Vec<Explanation> {
    let mut chi = Table::new(Side::Chi);
    right.iter().for_each(|record| chi.push_chi(record));
    let (files, given) = believed(model, table(PairRecord::Mosaic(left)), chi);
    let shares = Shares::of_rows(&files.values, &model.frequencies, &files.mosaic.rows, &files.chi.rows);
    let (weights, mut cache) = (model.links.weights(), Cache::new());
    let explained = files.chi.rows.iter().zip(&files.chi.pushed).enumerate().map(|(at, (row, &pushed))| {
        let shown = shown.get(pushed as usize).copied().unwrap_or_default();
        let mut explanation = of_rows(&files, &shares, &weights, &mut cache, row, shown);
        given.say(&mut explanation, at);
        (pushed, explanation)
    });
    let mut explained: Vec<(u32, Explanation)> = explained.collect();
    explained.sort_unstable_by_key(|(pushed, _)| *pushed);
    explained.into_iter().map(|(_, explanation)| explanation).collect()
}

/// The records as a run with this model believes them, and what it does not believe of them.
fn believed(model: &Model, left: Table, right: Table) -> (Files, NotBelieved) {
    let mut files = Files::new(left, right);
    let of = |rows: &[Row]| rows.iter().map(|row| model.defaults.of_row(&files.values, row)).collect();
    let given = NotBelieved { left: of(&files.mosaic.rows), right: of(&files.chi.rows) };
    model.defaults.take_out_of(&mut files);
    (files, given)
}

/// How many records have the date of birth and the home of each row, where these stand for none.
struct NotBelieved {
    left: Vec<[Option<u32>; 2]>,
    right: Vec<[Option<u32>; 2]>,
}

impl NotBelieved {
    /// Says so in the explanation of the left row and the right one at a place: both records show a value there, and it says
    /// nothing.
    fn say(&self, explanation: &mut Explanation, right: usize) {
        for (which, comparison) in [Comparison::Birth, Comparison::Location].into_iter().enumerate() {
            let told = &mut explanation.comparisons[comparison as usize];
            let of = |side: &[[Option<u32>; 2]], at: usize| side.get(at).and_then(|values| values[which]);
            if let Some(records) = of(&self.left, 0).or_else(|| of(&self.right, right))
                && told.agreement == Agreement::Missing
            {
                told.level = format!("Not believed: {} records have it", words::number(records.into()));
            }
        }
    }
}

/// The pair of the one left row and a right row.
fn of_rows(
    files: &Files,
    shares: &Shares,
    weights: &Weights,
    cache: &mut Cache,
    b: &Row,
    shown: Pattern,
) -> Explanation {
    let a = &files.mosaic.rows[0];
    let (mut pattern, shared) = compare_shared(&files.values, cache, a, b);
    if shown.moved() && moves::apart(pattern) {
        pattern = moves::joined(pattern);
    }
    let comparisons: Vec<ComparisonExplained> = Comparison::ALL
        .into_iter()
        .map(|comparison| {
            let level = &comparison.levels()[usize::from(pattern.level(comparison))];
            ComparisonExplained {
                name: comparison.words().to_owned(),
                level: level.label.to_owned(),
                agreement: level.agreement,
                weight: weights.level(comparison, pattern) + shares.adjust(comparison, pattern, shared, a, b),
                frequency: shares.records_with(comparison, pattern, shared, a),
            }
        })
        .collect();
    // What the rarity of a name is worth less than it would be by chance belongs to what different people share.
    let rare = shares.rare(pattern, shared, a, b);
    let names = weights.names(weights.scored(pattern), rare) - f64::from(rare.surname) - f64::from(rare.forename);
    let together = names - weights.together(pattern);
    let weight = comparisons.iter().fold(weights.prior + together, |sum, c| sum + c.weight);
    Explanation {
        weight,
        probability: probability(weight),
        prior: weights.prior,
        together,
        pattern,
        comparisons,
        hazards: hazards::of_pair(pattern, shares, a, b),
    }
}

/// The weight that a likely duplicate lends to a Mosaic record's link, by its own link to the same person: a run takes the
/// better witness of the two, the record itself or its duplicate.
///
/// `mosaic_records` are those of the run ([`Report::mosaic_records`](super::Report)), `duplicate` is the weight of the two
/// Mosaic records as a pair, `fits` that of the duplicate with the person, and `others` those of its other candidates.
pub fn told(model: &Model, mosaic_records: u64, duplicate: f64, fits: f64, others: &[f64]) -> Option<f64> {
    let priors = Priors::of(&model.links, &model.duplicates, mosaic_records as f64);
    Fit::of(0, fits, others.iter().copied()).tells(duplicate, priors)
}

/// Comparisons that take no more than so many bits from a pair are not what it lacks.
const LITTLE: f64 = 0.5;

impl Explanation {
    /// Why the pair falls short: what agrees, then what costs most, dearest first, then where that leaves it. A clause that
    /// follows a colon: "forename and address agree, date of birth differs (–7.4 bits) and surname differs (–4.5); at –3.1
    /// bits it is less likely than no match at all".
    pub fn fell_short(&self) -> String {
        let standing = match self.weight {
            w if w < 0.0 => format!("at {} bits it is less likely than no match at all", words::bits(w)),
            w if self.is_out_of_use() => format!(
                "at {} bits it is by itself likelier than no match, and CHI no longer uses the number: ask the health board for the \
                 current one",
                words::bits(w)
            ),
            w => format!(
                "at {} bits it is by itself likelier than no match, and others have the better claim",
                words::bits(w)
            ),
        };
        format!("{}; {standing}", self.agreements(true))
    }

    /// Whether CHI deleted or superseded the number of the pair: such a record stands aside, however well it fits.
    pub fn is_out_of_use(&self) -> bool {
        self.hazards.intersects(Hazards::SUPERSEDED | Hazards::DELETED)
    }

    /// What agrees, and what speaks against the pair, dearest first; with the bits that it costs, or without.
    pub fn agreements(&self, with_bits: bool) -> String {
        let (mut agree, mut alike, mut against) = (Vec::new(), Vec::new(), Vec::new());
        for (comparison, told) in Comparison::ALL.into_iter().zip(&self.comparisons) {
            let name = short_name(comparison);
            match told.agreement {
                _ if told.weight <= -LITTLE => against.push((name, told)),
                // Half of all people agree on it
                _ if comparison == Comparison::Sex => {}
                Agreement::Same => agree.push(name),
                Agreement::Similar if told.weight > LITTLE => {
                    alike.push(format!("{name} is alike ({})", words::lower_first(&told.level)));
                }
                _ => {}
            }
        }
        against.sort_by(|a, b| a.1.weight.total_cmp(&b.1.weight));
        let mut costs: Vec<String> = Vec::new();
        for (name, told) in against {
            let how = match told.agreement {
                Agreement::Differs => "differs".to_owned(),
                Agreement::Same => "agrees".to_owned(),
                Agreement::Similar | Agreement::Missing => {
                    format!("is only alike ({})", words::lower_first(&told.level))
                }
            };
            // The unit is said once
            let unit = if costs.is_empty() { " bits" } else { "" };
            let bits = if with_bits { format!(" ({}{unit})", words::bits(told.weight)) } else { String::new() };
            costs.push(format!("{name} {how}{bits}"));
        }
        if self.together <= -LITTLE && agree.len() > 1 {
            let bits = if with_bits { format!(" ({} bits)", words::bits(self.together)) } else { String::new() };
            costs.push(format!("what agrees is common among relatives and namesakes{bits}"));
        }
        let agree = match (agree.len(), alike.is_empty()) {
            (0, true) => "nothing agrees".to_owned(),
            (0, false) => words::listed(&alike),
            (1, true) => format!("only {} agrees", agree[0]),
            (n, _) => {
                let same = format!("{} {}", words::listed(&agree), if n == 1 { "agrees" } else { "agree" });
                words::listed(&[vec![same], alike].concat())
            }
        };
        let costs = if costs.is_empty() { "no more is known".to_owned() } else { words::listed(&costs) };
        format!("{agree}, {costs}")
    }
}

/// What is compared, within a sentence.
fn short_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Surname => "surname",
        Comparison::Forename => "forename",
        Comparison::SecondForename => "second forename",
        Comparison::Birth => "date of birth",
        Comparison::Sex => "sex",
        Comparison::Location => "address",
        Comparison::Chi => "CHI number",
        Comparison::Death => "date of death",
    }
}

/// How many people in CHI share what the pair agrees on, the person of the pair included. `None` where the pair does not
/// agree on it, or it was not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sharing {
    /// The surname.
    pub surname: Option<u64>,
    /// The forename.
    pub forename: Option<u64>,
    /// Surname and forename.
    pub name: Option<u64>,
    /// Surname, forename and date of birth.
    pub name_and_birth: Option<u64>,
    /// The date of birth.
    pub birth: Option<u64>,
    /// The home.
    pub home: Option<u64>,
}

impl Sharing {
    /// Leaves only what the two records agree on.
    #[must_use]
    pub fn agreed(mut self, pattern: Pattern) -> Self {
        let same = |comparison| pattern.agreement(comparison) == Agreement::Same;
        let (surname, forename, birth) = (
            pattern.level(Comparison::Surname) == 1,
            pattern.level(Comparison::Forename) == 1,
            same(Comparison::Birth),
        );
        self.surname = self.surname.filter(|_| surname);
        self.forename = self.forename.filter(|_| forename);
        self.birth = self.birth.filter(|_| birth);
        self.name = self.name.filter(|_| surname && forename);
        self.name_and_birth = self.name_and_birth.filter(|_| surname && forename && birth);
        self.home = self.home.filter(|_| same(Comparison::Location));
        self
    }

    /// How many share what one comparison is about.
    pub fn of(&self, comparison: Comparison) -> Option<u64> {
        match comparison {
            Comparison::Surname => self.surname,
            Comparison::Forename => self.forename,
            Comparison::Birth => self.birth,
            Comparison::Location => self.home,
            _ => None,
        }
    }

    /// In sentences: names and date together, both names, and the home.
    pub fn sentences(&self) -> Vec<String> {
        let told = [
            (self.name_and_birth, "name and date of birth"),
            (self.name, "surname and forename"),
            (self.home, "address"),
        ];
        let told = told.into_iter().filter_map(|(people, what)| Some((people?, what)));
        told.map(|(people, what)| match people {
            0 => format!("Nobody in CHI has this {what} now"),
            1 => format!("Only this person in CHI has this {what}"),
            people => format!("{} people in CHI share this {what}", words::number(people)),
        })
        .collect()
    }
}

fn table(record: PairRecord<'_>) -> Table {
    match record {
        PairRecord::Mosaic(record) => {
            let mut table = Table::new(Side::Mosaic);
            table.push_mosaic(record);
            table
        }
        PairRecord::Chi(record) => {
            let mut table = Table::new(Side::Chi);
            table.push_chi(record);
            table
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(comparison: Comparison, level: u8, weight: f64) -> ComparisonExplained {
        let level = &comparison.levels()[usize::from(level)];
        ComparisonExplained {
            name: comparison.words().to_owned(),
            level: level.label.to_owned(),
            agreement: level.agreement,
            weight,
            frequency: None,
        }
    }

    fn explanation(levels: [(u8, f64); 8], together: f64) -> Explanation {
        let comparisons: Vec<_> = Comparison::ALL
            .into_iter()
            .zip(levels)
            .map(|(comparison, (level, weight))| told(comparison, level, weight))
            .collect();
        let weight = comparisons.iter().map(|c| c.weight).sum::<f64>() + together;
        let (pattern, hazards) = (Pattern::default(), Hazards::empty());
        Explanation { weight, probability: probability(weight), prior: 0.0, together, pattern, comparisons, hazards }
    }

    #[test]
    fn what_fell_short_is_said_dearest_first() {
        let short =
            explanation([(7, -4.5), (1, 6.0), (0, 0.0), (13, -7.4), (1, 0.9), (1, 11.0), (0, 0.0), (0, 0.0)], -9.1);
        assert_eq!(
            short.fell_short(),
            "forename and address agree, date of birth differs (–7.4 bits), surname differs (–4.5) and what agrees is \
             common among relatives and namesakes (–9.1 bits); at –3.1 bits it is less likely than no match at all"
        );
        assert!(!short.agreements(false).contains("bits"));
        let alike = explanation([(1, 6.0), (9, -1.0), (0, 0.0), (0, 0.0), (0, 0.0), (0, 0.0), (0, 0.0), (0, 0.0)], 0.0);
        assert!(
            alike
                .fell_short()
                .starts_with("only surname agrees, forename is only alike (initial only) (–1.0 bits); at +5.0")
        );
        let mut old = alike.clone();
        old.hazards = Hazards::SUPERSEDED;
        assert!(old.fell_short().ends_with("CHI no longer uses the number: ask the health board for the current one"));
        assert!(alike.fell_short().ends_with("others have the better claim"));
        let nothing = explanation([(0, 0.0); 8], -0.1);
        assert!(nothing.fell_short().starts_with("nothing agrees, no more is known"));
        let swapped =
            explanation([(0, 0.0), (10, 9.0), (1, 2.0), (13, -7.4), (1, 0.9), (0, 0.0), (0, 0.0), (0, 0.0)], -9.0);
        let told = swapped.agreements(false);
        assert!(
            told.starts_with("second forename agrees and forename is alike (forename and surname swapped), date"),
            "{told}"
        );
    }

    #[test]
    fn people_who_share_a_name_are_counted_in_words_where_the_pair_agrees_on_it() {
        let sharing = Sharing {
            surname: Some(1_234),
            forename: Some(9),
            name: Some(1),
            name_and_birth: Some(14),
            birth: Some(3),
            home: Some(2),
        };
        let all = Pattern(0).with(Comparison::Surname, 1).with(Comparison::Forename, 1);
        let all = all.with(Comparison::Birth, 1).with(Comparison::Location, 1);
        assert_eq!(
            sharing.agreed(all).sentences(),
            [
                "14 people in CHI share this name and date of birth",
                "Only this person in CHI has this surname and forename",
                "2 people in CHI share this address"
            ]
        );
        let nickname = sharing.agreed(all.with(Comparison::Forename, 3));
        assert_eq!((nickname.name, nickname.name_and_birth, nickname.forename), (None, None, None));
        assert_eq!(nickname.of(Comparison::Surname), Some(1_234));
    }
}
