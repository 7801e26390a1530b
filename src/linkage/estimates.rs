//! What a run estimates of its errors, in words: for a screen, and for a terminal.

use super::{Report, errors};
use crate::words::number;

/// One estimate of the errors of a run, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// What is estimated, and by what.
    pub name: &'static str,
    /// The figure, with its limits where it has any.
    pub figure: String,
    /// What it means, in a sentence.
    pub meaning: String,
}

/// The estimates of a run. One that was made before there were any has the first alone.
pub fn of_run(report: &Report) -> Vec<Estimate> {
    let errors::Errors { synthetic, hidden, candidates, .. } = &report.errors;
    let mut found = vec![Estimate {
        name: "Wrong automatic links, by their probabilities",
        figure: few(report.links.expected_wrong_in_auto),
        meaning: "What the automatic links lack to certainty, added up. It is right as far as the probabilities are"
            .to_owned(),
    }];
    let discovery = |it: &errors::FalseDiscovery| {
        let [low, high] = it.wrong_in_auto_limits;
        format!("{} ({} to {})", few(it.wrong_in_auto), few(low), few(high))
    };
    if synthetic.people > 0 {
        found.push(Estimate {
            name: "Wrong automatic links, at least, by invented people",
            figure: discovery(synthetic),
            meaning: format!(
                "{} people who do not exist were looked up too: {} got an automatic link and {} one to review. At that \
                 rate the {} people expected to have no CHI record would get so many, and more where those have a twin or namesake there",
                number(synthetic.people),
                number(synthetic.auto),
                number(synthetic.review),
                few(synthetic.without_chi)
            ),
        });
    }
    if hidden.people > 0 {
        found.push(Estimate {
            name: "Wrong automatic links, at least, by hidden CHI records",
            figure: discovery(hidden),
            meaning: format!(
                "{} people were looked up again with their own CHI record hidden: {} got an automatic link to somebody \
                 else and {} one to review. Twins, relatives and namesakes count here as often as people have them; who has no record has them oftener",
                number(hidden.people),
                number(hidden.auto),
                number(hidden.review)
            ),
        });
    }
    if candidates.one + candidates.more > 0 {
        found.push(Estimate {
            name: "Right candidates before they compete, by how many people have",
            figure: share(candidates.precision),
            meaning: format!(
                "{} people have one candidate likely enough to be automatic, and {} have several. If wrong ones are a matter \
                 of chance, this share is right, and {} where there is only one",
                number(candidates.one),
                number(candidates.more),
                share(candidates.precision_of_one)
            ),
        });
    }
    found
}

/// A count that was estimated: to a tenth where it is small.
pub fn few(count: f64) -> String {
    match count {
        n if n < 0.05 => "under 0.1".to_owned(),
        n if n < 10.0 => format!("{n:.1}"),
        n => number(n.round() as u64),
    }
}

/// A share in per cent, with as many decimals as tell it from all.
pub fn share(share: f64) -> String {
    let per_cent = 100.0 * share;
    match 100.0 - per_cent {
        rest if rest <= 0.0 => "100 %".to_owned(),
        rest if rest < 0.1 => format!("{per_cent:.3} %"),
        rest if rest < 1.0 => format!("{per_cent:.2} %"),
        rest if rest < 10.0 || (0.05..10.0).contains(&per_cent) => format!("{per_cent:.1} %"),
        _ => format!("{per_cent:.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_estimate_says_its_figure_and_what_it_means() {
        let mut report = Report::default();
        report.links.expected_wrong_in_auto = 7.36;
        assert_eq!(of_run(&report).len(), 1, "a run of before has no more");
        report.errors.synthetic = errors::FalseDiscovery::of(5_000, 3, 255, 4_808.0);
        report.errors.hidden = errors::FalseDiscovery::of(54_000, 0, 2_990, 4_808.0);
        report.errors.candidates = errors::CandidateCounts::of(6.0, 5_386, 54_198, 416);
        let found = of_run(&report);
        let figures: Vec<&str> = found.iter().map(|it| it.figure.as_str()).collect();
        assert_eq!(figures, ["7.4", "2.9 (0.6 to 8.4)", "under 0.1 (under 0.1 to 0.3)", "99.17 %"]);
        assert!(found[1].meaning.contains("5,000 people who do not exist") && found[1].meaning.contains("4,808"));
        assert!(found[3].meaning.contains("416 have several"));
    }

    #[test]
    fn shares_keep_their_nines() {
        for (value, words) in
            [(0.5, "50 %"), (0.93, "93.0 %"), (0.9917, "99.17 %"), (0.9994, "99.940 %"), (1.0, "100 %")]
        {
            assert_eq!(share(value), words);
        }
        assert_eq!([few(0.01), few(2.885), few(3_857.6)], ["under 0.1", "2.9", "3,858"]);
    }
}
