//! The report to a committee: one self-contained HTML page in the committee's idiom (item, status, %, dates, note), with
//! charts as inline SVG, printable on A4. Counts only: no personal data.

use std::fmt::Write as _;

use crate::words::{day, number, per_cent};
use crate::workspace::{Batch, BatchState, SourceFile, Status, Workspace, WorkspaceError};

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

/// The report of a workspace as an HTML page.
pub fn html(workspace: &Workspace) -> Result<String, WorkspaceError> {
    let status = workspace.status()?;
    let files = workspace.files()?;
    let batches = workspace.batches()?;
    Ok(page(&workspace.name(), &status, &files, &batches))
}

fn page(name: &str, status: &Status, files: &[SourceFile], batches: &[Batch]) -> String {
    let mut page = String::with_capacity(16 * 1024);
    let title = format!("CHI matching: {}", escape(name));
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    let _ = writeln!(page, "<p class=\"lead\">{}</p>", lead(status));
    page.push_str(&funnel(status));
    page.push_str(&progress_table(&lines(status, files, batches)));
    page.push_str(&benchmarks(status));
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
pub fn lines(status: &Status, files: &[SourceFile], batches: &[Batch]) -> Vec<Line> {
    let loaded = |kind: &str| files.iter().filter(|file| file.kind == kind).map(|file| file.at).max();
    let date = |at: Option<jiff::Timestamp>| at.map(day).unwrap_or_default();
    let answered = |answers: &[u64; 4]| answers[0] + answers[1];
    let links_open: u64 = status.links_undecided[0] + status.links_undecided[1];
    let links_done = answered(&status.link_answers);
    let duplicates_open: u64 = status.duplicates_undecided[0] + status.duplicates_undecided[1];
    let duplicates_done = answered(&status.duplicate_answers);
    let waiting = status.link_answers[2] + status.link_answers[3] + status.duplicate_answers[2] + status.duplicate_answers[3];
    let state = |done: u64, open: u64| match (done, open) {
        (0, 0) => "Not begun",
        (_, 0) => "Complete",
        (0, _) => "Not begun",
        _ => "Under way",
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
            state: state(links_done, links_open),
            share: share(links_done, links_done + links_open),
            dates: String::new(),
            note: format!("{} decided, {} to decide", number(links_done), number(links_open)),
        },
        Line {
            item: "Duplicates decided",
            state: state(duplicates_done, duplicates_open),
            share: share(duplicates_done, duplicates_done + duplicates_open),
            dates: String::new(),
            note: format!(
                "{} to merge, {} not duplicates, {} to decide",
                number(status.duplicate_answers[0]),
                number(status.duplicate_answers[1]),
                number(duplicates_open)
            ),
        },
        Line {
            item: "Unsure or referred",
            state: if waiting == 0 { "None" } else { "Waiting" },
            share: None,
            dates: String::new(),
            note: format!("{} pairs wait for more information or a second opinion", number(waiting)),
        },
        Line {
            item: "Signed off",
            state: state(status.people_signed, status.people_matched.saturating_sub(status.people_signed)),
            share: share(status.people_signed, status.mosaic),
            dates: date(batches.iter().filter_map(|batch| batch.signed.as_ref().map(|signed| signed.at)).max()),
            note: format!("{} people, by a supervisor who decided none of them", number(status.people_signed)),
        },
        Line {
            item: "Released for seeding",
            state: state(status.people_released, status.people_signed.saturating_sub(status.people_released)),
            share: share(status.people_released, status.mosaic),
            dates: date(batches.iter().filter_map(|batch| batch.released.as_ref().map(|(at, _)| *at)).max()),
            note: format!("{} people in a seed file for Mosaic", number(status.people_released)),
        },
        Line {
            item: "Not matchable",
            state: "Recorded",
            share: share(status.not_matchable, status.mosaic),
            dates: String::new(),
            note: format!("{} people out of area, unborn or without a CHI", number(status.not_matchable)),
        },
    ]
}

fn progress_table(lines: &[Line]) -> String {
    let mut table = String::from(
        "<h2>Progress</h2>\n<table>\n<thead><tr><th>Item</th><th>Status</th><th class=\"n\">%</th><th>Date</th>\
         <th>Note</th></tr></thead>\n<tbody>\n",
    );
    for line in lines {
        let _ = writeln!(
            table,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td></tr>",
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

fn funnel(status: &Status) -> String {
    let steps = [
        ("In Mosaic", status.mosaic),
        ("Matched", status.people_matched),
        ("Signed off", status.people_signed),
        ("Released", status.people_released),
    ];
    let widest = status.mosaic.max(1) as f64;
    let mut svg = format!(
        "<svg role=\"img\" viewBox=\"0 0 720 {}\" aria-label=\"People from Mosaic to release\">\n",
        steps.len() * 40
    );
    for (index, (what, count)) in steps.into_iter().enumerate() {
        let (y, width) = (index * 40, 440.0 * count as f64 / widest);
        let _ = writeln!(
            svg,
            "<text x=\"0\" y=\"{}\">{what}</text><rect x=\"110\" y=\"{}\" width=\"{width:.1}\" height=\"24\" rx=\"3\"/>\
             <text x=\"{:.1}\" y=\"{}\">{} ({})</text>",
            y + 24,
            y + 7,
            120.0 + width,
            y + 24,
            number(count),
            per_cent(count, status.mosaic)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn benchmarks(status: &Status) -> String {
    let mut table = String::from(
        "<h2>Beside published figures</h2>\n<table>\n<thead><tr><th>What</th><th class=\"n\">%</th><th>Source</th></tr></thead>\n<tbody>\n",
    );
    let own = share(status.people_matched, status.mosaic).unwrap_or(0.0);
    let _ = writeln!(table, "<tr class=\"own\"><td>This work, matched</td><td class=\"n\">{own:.1}</td><td></td></tr>");
    for (what, share, source) in BENCHMARKS {
        let _ = writeln!(table, "<tr><td>{what}</td><td class=\"n\">{share:.1}</td><td>{source}</td></tr>");
    }
    table.push_str("</tbody>\n</table>\n");
    table
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
        "<h2>Files</h2>\n<table>\n<thead><tr><th>File</th><th>Loaded</th><th class=\"n\">Rows</th><th class=\"n\">Accepted</th>\
         <th class=\"n\">Warned</th><th class=\"n\">Rejected</th></tr></thead>\n<tbody>\n",
    );
    for file in files {
        let _ = writeln!(
            table,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            escape(&file.name),
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
.lead { font-size: 17px; margin: 0 0 20px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; vertical-align: top; padding: 6px 10px 6px 0; border-bottom: 1px solid #d9dfdc }
th { font-weight: 600 } .n { text-align: right; white-space: nowrap } .own { font-weight: 600 }
tr { break-inside: avoid } svg { width: 100%; height: auto; font-size: 15px } rect { fill: #1f6f66 } text { fill: #1c2522 }
";
