//! What the finance and care side of Mosaic carries for a person, as far as an extract says so.
//!
//! Mosaic refuses a merge whose source carries invoices, payees, charge periods, care packages or personal budgets in
//! conflict (its own list of refusals). An extract says so in columns of yes and no, or of counts. None of it is evidence
//! of who the person is.

use serde::{Deserialize, Serialize};

/// One thing that a person's record may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldingKind {
    /// Care packages or other services.
    CarePackages,
    /// Anything of finance, not said what.
    Finance,
    /// Invoices.
    Invoices,
    /// Payees.
    Payees,
    /// Charge periods.
    ChargePeriods,
    /// Personal budgets or direct payments.
    PersonalBudget,
}

impl HoldingKind {
    /// Every kind, in the order the screens list them.
    pub const ALL: [Self; 6] =
        [Self::CarePackages, Self::Finance, Self::Invoices, Self::Payees, Self::ChargePeriods, Self::PersonalBudget];

    /// The kind as a heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::CarePackages => "Care packages",
            Self::Finance => "Finance",
            Self::Invoices => "Invoices",
            Self::Payees => "Payees",
            Self::ChargePeriods => "Charge periods",
            Self::PersonalBudget => "Personal budget",
        }
    }
}

/// What a field of yes and no, or of a count, says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// None.
    No,
    /// Some.
    Yes,
    /// So many, one at least.
    Count(u32),
    /// Neither yes nor no nor a count: the text as given. It counts as carried, because a merge that Mosaic refuses costs
    /// more than a look.
    Unclear(String),
}

impl Carried {
    /// Reads a field; `None` where it is empty or says that nothing is known.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        if text.is_empty() || is(&["NULL", "UNKNOWN", "NOT KNOWN", "NK", "?"]) {
            return None;
        }
        if is(&["N", "NO", "F", "FALSE", "NONE", "NIL", "N/A", "NA", "-"]) {
            return Some(Self::No);
        }
        if is(&["Y", "YES", "T", "TRUE", "X"]) {
            return Some(Self::Yes);
        }
        let number: Option<f64> = text.trim_start_matches('£').replace(',', "").parse().ok();
        Some(match number {
            Some(0.0) => Self::No,
            Some(count) if count > 0.0 && count.fract() == 0.0 && count <= f64::from(u32::MAX) => {
                Self::Count(count as u32)
            }
            _ => Self::Unclear(text.to_owned()),
        })
    }

    /// Whether something is carried, or may be.
    pub fn some(&self) -> bool {
        *self != Self::No
    }

    /// As a list shows it.
    pub fn words(&self) -> String {
        match self {
            Self::No => "No".to_owned(),
            Self::Yes => "Yes".to_owned(),
            Self::Count(count) => count.to_string(),
            Self::Unclear(text) => format!("“{text}”"),
        }
    }
}

/// What an extract says of one thing that a record may carry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Holding {
    /// What.
    pub what: HoldingKind,
    /// What the extract says of it.
    pub says: Carried,
}

impl Holding {
    /// In a few words: "care packages: 2".
    pub fn words(&self) -> String {
        format!("{}: {}", self.what.title().to_lowercase(), self.says.words().to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_no_and_counts_are_read_and_what_is_none_of_them_is_kept() {
        for (text, says) in [
            ("", None),
            (" NULL ", None),
            ("n", Some(Carried::No)),
            ("0", Some(Carried::No)),
            ("£0.00", Some(Carried::No)),
            ("Yes", Some(Carried::Yes)),
            ("2", Some(Carried::Count(2))),
            ("1,200", Some(Carried::Count(1200))),
            ("-1", Some(Carried::Unclear("-1".into()))),
            ("NaN", Some(Carried::Unclear("NaN".into()))),
            ("Direct payment", Some(Carried::Unclear("Direct payment".into()))),
        ] {
            assert_eq!(Carried::parse(text), says, "{text:?}");
        }
    }

    #[test]
    fn what_is_not_a_plain_no_counts_as_carried() {
        let says = |text: &str| Carried::parse(text).is_some_and(|says| says.some());
        assert!(says("Y") && says("3") && says("see notes"));
        assert!(!says("No") && !says("0") && !says(""));
    }
}
