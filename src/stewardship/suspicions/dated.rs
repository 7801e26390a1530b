//! The day of an extract, by its file's name.

use jiff::civil::Date;

/// The date that a file name holds (`mosaic_2026-11-03.csv`, `chi 20261103.csv`, `03-11-2026`): `None` where it holds none, or
/// more than one.
pub(super) fn date_in(name: &str) -> Option<Date> {
    let parts: Vec<&str> = name.split(|c: char| !c.is_ascii_digit()).collect();
    let mut found: Option<Date> = None;
    let mut take = |year: &str, month: &str, day: &str| {
        let (Ok(year), Ok(month), Ok(day)) = (year.parse::<i16>(), month.parse::<i8>(), day.parse::<i8>()) else {
            return true;
        };
        if !(2000..2100).contains(&year) {
            return true;
        }
        let Ok(date) = Date::new(year, month, day) else { return true };
        let agrees = found.is_none_or(|known| known == date);
        found = Some(date);
        agrees
    };
    for part in &parts {
        // A time may follow the day.
        if matches!(part.len(), 8 | 12 | 14) {
            let one = take(&part[..4], &part[4..6], &part[6..8]);
            let other = take(&part[4..8], &part[2..4], &part[..2]);
            if !one || !other {
                return None;
            }
        }
    }
    for three in parts.windows(3) {
        let fits = match [three[0].len(), three[1].len(), three[2].len()] {
            [4, 1 | 2, 1 | 2] => take(three[0], three[1], three[2]),
            [1 | 2, 1 | 2, 4] => take(three[2], three[1], three[0]),
            _ => true,
        };
        if !fits {
            return None;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_name_says_its_day_in_the_usual_ways_or_not_at_all() {
        for (name, day) in [
            ("mosaic_2026-11-03.csv", Some(date(2026, 11, 3))),
            ("CHI 03.11.2026 v2.csv", Some(date(2026, 11, 3))),
            ("chi_20261103T0915.csv", Some(date(2026, 11, 3))),
            ("chi_03112026.csv", Some(date(2026, 11, 3))),
            ("chi_20261103_2026-11-03.csv", Some(date(2026, 11, 3))),
            ("2026-11-03_to_2026-12-03.csv", None),
            ("mosaic.csv", None),
            ("export 12345678.csv", None),
            ("0101011237.csv", None),
        ] {
            assert_eq!(date_in(name), day, "{name}");
        }
    }
}
