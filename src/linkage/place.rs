//! How two homes stand to each other: address and postcode as one comparison.
//!
//! Taken apart they would count the same evidence twice: who shares an address shares its postcode.

use super::likeness::{jaro_winkler, one_edit};
use super::table::{Row, Value};
use super::values::{Values, bag};

/// The levels of the joint comparison of address and postcode, in the order of the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Place {
    Missing,
    Dwelling,
    /// The same building, another flat or none given.
    Building,
    Postcode,
    /// The same street, another number, near each other or with no postcode to tell.
    Street,
    Sector,
    District,
    Area,
    Elsewhere,
    /// Another home, between which and this one others of the household moved (see [`super::moves`]); no two records
    /// show it by themselves.
    Moved,
}

/// How two postcodes stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Codes {
    Same,
    Sector,
    District,
    Area,
    Elsewhere,
    Missing,
}

fn codes(values: &Values, a: Value, b: Value) -> Codes {
    if a == 0 || b == 0 {
        return Codes::Missing;
    }
    match (values.is_foreign(a), values.is_foreign(b)) {
        (false, false) => {}
        // Another country's codes stand for a town, and are mistyped.
        (true, true) if a == b => return Codes::Sector,
        (true, true) if slip(values.get(a), values.get(b)) => return Codes::District,
        (true, true) => return Codes::Elsewhere,
        _ => return Codes::Missing,
    }
    if a == b {
        return Codes::Same;
    }
    let (x, y) = (values.place(a), values.place(b));
    if x[0] == y[0] {
        Codes::Sector
    } else if x[1] == y[1] {
        Codes::District
    } else if x[2] == y[2] {
        Codes::Area
    } else {
        Codes::Elsewhere
    }
}

fn slip(a: &str, b: &str) -> bool {
    one_edit(a.as_bytes(), b.as_bytes())
}

fn streets_alike(values: &Values, a: Value, b: Value) -> bool {
    if a == 0 || b == 0 {
        return false;
    }
    if a == b {
        return true;
    }
    let (x, y) = (values.get(a), values.get(b));
    (bag(x) ^ bag(y)).count_ones() <= 8 && jaro_winkler(x.as_bytes(), y.as_bytes()) >= 0.93
}

/// Compares two homes.
pub(super) fn compare(values: &Values, a: &Row, b: &Row) -> Place {
    let codes = codes(values, a.postcode, b.postcode);
    let numbers = a.number != 0 && a.number == b.number;
    // The whole address outweighs a code that is another country's or mistyped
    let whole = || numbers && a.street != 0 && a.street == b.street && values.is_foreign(a.postcode);
    let near = matches!(codes, Codes::Same | Codes::Sector | Codes::District | Codes::Missing) || whole();
    if numbers || (codes != Codes::Same && near) {
        let street = near && streets_alike(values, a.street, b.street);
        // A number within a postcode is one building even where the street is written in another way.
        let same_building = numbers && (street || codes == Codes::Same);
        if same_building {
            return if a.flat == b.flat { Place::Dwelling } else { Place::Building };
        }
        if street && codes != Codes::Same {
            return Place::Street;
        }
    }
    match codes {
        Codes::Same => Place::Postcode,
        Codes::Sector => Place::Sector,
        Codes::District => Place::District,
        Codes::Area => Place::Area,
        Codes::Elsewhere => Place::Elsewhere,
        Codes::Missing if a.street != 0 && b.street != 0 => Place::Elsewhere,
        Codes::Missing => Place::Missing,
    }
}
