//! How often things happen: every rate of the generator, in one place.
//!
//! The orders of magnitude follow what is published of linkage with Scottish and English health and social-care data:
//! most records agree in everything or differ in one small thing, the dirt sits in a minority of records, and a second
//! record of a person is dirtier than the first. All are probabilities; those of [`Copying`] are per copy of a person.

/// Every rate.
pub struct Rates {
    /// People and households.
    pub people: People,
    /// What the CHI index does with people.
    pub register: Register,
    /// CHI's copies of people.
    pub chi: Copying,
    /// The first Mosaic record of a person.
    pub mosaic: Copying,
    /// Further Mosaic records of a person.
    pub duplicate: Copying,
    /// CHI numbers that Mosaic holds already.
    pub seeds: Seeds,
}

/// How people live, are named, and come to be known to social work.
pub struct People {
    /// A birth of twins, per birth in a family (about twice the national rate, for they matter here).
    pub twins: f64,
    /// A third at a birth of twins.
    pub triplets: f64,
    /// Twins of one sex.
    pub twins_of_one_sex: f64,
    /// Twins whose forenames begin alike.
    pub twins_named_alike: f64,
    /// The eldest son (or daughter, at half the rate) named as the father (mother).
    pub named_after_parent: f64,
    /// A person who has a namesake elsewhere with the same or nearly the same date of birth.
    pub namesake: f64,
    /// Such a namesake who is known to social work and has no CHI record.
    pub namesake_without_chi: f64,
    /// A household that moved lately enough for a file to have the old address.
    pub moved: f64,
    /// A married woman whose change of surname is so recent that a file may not know of it.
    pub newly_married: f64,
    /// A woman who took back her earlier surname.
    pub divorced: f64,
    /// A child whose surname was changed.
    pub renamed: f64,
    /// A family with a double surname.
    pub double_surname: f64,
    /// A person with a known-as name.
    pub known_as: f64,
    /// A person who goes by the middle name.
    pub by_middle_name: f64,
    /// A middle name at all.
    pub middle_name: f64,
    /// A household of which social work knows more than one member.
    pub troubled_household: f64,
    /// A household that opens a record before a birth.
    pub unborn: f64,
    /// A family from abroad whose dates of birth were written down as 1 January on arrival.
    pub born_first_of_january: f64,
    /// A person known to social work without any CHI record.
    pub no_chi: f64,
    /// A first Mosaic record written in haste, at the rates of a further one.
    pub hasty_record: f64,
    /// A second Mosaic record of a person.
    pub second_record: f64,
    /// A third, where there is a second.
    pub third_record: f64,
    /// A restricted person.
    pub restricted: f64,
}

/// What happens to numbers in the CHI index.
pub struct Register {
    /// An older number, superseded.
    pub superseded: f64,
    /// The extract does not name the replacement of a superseded number.
    pub replacement_missing: f64,
    /// A deleted number beside the current one.
    pub deleted: f64,
    /// A second current number that nobody has noticed.
    pub two_current: f64,
    /// Moved to another area's register.
    pub transferred: f64,
    /// A number issued under the modulus 10 check only.
    pub modulus_10: f64,
    /// A number issued under a date of birth that has been corrected since.
    pub other_date: f64,
}

/// What goes wrong when a person is written down.
pub struct Copying {
    /// The earlier surname, of those whose change is recent.
    pub old_surname: f64,
    /// The previous surname is recorded, of those who have one and are under their present one.
    pub previous_recorded: f64,
    /// A name mistyped, misread or misheard, for each of surname and forename.
    pub surname_typo: f64,
    pub forename_typo: f64,
    /// Another accepted spelling, of names that have one.
    pub surname_spelling: f64,
    pub forename_spelling: f64,
    /// Mac, Mc, M', O' written another way, of such names.
    pub prefix: f64,
    /// Half a double surname, or its halves turned round, of such names.
    pub half_surname: f64,
    /// Accents lost, of names that have them.
    pub accents_lost: f64,
    /// A surname that no other source knows.
    pub other_surname: f64,
    /// A quite different forename.
    pub other_forename: f64,
    /// The known-as name in place of the forename, of those who have one.
    pub known_as_first: f64,
    /// The known-as name in its own field, of those who have one.
    pub known_as_field: f64,
    /// The middle name in place of the forename, of those who go by it.
    pub middle_first: f64,
    /// The middle name is recorded.
    pub middle_recorded: f64,
    /// Only its initial is.
    pub middle_initial: f64,
    /// All first names stand in the first field.
    pub names_together: f64,
    /// Forename and surname swapped.
    pub swapped: f64,
    /// A title inside the forename.
    pub title: f64,
    /// The forename is an initial or missing.
    pub initial_only: f64,
    /// `Baby` for the forename, of infants under a year.
    pub baby: f64,
    pub date_digit: f64,
    pub date_transposed: f64,
    pub date_swapped: f64,
    pub date_year: f64,
    pub date_decade: f64,
    pub date_estimated: f64,
    pub date_sentinel: f64,
    pub date_missing: f64,
    pub date_other: f64,
    pub sex_wrong: f64,
    pub sex_missing: f64,
    /// The earlier address, of those who moved.
    pub old_address: f64,
    pub postcode_typo: f64,
    pub postcode_letter_o: f64,
    pub postcode_dummy: f64,
    pub postcode_missing: f64,
    /// No space, two spaces or small letters.
    pub postcode_form: f64,
    pub address_missing: f64,
    /// A street mistyped.
    pub street_typo: f64,
    /// A wrong house number.
    pub number_wrong: f64,
    /// A flat such as 2/1 turned into a date, of flats written on a line of their own.
    pub flat_as_date: f64,
    /// A death that is not recorded.
    pub death_missing: f64,
    /// A date of death that is a few days out.
    pub death_out: f64,
    /// A whole record in capitals, or in small letters.
    pub odd_case: f64,
}

/// What the numbers look like that Mosaic holds already (their share is an argument of the command).
pub struct Seeds {
    /// The seeded share among further records of a person, as a part of the share among first records.
    pub of_duplicates: f64,
    /// The number of a family member.
    pub family: f64,
    /// A digit wrong, or two transposed.
    pub mistyped: f64,
    /// The superseded number, of people who have one.
    pub superseded: f64,
    /// The leading zero lost, of numbers that begin with one.
    pub zero_lost: f64,
    /// Spaces, hyphens, an apostrophe, `.0`.
    pub dressed: f64,
}

/// The rates of every extract.
pub const RATES: Rates = Rates {
    people: People {
        twins: 0.035,
        triplets: 0.03,
        twins_of_one_sex: 0.65,
        twins_named_alike: 0.35,
        named_after_parent: 0.07,
        namesake: 0.005,
        namesake_without_chi: 0.05,
        moved: 0.22,
        newly_married: 0.15,
        divorced: 0.1,
        renamed: 0.02,
        double_surname: 0.018,
        known_as: 0.22,
        by_middle_name: 0.03,
        middle_name: 0.72,
        troubled_household: 0.18,
        unborn: 0.012,
        born_first_of_january: 0.12,
        no_chi: 0.055,
        hasty_record: 0.18,
        second_record: 0.094,
        third_record: 0.07,
        restricted: 0.005,
    },
    register: Register {
        superseded: 0.028,
        replacement_missing: 0.03,
        deleted: 0.002,
        two_current: 0.0012,
        transferred: 0.015,
        modulus_10: 0.005,
        other_date: 0.003,
    },
    chi: Copying {
        old_surname: 0.4,
        previous_recorded: 0.6,
        surname_typo: 0.007,
        forename_typo: 0.007,
        surname_spelling: 0.015,
        forename_spelling: 0.02,
        prefix: 0.1,
        half_surname: 0.12,
        accents_lost: 0.9,
        other_surname: 0.006,
        other_forename: 0.003,
        known_as_first: 0.08,
        known_as_field: 0.0,
        middle_first: 0.08,
        middle_recorded: 0.72,
        middle_initial: 0.08,
        names_together: 0.0,
        swapped: 0.0006,
        title: 0.0,
        initial_only: 0.001,
        baby: 0.2,
        date_digit: 0.002,
        date_transposed: 0.0006,
        date_swapped: 0.0015,
        date_year: 0.0008,
        date_decade: 0.0003,
        date_estimated: 0.001,
        date_sentinel: 0.0,
        date_missing: 0.0,
        date_other: 0.0003,
        sex_wrong: 0.0008,
        sex_missing: 0.001,
        old_address: 0.4,
        postcode_typo: 0.005,
        postcode_letter_o: 0.001,
        postcode_dummy: 0.002,
        postcode_missing: 0.003,
        postcode_form: 0.0,
        address_missing: 0.002,
        street_typo: 0.005,
        number_wrong: 0.004,
        flat_as_date: 0.0,
        death_missing: 0.04,
        death_out: 0.03,
        odd_case: 0.0,
    },
    mosaic: Copying {
        old_surname: 0.35,
        previous_recorded: 0.25,
        surname_typo: 0.02,
        forename_typo: 0.018,
        surname_spelling: 0.05,
        forename_spelling: 0.05,
        prefix: 0.16,
        half_surname: 0.3,
        accents_lost: 0.5,
        other_surname: 0.008,
        other_forename: 0.006,
        known_as_first: 0.36,
        known_as_field: 0.5,
        middle_first: 0.6,
        middle_recorded: 0.38,
        middle_initial: 0.06,
        names_together: 0.05,
        swapped: 0.005,
        title: 0.004,
        initial_only: 0.01,
        baby: 0.3,
        date_digit: 0.009,
        date_transposed: 0.005,
        date_swapped: 0.007,
        date_year: 0.007,
        date_decade: 0.003,
        date_estimated: 0.012,
        date_sentinel: 0.004,
        date_missing: 0.012,
        date_other: 0.004,
        sex_wrong: 0.005,
        sex_missing: 0.014,
        old_address: 0.45,
        postcode_typo: 0.014,
        postcode_letter_o: 0.005,
        postcode_dummy: 0.01,
        postcode_missing: 0.025,
        postcode_form: 0.08,
        address_missing: 0.015,
        street_typo: 0.012,
        number_wrong: 0.008,
        flat_as_date: 0.12,
        death_missing: 0.3,
        death_out: 0.06,
        odd_case: 0.04,
    },
    duplicate: Copying {
        old_surname: 0.55,
        previous_recorded: 0.1,
        surname_typo: 0.06,
        forename_typo: 0.055,
        surname_spelling: 0.14,
        forename_spelling: 0.15,
        prefix: 0.35,
        half_surname: 0.5,
        accents_lost: 0.8,
        other_surname: 0.025,
        other_forename: 0.02,
        known_as_first: 0.55,
        known_as_field: 0.2,
        middle_first: 0.7,
        middle_recorded: 0.2,
        middle_initial: 0.08,
        names_together: 0.06,
        swapped: 0.02,
        title: 0.012,
        initial_only: 0.02,
        baby: 0.5,
        date_digit: 0.03,
        date_transposed: 0.018,
        date_swapped: 0.025,
        date_year: 0.022,
        date_decade: 0.009,
        date_estimated: 0.04,
        date_sentinel: 0.012,
        date_missing: 0.06,
        date_other: 0.012,
        sex_wrong: 0.01,
        sex_missing: 0.04,
        old_address: 0.7,
        postcode_typo: 0.02,
        postcode_letter_o: 0.01,
        postcode_dummy: 0.03,
        postcode_missing: 0.09,
        postcode_form: 0.15,
        address_missing: 0.06,
        street_typo: 0.03,
        number_wrong: 0.02,
        flat_as_date: 0.15,
        death_missing: 0.6,
        death_out: 0.1,
        odd_case: 0.1,
    },
    seeds: Seeds {
        of_duplicates: 0.5,
        family: 0.008,
        mistyped: 0.007,
        superseded: 0.35,
        zero_lost: 0.12,
        dressed: 0.05,
    },
};
