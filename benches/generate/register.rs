//! Issues CHI numbers: valid, each once, with the right date and sex digits.

use std::collections::HashMap;
use std::io;

use jiff::civil::Date;
use stewartry::person::chi::{self, Scheme};
use stewartry::person::{Chi, Sex};

use crate::random::mix;

/// Serials of one date and one sex: three digits, of which the last says the sex.
const SERIALS: u16 = 500;

/// The register of numbers. A date of birth counts without its century, as in the number itself.
pub struct Register {
    seed: u64,
    /// How many serials of a date and sex were tried.
    tried: HashMap<(u32, bool), u16>,
    /// How many serials of a date and sex, impossible under modulus 11, were issued under modulus 10.
    tried_modulus_10: HashMap<(u32, bool), u16>,
}

impl Register {
    /// A register in which nothing is issued.
    pub fn new(seed: u64) -> Self {
        Self { seed, tried: HashMap::new(), tried_modulus_10: HashMap::new() }
    }

    /// A number that passes modulus 11 (and perhaps modulus 10 as well).
    pub fn issue(&mut self, birth: Date, sex: Sex) -> io::Result<Chi> {
        let seed = self.seed;
        let key = key(birth, sex);
        let tried = self.tried.entry(key).or_insert(0);
        while *tried < SERIALS {
            *tried += 1;
            if let Some(chi) = under_modulus_11(birth, serial(seed, key, *tried)) {
                return Ok(chi);
            }
        }
        Err(io::Error::other("every CHI number of one date of birth is issued; ask for fewer people"))
    }

    /// A number that passes modulus 10 only: of the serials for which modulus 11 has no check digit.
    pub fn issue_modulus_10(&mut self, birth: Date, sex: Sex) -> io::Result<Chi> {
        let seed = self.seed;
        let key = key(birth, sex);
        let tried = self.tried_modulus_10.entry(key).or_insert(0);
        while *tried < SERIALS {
            *tried += 1;
            let serial = serial(seed, key, *tried);
            if under_modulus_11(birth, serial).is_none() {
                let stem = format!("{:02}{:02}{:02}{serial:03}", birth.day(), birth.month(), birth.year() % 100);
                let digits = (0..10).filter_map(|check| Chi::parse(&format!("{stem}{check}")).ok());
                if let Some(chi) = digits.into_iter().find(|chi| chi.scheme() == Scheme::Modulus10) {
                    return Ok(chi);
                }
            }
        }
        self.issue(birth, sex)
    }
}

fn key(birth: Date, sex: Sex) -> (u32, bool) {
    let date = (birth.day() as u32 * 100 + birth.month() as u32) * 100 + birth.year() as u32 % 100;
    (date, sex == Sex::Male)
}

/// The serial of an attempt: every one of the date and sex once, from a start that differs by date.
fn serial(seed: u64, (date, male): (u32, bool), attempt: u16) -> u16 {
    let start = mix(seed ^ u64::from(date) << 1 ^ u64::from(male)) % u64::from(SERIALS);
    let step = 137; // shares no factor with 500
    let place = (start as u32 + u32::from(attempt) * step) % u32::from(SERIALS);
    place as u16 * 2 + u16::from(male)
}

fn under_modulus_11(birth: Date, serial: u16) -> Option<Chi> {
    chi::issue(birth.day() as u8, birth.month() as u8, birth.year() as u16, serial)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_are_valid_and_unique_and_carry_date_and_sex() {
        let mut register = Register::new(1);
        let mut issued = HashSet::new();
        for sex in [Sex::Female, Sex::Male] {
            for birth in [date(1920, 2, 29), date(2020, 2, 29), date(1985, 4, 19)] {
                for _ in 0..200 {
                    let chi = register.issue(birth, sex).unwrap();
                    assert_ne!(chi.scheme(), Scheme::Modulus10);
                    assert_eq!(chi.sex(), sex);
                    let digits = (birth.day() as u8, birth.month() as u8, (birth.year() % 100) as u8);
                    assert_eq!(chi.day_month_year(), digits);
                    assert!(issued.insert(chi));
                }
                for _ in 0..10 {
                    let chi = register.issue_modulus_10(birth, sex).unwrap();
                    assert_eq!((chi.scheme(), chi.sex()), (Scheme::Modulus10, sex));
                    assert!(issued.insert(chi));
                }
            }
        }
    }

    #[test]
    fn a_date_whose_numbers_have_run_out_is_refused() {
        let mut register = Register::new(1);
        let given = (0..SERIALS).take_while(|_| register.issue(date(1990, 1, 1), Sex::Male).is_ok()).count();
        assert!((430..=470).contains(&given), "{given}");
        assert!(register.issue(date(1990, 1, 1), Sex::Male).is_err());
    }
}
