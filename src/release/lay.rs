//! Rows laid out by a profile: as text, as files, and back again.

use super::profile::{Cell, DateForm, ExportProfile, Quoting};
use crate::person::PartialDate;
use crate::words::harmless;

/// Why rows cannot be written by a profile: the row, counted from 1, and what is wrong, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// The row, counted from 1.
    pub row: u64,
    /// What is wrong.
    pub what: String,
}

/// A whole date in a profile's form; nothing where there is none, or where the form cannot say how little of it is known.
pub fn date(date: Option<PartialDate>, form: DateForm) -> String {
    let Some(date) = date else { return String::new() };
    let iso = date.iso();
    if form == DateForm::Iso {
        return iso;
    }
    let (Some(year), Some(month), Some(day)) = (iso.get(..4), iso.get(5..7), iso.get(8..10)) else {
        return String::new();
    };
    if !date.is_whole() {
        return String::new();
    }
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1))).unwrap_or(&"");
    match form {
        DateForm::Iso => iso,
        DateForm::Compact => format!("{year}{month}{day}"),
        DateForm::Slashes => format!("{day}/{month}/{year}"),
        DateForm::MonthName => format!("{day}-{name}-{year}"),
    }
}

/// Whether a text is what [`date`] writes.
pub fn is_date(text: &str, form: DateForm) -> bool {
    if text.is_empty() {
        return true;
    }
    let iso = match form {
        DateForm::Iso => text.to_owned(),
        DateForm::Compact if text.len() == 8 && text.is_ascii() => {
            format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])
        }
        DateForm::Slashes if text.len() == 10 && text.is_ascii() => {
            format!("{}-{}-{}", &text[6..], &text[3..5], &text[..2])
        }
        DateForm::MonthName if text.len() == 11 && text.is_ascii() => {
            const MONTHS: [&str; 12] =
                ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let month = MONTHS.iter().position(|name| *name == &text[3..6]).map_or(0, |at| at + 1);
            format!("{}-{month:02}-{}", &text[7..], &text[..2])
        }
        _ => return false,
    };
    PartialDate::parse_iso(&iso).is_some_and(|read| date(Some(read), form) == text)
}

/// The headings of a profile.
pub fn headings(profile: &ExportProfile) -> Vec<String> {
    profile.columns.iter().map(|column| column.heading.clone()).collect()
}

/// Rows in files of at most as many rows as the profile says; one file where there are none.
pub fn parts<'a>(profile: &ExportProfile, rows: &'a [Vec<String>]) -> Vec<&'a [Vec<String>]> {
    let most = profile.most_rows.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX).max(1);
    if rows.is_empty() { vec![rows] } else { rows.chunks(most).collect() }
}

/// The bytes of one file.
pub fn bytes(profile: &ExportProfile, rows: &[Vec<String>]) -> Result<Vec<u8>, Unfit> {
    let mut text = String::new();
    if profile.byte_order_mark {
        text.push('\u{feff}');
    }
    if profile.headings {
        line(profile, &headings(profile), &mut text).map_err(|what| Unfit { row: 0, what })?;
    }
    for (at, row) in rows.iter().enumerate() {
        line(profile, row, &mut text).map_err(|what| Unfit { row: at as u64 + 1, what })?;
    }
    Ok(text.into_bytes())
}

fn line(profile: &ExportProfile, cells: &[String], text: &mut String) -> Result<(), String> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(profile.delimiter);
        }
        // A line of one empty field would be an empty line, which readers leave out.
        let lone = cells.len() == 1 && cell.is_empty();
        let needs = lone || cell.contains([profile.delimiter, '"', '\n', '\r']);
        match profile.quoting {
            Quoting::Never if needs => {
                let heading = profile.columns.get(at).map_or("", |column| column.heading.as_str());
                return Err(format!("what stands under {heading} needs quotation marks, and the profile writes none"));
            }
            Quoting::Always => quoted(cell, text),
            Quoting::AsNeeded if needs => quoted(cell, text),
            _ => text.push_str(cell),
        }
    }
    text.push_str(profile.line_end.text());
    Ok(())
}

fn quoted(cell: &str, text: &mut String) {
    text.push('"');
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

/// The rows of one file, without its headings, where it is written exactly as the profile says; otherwise what is wrong.
pub fn read(profile: &ExportProfile, file: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let marked = file.strip_prefix(&[0xef, 0xbb, 0xbf]);
    let body = match (profile.byte_order_mark, marked) {
        (true, Some(rest)) => rest,
        (false, None) => file,
        (true, None) => return Err("it does not begin with a byte order mark, and its profile says so".to_owned()),
        (false, Some(_)) => return Err("it begins with a byte order mark".to_owned()),
    };
    let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8".to_owned())?;
    if text.contains('\0') {
        return Err("it holds a NUL character".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new();
    reader.has_headers(false).delimiter(profile.delimiter as u8).quoting(profile.quoting != Quoting::Never);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for record in reader.from_reader(text.as_bytes()).records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            format!("line {line} does not have as many fields as the headings")
        })?;
        rows.push(record.iter().map(str::to_owned).collect());
    }
    if profile.headings {
        if rows.first() != Some(&headings(profile)) {
            return Err(format!("line 1: the headings are not {}", headings(profile).join(",")));
        }
        rows.remove(0);
    }
    if rows.iter().any(|row| row.len() != profile.columns.len()) {
        return Err(format!("a row does not have the {} fields of its profile", profile.columns.len()));
    }
    // Written again from its rows, the file must give the same bytes: no other quoting, line end or blank line.
    if bytes(profile, &rows).as_deref() != Ok(file) {
        return Err("it is not written as a release is: other line ends, quotation marks or blank lines".to_owned());
    }
    Ok(rows)
}

/// A row by a profile: what `of` says of each field, and the constants.
pub fn row(profile: &ExportProfile, mut of: impl FnMut(super::field::Field) -> String) -> Vec<String> {
    let cell = |column: &super::profile::Column| match &column.cell {
        Cell::Constant(text) => text.clone(),
        Cell::Field(field) if profile.harmless => harmless(&of(*field)).into_owned(),
        Cell::Field(field) => of(*field),
    };
    profile.columns.iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_form_of_a_date_is_read_back_and_a_part_of_one_is_left_out_of_those_that_cannot_say_so() {
        let whole = PartialDate::parse_iso("2024-02-29").unwrap();
        let part = PartialDate::parse_iso("1941").unwrap();
        for (form, said) in DateForm::ALL.into_iter().zip(["2024-02-29", "20240229", "29/02/2024", "29-Feb-2024"]) {
            assert_eq!(date(Some(whole), form), said);
            assert!(is_date(said, form) && is_date("", form));
            assert!(!is_date("20230229", form) && !is_date("29/02/2023", form) && !is_date("é", form));
            let told = if form == DateForm::Iso { "1941" } else { "" };
            assert_eq!(date(Some(part), form), told);
        }
    }

    #[test]
    fn what_is_written_by_a_profile_is_read_back_the_same_and_any_other_writing_is_refused() {
        let rows: Vec<Vec<String>> =
            [["1", "a;b", "say \"x\""], ["2", "", "two\nlines"]].map(|row| row.map(str::to_owned).to_vec()).to_vec();
        for quoting in [Quoting::AsNeeded, Quoting::Always] {
            for mark in [false, true] {
                let profile =
                    ExportProfile { quoting, byte_order_mark: mark, delimiter: ';', ..ExportProfile::default() };
                let written = bytes(&profile, &rows).unwrap();
                assert_eq!(read(&profile, &written).unwrap(), rows);
                let other = ExportProfile { byte_order_mark: !mark, ..profile.clone() };
                assert!(read(&other, &written).is_err());
                let other = ExportProfile { delimiter: '|', ..profile };
                assert!(read(&other, &written).is_err());
            }
        }
        let never = ExportProfile { quoting: Quoting::Never, delimiter: ';', ..ExportProfile::default() };
        assert_eq!(bytes(&never, &rows).unwrap_err().row, 1);
    }
}
