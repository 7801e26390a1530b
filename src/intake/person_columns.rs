//! A row to a record: whose columns are whose, what each field says, what was noticed.

use std::borrow::Cow;

use csv::StringRecord;

use super::care_columns::CareColumns;
use super::{Field, Mapping, Reject};
use crate::person::{ChiStatus, ChiView, DetailsView, Finding, MosaicId, MosaicView, PartialDate, Sex};
use crate::person::{chi, date, name, postcode};

/// A row as cells, however they are held.
pub(crate) trait Cells {
    /// The text of a column, as it stands; `None` where the row has no such column.
    fn cell(&self, column: usize) -> Option<&str>;
}

impl Cells for StringRecord {
    fn cell(&self, column: usize) -> Option<&str> {
        self.get(column)
    }
}

/// The columns of one person in a row.
pub(crate) struct PersonColumns {
    named: Named,
    id: Option<usize>,
    chi: Option<usize>,
    surname: Option<usize>,
    previous_surname: Option<usize>,
    forename: Option<usize>,
    first_names: Option<usize>,
    second_forename: Option<usize>,
    full_name: Option<usize>,
    known_as: Option<usize>,
    sex: Option<usize>,
    birth: Option<usize>,
    death: Option<usize>,
    deceased: Option<usize>,
    house_number: Option<usize>,
    lines: Vec<usize>,
    address: Option<usize>,
    postcode: Option<usize>,
    context: Option<usize>,
    restricted: Option<usize>,
    care: CareColumns,
    status: Option<usize>,
    upi: Option<usize>,
    /// The day on which the file is read: nobody was born or died after it.
    today: Option<PartialDate>,
}

/// The text of a column, trimmed; empty where there is no such column.
pub(crate) fn text(row: &impl Cells, column: Option<usize>) -> &str {
    column.and_then(|column| row.cell(column)).map_or("", str::trim)
}

/// The text of a column of ids: empty too where a database wrote that there is none.
pub(crate) fn id_text(row: &impl Cells, column: Option<usize>) -> &str {
    let text = text(row, column);
    let is_none = matches!(text.len(), 2..=4)
        && ["NULL", "N/A", "NA", "NAN", "NONE"].iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_none { "" } else { text }
}

/// The heading over the column that names what a row is about.
pub(crate) struct Named(Option<(usize, String)>);

impl Named {
    /// The first of these fields that a file has.
    pub fn by(mapping: &Mapping, fields: &[Field]) -> Self {
        let column = fields.iter().find_map(|field| mapping.get(*field));
        Self(column.and_then(|column| Some((column, mapping.headings().get(column)?.clone()))))
    }

    /// Whether the row is the headings once more. A second file put behind the first may have brought its byte order mark.
    pub fn is_headings(&self, row: &impl Cells) -> bool {
        let Self(Some((column, heading))) = self else { return false };
        text(row, Some(*column)).trim_start_matches('\u{feff}') == heading
    }
}

impl PersonColumns {
    /// The columns of the person of a row, or of the second person of a pair.
    pub fn of(mapping: &Mapping, second: bool) -> Self {
        let at = |field: Field| mapping.get(if second { field.right() } else { field });
        let lines = [Field::Address1, Field::Address2, Field::Address3, Field::Address4, Field::Address5];
        Self {
            named: Named::by(mapping, if second { &[] } else { &[Field::Id, Field::Chi] }),
            id: at(Field::Id),
            chi: at(Field::Chi),
            surname: at(Field::Surname),
            previous_surname: at(Field::PreviousSurname),
            forename: at(Field::Forename),
            first_names: at(Field::FirstNames),
            second_forename: at(Field::SecondForename),
            full_name: at(Field::FullName),
            known_as: at(Field::KnownAs),
            sex: at(Field::Sex),
            birth: at(Field::Birth),
            death: at(Field::Death),
            deceased: at(Field::Deceased),
            house_number: at(Field::HouseNumber),
            lines: lines.into_iter().filter_map(at).collect(),
            address: at(Field::Address),
            postcode: at(Field::Postcode),
            context: at(Field::Context),
            restricted: at(Field::Restricted),
            care: CareColumns::of(mapping),
            status: at(Field::Status),
            upi: at(Field::Upi),
            today: today(),
        }
    }

    /// The id field's text; empty where it says that there is none.
    pub fn id<'r>(&self, row: &'r impl Cells) -> &'r str {
        id_text(row, self.id)
    }

    /// Whether the row is the headings once more.
    pub fn is_headings(&self, row: &impl Cells) -> bool {
        self.named.is_headings(row)
    }

    /// The CHI field's text.
    pub fn chi<'r>(&self, row: &'r impl Cells) -> &'r str {
        text(row, self.chi)
    }

    /// A row of a Mosaic extract.
    pub fn mosaic_row<'r>(&self, row: &'r impl Cells, findings: &mut Vec<Finding>) -> Result<MosaicView<'r>, Reject> {
        if self.is_headings(row) {
            return Err(Reject::HeadingsAgain);
        }
        let id = self.id(row);
        if id.is_empty() {
            return Err(Reject::NoId);
        }
        let id = MosaicId::parse(id).ok_or_else(|| Reject::id(id))?;
        let record = self.mosaic(row, id, findings);
        if is_of_a_report(&record) {
            return Err(Reject::NoPerson);
        }
        Ok(record)
    }

    /// A row of a CHI extract.
    pub fn chi_row<'r>(&self, row: &'r impl Cells, findings: &mut Vec<Finding>) -> Result<ChiView<'r>, Reject> {
        if self.is_headings(row) {
            return Err(Reject::HeadingsAgain);
        }
        self.chi_record(row, self.chi(row), findings)
    }

    /// The person as a Mosaic record with this id.
    pub fn mosaic<'r>(&self, row: &'r impl Cells, id: MosaicId, findings: &mut Vec<Finding>) -> MosaicView<'r> {
        let details = self.details(row, findings);
        let chi_given = text(row, self.chi);
        let mut chi = None;
        if !chi_given.is_empty() {
            let reading = chi::read(Some(chi_given));
            findings.extend(reading.findings());
            chi = reading.chi;
        }
        if id.is_of_a_spreadsheet() {
            findings.push(Finding::IdOfSpreadsheet);
        }
        let context = text(row, self.context);
        let restricted = is_restricted(text(row, self.restricted));
        let (changed_given, changed) = self.care.changed(row, findings);
        let holds = self.care.holds(row, findings);
        let record = MosaicView { id, details, chi_given, chi, context, restricted, changed_given, changed, holds };
        findings.extend(record.findings());
        record
    }

    /// The person as a CHI record, whose number stands in `number`.
    pub fn chi_record<'r>(
        &self,
        row: &'r impl Cells,
        number: &str,
        findings: &mut Vec<Finding>,
    ) -> Result<ChiView<'r>, Reject> {
        let reading = chi::read(Some(number));
        let Some(chi) = reading.chi else { return Err(Reject::chi(&reading)) };
        findings.extend(reading.findings());
        let details = self.details(row, findings);
        let status = ChiStatus::parse(text(row, self.status)).unwrap_or_else(|| {
            findings.push(Finding::UnknownStatus);
            ChiStatus::Unknown
        });
        let upi = match text(row, self.upi) {
            "" => None,
            given if given == chi.as_str() => Some(chi),
            given => {
                let reading = chi::read(Some(given));
                findings.extend(reading.findings());
                reading.chi
            }
        };
        let record = ChiView { chi, details, status, upi };
        findings.extend(record.findings());
        Ok(record)
    }

    fn details<'r>(&self, row: &'r impl Cells, findings: &mut Vec<Finding>) -> DetailsView<'r> {
        let (surname, forename, second_forename) = self.names(row, findings);
        let mut address = self.address_lines(row);
        let mut postcode = Cow::Borrowed(text(row, self.postcode));
        if self.address.is_some() {
            take_postcode(&mut address, &mut postcode);
        }
        match postcode::read(&postcode) {
            postcode::Reading::Dummy => findings.push(Finding::DummyPostcode),
            postcode::Reading::Unreadable => findings.push(Finding::UnreadablePostcode),
            postcode::Reading::Missing | postcode::Reading::Postcode(_) => {}
        }
        let sex = Sex::parse(text(row, self.sex)).unwrap_or_else(|| {
            findings.push(Finding::UnknownSex);
            Sex::NotKnown
        });
        let (death, deceased) = self.death(row, findings);
        DetailsView {
            surname,
            previous_surname: text(row, self.previous_surname),
            forename,
            second_forename,
            known_as: text(row, self.known_as),
            sex,
            birth: self.date(text(row, self.birth), findings),
            death,
            deceased,
            address,
            postcode,
        }
    }

    /// A date of birth or death. One that cannot be is missing, for a date that is guessed counts as evidence; so is one that
    /// has not come yet: 2085 may be 1985, and the day on which a child is due is none on which it was born.
    fn date(&self, text: &str, findings: &mut Vec<Finding>) -> Option<PartialDate> {
        let finding = match date::read(text) {
            date::Reading::Missing => return None,
            date::Reading::Date(date) if self.today.is_some_and(|today| date.is_after(&today)) => Finding::FutureDate,
            date::Reading::Date(date) => return Some(date),
            date::Reading::Sentinel => Finding::SentinelDate,
            date::Reading::Unreadable => Finding::UnreadableDate,
            date::Reading::Swapped => Finding::SwappedDate,
        };
        findings.push(finding);
        None
    }

    /// The day of death, or that the person has died and no day of it is known: by a mark of its own, by one in the place of the
    /// date (`Y`), or by a date that nobody can read.
    fn death(&self, row: &impl Cells, findings: &mut Vec<Finding>) -> (Option<PartialDate>, bool) {
        let given = text(row, self.death);
        let (mut died, mut marked) = match mark_of_death(given) {
            Some(mark) => (None, mark),
            None => {
                let nobody_reads = matches!(date::read(given), date::Reading::Unreadable | date::Reading::Swapped);
                (self.date(given, findings), nobody_reads && given.bytes().any(|byte| byte.is_ascii_digit()))
            }
        };
        let flag = text(row, self.deceased);
        if died.is_none() && !flag.is_empty() {
            match (mark_of_death(flag), date::read(flag)) {
                (Some(mark), _) => marked |= mark,
                (None, date::Reading::Missing | date::Reading::Sentinel) => {}
                (None, date::Reading::Date(_)) => died = self.date(flag, findings),
                // What is no plain no is a mark: as everybody's it is warned of before the file is loaded
                (None, _) => marked = true,
            }
        }
        (died, marked && died.is_none())
    }

    /// Surname, first forename, further forenames, from whichever columns hold them.
    fn names<'r>(&self, row: &'r impl Cells, findings: &mut Vec<Finding>) -> (&'r str, &'r str, &'r str) {
        let mut surname = text(row, self.surname);
        let mut first_names = text(row, self.first_names);
        let whole = text(row, self.full_name);
        // A display name stands beside the parts of a name in many extracts; the parts say more.
        if surname.is_empty() && !whole.is_empty() {
            let (title, rest) = name::strip_title(whole);
            noticed_title(title, findings);
            let parts = split_whole_name(rest);
            surname = parts.0;
            first_names = if first_names.is_empty() { parts.1 } else { first_names };
        }
        let (mut forename, mut second) = (text(row, self.forename), "");
        let (title, rest) = name::strip_title(first_names);
        if forename.is_empty() && !first_names.is_empty() {
            noticed_title(title, findings);
            (forename, second) = name::split_first_names(rest);
        } else {
            noticed_title(name::strip_title(forename).0, findings);
        }
        noticed_title(name::strip_title(surname).0, findings);
        let given = text(row, self.second_forename);
        if !given.is_empty() {
            second = given;
        }
        if is_cut(surname) || is_cut(forename) || is_cut(first_names) {
            findings.push(Finding::NameCut);
        }
        (surname, forename, second)
    }

    /// The lines of the address, from columns of their own or from one column that holds them all.
    fn address_lines<'r>(&self, row: &'r impl Cells) -> Vec<Cow<'r, str>> {
        let mut lines = Vec::with_capacity(self.lines.len());
        let given = self.lines.iter().map(|column| text(row, Some(*column)));
        lines.extend(given.filter(|line| !line.is_empty()).map(Cow::Borrowed));
        if lines.is_empty() {
            let whole = text(row, self.address);
            let parts = whole.split([',', '\n', '\r', ';']).map(str::trim).filter(|part| !part.is_empty());
            lines.extend(parts.map(Cow::Borrowed));
        }
        let number = text(row, self.house_number);
        if !number.is_empty() {
            match lines.first_mut() {
                Some(street) => *street = Cow::Owned(format!("{number} {street}")),
                None => lines.push(Cow::Borrowed(number)),
            }
        }
        lines
    }
}

/// Whether a row is a report's own, `Total` beside a count, and none of a person: its id has no digit, and nothing is said of anybody.
fn is_of_a_report(record: &MosaicView<'_>) -> bool {
    let has_letter = |text: &str| text.chars().any(char::is_alphabetic);
    let details = &record.details;
    !record.id.as_str().bytes().any(|byte| byte.is_ascii_digit())
        && ![details.surname, details.previous_surname, details.forename, details.second_forename, details.known_as]
            .into_iter()
            .any(has_letter)
        && details.birth.is_none()
        && !details.address.iter().any(|line| has_letter(line))
        && !has_letter(&details.postcode)
        && record.chi.is_none()
}

fn noticed_title(title: Option<&str>, findings: &mut Vec<Finding>) {
    if title.is_some() && !findings.contains(&Finding::TitleInName) {
        findings.push(Finding::TitleInName);
    }
}

/// The day by this computer's clock.
fn today() -> Option<PartialDate> {
    let today = crate::words::days::now().date();
    let short = |part: i8| u8::try_from(part).ok();
    PartialDate::whole(u16::try_from(today.year()).ok()?, short(today.month())?, short(today.day())?)
}

/// Surname and first names of a whole name: `KERR, Ann Mary`, `KERR Ann`, or the surname last, with what belongs to it: `Ann de la Rue`.
/// Remarks in brackets behind it and what a son is told from his father by are no part of it.
fn split_whole_name(whole: &str) -> (&str, &str) {
    const BEFORE_A_SURNAME: [&str; 13] =
        ["de", "la", "le", "du", "di", "da", "del", "della", "van", "der", "den", "von", "ter"];
    const SONS: [&str; 4] = ["JR", "JNR", "SR", "SNR"];
    let whole = match whole.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((before, _)) if !before.trim().is_empty() => before.trim(),
        _ => whole,
    };
    let whole = match whole.rsplit_once([' ', ',']) {
        Some((before, last))
            if SONS.iter().any(|it| last.trim_end_matches('.').eq_ignore_ascii_case(it))
                && before.trim_end_matches([' ', ',']).contains(' ') =>
        {
            before.trim_end_matches([' ', ','])
        }
        _ => whole,
    };
    if let Some((surname, first)) = whole.split_once([',', ';']) {
        return (surname.trim(), name::strip_title(first.trim()).1);
    }
    if let Some((first, rest)) = whole.split_once(char::is_whitespace)
        && is_in_capitals(first)
        && !name::is_placeholder(first)
        && rest.split_whitespace().all(is_in_small_letters)
    {
        return (first, rest.trim());
    }
    let Some((mut first, mut surname)) = whole.rsplit_once(char::is_whitespace) else { return (whole, "") };
    while let Some((rest, word)) = first.trim_end().rsplit_once(char::is_whitespace)
        && BEFORE_A_SURNAME.contains(&word)
    {
        let from = word.as_ptr() as usize - whole.as_ptr() as usize;
        (first, surname) = (rest, whole.get(from..).unwrap_or(surname));
    }
    (surname, first.trim())
}

/// `KERR`, and no initials.
fn is_in_capitals(word: &str) -> bool {
    word.chars().filter(|sign| sign.is_alphabetic()).count() > 2 && !word.contains(char::is_lowercase)
}

/// `Ann`, `J`; not `McDonald`, `MacLEOD` or `Mackay`, which stand behind a name in capitals where they are the surname.
fn is_in_small_letters(word: &str) -> bool {
    let capitals = word.chars().skip(1).any(char::is_uppercase);
    !capitals && word.starts_with(char::is_alphabetic) && !word.starts_with("Mac")
}

/// Older systems cut names in capitals at thirty characters.
fn is_cut(name: &str) -> bool {
    name.len() >= 30 && name.chars().count() == 30 && !name.chars().any(char::is_lowercase)
}

/// Takes the postcode off the end of an address that was all in one, where it has no column of its own or repeats it.
fn take_postcode<'r>(lines: &mut Vec<Cow<'r, str>>, postcode: &mut Cow<'r, str>) {
    let Some(last) = lines.last() else { return };
    let spaces: Vec<usize> = last.match_indices(char::is_whitespace).map(|(at, _)| at).collect();
    // The whole last line, its last two words (`DG1 2AB`) or its last one (`DG12AB`).
    let starts = [Some(0), spaces.iter().rev().nth(1).map(|at| at + 1), spaces.last().map(|at| at + 1)];
    let found = starts.into_iter().flatten().find_map(|at| {
        let tail = last.get(at..)?.trim();
        matches!(postcode::read(tail), postcode::Reading::Postcode(_)).then_some((at, tail))
    });
    let Some((at, tail)) = found else { return };
    if !postcode.is_empty() && postcode::read(postcode) != postcode::read(tail) {
        return;
    }
    if postcode.is_empty() {
        *postcode = Cow::Owned(tail.to_owned());
    }
    let rest = last.get(..at).unwrap_or_default().trim_end().to_owned();
    lines.pop();
    if !rest.is_empty() {
        lines.push(Cow::Owned(rest));
    }
}

/// Words that say no in a field of yes or no, whatever is asked there.
const NO: [&str; 14] = ["", "N", "NO", "F", "FALSE", "0", "NONE", "NULL", "N/A", "NA", "-", "--", "–", "—"];

fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a mark says that somebody has died, or that nobody has or it is not known; `None` where the text is neither.
pub(super) fn mark_of_death(text: &str) -> Option<bool> {
    const YES: [&str; 9] = ["Y", "YES", "T", "TRUE", "1", "D", "DEAD", "DECEASED", "DIED"];
    const ALIVE: [&str; 10] =
        ["ALIVE", "LIVING", "NOT DECEASED", "NOT DEAD", "ACTIVE", "CURRENT", "L", "A", "U", "NOT RECORDED"];
    is_one_of(text, &YES).then_some(true).or_else(|| (is_one_of(text, &NO) || is_one_of(text, &ALIVE)).then_some(false))
}

/// Whether a restricted flag is up. Anything but a plain no counts as yes: a reason in the field is a restriction too.
pub(super) fn is_restricted(text: &str) -> bool {
    const OPEN: [&str; 10] = [
        "NOT RESTRICTED",
        "UNRESTRICTED",
        "OPEN",
        "STANDARD",
        "NORMAL",
        "NO RESTRICTION",
        "NO RESTRICTIONS",
        "NOT CONFIDENTIAL",
        "NOT SENSITIVE",
        ".",
    ];
    !is_one_of(text, &NO) && !is_one_of(text, &OPEN)
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::intake::Kind;
    use crate::person::{ChiRecord, MosaicRecord};

    pub(in crate::intake) fn mosaic(headings: &[&str], row: &[&str]) -> (MosaicRecord, Vec<Finding>) {
        let headings: Vec<String> = headings.iter().map(|it| (*it).to_owned()).collect();
        let columns = PersonColumns::of(&Mapping::guess(Kind::Mosaic, &headings), false);
        let row = StringRecord::from(row.to_vec());
        let mut findings = Vec::new();
        let id = MosaicId::parse(columns.id(&row)).unwrap();
        (columns.mosaic(&row, id, &mut findings).to_record(), findings)
    }

    fn chi(headings: &[&str], row: &[&str]) -> Result<(ChiRecord, Vec<Finding>), Reject> {
        let headings: Vec<String> = headings.iter().map(|it| (*it).to_owned()).collect();
        let columns = PersonColumns::of(&Mapping::guess(Kind::Chi, &headings), false);
        let row = StringRecord::from(row.to_vec());
        let mut findings = Vec::new();
        columns.chi_row(&row, &mut findings).map(|record| (record.to_record(), findings))
    }

    #[test]
    fn first_names_in_one_field_are_split_and_their_title_noticed() {
        let (record, findings) = mosaic(&["PersonID", "Surname", "First Names"], &["1", " Kerr ", "Mrs Ann Mary Jean"]);
        assert_eq!(record.details.surname, "Kerr");
        assert_eq!(record.details.forename, "Ann");
        assert_eq!(record.details.second_forename, "Mary Jean");
        assert_eq!(findings, [Finding::TitleInName]);
    }

    #[test]
    fn a_whole_name_in_one_column_is_split_with_and_without_a_comma() {
        for (whole, title) in [("Kerr, Ann Mary", false), ("Ann Mary Kerr", false), ("Mrs Ann Mary Kerr", true)] {
            let (record, findings) = mosaic(&["PersonID", "Name"], &["1", whole]);
            let details = record.details;
            let got = (&*details.surname, &*details.forename, &*details.second_forename);
            assert_eq!(got, ("Kerr", "Ann", "Mary"), "{whole}");
            assert_eq!(findings.contains(&Finding::TitleInName), title, "{whole}");
        }
    }

    #[test]
    fn an_address_in_one_column_gives_its_lines_and_its_postcode() {
        for whole in ["Flat 2/1, 40 High Street, Dumfries, DG1 2AB", "Flat 2/1, 40 High Street,\nDumfries DG1 2AB"] {
            let (record, _) = mosaic(&["PersonID", "Surname", "Address"], &["1", "Kerr", whole]);
            assert_eq!(record.details.address, ["Flat 2/1", "40 High Street", "Dumfries"], "{whole}");
            assert_eq!(record.details.postcode, "DG1 2AB");
        }
        let headings = ["PersonID", "Surname", "Address", "Postcode"];
        let (record, _) = mosaic(&headings, &["1", "Kerr", "40 High Street, Dumfries, DG1 2AB", "DG12AB"]);
        assert_eq!(record.details.address, ["40 High Street", "Dumfries"]);
        let (record, _) = mosaic(&headings, &["1", "Kerr", "40 High Street, DG1 2AB", "DG7 1AA"]);
        assert_eq!(record.details.address, ["40 High Street", "DG1 2AB"], "a postcode that differs is kept");
        assert_eq!(record.details.postcode, "DG7 1AA");
    }

    #[test]
    fn lines_of_their_own_come_before_the_whole_and_a_house_number_joins_its_street() {
        let headings = ["PersonID", "Surname", "House No", "Street", "Town", "Address"];
        let (record, _) = mosaic(&headings, &["1", "Kerr", "40", "High Street", "Annan", "something else"]);
        assert_eq!(record.details.address, ["40 High Street", "Annan"]);
    }

    #[test]
    fn a_bad_chi_in_mosaic_is_kept_and_noticed_and_a_good_one_read() {
        let headings = ["PersonID", "Surname", "CHI", "DOB", "Sex"];
        let (record, findings) = mosaic(&headings, &["1", "Kerr", "1904851232", "", ""]);
        assert_eq!((record.chi, &*record.chi_given), (None, "1904851232"));
        assert!(matches!(findings[..], [Finding::ChiNotValid { .. }]), "{findings:?}");
        let (record, findings) = mosaic(&headings, &["1", "Kerr", "101336489", "01/01/1933", "F"]);
        assert_eq!(record.chi.map(|chi| chi.to_string()).as_deref(), Some("0101336489"));
        assert_eq!(record.chi_given, "101336489");
        assert!(findings.contains(&Finding::ZeroRestored) && findings.contains(&Finding::EstimatedDate));
        let (_, findings) = mosaic(&headings, &["1", "Kerr", "0101336489", "02/01/1933", "M"]);
        assert_eq!(findings, [Finding::ChiDateDiffers, Finding::ChiSexDiffers]);
    }

    #[test]
    fn a_bad_chi_in_a_chi_extract_refuses_the_row_and_says_which_outcome() {
        let headings = ["CHI", "SURNAME", "STATUS", "UPI"];
        let reject = chi(&headings, &["1904851232", "KERR", "C", ""]).unwrap_err();
        assert_eq!(reject.to_string(), "The CHI number is not valid: invalid checksum");
        assert_eq!(chi(&headings, &[" ", "KERR", "C", ""]).unwrap_err(), Reject::NoChi);
    }

    #[test]
    fn a_whole_name_is_parted_where_its_surname_is() {
        for (whole, surname, first) in [
            ("John Smith", "Smith", "John"),
            ("SMITH, John Paul", "SMITH", "John Paul"),
            ("Smith; John", "Smith", "John"),
            ("SMITH John Paul", "SMITH", "John Paul"),
            ("JOHN SMITH", "SMITH", "JOHN"),
            ("J Smith", "Smith", "J"),
            ("JP Smith", "Smith", "JP"),
            ("John SMITH", "SMITH", "John"),
            ("John Smith (known as Jack)", "Smith", "John"),
            ("Margaret (Peggy) Kerr", "Kerr", "Margaret (Peggy)"),
            ("JOHN McDONALD", "McDONALD", "JOHN"),
            ("JOHN McKay", "McKay", "JOHN"),
            ("MARY Mackay", "Mackay", "MARY"),
            ("BABY Smith", "Smith", "BABY"),
            ("KERR, JR", "KERR", "JR"),
            ("Thi Van Nguyen", "Nguyen", "Thi Van"),
            ("Ann de\u{a0}Rue", "de\u{a0}Rue", "Ann"),
            ("John Paul Smith Jr", "Smith", "John Paul"),
            ("John Smith, Snr.", "Smith", "John"),
            ("Ann de la Rue", "de la Rue", "Ann"),
            ("Jan van der Meer", "van der Meer", "Jan"),
            ("De Souza", "Souza", "De"),
            ("Madonna", "Madonna", ""),
            ("(Ann)", "(Ann)", ""),
        ] {
            assert_eq!(split_whole_name(whole), (surname, first), "{whole}");
        }
    }

    #[test]
    fn only_what_says_so_restricts() {
        for text in ["", "N", "no", "-", ".", "Standard", "Not restricted", "0"] {
            assert!(!is_restricted(text), "{text}");
        }
        for text in ["Y", "yes", "1", "R", "Domestic abuse", "*", "✓"] {
            assert!(is_restricted(text), "{text}");
        }
    }

    #[test]
    fn status_and_upi_are_read_and_unknown_ones_noticed() {
        let headings = ["CHI", "SURNAME", "STATUS", "UPI"];
        let (record, findings) = chi(&headings, &["1904851231", "KERR", "H", "101336489"]).unwrap();
        assert_eq!(record.status, ChiStatus::Historical);
        assert_eq!(record.upi.map(|upi| upi.to_string()).as_deref(), Some("0101336489"));
        assert!(findings.contains(&Finding::ZeroRestored));
        let (record, findings) = chi(&headings, &["1904851231", "KERR", "Q", "1"]).unwrap();
        assert_eq!((record.status, record.upi), (ChiStatus::Unknown, None));
        assert!(findings.contains(&Finding::UnknownStatus));
        assert!(findings.iter().any(|finding| matches!(finding, Finding::ChiNotValid { .. })));
    }

    #[test]
    fn codes_dates_and_postcodes_nobody_can_read_are_noticed() {
        let headings = ["PersonID", "Surname", "Sex", "DOB", "Date of death", "Postcode"];
        let (record, findings) = mosaic(&headings, &["1", "Kerr", "Q", "01/01/1900", "soon", "NF1 1AB"]);
        assert_eq!((record.details.birth, record.details.death), (None, None));
        assert_eq!(record.details.postcode, "NF1 1AB");
        for wanted in [Finding::UnknownSex, Finding::SentinelDate, Finding::UnreadableDate, Finding::DummyPostcode] {
            assert!(findings.contains(&wanted), "{wanted:?} in {findings:?}");
        }
    }

    #[test]
    fn a_day_that_has_not_come_is_no_day_of_birth_or_death() {
        let headings = ["PersonID", "Surname", "DOB", "Date of death"];
        let (record, findings) = mosaic(&headings, &["1", "Kerr", "19/04/2085", ""]);
        assert_eq!((record.details.birth, findings), (None, vec![Finding::FutureDate]));
        let (record, findings) = mosaic(&headings, &["1", "Kerr", "19/04/1985", "2099"]);
        assert!(record.details.birth.is_some() && record.details.death.is_none());
        assert_eq!(findings, [Finding::FutureDate]);
        let today = today().unwrap();
        let (record, findings) = mosaic(&headings, &["1", "Kerr", &today.iso(), ""]);
        assert_eq!(record.details.birth, Some(today));
        assert!(!findings.contains(&Finding::FutureDate), "born today");
    }

    #[test]
    fn a_month_before_its_day_an_id_of_a_spreadsheet_and_a_wrong_encoding_are_noticed() {
        let headings = ["PersonID", "Surname", "DOB"];
        let (record, findings) = mosaic(&headings, &["1", "Kerr", "04/19/1985"]);
        assert_eq!((record.details.birth, findings), (None, vec![Finding::SwappedDate]));
        assert_eq!(mosaic(&headings, &["12.0", "Kerr", ""]).1, [Finding::IdOfSpreadsheet]);
        for garbled in ["ZoÃ«", "Oâ€™Neill", "FranÃ§ois", "Å\u{81}ukasz", "MÃ\u{a0}iri"] {
            assert_eq!(mosaic(&headings, &["1", garbled, ""]).1, [Finding::GarbledName], "{garbled}");
        }
        for sound in ["Zoë", "O’Neill", "SÃO", "ÅÄÖ", "Mòrag", "Łukasz", "RENÉ’S", "Àrd"] {
            assert_eq!(mosaic(&headings, &["1", sound, ""]).1, [], "{sound}");
        }
    }

    #[test]
    fn somebody_has_died_by_a_date_by_a_mark_or_by_a_date_that_nobody_reads() {
        let day = PartialDate::whole(2019, 4, 1);
        for (date, flag, died, deceased) in [
            ("01/04/2019", "", day, false),
            ("01/04/2019", "Y", day, false),
            ("", "Y", None, true),
            ("", "Deceased", None, true),
            ("", "1", None, true),
            ("", "R.I.P.", None, true),
            ("", "01/04/2019", day, false),
            ("Y", "", None, true),
            ("04/19/2019", "", None, true),
            ("1 or 2 May", "N", None, true),
            ("", "N", None, false),
            ("", "Alive", None, false),
            ("", "NULL", None, false),
            ("", "not known", None, false),
            ("", "—", None, false),
            ("", "U", None, false),
            ("N", "", None, false),
            ("soon", "", None, false),
            ("", "", None, false),
        ] {
            let (record, _) = mosaic(&["PersonID", "Surname", "DateOfDeath", "IsDeceased"], &["1", "Kerr", date, flag]);
            assert_eq!((record.details.death, record.details.deceased), (died, deceased), "{date:?} {flag:?}");
        }
        let (record, findings) = mosaic(&["PersonID", "Surname", "Died"], &["1", "Kerr", "Y"]);
        assert!(record.details.has_died() && findings.is_empty(), "{findings:?}");
        let (record, _) = chi(&["CHI", "Surname", "Deceased flag"], &["1904851231", "KERR", "Y"]).unwrap();
        assert!(record.details.has_died());
    }

    #[test]
    fn a_restriction_is_anything_but_a_plain_no() {
        for (flag, restricted) in
            [("Y", true), ("1", true), ("Adoption", true), ("n", false), ("", false), ("False", false)]
        {
            let (record, _) = mosaic(&["PersonID", "Surname", "Restricted"], &["1", "Kerr", flag]);
            assert_eq!(record.restricted, restricted, "{flag:?}");
        }
    }

    #[test]
    fn a_name_cut_at_thirty_capitals_is_noticed() {
        let cut = "FEATHERSTONEHAUGH-CHOLMONDELEY";
        assert_eq!(cut.len(), 30);
        assert_eq!(mosaic(&["PersonID", "Surname"], &["1", cut]).1, [Finding::NameCut]);
        assert_eq!(mosaic(&["PersonID", "Surname"], &["1", &cut.to_lowercase()]).1, []);
    }
}
