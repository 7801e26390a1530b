//! The Scottish flat, in its many forms.
//!
//! One form each: `2/1` (floor and flat), `2F1` (Edinburgh's floor and flat), `T/L` (floor and side), `3` or `A` where
//! the flat has a number or a letter of its own, `G` where the floor is all that is said.

/// Words that announce a flat. What follows is its number, its letter or its floor.
pub(super) const HERALDS: [&str; 8] = ["FLAT", "FLT", "APARTMENT", "APT", "UNIT", "ROOM", "RM", "STUDIO"];

/// Reads a flat off the front of the words of an address; how many words it took stands beside it.
///
/// A bare `2/1` is a flat only where a building's number follows, or nothing: `40/5 High Street` is number 40.
pub(super) fn front(words: &[&str]) -> Option<(String, usize)> {
    let &first = words.first()?;
    if HERALDS.contains(&first) {
        let (flat, taken) = said(&words[1..])?;
        return Some((flat, taken + 1));
    }
    if let Some(found) = floor_and_side(words).or_else(|| spreadsheet_date(words)) {
        return Some(found);
    }
    let number_follows = words.get(1).is_none_or(|next| next.starts_with(|c: char| c.is_ascii_digit()));
    let short = edinburgh(first) || side_of_floor(first).is_some() || (number_follows && floor_and_flat(first));
    short.then(|| (in_one_form(first), 1))
}

/// Reads words that are a flat and nothing else.
pub(super) fn whole(words: &[&str]) -> Option<String> {
    front(words).filter(|(_, taken)| *taken == words.len()).map(|(flat, _)| flat)
}

/// Reads a flat off the back of a street's words (`HIGH STREET FLAT 2/1`, `HIGH STREET 2/1`); how many words are left
/// stands beside it.
pub(super) fn back(words: &[&str]) -> Option<(String, usize)> {
    let herald = words.iter().rposition(|word| HERALDS.contains(word)).filter(|&at| at > 0);
    if let Some(at) = herald {
        return whole(&words[at..]).map(|flat| (flat, at));
    }
    let (&last, rest) = words.split_last().filter(|(_, rest)| !rest.is_empty())?;
    (floor_and_flat(last) || edinburgh(last) || side_of_floor(last).is_some()).then(|| (in_one_form(last), rest.len()))
}

/// A flat's word in its one form: `2-1` → `2/1`, `G/1` → `0/1`, `GFL` → `G/L`, `02/01` → `2/1`.
pub(super) fn in_one_form(word: &str) -> String {
    if let Some((floor, side)) = side_of_floor(word) {
        return format!("{floor}/{side}");
    }
    let parts = word.split(['/', '-']).map(|part| match part {
        "G" | "GF" | "00" if word.len() > part.len() => "0",
        part => part.strip_prefix('0').filter(|rest| !rest.is_empty()).unwrap_or(part),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What follows `FLAT`: `2/1`, `2-1`, `A`, `12B`, `1F2`, `GROUND FLOOR LEFT`, a date, `2 1`.
fn said(words: &[&str]) -> Option<(String, usize)> {
    let skipped = usize::from(words.first() == Some(&"NO"));
    let words = &words[skipped..];
    let &first = words.first()?;
    if let Some((flat, taken)) = floor_and_side(words).or_else(|| spreadsheet_date(words)) {
        return Some((flat, taken + skipped));
    }
    let digits = first.bytes().filter(u8::is_ascii_digit).count();
    let plain = first.len() <= 5 && (digits > 0 || first.len() == 1);
    (plain || side_of_floor(first).is_some()).then(|| (in_one_form(first), 1 + skipped))
}

/// `2/1`, `G/2`, `0/1`: a floor below the hundredth, a stroke, a flat.
pub(super) fn floor_and_flat(word: &str) -> bool {
    let Some((floor, flat)) = word.split_once('/') else { return false };
    let short = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    (short(floor) || matches!(floor, "G" | "GF" | "B" | "LG")) && short(flat)
}

/// `1F2`, `GF1`, `12F3`: Edinburgh's floor and flat.
fn edinburgh(word: &str) -> bool {
    matches!(
        word.as_bytes(),
        [b'0'..=b'9' | b'G' | b'B' | b'T' | b'P', b'F', b'0'..=b'9'] | [b'0'..=b'9', b'0'..=b'9', b'F', b'0'..=b'9']
    )
}

/// `T/L`, `TFL`, `G/F/L`, `1/R`, `2FR`: a floor and a side in short.
fn side_of_floor(word: &str) -> Option<(&str, &str)> {
    let floor = word.get(..1).filter(|floor| matches!(floor.as_bytes(), [b'0'..=b'9' | b'G' | b'T' | b'B']))?;
    let side = match &word[1..] {
        "/L" | "FL" | "/F/L" | "F/L" => "L",
        "/R" | "FR" | "/F/R" | "F/R" => "R",
        "/C" | "FC" | "/F/C" | "F/C" | "/M" | "FM" | "/F/M" | "F/M" => "C",
        _ => return None,
    };
    Some((if floor == "0" { "G" } else { floor }, side))
}

/// `GROUND FLOOR LEFT`, `TOP RIGHT`, `1ST FLOOR`, `SECOND FLOOR FLAT 2`, `BASEMENT FLAT`.
fn floor_and_side(words: &[&str]) -> Option<(String, usize)> {
    let floor = match *words.first()? {
        "GROUND" | "GRND" | "GRD" => "G",
        "TOP" => "T",
        "BASEMENT" => "B",
        "FIRST" | "1ST" => "1",
        "SECOND" | "2ND" => "2",
        "THIRD" | "3RD" => "3",
        "FOURTH" | "4TH" => "4",
        "FIFTH" | "5TH" => "5",
        _ => return None,
    };
    let mut taken = 1;
    let says_floor = matches!(words.get(taken), Some(&("FLOOR" | "FLR" | "FL")));
    taken += usize::from(says_floor);
    let says_flat = matches!(words.get(taken), Some(&("FLAT" | "FLT")));
    taken += usize::from(says_flat);
    let side = match words.get(taken) {
        Some(&("LEFT" | "L")) => Some("L"),
        Some(&("RIGHT" | "R")) => Some("R"),
        Some(&("CENTRE" | "CENTER" | "MIDDLE" | "C" | "M")) => Some("C"),
        _ => None,
    };
    if let Some(side) = side {
        return Some((format!("{floor}/{side}"), taken + 1));
    }
    if says_floor
        && says_flat
        && let Some(flat) = words.get(taken).filter(|flat| is_short_number(flat))
    {
        let floor = if floor == "G" { "0" } else { floor };
        let whole = words.len() == taken + 1 || words[taken + 1].starts_with(|c: char| c.is_ascii_digit());
        if whole {
            return Some((format!("{floor}/{flat}"), taken + 1));
        }
    }
    // `TOP ROAD` and `FIRST AVENUE` are streets.
    (says_floor || says_flat || (floor == "B" && words.len() == 1)).then(|| (floor.to_owned(), taken))
}

fn is_short_number(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// A flat that a spreadsheet took for a date: `02-JAN`, `2-JAN-24`, `JAN-02`, `01/02/2024`, `2024-02-01 00:00:00`. Day
/// and month are floor and flat, as British settings read `2/1`.
fn spreadsheet_date(words: &[&str]) -> Option<(String, usize)> {
    let &first = words.first()?;
    let pieces: Vec<&str> = first.split(['-', '/']).collect();
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let year = |text: &str| matches!(text.len(), 2 | 4) && number(text).is_some();
    let (floor, flat) = match pieces[..] {
        [day, name] | [day, name, _] if month(name).is_some() && pieces.get(2).is_none_or(|last| year(last)) => {
            (number(day)?, month(name)?)
        }
        [name, rest] if month(name).is_some() => (month(name)?, number(rest)?),
        [day, month, last] if last.len() == 4 && first.contains('/') && year(last) => (number(day)?, number(month)?),
        [first_of, month, day] if first_of.len() == 4 && first.contains('-') && year(first_of) => {
            (number(day)?, number(month)?)
        }
        _ => return None,
    };
    let fits = (1..=31).contains(&floor) && (1..=99).contains(&flat);
    let time = words.get(1).is_some_and(|next| next.contains(':') && next.bytes().all(|b| b"0:".contains(&b)));
    fits.then(|| (format!("{floor}/{flat}"), 1 + usize::from(time)))
}

/// `JAN`, `JANUARY`: the month's number.
fn month(name: &str) -> Option<u16> {
    const MONTHS: [&str; 12] = [
        "JANUARY",
        "FEBRUARY",
        "MARCH",
        "APRIL",
        "MAY",
        "JUNE",
        "JULY",
        "AUGUST",
        "SEPTEMBER",
        "OCTOBER",
        "NOVEMBER",
        "DECEMBER",
    ];
    let at = MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(name))?;
    Some(at as u16 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_front(text: &str) -> Option<(String, usize)> {
        front(&text.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn each_way_to_write_a_flat_has_one_form() {
        for (text, flat) in [
            ("2/1", "2/1"),
            ("02/01", "2/1"),
            ("FLAT 2/1", "2/1"),
            ("FLAT 2-1", "2/1"),
            ("FLT NO 2/1", "2/1"),
            ("0/2", "0/2"),
            ("G/2", "0/2"),
            ("1F2", "1F2"),
            ("FLAT 1F2", "1F2"),
            ("GF1", "GF1"),
            ("FLAT A", "A"),
            ("FLAT 12B", "12B"),
            ("APARTMENT 7", "7"),
            ("T/L", "T/L"),
            ("TFL", "T/L"),
            ("TOP LEFT", "T/L"),
            ("TOP FLOOR LEFT", "T/L"),
            ("GFL", "G/L"),
            ("G/F/L", "G/L"),
            ("GROUND FLOOR LEFT", "G/L"),
            ("FLAT GROUND RIGHT", "G/R"),
            ("1ST FLOOR RIGHT", "1/R"),
            ("SECOND FLOOR FLAT 2", "2/2"),
            ("GROUND FLOOR FLAT", "G"),
            ("TOP FLAT", "T"),
        ] {
            let count = text.split(' ').count();
            assert_eq!(at_front(text), Some((flat.to_owned(), count)), "{text}");
        }
    }

    #[test]
    fn a_flat_that_a_spreadsheet_took_for_a_date_is_turned_back() {
        for (text, flat) in [
            ("02-JAN", "2/1"),
            ("2-JAN", "2/1"),
            ("02-JAN-24", "2/1"),
            ("02-JAN-2024", "2/1"),
            ("01/02/2024", "1/2"),
            ("2024-02-01", "1/2"),
            ("JAN-02", "1/2"),
            ("MAY-40", "5/40"),
        ] {
            assert_eq!(at_front(text), Some((flat.to_owned(), 1)), "{text}");
        }
        assert_eq!(at_front("2024-02-01 00:00:00 40"), Some(("1/2".to_owned(), 2)));
        assert_eq!(at_front("01/02/2024 HIGH STREET"), Some(("1/2".to_owned(), 1)));
        assert_eq!(at_front("12-MARKET"), None);
    }

    #[test]
    fn a_building_is_not_taken_for_a_flat() {
        for text in [
            "40/5 HIGH STREET",
            "40 HIGH STREET",
            "FLATT ROAD",
            "FLAT ROAD",
            "FIRST AVENUE",
            "TOP ROAD",
            "ROSE COTTAGE",
            "FLAT",
        ] {
            assert_eq!(at_front(text), None, "{text}");
        }
    }
}
