//! Why not the other: comparison by comparison, what sets a pair apart from its rival.

use crate::linkage::{self, ComparisonExplained, Explanation, PairRecord, Pattern};
use crate::pair::PairKey;
use crate::words;

use super::super::Refused;
use super::super::looked::{Looked, Right};
use super::{Desk, witness};

/// Comparisons whose weights differ by less say the same of both.
const SAME: f64 = 0.5;

/// What sets a pair apart from a rival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// The comparisons that come out otherwise, what weighs most first: a sentence for each, and none where all come out alike.
    Comparisons(Vec<String>),
    /// The rival is about a restricted person, of whom nothing but the name is shown.
    Restricted,
}

impl Instead {
    /// In sentences, under the rival's name: "CHI 190485 1231".
    pub fn sentences(&self, rival: &str) -> Vec<String> {
        match self {
            Self::Restricted => vec![format!("{rival}: a restricted person, of whom nothing is shown here")],
            Self::Comparisons(found) if found.is_empty() => {
                vec![format!("{rival}: every comparison comes out alike")]
            }
            Self::Comparisons(found) => {
                let head = format!("{rival}: what comes out otherwise");
                std::iter::once(head).chain(found.iter().cloned()).collect()
            }
        }
    }
}

/// What sets a pair apart from another, which has records in the workspace.
pub(super) fn instead(desk: &Desk<'_>, here: &Explanation, other: &PairKey) -> Result<Option<Instead>, Refused> {
    let Ok(looked) = Looked::of(desk.ws, other, None)? else { return Ok(None) };
    if looked.restricted() {
        return Ok(Some(Instead::Restricted));
    }
    let left = &looked.left.record;
    let shown = desk.ws.pair_of(other)?.map_or_else(Pattern::default, |pair| Pattern(pair.pattern));
    let there = match &looked.right {
        Right::Chi(stored) => witness::best_row(desk, left, &stored.record, shown)?.0,
        Right::Mosaic(stored) => {
            linkage::explain_as(&desk.model, PairRecord::Mosaic(left), PairRecord::Mosaic(&stored.record), shown)
        }
    };
    Ok(Some(Instead::Comparisons(differences(here, &there))))
}

fn differences(here: &Explanation, there: &Explanation) -> Vec<String> {
    let mut apart: Vec<(f64, &ComparisonExplained, &ComparisonExplained)> = here
        .comparisons
        .iter()
        .zip(&there.comparisons)
        .map(|(here, there)| ((here.weight - there.weight).abs(), here, there))
        .filter(|(apart, ..)| *apart >= SAME)
        .collect();
    apart.sort_by(|one, two| two.0.total_cmp(&one.0));
    let said = |told: &ComparisonExplained| format!("{} ({})", told.level.to_lowercase(), words::bits(told.weight));
    apart.into_iter().map(|(_, here, there)| format!("{}: {}, there {}", here.name, said(here), said(there))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::Agreement;

    fn explained(weights: [f64; 3]) -> Explanation {
        let named = ["Forename", "Date of birth", "Sex"].into_iter().zip(weights);
        let comparisons = named.map(|(name, weight)| ComparisonExplained {
            name: name.into(),
            level: if weight > 0.0 { "Same" } else { "Different" }.into(),
            agreement: Agreement::Same,
            weight,
            frequency: None,
        });
        Explanation {
            weight: 0.0,
            probability: 0.5,
            prior: 0.0,
            together: 0.0,
            pattern: Default::default(),
            comparisons: comparisons.collect(),
            hazards: Default::default(),
        }
    }

    #[test]
    fn what_weighs_most_comes_first_and_what_comes_out_alike_is_left_out() {
        let found = differences(&explained([8.0, 10.0, 1.0]), &explained([6.5, -4.0, 0.9]));
        assert_eq!(
            found,
            ["Date of birth: same (+10.0), there different (–4.0)", "Forename: same (+8.0), there same (+6.5)"]
        );
        let alike = Instead::Comparisons(differences(&explained([1.0; 3]), &explained([1.0; 3])));
        assert_eq!(alike.sentences("CHI 1"), ["CHI 1: every comparison comes out alike"]);
    }
}
