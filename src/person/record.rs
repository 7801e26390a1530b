//! A whole record: what Mosaic holds of a person, and what CHI holds of a person.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use super::{Chi, Finding, Holding, PartialDate, Sex, chi::Scheme, in_capitals, postcode};

/// The identifying details that both kinds of record carry.
///
/// Text is kept as the source gave it, trimmed of the white space around it and nothing else; folding, coding and
/// classing happen where a comparison needs them. An empty string means the source gave none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Surname, as given.
    pub surname: String,
    /// A previous or birth surname.
    pub previous_surname: String,
    /// First forename. Mosaic keeps all first names in one field; intake splits them.
    pub forename: String,
    /// Second and further forenames.
    pub second_forename: String,
    /// The name the person is known by, where the source has a field for it.
    pub known_as: String,
    /// Sex as recorded.
    pub sex: Sex,
    /// Date of birth, whole or partial; `None` where absent or a sentinel for "unknown".
    pub birth: Option<PartialDate>,
    /// Date of death.
    pub death: Option<PartialDate>,
    /// The source says that the person has died, and gives no day that could be read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deceased: bool,
    /// Address lines without the postcode, in order, empty lines left out.
    pub address: Vec<String>,
    /// Postcode as given.
    pub postcode: String,
}

impl Details {
    /// The name as lists show it: `SMITH, Mary Ann`. What is missing is left out; `Name not given` where all of it is.
    pub fn display_name(&self) -> String {
        let mut forenames = self.forename.clone();
        if !self.forename.is_empty() && !self.second_forename.is_empty() {
            forenames.push(' ');
        }
        forenames.push_str(&self.second_forename);
        match (self.surname.is_empty(), forenames.is_empty()) {
            (false, false) => format!("{}, {forenames}", self.surname.to_uppercase()),
            (false, true) => self.surname.to_uppercase(),
            (true, false) => forenames,
            (true, true) => "Name not given".to_owned(),
        }
    }

    /// Whether the record says that the person has died.
    pub fn has_died(&self) -> bool {
        self.death.is_some() || self.deceased
    }

    /// The day of death, or that the person has died, in words; empty where the record says neither.
    pub fn death_words(&self) -> String {
        match self.death {
            Some(date) => date.words(),
            None if self.deceased => "Yes, no day given".to_owned(),
            None => String::new(),
        }
    }

    fn hash_into(&self, hash: &mut ContentHash) {
        hash.name("surname", &self.surname);
        hash.name("previous_surname", &self.previous_surname);
        hash.name("forename", &self.forename);
        hash.name("second_forename", &self.second_forename);
        hash.name("known_as", &self.known_as);
        hash.field("sex", self.sex.code());
        hash.field("birth", &self.birth.map(|date| date.iso()).unwrap_or_default());
        hash.field("death", &self.death.map(|date| date.iso()).unwrap_or_default());
        // Records from before this could be said keep their hash
        if self.deceased {
            hash.field("deceased", "yes");
        }
        hash.name("address", &self.address.join(" "));
        match postcode::read(&self.postcode) {
            postcode::Reading::Postcode(postcode) => hash.field("postcode", postcode.compact()),
            _ => hash.name("postcode", &self.postcode),
        }
    }
}

/// What a valid CHI tells beside the details of its record.
pub(super) fn chi_findings(chi: &Chi, birth: Option<PartialDate>, sex: Sex) -> impl Iterator<Item = Finding> {
    let agrees = |birth: Option<PartialDate>| birth.and_then(|birth| chi.agrees_with_birth(&birth));
    let date_differs = agrees(birth) == Some(false);
    let swapped = date_differs && agrees(birth.and_then(|birth| birth.swapped())) == Some(true);
    [
        (chi.scheme() == Scheme::Modulus10, Finding::Modulus10Only),
        (date_differs, Finding::ChiDateDiffers),
        (swapped, Finding::ChiDateSwapped),
        (chi.agrees_with_sex(sex) == Some(false), Finding::ChiSexDiffers),
    ]
    .into_iter()
    .filter_map(|(found, finding)| found.then_some(finding))
}

/// The hash that a decision is bound to: SHA-256 over what mattered to it, and over nothing else.
///
/// # The encoding
///
/// First the kind of record and the version of this encoding (`stewartry:mosaic:2`, `stewartry:chi:1`), then each field
/// as its heading and its value. Every piece of text is its length in bytes (64 bits, little-endian) followed by its
/// UTF-8, so that no two records share an encoding.
///
/// A decision must be asked again when what mattered has changed, and never otherwise. So names and addresses are
/// hashed in Unicode's composed form (NFC), in capitals, each run of white space as one space: an extract that now
/// writes `Smith` for `SMITH`, or breaks an address into lines elsewhere, changes nothing. A readable postcode counts in its
/// compact form. What no comparison looks at (Mosaic's context, the restricted flag, the dressing around a valid CHI) is
/// left out.
struct ContentHash(Sha256);

impl ContentHash {
    fn begin(kind: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.piece(kind);
        hash
    }

    fn piece(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn field(&mut self, heading: &str, value: &str) {
        self.piece(heading);
        self.piece(value);
    }

    /// A field of free text, in the one form that all its spellings share.
    fn name(&mut self, heading: &str, value: &str) {
        let mut one_form = String::with_capacity(value.len());
        for word in value.split_whitespace() {
            if !one_form.is_empty() {
                one_form.push(' ');
            }
            one_form.extend(word.nfc().flat_map(char::to_uppercase));
        }
        self.field(heading, &one_form);
    }

    fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The identifier of a person in Mosaic. Always text: it may begin with zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MosaicId(String);

impl MosaicId {
    /// The longest id that is accepted, in characters.
    pub const LONGEST: usize = 32;

    /// Reads an id: 1 to 32 of `A-Z a-z 0-9 - _ . /`, the alphabet that a seed file admits, the first a letter or a digit,
    /// so that no spreadsheet takes an id for a formula. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.len() <= Self::LONGEST
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits of an id that is a number, without the zeros in front and the `.0` behind that a spreadsheet takes away or
    /// puts there; `None` for any other id.
    pub fn number(&self) -> Option<&str> {
        Self::digits(self.as_str())
    }

    /// [`MosaicId::number`] of an id's text.
    pub(crate) fn digits(id: &str) -> Option<&str> {
        let whole = id.split_once('.').map_or(id, |(whole, rest)| if is_all(rest, b'0') { whole } else { id });
        let digits = whole.trim_start_matches('0');
        let digits = if digits.is_empty() { &whole[whole.len().saturating_sub(1)..] } else { digits };
        (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
    }

    /// Whether the id looks as a spreadsheet writes what it took for a number or for a truth: `12.0`, `1.2E05`, `TRUE`.
    pub fn is_of_a_spreadsheet(&self) -> bool {
        let id = self.as_str();
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = id.split_once('.').is_some_and(|(whole, rest)| {
            let power = rest.split_once(['E', 'e']).is_some_and(|(part, power)| is_digits(part) && is_digits(power));
            is_digits(whole) && (is_all(rest, b'0') || power)
        });
        number || ["TRUE", "FALSE"].iter().any(|word| id.eq_ignore_ascii_case(word))
    }
}

/// Whether there is text, and it is this one character again and again.
fn is_all(text: &str, one: u8) -> bool {
    !text.is_empty() && text.bytes().all(|b| b == one)
}

impl std::fmt::Display for MosaicId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person as Mosaic holds them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MosaicRecord {
    /// Mosaic's own id of the person.
    pub id: MosaicId,
    /// The person's identifiers.
    pub details: Details,
    /// The CHI field exactly as Mosaic gave it; empty where none.
    pub chi_given: String,
    /// The CHI, where the field (after the repairs of [`super::chi::read`]) holds a valid one.
    pub chi: Option<Chi>,
    /// Context or team, as given ("Adult", "Children"); empty where none.
    pub context: String,
    /// Restricted person: shown by display name only, never decided in bulk, left out of exports.
    pub restricted: bool,
    /// When Mosaic last changed the record, as the extract gave it; empty where it does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub changed_given: String,
    /// The day of that, where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<PartialDate>,
    /// What the extract says of finance and care packages; nothing where it has no such columns, or they are empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Holding>,
}

impl MosaicRecord {
    /// The findings that follow from the record as it was read. Intake adds those that only the raw text can tell
    /// (repairs, codes nobody knows, dummies).
    pub fn findings(&self) -> Vec<Finding> {
        self.view().findings().collect()
    }

    /// What of finance and care packages the record carries, or may carry.
    pub fn carries(&self) -> impl Iterator<Item = &Holding> {
        self.holds.iter().filter(|holding| holding.says.some())
    }

    /// What a decision about this record is bound to: SHA-256 over the id and the details, in one form for all spellings of
    /// the same content. Case, white space, context and the restricted flag do not count, nor does when the record was last
    /// changed or what it carries: a record that was touched in Mosaic is still of the same person. Nor does the CHI, which is what
    /// is decided and not what it is decided by: a number that arrives as it was released changes nothing, and one that
    /// does not is a conflict of its own.
    pub fn content_hash(&self) -> [u8; 32] {
        let mut hash = ContentHash::begin("stewartry:mosaic:2");
        hash.field("id", self.id.as_str());
        self.details.hash_into(&mut hash);
        hash.finish()
    }
}

/// A person as the CHI index holds them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChiRecord {
    /// The CHI number of this row. Valid by construction: a row without one is rejected at intake.
    pub chi: Chi,
    /// The person's identifiers.
    pub details: Details,
    /// What CHI says of the number.
    pub status: ChiStatus,
    /// The person's current CHI (the UPI), where the extract names one.
    pub upi: Option<Chi>,
}

impl ChiRecord {
    /// The findings that follow from the record as it was read. Intake adds those that only the raw text can tell.
    pub fn findings(&self) -> Vec<Finding> {
        self.view().findings().collect()
    }

    /// What a decision about this record is bound to: SHA-256 over the number, the details, the status and the UPI, in
    /// one form for all spellings of the same content.
    pub fn content_hash(&self) -> [u8; 32] {
        let mut hash = ContentHash::begin("stewartry:chi:1");
        hash.field("chi", self.chi.as_str());
        self.details.hash_into(&mut hash);
        hash.field("status", self.status.words());
        hash.field("upi", self.upi.as_ref().map_or("", Chi::as_str));
        hash.finish()
    }
}

/// What the CHI index says of a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChiStatus {
    /// In use.
    Current,
    /// Superseded: the person's current number is another, the UPI.
    Historical,
    /// Entered in error and taken out.
    Deleted,
    /// The person has moved to another area's register.
    TransferredOut,
    /// The person has died.
    Deceased,
    /// The extract does not say.
    #[default]
    Unknown,
}

impl ChiStatus {
    /// Every status, in the order the screens list them.
    pub const ALL: [Self; 6] =
        [Self::Current, Self::Historical, Self::Deleted, Self::TransferredOut, Self::Deceased, Self::Unknown];

    /// Reads an extract's status code: `C`, `H`, `X` or `DELETED`, `T`, `D`, or the words themselves. `None` for a code
    /// nobody knows; an empty field is [`ChiStatus::Unknown`].
    pub fn parse(text: &str) -> Option<Self> {
        Some(match in_capitals(text.trim(), &mut [0; 16]) {
            "" | "U" | "UNKNOWN" => Self::Unknown,
            "C" | "CURRENT" | "A" | "ACTIVE" => Self::Current,
            "H" | "HISTORICAL" | "HISTORIC" | "S" | "SUPERSEDED" => Self::Historical,
            "X" | "DELETED" => Self::Deleted,
            "T" | "TRANSFERRED" | "TRANSFERRED OUT" | "TRANSFERRED_OUT" => Self::TransferredOut,
            "D" | "DECEASED" | "DEAD" => Self::Deceased,
            _ => return None,
        })
    }

    /// The status in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Current => "Current",
            Self::Historical => "Superseded",
            Self::Deleted => "Deleted",
            Self::TransferredOut => "Transferred out",
            Self::Deceased => "Deceased",
            Self::Unknown => "Status not given",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::chi::issue;
    use super::super::{Carried, HoldingKind};
    use super::*;

    #[test]
    fn a_record_that_was_stored_before_it_could_say_more_reads_back() {
        let bare = serde_json::to_string(&mosaic()).unwrap();
        assert!(!bare.contains("holds") && !bare.contains("changed"), "{bare}");
        assert_eq!(serde_json::from_str::<MosaicRecord>(&bare).unwrap(), mosaic());
        let full = MosaicRecord {
            changed_given: "2026".into(),
            changed: PartialDate::whole(2026, 10, 31),
            holds: vec![Holding { what: HoldingKind::Payees, says: Carried::Unclear("see file".into()) }],
            ..mosaic()
        };
        let text = serde_json::to_string(&full).unwrap();
        assert_eq!(serde_json::from_str::<MosaicRecord>(&text).unwrap(), full);
    }

    #[test]
    fn a_mosaic_id_keeps_its_leading_zeros_and_refuses_what_a_seed_file_cannot_carry() {
        assert_eq!(MosaicId::parse(" 00123 ").map(|id| id.to_string()).as_deref(), Some("00123"));
        for wrong in ["", " ", "1 2", "=1+1", "12,3", "é", &"9".repeat(33)] {
            assert_eq!(MosaicId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_id_that_is_a_number_is_the_same_number_with_zeros_in_front_and_a_point_behind() {
        let number = |id: &str| MosaicId::parse(id).unwrap().number().map(str::to_owned);
        for id in ["12", "0012", "12.0", "012.00"] {
            assert_eq!(number(id).as_deref(), Some("12"), "{id}");
        }
        assert_eq!((number("000").as_deref(), number("0.0").as_deref()), (Some("0"), Some("0")));
        for id in ["A12", "12A", "1-2", "12.5", "1.2.0", "TRUE", "1.2E05"] {
            assert_eq!(number(id), None, "{id}");
        }
        let of_a_spreadsheet = |id: &&str| MosaicId::parse(id).unwrap().is_of_a_spreadsheet();
        assert!(["12.0", "12.00", "1.2E05", "1.10340e9", "true", "FALSE"].iter().all(of_a_spreadsheet));
        assert!(!["12", "0012", "12.5", "12E5", "1.2.0", "A.0", "E.1E5", "TRUELOVE"].iter().any(of_a_spreadsheet));
    }

    fn mosaic() -> MosaicRecord {
        MosaicRecord {
            id: MosaicId::parse("00123").unwrap(),
            details: Details {
                surname: "McKie".into(),
                forename: "Senga".into(),
                second_forename: "Ann".into(),
                sex: Sex::Female,
                birth: PartialDate::whole(2001, 1, 2),
                address: vec!["Flat 2/1".into(), "40 High Street".into()],
                postcode: "DG1 2AB".into(),
                ..Details::default()
            },
            chi_given: "'0101011237".into(),
            chi: Chi::parse("0101011237").ok(),
            context: "Adult".into(),
            restricted: false,
            changed_given: String::new(),
            changed: None,
            holds: Vec::new(),
        }
    }

    fn chi_record() -> ChiRecord {
        let record = mosaic();
        ChiRecord {
            chi: Chi::parse("0101201234").unwrap(),
            details: record.details,
            status: ChiStatus::Current,
            upi: None,
        }
    }

    #[test]
    fn a_list_shows_the_surname_first_and_leaves_out_what_is_missing() {
        let name = |surname: &str, forename: &str, second: &str| {
            let (surname, forename, second_forename) = (surname.into(), forename.into(), second.into());
            Details { surname, forename, second_forename, ..Details::default() }.display_name()
        };
        assert_eq!(name("Smith", "Mary", "Ann"), "SMITH, Mary Ann");
        assert_eq!(name("Smith", "Mary", ""), "SMITH, Mary");
        assert_eq!(name("Smith", "", ""), "SMITH");
        assert_eq!(name("", "Mary", ""), "Mary");
        assert_eq!(name("", "", "Ann"), "Ann");
        assert_eq!(name("", "", ""), "Name not given");
    }

    #[test]
    fn a_record_whose_chi_says_otherwise_carries_the_findings() {
        let mut record = mosaic();
        assert_eq!(record.findings(), [Finding::ChiDateDiffers, Finding::ChiSexDiffers]);
        record.details.sex = Sex::NotKnown;
        record.details.birth = PartialDate::whole(1901, 1, 1);
        assert_eq!(record.findings(), [Finding::EstimatedDate]);
        (record.chi, record.details.birth) = (issue(3, 4, 1901, 123), PartialDate::whole(1901, 3, 4));
        assert!(record.chi.is_some());
        assert_eq!(record.findings(), [Finding::ChiDateDiffers, Finding::ChiDateSwapped]);
        record.details.birth = PartialDate::whole(1901, 4, 3);
        assert_eq!(record.findings(), []);
        record.chi = Chi::parse("0101011237").ok();
        record.details.birth = PartialDate::new(Some(2001), None, None);
        record.details.forename = "Baby".into();
        assert_eq!(record.findings(), [Finding::PartialDate, Finding::PlaceholderName]);
        record.chi = None;
        record.details = Details::default();
        assert_eq!(record.findings(), []);
        assert!(chi_record().findings().contains(&Finding::Modulus10Only));
    }

    #[test]
    fn whatever_matters_to_a_decision_changes_the_content_hash() {
        let hash = mosaic().content_hash();
        let changes: [fn(&mut MosaicRecord); 13] = [
            |r| r.id = MosaicId::parse("123").unwrap(),
            |r| r.details.surname = "McKee".into(),
            |r| r.details.previous_surname = "Reid".into(),
            |r| r.details.forename = "Agnes".into(),
            |r| r.details.second_forename = String::new(),
            |r| r.details.known_as = "Nan".into(),
            |r| r.details.sex = Sex::NotKnown,
            |r| r.details.birth = None,
            |r| r.details.death = PartialDate::whole(2020, 1, 2),
            |r| r.details.deceased = true,
            |r| r.details.address.truncate(1),
            |r| r.details.postcode = "DG1 2AD".into(),
            |r| r.details.postcode = "unknown".into(),
        ];
        let mut seen = vec![hash];
        for change in changes {
            let mut changed = mosaic();
            change(&mut changed);
            assert!(!seen.contains(&changed.content_hash()), "change {}", seen.len());
            seen.push(changed.content_hash());
        }
    }

    #[test]
    fn the_status_and_the_upi_change_the_content_hash_of_a_chi_record() {
        let record = chi_record();
        for status in ChiStatus::ALL.into_iter().filter(|&status| status != record.status) {
            assert_ne!(ChiRecord { status, ..record.clone() }.content_hash(), record.content_hash());
        }
        let replaced = ChiRecord { upi: Chi::parse("0101011237").ok(), ..record.clone() };
        assert_ne!(replaced.content_hash(), record.content_hash());
    }

    #[test]
    fn spelling_that_means_the_same_and_the_chi_leave_the_content_hash_alone() {
        let hash = mosaic().content_hash();
        let changes: [fn(&mut MosaicRecord); 10] = [
            |r| r.chi = None,
            |r| r.chi = Chi::parse("1904851231").ok(),
            |r| r.details.surname = "MCKIE".into(),
            |r| r.details.address = vec!["FLAT  2/1 40".into(), "High Street".into()],
            |r| r.details.postcode = "dg12ab".into(),
            |r| r.chi_given = "0101011237".into(),
            |r| r.context = "Children".into(),
            |r| r.restricted = true,
            |r| (r.changed_given, r.changed) = ("2026-10-31".into(), PartialDate::whole(2026, 10, 31)),
            |r| r.holds = vec![Holding { what: HoldingKind::CarePackages, says: Carried::Count(2) }],
        ];
        for change in changes {
            let mut same = mosaic();
            change(&mut same);
            assert_eq!(same.content_hash(), hash);
        }
        let with = |surname: &str| {
            let mut record = mosaic();
            record.details.surname = surname.into();
            record.content_hash()
        };
        assert_eq!(with("N\u{e9}"), with("Ne\u{301}"), "composed or not, the same letter");
    }

    #[test]
    fn text_cannot_move_from_one_field_to_the_next_unnoticed() {
        let with = |surname: &str, forename: &str| {
            let mut record = mosaic();
            (record.details.surname, record.details.forename) = (surname.into(), forename.into());
            record.content_hash()
        };
        assert_ne!(with("Smith", "Mary"), with("Mary", "Smith"));
        assert_ne!(with("SmithM", "ary"), with("Smith", "Mary"));
        assert_ne!(with("", "Mary"), with("Mary", ""));
    }

    #[test]
    fn status_codes_and_words_are_read() {
        for (text, status) in [
            ("C", Some(ChiStatus::Current)),
            (" h ", Some(ChiStatus::Historical)),
            ("DELETED", Some(ChiStatus::Deleted)),
            ("T", Some(ChiStatus::TransferredOut)),
            ("Deceased", Some(ChiStatus::Deceased)),
            ("", Some(ChiStatus::Unknown)),
            ("Q", None),
        ] {
            assert_eq!(ChiStatus::parse(text), status, "{text:?}");
        }
    }
}
