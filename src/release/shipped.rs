//! The profiles that come with the program. They never change and cannot be saved over: a copy under another name can.

use super::field::Field;
use super::profile::{Cell, Column, DateForm, ExportProfile, LineEnd, RowsOf};

/// The shipped profiles, the default first.
pub fn all() -> Vec<ExportProfile> {
    vec![ExportProfile::default(), indexing(), evidence()]
}

/// The sixteen columns that national indexing (CHILi) takes. The Mosaic id goes along as user data, so that what comes back finds
/// its person; the CHI is the signed one, to be confirmed.
///
/// A program reads it in the end, but people carry it there, and look into it by a spreadsheet first. So a cell that one would run is
/// made harmless: no name and no address begins as a formula does.
fn indexing() -> ExportProfile {
    ExportProfile {
        name: "chi-indexing".to_owned(),
        title: "Input to national CHI indexing: 16 columns".to_owned(),
        rows: RowsOf::People,
        columns: vec![
            Column::of("SERIAL", Field::Serial),
            Column::of("CHI_NUMBER", Field::Chi),
            Column::of("SURNAME", Field::Surname),
            Column::of("PREVIOUS_SURNAME", Field::PreviousSurname),
            Column::of("FIRST_FORENAME", Field::Forename),
            Column::of("SECOND_FORENAME", Field::SecondForename),
            Column::of("SEX", Field::SexCode),
            Column::of("DATE_OF_BIRTH", Field::Birth),
            Column::of("DATE_OF_DEATH", Field::Death),
            Column::of("POSTCODE", Field::Postcode),
            Column::constant("NHS_NUMBER", ""),
            Column::of("ADDRESS1", Field::Address1),
            Column::of("ADDRESS2", Field::Address2),
            Column::of("ADDRESS3", Field::Address3),
            Column::of("ADDRESS", Field::Address),
            Column::of("USER_DATA", Field::MosaicId),
        ],
        dates: DateForm::Compact,
        harmless: true,
        line_end: LineEnd::CrLf,
        file_name: "batch-{batch}_chi-indexing.csv".to_owned(),
        ..ExportProfile::default()
    }
}

/// Everything that is known of each decision, with both records beside each other, for whoever audits a release.
fn evidence() -> ExportProfile {
    let columns = Field::ALL.iter().filter(|field| {
        let twice = matches!(field, Field::SexCode | Field::Address1 | Field::Address2 | Field::Address3);
        field.is_of(RowsOf::Decisions) && !twice
    });
    ExportProfile {
        name: "rich-evidence".to_owned(),
        title: "Every decision with both records beside each other".to_owned(),
        rows: RowsOf::Decisions,
        columns: columns
            .map(|field| Column { heading: field.code().to_ascii_uppercase(), cell: Cell::Field(*field) })
            .collect(),
        harmless: true,
        file_name: "batch-{batch}_rich-evidence.csv".to_owned(),
        ..ExportProfile::default()
    }
}
