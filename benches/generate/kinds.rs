//! The phenomena that make a record hard to match, as the truth file names them.

bitflags::bitflags! {
    /// What is particular about a record: the person, and what happened to either file's copy of them.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct Kinds: u64 {
        const DUPLICATE = 1;
        const NO_CHI = 1 << 1;
        const UNBORN = 1 << 2;
        const TWIN = 1 << 3;
        const ONE_NAME = 1 << 4;
        const NAMESAKE = 1 << 5;
        const CARE_HOME = 1 << 6;
        const MARRIED = 1 << 7;
        const DIVORCED = 1 << 8;
        const RENAMED = 1 << 9;
        const DOUBLE_NAME = 1 << 10;
        const ACCENTS = 1 << 11;
        const FLAT = 1 << 12;
        const DECEASED = 1 << 13;
        const TRANSFERRED = 1 << 14;
        const SUPERSEDED = 1 << 15;
        const DELETED = 1 << 16;
        const TWO_CURRENT = 1 << 17;
        const MODULUS_10 = 1 << 18;
        const NUMBER_DATE = 1 << 19;
        const RESTRICTED = 1 << 20;
        const OLD_SURNAME = 1 << 21;
        const OLD_ADDRESS = 1 << 22;
        const KNOWN_AS = 1 << 23;
        const MIDDLE_NAME = 1 << 24;
        const SWAPPED = 1 << 25;
        const HALF_NAME = 1 << 26;
        const PREFIX = 1 << 27;
        const SPELLING = 1 << 28;
        const TYPO = 1 << 29;
        const CUT_NAME = 1 << 30;
        const OTHER_SURNAME = 1 << 31;
        const OTHER_FORENAME = 1 << 32;
        const INITIAL_ONLY = 1 << 33;
        const TITLE = 1 << 34;
        const BABY = 1 << 35;
        const DATE_DIGIT = 1 << 36;
        const DATE_TRANSPOSED = 1 << 37;
        const DATE_SWAPPED = 1 << 38;
        const DATE_YEAR = 1 << 39;
        const DATE_DECADE = 1 << 40;
        const DATE_ESTIMATED = 1 << 41;
        const DATE_SENTINEL = 1 << 42;
        const DATE_MISSING = 1 << 43;
        const DATE_OTHER = 1 << 44;
        const SEX_WRONG = 1 << 45;
        const SEX_MISSING = 1 << 46;
        const POSTCODE_TYPO = 1 << 47;
        const POSTCODE_LETTER_O = 1 << 48;
        const POSTCODE_DUMMY = 1 << 49;
        const POSTCODE_MISSING = 1 << 50;
        const FLAT_AS_DATE = 1 << 51;
        const ADDRESS_MISSING = 1 << 52;
        const SEED_FAMILY = 1 << 53;
        const SEED_MISTYPED = 1 << 54;
        const SEED_SUPERSEDED = 1 << 55;
        const SEED_ZERO_LOST = 1 << 56;
        const SEED_DRESSED = 1 << 57;
    }
}

/// Each phenomenon, its name in the truth file, and what it means. The order is that of the truth file's lists.
pub const TABLE: [(Kinds, &str, &str); 58] = [
    (Kinds::DUPLICATE, "duplicate", "a second or third Mosaic record of a person, made apart from the first"),
    (Kinds::NO_CHI, "no-chi-record", "the person is not in the CHI extract at all"),
    (Kinds::UNBORN, "unborn", "a record opened before birth"),
    (Kinds::TWIN, "twin", "one of twins (or triplets) of a household"),
    (Kinds::ONE_NAME, "parent-and-child", "parent and child of one name at one address"),
    (Kinds::NAMESAKE, "namesake", "somebody elsewhere has the same name and the same or nearly the same date of birth"),
    (Kinds::CARE_HOME, "care-home", "lives in a care home, at a postcode shared by dozens"),
    (Kinds::MARRIED, "married", "took another surname at marriage, not long ago"),
    (Kinds::DIVORCED, "divorced", "went back to an earlier surname, not long ago"),
    (Kinds::RENAMED, "renamed", "a child whose surname was changed"),
    (Kinds::DOUBLE_NAME, "double-surname", "a hyphenated or double surname"),
    (Kinds::ACCENTS, "accents", "a name with letters outside A to Z"),
    (Kinds::FLAT, "flat", "lives in a flat"),
    (Kinds::DECEASED, "deceased", "has died"),
    (Kinds::TRANSFERRED, "transferred-out", "CHI says the person has moved to another area's register"),
    (Kinds::SUPERSEDED, "superseded-number", "CHI also holds an older number of the person"),
    (Kinds::DELETED, "deleted-number", "CHI also holds a number of the person that was deleted"),
    (Kinds::TWO_CURRENT, "two-current-numbers", "CHI holds two current numbers of the person; the truth is the newer"),
    (Kinds::MODULUS_10, "modulus-10", "the CHI number passes the modulus 10 check only"),
    (Kinds::NUMBER_DATE, "number-date", "the CHI number was issued under another date of birth than the person's"),
    (Kinds::RESTRICTED, "restricted", "a restricted person"),
    (Kinds::OLD_SURNAME, "old-surname", "a file still has the earlier surname"),
    (Kinds::OLD_ADDRESS, "old-address", "a file still has the earlier address"),
    (Kinds::KNOWN_AS, "known-as", "a known-as name stands for the forename"),
    (Kinds::MIDDLE_NAME, "middle-name", "the middle name stands for the forename"),
    (Kinds::SWAPPED, "names-swapped", "forename and surname are swapped"),
    (Kinds::HALF_NAME, "half-surname", "only half of a double surname, or its halves the other way round"),
    (Kinds::PREFIX, "mac-or-o", "Mac, Mc, M' or O' written another way"),
    (Kinds::SPELLING, "spelling", "another accepted spelling of a name"),
    (Kinds::TYPO, "name-typo", "a name mistyped, misread or misheard"),
    (Kinds::CUT_NAME, "cut-name", "a name cut at the width of CHI's field"),
    (Kinds::OTHER_SURNAME, "other-surname", "a surname that the other file does not know"),
    (Kinds::OTHER_FORENAME, "other-forename", "a quite different forename"),
    (Kinds::INITIAL_ONLY, "initial-only", "the forename is only an initial, or missing"),
    (Kinds::TITLE, "title", "a title stands inside the forename field"),
    (Kinds::BABY, "baby", "an infant not yet named, recorded as Baby"),
    (Kinds::DATE_DIGIT, "date-digit", "one digit of the date of birth is wrong"),
    (Kinds::DATE_TRANSPOSED, "date-transposed", "two digits of the date of birth are transposed"),
    (Kinds::DATE_SWAPPED, "date-swapped", "day and month of birth are swapped"),
    (Kinds::DATE_YEAR, "date-year", "the year of birth is out by one"),
    (Kinds::DATE_DECADE, "date-decade", "the year of birth is out by ten"),
    (Kinds::DATE_ESTIMATED, "date-estimated", "1 January stands for a date of birth that was not known"),
    (Kinds::DATE_SENTINEL, "date-sentinel", "01/01/1900 stands for an unknown date of birth"),
    (Kinds::DATE_MISSING, "date-missing", "the date of birth is missing"),
    (Kinds::DATE_OTHER, "date-other", "a quite different date of birth"),
    (Kinds::SEX_WRONG, "sex-wrong", "a file has the other sex"),
    (Kinds::SEX_MISSING, "sex-missing", "a file has no sex"),
    (Kinds::POSTCODE_TYPO, "postcode-typo", "the postcode is mistyped"),
    (Kinds::POSTCODE_LETTER_O, "postcode-letter-o", "the letter O stands for a zero in the postcode"),
    (Kinds::POSTCODE_DUMMY, "postcode-dummy", "a dummy postcode"),
    (Kinds::POSTCODE_MISSING, "postcode-missing", "the postcode is missing"),
    (Kinds::FLAT_AS_DATE, "flat-as-date", "a spreadsheet has turned the flat into a date"),
    (Kinds::ADDRESS_MISSING, "address-missing", "the address is missing"),
    (Kinds::SEED_FAMILY, "seed-of-family", "Mosaic already holds a CHI number: that of a family member"),
    (Kinds::SEED_MISTYPED, "seed-mistyped", "Mosaic already holds a CHI number, mistyped"),
    (Kinds::SEED_SUPERSEDED, "seed-superseded", "Mosaic already holds a CHI number: one that is superseded"),
    (Kinds::SEED_ZERO_LOST, "seed-zero-lost", "Mosaic already holds the CHI number, without its leading zero"),
    (Kinds::SEED_DRESSED, "seed-dressed", "Mosaic already holds the CHI number, with spaces or a spreadsheet's marks"),
];

impl Kinds {
    /// The names of the phenomena, joined by `+`; `plain` where there is none.
    pub fn names(self) -> String {
        let mut names = String::new();
        for (_, name, _) in TABLE.iter().filter(|(kind, ..)| self.contains(*kind)) {
            if !names.is_empty() {
                names.push('+');
            }
            names.push_str(name);
        }
        if names.is_empty() { "plain".to_owned() } else { names }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phenomenon_has_one_name() {
        let mut named = Kinds::empty();
        for (kind, name, _) in TABLE {
            assert!(!named.intersects(kind), "{name} stands twice");
            named |= kind;
        }
        assert_eq!(named, Kinds::all());
        assert_eq!((Kinds::TWIN | Kinds::DUPLICATE).names(), "duplicate+twin");
        assert_eq!(Kinds::empty().names(), "plain");
    }
}
