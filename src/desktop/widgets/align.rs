//! Where two words differ, letter by letter: an alignment (the cheapest row of edits), not a comparison place by place, so
//! that one letter missing near the front does not mark everything after it.

/// What happened to a run of letters between one word and the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The same in both.
    Same,
    /// Another letter in its place.
    Changed,
    /// Only in this word.
    Only,
    /// Two neighbours exchanged.
    Swapped,
}

/// A run of letters of one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The letters as they stand.
    pub text: String,
    /// What happened to them.
    pub step: Step,
}

/// Longer texts than this are compared whole: the table of the alignment grows with the square.
const LONGEST: usize = 200;

/// Aligns two texts and gives the runs of each. Capitals and small letters, accents apart, count as the same.
pub fn align(left: &str, right: &str) -> (Vec<Run>, Vec<Run>) {
    let a: Vec<char> = left.chars().collect();
    let b: Vec<char> = right.chars().collect();
    if a.len() > LONGEST || b.len() > LONGEST {
        let step = if left == right { Step::Same } else { Step::Changed };
        return (whole(left, step), whole(right, step));
    }
    let (x, y): (Vec<String>, Vec<String>) = (a.iter().map(fold).collect(), b.iter().map(fold).collect());
    // The cheapest edits of each pair of beginnings: optimal string alignment, neighbours exchanged counting once.
    let mut cost = vec![vec![0_u32; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            cost[i][j] = match (i, j) {
                (0, j) => j as u32,
                (i, 0) => i as u32,
                _ => {
                    let differs = u32::from(x[i - 1] != y[j - 1]);
                    let mut least = (cost[i - 1][j - 1] + differs).min(cost[i - 1][j] + 1).min(cost[i][j - 1] + 1);
                    if swaps(&x, &y, i, j) {
                        least = least.min(cost[i - 2][j - 2] + 1);
                    }
                    least
                }
            };
        }
    }
    let (mut left_steps, mut right_steps) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (a.len(), b.len());
    while i > 0 || j > 0 {
        let here = cost[i][j];
        if i > 0 && j > 0 && x[i - 1] == y[j - 1] && here == cost[i - 1][j - 1] {
            left_steps.push(Step::Same);
            right_steps.push(Step::Same);
            (i, j) = (i - 1, j - 1);
        } else if swaps(&x, &y, i, j) && here == cost[i - 2][j - 2] + 1 {
            left_steps.extend([Step::Swapped; 2]);
            right_steps.extend([Step::Swapped; 2]);
            (i, j) = (i - 2, j - 2);
        } else if i > 0 && j > 0 && here == cost[i - 1][j - 1] + 1 {
            left_steps.push(Step::Changed);
            right_steps.push(Step::Changed);
            (i, j) = (i - 1, j - 1);
        } else if i > 0 && here == cost[i - 1][j] + 1 {
            left_steps.push(Step::Only);
            i -= 1;
        } else {
            right_steps.push(Step::Only);
            j -= 1;
        }
    }
    left_steps.reverse();
    right_steps.reverse();
    (runs(&a, &left_steps), runs(&b, &right_steps))
}

fn swaps(x: &[String], y: &[String], i: usize, j: usize) -> bool {
    i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1] && x[i - 1] != x[i - 2]
}

/// Marks the parts (between blanks) in which two texts of equally many parts differ: of two dates, the day, the month or the
/// year. Texts of different counts are marked whole.
pub fn by_parts(left: &str, right: &str) -> (Vec<Run>, Vec<Run>) {
    let (a, b): (Vec<&str>, Vec<&str>) = (left.split(' ').collect(), right.split(' ').collect());
    if a.len() != b.len() {
        return (whole(left, Step::Changed), whole(right, Step::Changed));
    }
    let marked = |own: &[&str], other: &[&str]| {
        let mut runs = Vec::new();
        for (place, (part, its)) in own.iter().zip(other).enumerate() {
            if place > 0 {
                runs.push(Run { text: " ".to_owned(), step: Step::Same });
            }
            let step = if part.eq_ignore_ascii_case(its) { Step::Same } else { Step::Changed };
            runs.push(Run { text: (*part).to_owned(), step });
        }
        runs
    };
    (marked(&a, &b), marked(&b, &a))
}

/// How many edits the runs of an alignment stand for.
pub fn edits(left: &[Run], right: &[Run]) -> usize {
    let count = |runs: &[Run], step: Step| -> usize {
        runs.iter().filter(|run| run.step == step).map(|run| run.text.chars().count()).sum()
    };
    count(left, Step::Changed) + count(left, Step::Only) + count(right, Step::Only) + count(left, Step::Swapped) / 2
}

fn whole(text: &str, step: Step) -> Vec<Run> {
    if text.is_empty() { Vec::new() } else { vec![Run { text: text.to_owned(), step }] }
}

fn runs(letters: &[char], steps: &[Step]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (letter, step) in letters.iter().zip(steps) {
        match runs.last_mut() {
            Some(run) if run.step == *step => run.text.push(*letter),
            _ => runs.push(Run { text: letter.to_string(), step: *step }),
        }
    }
    runs
}

/// A letter without its accent, as a capital.
fn fold(letter: &char) -> String {
    use unicode_normalization::UnicodeNormalization;
    letter.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(runs: &[Run]) -> String {
        runs.iter()
            .map(|run| match run.step {
                Step::Same => run.text.clone(),
                Step::Changed => format!("[{}]", run.text),
                Step::Only => format!("({})", run.text),
                Step::Swapped => format!("<{}>", run.text),
            })
            .collect()
    }

    fn both(left: &str, right: &str) -> (String, String) {
        let (a, b) = align(left, right);
        (marked(&a), marked(&b))
    }

    #[test]
    fn differences_are_marked_inside_the_word_by_alignment() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(both("Thomson", "Thompson"), pair("Thomson", "Thom(p)son"));
        assert_eq!(both("Johnston", "Johnstone"), pair("Johnston", "Johnston(e)"));
        assert_eq!(both("MacDonald", "McDonald"), pair("M(a)cDonald", "McDonald"));
        assert_eq!(both("Catherine", "Katherine"), pair("[C]atherine", "[K]atherine"));
        assert_eq!(both("12 Mar 1985", "21 Mar 1985"), pair("<12> Mar 1985", "<21> Mar 1985"));
        assert_eq!(both("DG1 2AB", "DG1 2BA"), pair("DG1 2<AB>", "DG1 2<BA>"));
        assert_eq!(both("", "Ann"), pair("", "(Ann)"));
    }

    #[test]
    fn dates_are_marked_by_their_parts() {
        let (a, b) = by_parts("1 Jan 1958", "11 Mar 1958");
        assert_eq!((marked(&a), marked(&b)), ("[1] [Jan] 1958".to_owned(), "[11] [Mar] 1958".to_owned()));
        let (a, b) = by_parts("1958", "11 Mar 1958");
        assert_eq!((marked(&a), marked(&b)), ("[1958]".to_owned(), "[11 Mar 1958]".to_owned()));
    }

    #[test]
    fn capitals_and_accents_are_no_difference() {
        assert_eq!(both("SEÁN", "Sean"), ("SEÁN".to_owned(), "Sean".to_owned()));
        assert_eq!(align("SEÁN", "Sean").0.len(), 1);
    }

    #[test]
    fn the_runs_give_back_the_words_and_the_number_of_edits_is_least() {
        for (a, b, least) in [("kitten", "sitting", 3), ("Senga", "Agnes", 5), ("abc", "", 3), ("ab", "ba", 1)] {
            let (left, right) = align(a, b);
            assert_eq!(left.iter().map(|r| r.text.as_str()).collect::<String>(), a);
            assert_eq!(right.iter().map(|r| r.text.as_str()).collect::<String>(), b);
            assert!(edits(&left, &right) <= least, "{a} {b}");
        }
    }
}
