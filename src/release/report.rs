//! The report to a committee: one self-contained HTML page in the committee's idiom (item, status, %, dates, note), with
//! charts as inline SVG, printable on A4. Counts only: no personal data.

use std::fmt::Write as _;

use super::chart::{self, Row};
use crate::progress::Progress;
use crate::stewardship::Refused;
use crate::stewardship::fairness::{self, Dimension, Group, Rechecked};
use crate::stewardship::figures::{self, Figures};
use crate::words::{counted, day, days, number, per_cent};
use crate::workspace::{Batch, BatchState, SourceFile, Status, Workspace};

/// A published figure that a committee knows: what, share in per cent, source.
/// Published figures beside which the work is shown.
pub const BENCHMARKS: [(&str, f64, &str); 3] = [
    ("National social-care returns matched to CHI", 91.2, "Henderson et al., IJPDS 2019"),
    ("CP-IS in England does not go live below", 95.0, "NHS England"),
    ("Automatic matching before duplicates were resolved", 82.0, "Dumfries and Galloway"),
];

/// A line of the report.
pub struct Line {
    /// What is reported on.
    pub item: &'static str,
    /// Its state in a word or two.
    pub state: &'static str,
    /// Per cent, where there is something to take a share of.
    pub share: Option<f64>,
    /// The day it was last done; empty where it has none.
    pub dates: String,
    /// What the figures are.
    pub note: String,
}

/// What the report is made of. What people typed is not among it (the names of the workspace, of files, of batches): whatever
/// they wrote there stays.
struct Told {
    at: jiff::Timestamp,
    status: Status,
    files: Vec<SourceFile>,
    batches: Vec<Batch>,
    last: [Option<jiff::Timestamp>; 3],
    figures: Figures,
    training: bool,
}

/// The report of a workspace as an HTML page.
pub fn html(workspace: &Workspace, progress: &Progress) -> Result<String, Refused> {
    Ok(page(&Told {
        at: jiff::Timestamp::now(),
        status: workspace.status()?,
        files: workspace.files()?,
        batches: workspace.batches()?,
        last: workspace.last_decided()?,
        figures: figures::read(workspace, progress)?,
        training: workspace.is_training(),
    }))
}

fn page(told: &Told) -> String {
    let Told { at, status, files, batches, last, figures, training } = told;
    let mut page = String::with_capacity(16 * 1024);
    let title = if *training { "TRAINING: CHI matching, report" } else { "CHI matching: report" };
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    let _ = writeln!(page, "<p class=\"made\">{}</p>\n<p class=\"lead\">{}</p>", day(*at), lead(status));
    if *training {
        page.push_str(
            "<p class=\"lead\"><strong>TRAINING</strong>: of a practice workspace; everybody in it is invented.</p>\n",
        );
    }
    page.push_str(&funnel(status, figures));
    page.push_str(&progress_table(&lines(status, files, batches, *last)));
    page.push_str(&benchmarks(status));
    page.push_str(&by_day(figures));
    page.push_str(&waiting(figures));
    page.push_str(&duplicates(figures));
    page.push_str(&people(figures));
    page.push_str(&batch_table(batches));
    page.push_str(&file_table(files));
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn lead(status: &Status) -> String {
    format!(
        "{} of {} people in Mosaic are matched to a CHI number ({}); {} are signed off and {} released.",
        number(status.people_matched),
        number(status.mosaic),
        per_cent(status.people_matched, status.mosaic),
        number(status.people_signed),
        number(status.people_released),
    )
}

/// The lines of the report: of the page, and of the overview in the window.
pub fn lines(
    status: &Status,
    files: &[SourceFile],
    batches: &[Batch],
    last: [Option<jiff::Timestamp>; 3],
) -> Vec<Line> {
    let loaded = |kind: &str| files.iter().filter(|file| file.kind == kind).map(|file| file.at).max();
    let date = |at: Option<jiff::Timestamp>| at.map(day).unwrap_or_default();
    let (links, duplicates) = (status.links_by_answer(), status.duplicates_by_answer());
    let waiting = links.unsettled + duplicates.unsettled;
    let state = |done: u64, open: u64| match (done, open) {
        (0, 0) => "Not begun",
        (_, 0) => "Complete",
        (0, _) => "Not begun",
        _ => "Under way",
    };
    // What follows decisions has caught up with them, and goes on with the next
    let follows = |done: u64, open: u64| match state(done, open) {
        "Complete" => "Up to date",
        other => other,
    };
    vec![
        Line {
            item: "Extracts loaded",
            state: if status.mosaic > 0 && status.chi > 0 { "Complete" } else { "Under way" },
            share: None,
            dates: date(loaded("mosaic").max(loaded("chi"))),
            note: format!("{} Mosaic people, {} CHI records", number(status.mosaic), number(status.chi)),
        },
        Line {
            item: "CHI matches decided",
            state: state(links.decided(), links.to_decide + links.unsettled),
            share: share(links.decided(), links.all()),
            dates: date(last[0]),
            note: format!(
                "{} links: {} matches, {} no match, {} unsure or referred, {} to decide",
                number(links.all()),
                number(links.matches),
                number(links.not_matches),
                number(links.unsettled),
                number(links.to_decide)
            ),
        },
        Line {
            item: "Duplicates decided",
            state: state(duplicates.decided(), duplicates.to_decide + duplicates.unsettled),
            share: share(duplicates.decided(), duplicates.all()),
            dates: date(last[1]),
            note: format!(
                "{}: {} to merge, {} told apart, {} unsure or referred, {} to decide",
                counted(duplicates.all(), "pair", "pairs"),
                number(duplicates.matches),
                number(duplicates.not_matches),
                number(duplicates.unsettled),
                number(duplicates.to_decide)
            ),
        },
        Line {
            item: "Unsure or referred",
            state: if waiting == 0 { "None" } else { "Waiting" },
            share: None,
            dates: String::new(),
            note: format!(
                "{} and {} wait for more information or a second opinion",
                counted(links.unsettled, "link", "links"),
                counted(duplicates.unsettled, "duplicate", "duplicates")
            ),
        },
        Line {
            item: "Signed off",
            state: follows(status.people_signed, status.people_matched.saturating_sub(status.people_signed)),
            share: share(status.people_signed, status.mosaic),
            dates: date(batches.iter().filter_map(|batch| batch.signed.as_ref().map(|signed| signed.at)).max()),
            note: format!("{}, by a supervisor who decided none of them", in_people(status.people_signed)),
        },
        Line {
            item: "Released for seeding",
            state: follows(status.people_released, status.people_signed.saturating_sub(status.people_released)),
            share: share(status.people_released, status.mosaic),
            dates: date(batches.iter().filter_map(|batch| batch.released.as_ref().map(|(at, _)| *at)).max()),
            note: format!("{} in a seed file for Mosaic", in_people(status.people_released)),
        },
        Line {
            item: "Acknowledged by Mosaic",
            state: follows(status.people_acknowledged, status.links_turned_away + status.links_unanswered),
            share: share(status.people_acknowledged, status.mosaic),
            dates: String::new(),
            note: format!(
                "{} taken, {} turned away, {} without an answer, {} to be taken out again",
                in_people(status.people_acknowledged),
                number(status.links_turned_away),
                number(status.links_unanswered),
                number(status.to_take_out)
            ),
        },
        Line {
            item: "Not matchable",
            state: "Recorded",
            share: share(status.not_matchable, status.mosaic),
            dates: date(last[2]),
            note: format!("{} out of area, unborn or without a CHI", in_people(status.not_matchable)),
        },
    ]
}

fn in_people(count: u64) -> String {
    counted(count, "person", "people")
}

fn progress_table(lines: &[Line]) -> String {
    let mut table = String::from(
        "<h2>Progress</h2>\n<table>\n<thead><tr><th>Item</th><th>Status</th><th class=\"n\">%</th><th>Date</th>\
         <th>Note</th></tr></thead>\n<tbody>\n",
    );
    for line in lines {
        let _ = writeln!(
            table,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"d\">{}</td><td>{}</td></tr>",
            line.item,
            line.state,
            line.share.map(|share| format!("{share:.1}")).unwrap_or_default(),
            line.dates,
            line.note
        );
    }
    table.push_str("</tbody>\n</table>\n");
    table
}

fn funnel(status: &Status, figures: &Figures) -> String {
    let steps = [
        ("In Mosaic", status.mosaic),
        ("With a likely candidate", figures.with_candidate),
        ("Settled", figures.settled),
        ("Matched", status.people_matched),
        ("Signed off", status.people_signed),
        ("Released", status.people_released),
        ("Acknowledged", status.people_acknowledged),
    ];
    let rows: Vec<Row> = steps
        .into_iter()
        .map(|(what, count)| plain(what, count, format!("{} ({})", number(count), per_cent(count, status.mosaic))))
        .collect();
    chart::bars("People from Mosaic to release", &rows, &[], status.mosaic.max(1) as f64)
}

fn plain(name: &str, count: u64, figure: String) -> Row {
    Row { name: name.to_owned(), value: count as f64, limits: None, figure, marked: false }
}

/// This work's share with the published ones as lines across it, and their sources.
fn benchmarks(status: &Status) -> String {
    let own = share(status.people_matched, status.mosaic).unwrap_or(0.0);
    let row = Row { value: own, figure: format!("{own:.1} %"), ..plain("This work, matched", 0, String::new()) };
    let references: Vec<(f64, String)> =
        BENCHMARKS.iter().map(|(_, share, _)| (*share, format!("{share:.0}"))).collect();
    let mut text = String::from("<h2>Beside published figures</h2>\n");
    text.push_str(&chart::bars("Share matched beside published figures", &[row], &references, 100.0));
    text.push_str("<ul>\n");
    for (what, share, source) in BENCHMARKS {
        let _ = writeln!(text, "<li>{share:.1} %: {what} ({source})</li>");
    }
    text.push_str("</ul>\n");
    text
}

fn by_day(figures: &Figures) -> String {
    let sums = figures.cumulative();
    let (Some(first), Some(last)) = (sums.first(), sums.last()) else { return String::new() };
    let numbers: Vec<i64> = sums.iter().map(|sum| sum.day).collect();
    let series = [
        ("Answers given", sums.iter().map(|sum| sum.answered as f64).collect()),
        ("Rows signed off", sums.iter().map(|sum| sum.signed as f64).collect()),
        ("Rows released", sums.iter().map(|sum| sum.released as f64).collect()),
    ];
    // A single day is a point, and said better in words
    let drawn = match numbers.len() {
        1 => String::new(),
        _ => chart::lines("Done by day", &numbers, &series, [&days::words(first.day), &days::words(last.day)]),
    };
    let ahead = figures.done_by().map(|done| format!("<p>{}.</p>\n", done.words())).unwrap_or_default();
    format!(
        "<h2>Done by day</h2>\n{drawn}<p>By {}: {} answers given, such as were taken back since among them, {} rows signed off, {} released.</p>\n{ahead}",
        days::words(last.day),
        number(last.answered),
        number(last.signed),
        number(last.released)
    )
}

fn waiting(figures: &Figures) -> String {
    let most = figures.waiting.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    let rows: Vec<Row> = figures.waiting_by_age().map(|(age, count)| plain(age, count, number(count))).collect();
    format!(
        "<h2>Pairs to review, by when first proposed</h2>\n{}",
        chart::bars("Pairs to review, by age", &rows, &[], most as f64)
    )
}

fn duplicates(figures: &Figures) -> String {
    let of = figures.duplicates;
    if of.found == 0 {
        return String::new();
    }
    let rows = [
        plain("Found", of.found, number(of.found)),
        plain("To be merged", of.merged, number(of.merged)),
        plain("Two people", of.apart, number(of.apart)),
        plain("Open", of.open, number(of.open)),
        plain("Blocked in Mosaic", of.blocked, number(of.blocked)),
    ];
    format!(
        "<h2>Possible duplicates in Mosaic</h2>\n{}",
        chart::bars("Possible duplicates", &rows, &[], of.found as f64)
    )
}

/// Whom the matching serves, with who is served less. Shares only: no group is of fewer than five people.
fn people(figures: &Figures) -> String {
    let everybody = fairness::of_all(&figures.groups);
    if everybody == 0.0 {
        return String::new();
    }
    let mut text = String::from("<h2>Whom it serves</h2>\n");
    let outliers: Vec<_> = figures.groups.iter().filter(|it| it.differs && it.less).collect();
    if outliers.is_empty() {
        text.push_str("<p>No group is matched less often than chance explains.</p>\n");
    } else {
        text.push_str("<ul>\n");
        for group in outliers {
            let _ = writeln!(text, "<li>{}</li>", escape(&fairness::sentence(group)));
        }
        text.push_str("</ul>\n");
    }
    for dimension in Dimension::ALL {
        let groups: Vec<&Group> = figures.groups.iter().filter(|group| group.dimension == dimension).collect();
        if groups.len() < 2 {
            continue;
        }
        let rows: Vec<Row> = groups.iter().map(|group| matched_row(group)).collect();
        let label = format!("Share matched by {}", dimension.words().to_lowercase());
        let drawn = chart::bars(&label, &rows, &[(100.0 * everybody, "everybody".to_owned())], 100.0);
        let _ = write!(text, "<h3>{}</h3>\n{drawn}", dimension.words());
        text.push_str(&wrong_table(&groups));
    }
    text.push_str(
        "<p class=\"note\">Share of people matched to a CHI number; the thin lines are 95 % limits. Groups of fewer than five \
         people stand with others; where fewer than five are matched or are not, the figure is withheld, and with it others \
         from which it would follow. What is expected to be wrong is by the engine\u{2019}s probabilities; second answers were \
         given without sight of the first. Hollow: further from everybody than chance explains.</p>\n",
    );
    text
}

fn matched_row(group: &Group) -> Row {
    let share = group.share().map(|share| 100.0 * share);
    Row {
        name: escape(&group.name),
        value: share.unwrap_or(0.0),
        limits: group.limits().map(|limits| limits.map(|limit| 100.0 * limit)),
        figure: share.map_or_else(|| "withheld".to_owned(), |share| format!("{share:.0} %")),
        marked: group.differs,
    }
}

/// How sure the matches of each group are.
fn wrong_table(groups: &[&Group]) -> String {
    let rechecked = groups.iter().any(|group| group.rechecked != Rechecked::None);
    let mut table = String::from(
        "<table>\n<thead><tr><th>Group</th><th class=\"n\">People</th><th class=\"n\">Matches expected wrong</th>",
    );
    table.push_str(if rechecked {
        "<th>Second answers</th></tr></thead>\n<tbody>\n"
    } else {
        "</tr></thead>\n<tbody>\n"
    });
    for group in groups {
        let wrong = group.wrong.map_or_else(|| "–".to_owned(), |wrong| format!("{:.2} %", 100.0 * wrong));
        let limits = group.rechecked.limits().map(|limits| limits.map(|limit| 100.0 * limit));
        let limits = limits.map_or_else(String::new, |[low, high]| format!(" ({low:.1} % to {high:.1} %)"));
        let _ = write!(
            table,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{wrong}</td>",
            escape(&group.name),
            number(group.people)
        );
        if rechecked {
            // Limits of a share that is not told would be read as the share
            match group.rechecked {
                Rechecked::Few(_) => table.push_str("<td>Withheld</td>"),
                _ => _ = write!(table, "<td>{}{limits}</td>", capital(&group.rechecked.words())),
            }
        }
        table.push_str("</tr>\n");
    }
    table.push_str("</tbody>\n</table>\n");
    table
}

/// A phrase at the beginning of a cell.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn batch_table(batches: &[Batch]) -> String {
    if batches.is_empty() {
        return String::new();
    }
    let mut table = String::from(
        "<h2>Batches</h2>\n<table>\n<thead><tr><th class=\"n\">No.</th><th>State</th><th class=\"n\">Links</th>\
         <th class=\"n\">Merges</th><th>What the re-check shows</th></tr></thead>\n<tbody>\n",
    );
    for batch in batches.iter().filter(|batch| batch.state != BatchState::Withdrawn) {
        let state = if batch.released.is_some() { "Released" } else { batch.state.words() };
        let shown = batch.signed.as_ref().map(|signed| escape(&signed.statement)).unwrap_or_default();
        let _ = writeln!(
            table,
            "<tr><td class=\"n\">{}</td><td>{state}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{shown}</td></tr>",
            batch.id.0,
            number(batch.links),
            number(batch.merges)
        );
    }
    table.push_str("</tbody>\n</table>\n");
    table
}

fn file_table(files: &[SourceFile]) -> String {
    if files.is_empty() {
        return String::new();
    }
    let mut table = String::from(
        "<h2>Files</h2>\n<table>\n<thead><tr><th>Kind</th><th>Loaded</th><th class=\"n\">Rows</th><th class=\"n\">Accepted</th>\
         <th class=\"n\">Warned</th><th class=\"n\">Rejected</th></tr></thead>\n<tbody>\n",
    );
    for file in files {
        let _ = writeln!(
            table,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            kind_words(&file.kind),
            day(file.at),
            number(file.rows),
            number(file.accepted),
            number(file.warned),
            number(file.rejected)
        );
    }
    table.push_str("</tbody>\n</table>\n");
    table
}

/// A kind of file, in words. Its name is whatever somebody called it, and stays here.
fn kind_words(kind: &str) -> &'static str {
    match kind {
        "mosaic" => "Mosaic extract",
        "chi" => "CHI extract",
        "relationships" => "Relationships",
        _ => "Candidate pairs",
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "
@page { size: A4; margin: 18mm }
:root { color-scheme: light }
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2522; background: #fff; margin: 0 }
main { max-width: 760px; margin: 32px auto; padding: 0 20px }
h1 { font-size: 26px; margin: 0 0 8px } h2 { font-size: 18px; margin: 28px 0 8px }
.made { color: #46524d; margin: 0 } .lead { font-size: 17px; margin: 0 0 20px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; vertical-align: top; padding: 6px 10px 6px 0; border-bottom: 1px solid #d9dfdc }
th { font-weight: 600 } .n { text-align: right; white-space: nowrap } .d { white-space: nowrap }
h3 { font-size: 15px; margin: 18px 0 4px } .note { color: #46524d; font-size: 13px }
tr, svg, h2, h3 { break-inside: avoid } h2, h3 { break-after: avoid }
svg[role] { width: 100%; height: auto }
";
