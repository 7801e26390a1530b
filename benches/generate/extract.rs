//! Streams the people by, decides which file knows whom, and writes the files.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use jiff::civil::Date;
use stewartry::person::Chi;

use crate::beside::{self, RELATIONSHIP_COLUMNS};
use crate::errors::{Copy, Copyist};
use crate::files::{self, CHI_COLUMNS, ChiRow, MOSAIC_COLUMNS, Mixed, MosaicRow, TRUTH_COLUMNS};
use crate::kinds::Kinds;
use crate::pairs::Pairs;
use crate::people::{Person, Population, TODAY};
use crate::places::Style;
use crate::random::Random;
use crate::rates::RATES;
use crate::readme::{self, Tally};
use crate::register::Register;

/// The stream that CHI's errors are drawn from.
pub const CHI_ERRORS: &str = "CHI errors";

/// The stream that Mosaic's errors are drawn from.
pub const MOSAIC_ERRORS: &str = "Mosaic errors";

/// What to make.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Rows of Mosaic's extract.
    pub mosaic: usize,
    /// Rows of the CHI extract.
    pub chi: usize,
    pub seed: u64,
    /// The share of Mosaic's records (of people whom CHI has) that hold a CHI number already.
    pub seeded_share: f64,
    /// Rows of the candidate-pair file.
    pub wide_pairs: usize,
}

impl Plan {
    /// The demonstration that ships with the program.
    pub const DEMONSTRATION: Self = Self { mosaic: 3_000, chi: 8_000, seed: 1707, seeded_share: 0.25, wide_pairs: 200 };
}

/// A person's numbers, once issued.
struct Registered {
    current: Chi,
    superseded: Option<Chi>,
    /// What is particular about the numbers and about the row that holds the current one.
    kinds: Kinds,
    /// The row of the household that holds the current number.
    row: usize,
}

/// Everything that lasts from household to household.
struct Extract<'a> {
    plan: &'a Plan,
    register: Register,
    /// Decides who is known where.
    random: Random,
    /// Errors of either file, each from a stream of its own.
    chi_random: Random,
    mosaic_random: Random,
    seed_random: Random,
    related_random: Random,
    relationships: Vec<[String; 5]>,
    ids: Vec<u32>,
    mosaic: Vec<MosaicRow>,
    chi: Mixed,
    chi_left: usize,
    people: u32,
    pairs: Pairs,
    /// CHI rows of people whose namesakes are still to come.
    met: HashMap<u64, ChiRow>,
    /// Turns a need into a chance, at the share of people who are to be in Mosaic.
    scale: f64,
    share: f64,
    tally: Tally,
}

/// Writes every file of a plan into a folder.
pub fn write(plan: &Plan, out: &Path) -> io::Result<Tally> {
    std::fs::create_dir_all(out)?;
    let mut random = Random::stream(plan.seed, "membership");
    let share = people_left_share(plan.mosaic, plan.chi);
    let mut extract = Extract {
        plan,
        register: Register::new(plan.seed),
        chi_random: Random::stream(plan.seed, CHI_ERRORS),
        mosaic_random: Random::stream(plan.seed, MOSAIC_ERRORS),
        seed_random: Random::stream(plan.seed, "seeds"),
        related_random: Random::stream(plan.seed, "relationships"),
        relationships: Vec::new(),
        ids: ids(plan.mosaic, &mut random),
        random,
        mosaic: Vec::with_capacity(plan.mosaic),
        chi: Mixed::new(files::table(&out.join("chi.csv"), CHI_COLUMNS)?, Random::stream(plan.seed, "order")),
        chi_left: plan.chi,
        people: 0,
        pairs: Pairs::new(plan.wide_pairs, plan.seed),
        met: HashMap::new(),
        scale: scale(plan, share),
        share,
        tally: Tally::default(),
    };
    let mut population = Population::new(plan.chi.max(plan.mosaic), plan.seed);
    while extract.mosaic.len() < plan.mosaic || extract.chi_left > 0 {
        let household = population.household();
        extract.take(household, &population)?;
    }
    extract.finish(out)
}

/// Mosaic's ids: ascending with gaps, handed out in mixed order.
fn ids(count: usize, random: &mut Random) -> Vec<u32> {
    let mut last = if count < 150_000 { 200_000 } else { 2_000_000 };
    let mut ids: Vec<u32> = (0..count)
        .map(|_| {
            last += random.between(1, 9) as u32;
            last
        })
        .collect();
    random.shuffle(&mut ids);
    ids
}

/// The share of the people still to come that Mosaic has to know, so that both files fill up together.
fn people_left_share(mosaic: usize, chi: usize) -> f64 {
    let records_a_person = 1.0 + RATES.people.second_record;
    let mosaic_people = mosaic as f64 / records_a_person;
    let people = chi as f64 / (1.0 + RATES.register.superseded) + mosaic_people * RATES.people.no_chi;
    if people > 0.0 { mosaic_people / people } else { 1.0 }
}

/// The share of a council's people that its Mosaic knows, about: the rates of those outside CHI are meant for it.
const COUNCIL_SHARE: f64 = 0.3;

/// Nobody is certain to be known to social work.
const SUREST: f64 = 0.97;

/// What a need is to be multiplied by so that the wanted share of people is known: found on people of a trial.
fn scale(plan: &Plan, share: f64) -> f64 {
    let mut trial = Population::new(8_000, plan.seed ^ 0x7121);
    let needs: Vec<f64> = (0..2_000).flat_map(|_| trial.household()).map(|person| person.need).collect();
    let mean = |scale: f64| needs.iter().map(|need| (need * scale).min(SUREST)).sum::<f64>() / needs.len() as f64;
    let (mut low, mut high) = (0.0, 1_000.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if mean(middle) < share { low = middle } else { high = middle }
    }
    high
}

impl Extract<'_> {
    fn mosaic_left(&self) -> usize {
        self.plan.mosaic - self.mosaic.len()
    }

    /// Whether Mosaic knows a person whom no other file can know. All of them in a council; where Mosaic knows a smaller
    /// share of the people, as few more of them as of others, or they would crowd it.
    fn knows_outsider(&mut self) -> bool {
        let wanted = self.share / COUNCIL_SHARE;
        wanted >= 1.0 || self.random.chance(wanted)
    }

    /// Writes down the people of one household.
    fn take(&mut self, household: Vec<Person>, population: &Population) -> io::Result<()> {
        let now = people_left_share(self.mosaic_left(), self.chi_left);
        let scale = if self.share > 0.0 { self.scale * now / self.share } else { 0.0 };
        let mut rows: Vec<ChiRow> = Vec::new();
        let mut known: Vec<(Person, Option<Registered>)> = Vec::new();
        for person in household {
            let in_mosaic = if person.outside_chi {
                self.knows_outsider()
            } else {
                self.chi_left == 0 || self.random.chance((person.need * scale).min(SUREST))
            };
            let abroad = population.places.is_abroad(person.home) && self.random.chance(0.8);
            let out_of_chi = person.outside_chi || abroad || (in_mosaic && self.random.chance(RATES.people.no_chi));
            let registered = if out_of_chi || self.chi_left == 0 {
                None
            } else {
                Some(self.register(&person, population, &mut rows)?)
            };
            if in_mosaic {
                known.push((person, registered));
            } else if let (Some(token), Some(registered)) = (person.namesake, registered) {
                self.met.entry(token).or_insert_with(|| rows[registered.row].clone());
            }
        }
        let (opened, before) = (self.mosaic.len(), self.people);
        for index in 0..known.len() {
            self.know(&known, index, &rows, population);
        }
        let people: Vec<&Person> = known.iter().map(|(person, _)| person).collect();
        let records: Vec<(u32, usize)> =
            self.mosaic[opened..].iter().map(|row| (row.id, (row.person - before) as usize - 1)).collect();
        self.relationships.extend(beside::relationships(&people, &records, &mut self.related_random));
        for (person, registered) in &known {
            if let (Some(token), Some(registered)) = (person.namesake, registered) {
                self.met.entry(token).or_insert_with(|| rows[registered.row].clone());
            }
        }
        for row in rows {
            *self.tally.statuses.entry(row.status).or_insert(0) += 1;
            self.chi.push(row)?;
        }
        Ok(())
    }

    /// Enters a person in the CHI index: the current row, and sometimes others.
    fn register(&mut self, person: &Person, population: &Population, rows: &mut Vec<ChiRow>) -> io::Result<Registered> {
        let rates = &RATES.register;
        let mut kinds = Kinds::empty();
        let mut birth = person.birth;
        if self.random.chance(rates.other_date) {
            birth = other_date(birth, &mut self.random);
            kinds |= Kinds::NUMBER_DATE;
        }
        let current = if self.random.chance(rates.modulus_10) {
            kinds |= Kinds::MODULUS_10;
            self.register.issue_modulus_10(birth, person.sex)?
        } else {
            self.register.issue(birth, person.sex)?
        };
        let copy = self.chi_copy(person, population);
        kinds |= copy.kinds;
        let status = if copy.death.is_some() {
            "D"
        } else if self.random.chance(rates.transferred) {
            kinds |= Kinds::TRANSFERRED;
            "T"
        } else {
            "C"
        };
        let row = rows.len();
        rows.push(ChiRow { chi: current, copy, status, upi: Some(current) });
        self.chi_left -= 1;
        let mut superseded = None;
        // (kind, status, whether the row names the current number, its own, or none)
        let further = [
            (rates.superseded, Kinds::SUPERSEDED, "H"),
            (rates.deleted, Kinds::DELETED, "X"),
            (rates.two_current, Kinds::TWO_CURRENT, "C"),
        ];
        for (rate, kind, status) in further {
            if self.chi_left == 0 || !self.random.chance(rate) {
                continue;
            }
            // A second number often exists because the date of birth was written down wrong the first time.
            let wrong = self.random.chance(0.3);
            let birth = if wrong { other_date(person.birth, &mut self.random) } else { person.birth };
            let chi = self.register.issue(birth, person.sex)?;
            let mut copy = self.chi_copy(person, population);
            if wrong {
                copy.birth = Some(birth);
            }
            let upi = match kind {
                Kinds::TWO_CURRENT => Some(chi),
                Kinds::SUPERSEDED if self.random.chance(rates.replacement_missing) => None,
                Kinds::SUPERSEDED => Some(current),
                _ => None,
            };
            if kind == Kinds::SUPERSEDED {
                superseded = Some(chi);
            }
            kinds |= kind;
            rows.push(ChiRow { chi, copy, status, upi });
            self.chi_left -= 1;
        }
        Ok(Registered { current, superseded, kinds, row })
    }

    fn chi_copy(&mut self, person: &Person, population: &Population) -> Copy {
        let (names, places) = (&population.names, &population.places);
        Copyist { names, places, rates: &RATES.chi, style: Style::Chi }.copy(person, &mut self.chi_random)
    }

    /// Opens the Mosaic records of one person of a household.
    fn know(&mut self, known: &[(Person, Option<Registered>)], index: usize, rows: &[ChiRow], population: &Population) {
        let (person, registered) = &known[index];
        let rates = &RATES.people;
        let mut records = 1;
        if self.random.chance(rates.second_record) && !person.kinds.contains(Kinds::UNBORN) {
            records = if self.random.chance(rates.third_record) { 3 } else { 2 };
        }
        let restricted = self.random.chance(rates.restricted);
        self.people += 1;
        for record in 0..records {
            if self.mosaic_left() == 0 {
                break;
            }
            let first = record == 0;
            let hasty = !first || self.random.chance(RATES.people.hasty_record);
            let rates = if hasty { &RATES.duplicate } else { &RATES.mosaic };
            let (names, places) = (&population.names, &population.places);
            let copyist = Copyist { names, places, rates, style: Style::Mosaic };
            let copy = copyist.copy(person, &mut self.mosaic_random);
            let mut kinds = person.kinds | copy.kinds;
            kinds.set(Kinds::DUPLICATE, !first);
            kinds.set(Kinds::RESTRICTED, restricted);
            kinds.set(Kinds::NO_CHI, registered.is_none());
            let mut chi_given = String::new();
            if let Some(registered) = registered {
                kinds |= registered.kinds;
                let share = self.plan.seeded_share * if first { 1.0 } else { RATES.seeds.of_duplicates };
                if self.seed_random.chance(share) {
                    let family = known.iter().filter_map(|(_, other)| other.as_ref()).map(|other| other.current);
                    let family: Vec<Chi> = family.filter(|chi| *chi != registered.current).collect();
                    let (given, kind) = seed(registered, &family, &mut self.seed_random);
                    (chi_given, kinds) = (given, kinds | kind);
                    self.tally.seeded += 1;
                }
                self.tally.compare(&copy, &rows[registered.row].copy, first);
            }
            let context = match person.age() {
                _ if self.random.chance(0.02) => "",
                ..=17 => "Children",
                18..=25 if !first && self.random.chance(0.6) => "Children",
                _ => "Adult",
            };
            let id = self.ids[self.mosaic.len()];
            let truth = registered.as_ref().map(|registered| registered.current);
            let row = MosaicRow { id, copy, chi_given, context, restricted, person: self.people, truth, kinds };
            let own = registered.as_ref().map(|registered| registered.row);
            let surname = person.surname.to_uppercase();
            let near = rows.iter().enumerate().filter(|(at, other)| {
                let family = other.copy.birth == row.copy.birth || other.copy.surname == surname;
                other.status != "X" && (own == Some(*at) || family)
            });
            let near = near.map(|(_, other)| other);
            let namesake = person.namesake.and_then(|token| self.met.get(&token));
            self.pairs.offer(&row, near.chain(namesake));
            self.tally.count(row.kinds);
            self.mosaic.push(row);
        }
    }

    fn finish(mut self, out: &Path) -> io::Result<Tally> {
        self.chi.finish()?;
        self.mosaic.sort_by_key(|row| row.id);
        let mut mosaic = files::table(&out.join("mosaic.csv"), MOSAIC_COLUMNS)?;
        let mut truth = files::table(&out.join("truth.csv"), TRUTH_COLUMNS)?;
        let mut care = Random::stream(self.plan.seed, "care");
        for row in &self.mosaic {
            let care = beside::care_cells(row.kinds, row.copy.birth, &mut care);
            mosaic.write_record(row.cells().into_iter().chain(care))?;
            truth.write_record(row.truth_cells())?;
        }
        mosaic.flush()?;
        truth.flush()?;
        let mut relationships = files::table(&out.join("relationships.csv"), RELATIONSHIP_COLUMNS)?;
        for row in &self.relationships {
            relationships.write_record(row)?;
        }
        relationships.flush()?;
        (self.tally.pairs, self.tally.several) = self.pairs.write(&out.join("pairs.csv"))?;
        self.tally.mosaic = self.mosaic.len();
        self.tally.chi = self.plan.chi;
        self.tally.people = self.people as usize;
        self.tally.relationships = self.relationships.len();
        std::fs::write(out.join("README.md"), readme::page(self.plan, &self.tally))?;
        Ok(self.tally)
    }
}

/// A date that was written down wrong when a number was issued.
fn other_date(birth: Date, random: &mut Random) -> Date {
    let (year, month, day) = (birth.year(), birth.month(), birth.day().min(28));
    let wrong = match random.below(3) {
        0 => Date::new(year - 1, month, day),
        1 => Date::new(year, day.min(12), month),
        _ => Date::new(year, month, day % 28 + 1),
    };
    wrong.ok().filter(|wrong| *wrong <= TODAY).unwrap_or(birth)
}

/// The number that Mosaic holds already, as it stands there, and what is wrong with it.
fn seed(person: &Registered, family: &[Chi], random: &mut Random) -> (String, Kinds) {
    let rates = &RATES.seeds;
    // Only some people have a family in CHI: those take the wrong numbers of all.
    if !family.is_empty() && random.chance(rates.family * 1.6) {
        return (random.pick(family).to_string(), Kinds::SEED_FAMILY);
    }
    if let Some(old) = person.superseded.filter(|_| random.chance(rates.superseded)) {
        return (old.to_string(), Kinds::SEED_SUPERSEDED);
    }
    let number = person.current.to_string();
    if random.chance(rates.mistyped) {
        let mut digits = number.clone().into_bytes();
        let at = random.below(9);
        if random.chance(0.4) && digits[at] != digits[at + 1] {
            digits.swap(at, at + 1);
        } else {
            digits[at] = b'0' + (digits[at] - b'0' + 1 + random.below(9) as u8) % 10;
        }
        return (digits.into_iter().map(char::from).collect(), Kinds::SEED_MISTYPED);
    }
    if let Some(rest) = number.strip_prefix('0').filter(|_| random.chance(rates.zero_lost)) {
        return (rest.to_owned(), Kinds::SEED_ZERO_LOST);
    }
    if random.chance(rates.dressed) {
        let (date, rest) = number.split_at(6);
        let dressed = match random.below(5) {
            0 | 1 => format!("{date} {rest}"),
            2 => format!("{date}-{rest}"),
            3 => format!("'{number}"),
            _ => format!("{number}.0"),
        };
        return (dressed, Kinds::SEED_DRESSED);
    }
    (number, Kinds::empty())
}
