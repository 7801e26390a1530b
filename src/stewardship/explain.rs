//! Say why a pair scores as it does: comparison by comparison, with how many people share what agrees, who comes next, which
//! keys found it, and what keeps it from being automatic. And why a person has no link.
//!
//! | file | what it holds |
//! |---|---|
//! | `witness` | whose record told the weight, where it was not the pair's own |
//! | `standing` | why a pair is in its band, and who stands beside it |
//! | `instead` | why not the other: what sets a pair apart from its rival |
//! | `moved` | who moved, where the homes are a household's before and after |
//! | `nearest` | for a person without a link, what was nearest |

mod instead;
mod moved;
mod nearest;
mod standing;
mod witness;

pub use instead::Instead;
pub use moved::Mover;
pub use nearest::{Nearest, Unlinked, unlinked};
pub use standing::Rival;
pub use witness::{Told, Witness};

use crate::linkage::{self, Agreement, ComparisonExplained, Explanation, Model, PairRecord, Pattern, Report, Sharing};
use crate::pair::{Hazards, Origin, PairKey, PairKind};
use crate::person::{ChiRecord, address};
use crate::words;
use crate::workspace::{Pair, Run, Workspace};

use super::Refused;
use super::looked::{Looked, Right};

/// A postcode with more people than this has its address left uncounted.
const POSTCODE: usize = 400;

/// Why a pair has its weight and its band. Holds no personal data but the numbers of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// A link or a duplicate.
    pub kind: PairKind,
    /// Comparison by comparison, of the record of the person that fits best. Adds up to its own weight.
    pub explanation: Explanation,
    /// What was told by another record, or comes from elsewhere: with it the parts add up to the weight that is stored.
    pub told: Option<Told>,
    /// Others of the household who moved between the two homes, where the run found any.
    pub moved: Vec<Mover>,
    /// How many people in CHI share what agrees.
    pub sharing: Sharing,
    /// The person's next best candidate, then the best other claim to the CHI.
    pub rivals: Vec<Rival>,
    /// The candidate keys that proposed the pair.
    pub keys: Vec<String>,
    /// What to beware of.
    pub hazards: Hazards,
    /// Why it is in its band: a sentence for each reason.
    pub standing: Vec<String>,
}

impl Account {
    /// The weight that the parts come to.
    pub fn weight(&self) -> f64 {
        self.explanation.weight + self.told.as_ref().map_or(0.0, |told| told.bits)
    }

    /// The steps from the start to the weight: they add up to the last of them.
    pub fn steps(&self) -> Vec<Step> {
        let explanation = &self.explanation;
        let start = Step {
            name: "Start".to_owned(),
            how: "Two records at random".to_owned(),
            bits: explanation.prior,
            of: Of::Start,
        };
        let speaks = |told: &&ComparisonExplained| told.agreement != Agreement::Missing || told.weight != 0.0;
        let comparisons = explanation.comparisons.iter().filter(speaks).map(|told| Step {
            name: told.name.clone(),
            how: level_words(told),
            bits: told.weight,
            of: Of::Comparison(told.agreement),
        });
        let mut steps: Vec<Step> = std::iter::once(start).chain(comparisons).collect();
        if explanation.together != 0.0 {
            let (name, how) = ("Taken together".to_owned(), "What often agrees together counts once".to_owned());
            steps.push(Step { name, how, bits: explanation.together, of: Of::Together });
        }
        if let Some(told) = self.told.as_ref().filter(|told| told.bits != 0.0) {
            steps.push(Step {
                name: "Told by another".to_owned(),
                how: told.by.words(),
                bits: told.bits,
                of: Of::Told,
            });
        }
        steps.push(Step { name: "Match weight".to_owned(), how: String::new(), bits: self.weight(), of: Of::Sum });
        steps
    }

    /// What stands behind the weight, in groups of sentences: "Who moved", "How common", "Beside it", "Why not the other", "Found by" and
    /// the band.
    pub fn groups(&self) -> Vec<(&'static str, Vec<String>)> {
        let told = self.told.iter().map(|told| told.by.words()).collect();
        let mut beside: Vec<String> = self.rivals.iter().map(Rival::words).collect();
        if beside.is_empty() && self.kind == PairKind::Link {
            beside.push("No other candidate of this person or for this CHI was kept".to_owned());
        }
        let instead = self.rivals.iter().flat_map(Rival::instead_words).collect();
        let groups = [
            ("Told by", told),
            ("Who moved", self.moved.iter().map(Mover::words).collect()),
            ("How common", self.sharing.sentences()),
            ("Beside it", beside),
            ("Why not the other", instead),
            ("Found by", self.keys.first().map(|_| self.keys.join(" · ")).into_iter().collect()),
            ("Its band", self.standing.clone()),
        ];
        groups.into_iter().filter(|(_, sentences)| !sentences.is_empty()).collect()
    }
}

/// A step from the start to the weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What: "Date of birth".
    pub name: String,
    /// How it came out, and how many people share it.
    pub how: String,
    /// Bits that it adds; of the last step, all of them.
    pub bits: f64,
    /// What kind of step it is.
    pub of: Of,
}

/// The kinds of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Where every pair starts.
    Start,
    /// A comparison that came out so.
    Comparison(Agreement),
    /// What is taken off for agreements that come together.
    Together,
    /// What another record told.
    Told,
    /// The weight.
    Sum,
}

/// Explains a pair with the model of the newest run, or the documented reference model where there was none.
pub fn pair(ws: &Workspace, pair: &Pair) -> Result<Account, Refused> {
    account(ws, &pair.key, Some(pair))
}

/// Explains any pair of records, candidate or not.
pub fn of_key(ws: &Workspace, key: &PairKey) -> Result<Account, Refused> {
    let pair = ws.pair_of(key)?;
    account(ws, key, pair.as_ref())
}

fn account(ws: &Workspace, key: &PairKey, pair: Option<&Pair>) -> Result<Account, Refused> {
    let looked = Looked::of(ws, key, pair.cloned())?.map_err(|missing| Refused::NotFound(missing.words))?;
    let run = ws.latest_run()?;
    let desk = Desk { ws, model: model_of(run.as_ref()), report: report_of(run.as_ref()), run };
    let left = PairRecord::Mosaic(&looked.left.record);
    let shown = pair.map_or_else(Pattern::default, |pair| Pattern(pair.pattern));
    let (mut explanation, by, sharing) = match &looked.right {
        Right::Chi(stored) => {
            let (explanation, by) = witness::best_row(&desk, &looked.left.record, &stored.record, shown)?;
            let sharing = sharing(ws, &stored.record)?.agreed(explanation.pattern);
            (explanation, by, sharing)
        }
        Right::Mosaic(stored) => {
            let right = PairRecord::Mosaic(&stored.record);
            (linkage::explain_as(&desk.model, left, right, shown), None, Sharing::default())
        }
    };
    for (comparison, told) in linkage::Comparison::ALL.into_iter().zip(&mut explanation.comparisons) {
        told.frequency = sharing.of(comparison).map(|people| u32::try_from(people).unwrap_or(u32::MAX));
    }
    let told = match pair {
        Some(pair) => witness::told(&desk, pair, &explanation, by)?,
        None => None,
    };
    let rivals = standing::rivals(&desk, key, pair, &explanation)?;
    let moved = moved::movers(&desk, &looked, pair)?;
    Ok(Account {
        kind: key.kind(),
        standing: standing::standing(&desk, pair, &explanation)?,
        keys: pair.map(|pair| keys(&desk, pair)).unwrap_or_default(),
        hazards: pair.map_or(explanation.hazards, |pair| pair.hazards | explanation.hazards),
        explanation,
        told,
        moved,
        sharing,
        rivals,
    })
}

/// A workspace, and the run by which it is explained.
struct Desk<'a> {
    ws: &'a Workspace,
    run: Option<Run>,
    model: Model,
    report: Report,
}

/// The model of the newest run, or the reference model. A model that this version cannot read counts as none.
pub(super) fn model(ws: &Workspace) -> Result<Model, Refused> {
    Ok(model_of(ws.latest_run()?.as_ref()))
}

fn model_of(run: Option<&Run>) -> Model {
    run.and_then(|run| serde_json::from_str(&run.model).ok()).unwrap_or_else(Model::reference)
}

fn report_of(run: Option<&Run>) -> Report {
    run.and_then(|run| serde_json::from_str(&run.report).ok()).unwrap_or_default()
}

/// How many people in CHI share what a record says of a person.
fn sharing(ws: &Workspace, record: &ChiRecord) -> Result<Sharing, Refused> {
    let details = &record.details;
    let shared = ws.chi_sharing(details)?;
    let own = address::parse(&details.address);
    let at_home = |other: &ChiRecord| {
        let other = address::parse(&other.details.address);
        (&other.street, &other.number, &other.house, &other.flat) == (&own.street, &own.number, &own.house, &own.flat)
    };
    let known = !own.number.is_empty() || !own.house.is_empty();
    let home = match known.then(|| ws.chi_at_postcode(&details.postcode, POSTCODE)).transpose()?.flatten() {
        Some(people) if !details.postcode.is_empty() => {
            Some(people.iter().filter(|person| at_home(&person.record)).count() as u64)
        }
        _ => None,
    };
    Ok(Sharing {
        surname: shared.surname,
        forename: shared.forename,
        name: shared.name,
        name_and_birth: shared.name_and_birth,
        birth: shared.birth,
        home,
    })
}

/// The candidate keys of a pair, by name; who proposed it, where no key did.
fn keys(desk: &Desk<'_>, pair: &Pair) -> Vec<String> {
    let of_run = match pair.key.kind() {
        PairKind::Link => &desk.report.link_keys,
        PairKind::Duplicate => &desk.report.duplicate_keys,
    };
    let set = (0..32).filter(|key| pair.keys >> key & 1 == 1);
    let names: Vec<String> = set.filter_map(|key| Some(of_run.get(key as usize)?.name.clone())).collect();
    match (names.is_empty(), pair.origin, pair.key.kind()) {
        (false, ..) => names,
        (true, Origin::Hand, _) => vec!["A search by hand".to_owned()],
        (true, Origin::File, _) => vec!["A file of pairs".to_owned()],
        (true, Origin::Engine, PairKind::Link) => {
            vec!["A likely duplicate of this record, which fits this CHI".to_owned()]
        }
        (true, Origin::Engine, PairKind::Duplicate) => vec!["One CHI that both records fit".to_owned()],
    }
}

/// What a waterfall says of a comparison: its level, and how many people share what agrees.
fn level_words(told: &ComparisonExplained) -> String {
    match told.frequency {
        Some(0) => format!("{}; nobody in CHI has it now", told.level),
        Some(1) => format!("{}; nobody else in CHI has it", told.level),
        Some(people) => format!("{}; {} people in CHI have it", told.level, words::number(u64::from(people))),
        None => told.level.clone(),
    }
}
