//! Places: the towns, streets and postcodes of Dumfries and Galloway, and of the rest of Scotland when an extract is
//! larger than the region; and how the two files write an address down.
//!
//! Districts and sectors are real; which street has which postcode is invented.

use std::collections::HashMap;

use crate::names::rows;
use crate::random::{Random, Weighted, mix};

/// What stands at a postcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Build {
    /// Houses with numbers.
    Houses,
    /// Tenements and blocks with numbers and flats.
    Flats,
    /// Cottages and farms with names.
    Country,
    /// One care home.
    CareHome,
}

/// A stretch of a street with one postcode.
#[derive(Debug, Clone)]
struct Unit {
    /// The town as an address names it, perhaps with a locality before it: `Heathhall, Dumfries`.
    town: &'static str,
    county: &'static str,
    street: &'static str,
    house: &'static str,
    first: u16,
    build: Build,
    postcode: String,
    abroad: bool,
}

/// Where somebody lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home {
    unit: u32,
    number: u16,
    flat: Flat,
    house: &'static str,
}

/// A flat, in the forms that Scotland writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flat {
    None,
    /// `2/1`: floor, then door.
    FloorDoor(u8, u8),
    /// `1F2`.
    FloorF(u8, u8),
    /// `40/5`: the building, then the flat.
    Sub(u8),
    /// `Flat B`.
    Letter(char),
}

/// How a file writes addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As typed into Mosaic.
    Mosaic,
    /// As CHI prints it: capitals, often abbreviated.
    Chi,
}

/// An address as written, and what was particular about it.
pub struct Written {
    pub lines: [String; 3],
    pub postcode: String,
    pub flat_as_date: bool,
}

/// What may go wrong in an address.
pub struct Slips {
    pub street: bool,
    pub number: bool,
    pub flat_as_date: f64,
}

/// Everywhere that people of an extract live.
pub struct Places {
    units: Vec<Unit>,
    care_homes: Vec<u32>,
    next_care_home: usize,
}

/// Real inward codes avoid C, I, K, M, O and V.
const INWARD: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";

/// People who live in the region: what an extract holds beyond that lives elsewhere in Scotland.
const LOCAL_PEOPLE: usize = 148_000;

struct Town {
    name: &'static str,
    county: &'static str,
    district: &'static str,
    sectors: Vec<char>,
    rural: f64,
    region: &'static str,
}

impl Places {
    /// Lays out enough streets for a number of people.
    pub fn new(people: usize, seed: u64) -> Self {
        let mut random = Random::stream(seed, "places");
        let towns = towns(people);
        let mut streets: HashMap<&str, Vec<&'static str>> = HashMap::new();
        for [town, street] in rows(include_str!("data/streets.tsv")) {
            streets.entry(town).or_default().push(street);
        }
        let (mut houses, mut homes) = (Vec::new(), Vec::new());
        for [kind, name] in rows(include_str!("data/houses.tsv")) {
            if kind == "care home" { homes.push(name) } else { houses.push(name) }
        }
        random.shuffle(&mut homes);

        // A small extract gets few people a postcode, so that its neighbours are still neighbours.
        let per_unit = if people < 100_000 { 14 } else { 34 };
        let care_homes = people / 2_600 + 2;
        let count = people / per_unit + 40 + care_homes;
        let mut used: HashMap<(&str, char), usize> = HashMap::new();
        let mut places = Self { units: Vec::with_capacity(count), care_homes: Vec::new(), next_care_home: 0 };
        for index in 0..count {
            let town = towns.pick(&mut random);
            let care_home = index < care_homes && town.region != "england";
            let build = if care_home {
                Build::CareHome
            } else if random.chance(town.rural) {
                Build::Country
            } else if random.chance(if town.rural < 0.04 { 0.3 } else { 0.1 }) {
                Build::Flats
            } else {
                Build::Houses
            };
            let own = streets.get(town.name.rsplit(", ").next().unwrap_or(town.name)).filter(|_| random.chance(0.7));
            let street = random.pick(own.unwrap_or(&streets["*"]));
            // A street lies in one sector of its town.
            let spot = street.bytes().fold(town.name.len() as u64, |state, byte| mix(state ^ u64::from(byte)));
            let sector = town.sectors[spot as usize % town.sectors.len()];
            let taken = used.entry((town.district, sector)).or_insert(0);
            *taken += 1;
            let inward = (*taken * 149 + spot as usize % 7) % 400; // 149 and 400 share no factor: no postcode twice
            let letters = [INWARD[inward / 20], INWARD[inward % 20]].map(char::from);
            if care_home {
                places.care_homes.push(index as u32);
            }
            places.units.push(Unit {
                town: town.name,
                county: town.county,
                street: if build == Build::Country && random.chance(0.7) { "" } else { street },
                house: if care_home { homes[places.care_homes.len() % homes.len()] } else { random.pick(&houses) },
                first: random.between(0, 11) as u16 * 8 + 1,
                build,
                postcode: format!("{} {sector}{}{}", town.district, letters[0], letters[1]),
                abroad: town.region == "england",
            });
        }
        places
    }

    /// A home for a household.
    pub fn home(&self, random: &mut Random) -> Home {
        loop {
            let index = random.below(self.units.len());
            if self.units[index].build != Build::CareHome {
                return self.home_at(index as u32, random);
            }
        }
    }

    /// The next care home: each is filled in its turn.
    pub fn care_home(&mut self, random: &mut Random) -> Home {
        let unit = self.care_homes[self.next_care_home % self.care_homes.len()];
        self.next_care_home += 1;
        self.home_at(unit, random)
    }

    fn home_at(&self, unit: u32, random: &mut Random) -> Home {
        let place = &self.units[unit as usize];
        let flat = match place.build {
            Build::Flats => match random.outcome(&[50, 12, 20, 18]) {
                0 => Flat::FloorDoor(random.between(0, 3) as u8, random.between(1, 4) as u8),
                1 => Flat::FloorF(random.between(1, 3) as u8, random.between(1, 3) as u8),
                2 => Flat::Sub(random.between(1, 12) as u8),
                _ => Flat::Letter(random.pick(&['A', 'B', 'C', 'D'])),
            },
            _ => Flat::None,
        };
        let spread = if place.build == Build::Flats { 4 } else { 30 };
        let house = if place.build == Build::Country {
            let houses: usize = self.units.len();
            self.units[(unit as usize * 31 + random.below(12)) % houses].plain_house(place.house)
        } else {
            place.house
        };
        Home { unit, number: place.first + random.between(0, spread) as u16, flat, house }
    }

    /// Whether a home is outside Scotland.
    pub fn is_abroad(&self, home: Home) -> bool {
        self.units[home.unit as usize].abroad
    }

    /// Whether a home is a flat.
    pub fn is_flat(&self, home: Home) -> bool {
        home.flat != Flat::None
    }

    /// Writes an address down as a file does.
    pub fn write(&self, home: Home, style: Style, slips: &Slips, random: &mut Random) -> Written {
        let unit = &self.units[home.unit as usize];
        let chi = style == Style::Chi;
        let mut street = unit.street.to_owned();
        if slips.street {
            street = crate::slips::mistype(&street, random);
        }
        if random.chance(if chi { 0.4 } else { 0.08 }) {
            street = abbreviated(&street);
        }
        let number = if slips.number { home.number + random.pick(&[1, 2, 10]) } else { home.number };
        let mut flat_as_date = false;
        let first;
        let mut second = String::new();
        match unit.build {
            Build::CareHome => {
                first = match random.outcome(if chi { &[45, 30, 25] } else { &[70, 10, 20] }) {
                    0 => format!("{} Care Home", unit.house),
                    1 => format!("{} Nursing Home", unit.house),
                    _ => format!("Room {}, {} Care Home", random.between(1, 45), unit.house),
                };
                second = street;
            }
            Build::Country => {
                first = home.house.to_owned();
                second = street;
            }
            Build::Houses => first = format!("{number} {street}"),
            Build::Flats => match home.flat {
                Flat::FloorDoor(floor, door) => match random.outcome(if chi { &[50, 25, 25] } else { &[35, 35, 30] }) {
                    0 => (first, second) = (format!("Flat {floor}/{door}"), format!("{number} {street}")),
                    1 => first = format!("Flat {floor}/{door}, {number} {street}"),
                    _ if floor > 0 && random.chance(slips.flat_as_date) => {
                        // A spreadsheet reads 2/1 as the second of January.
                        flat_as_date = true;
                        let month = ["Jan", "Feb", "Mar", "Apr"][usize::from(door) - 1];
                        (first, second) = (format!("{floor:02}-{month}"), format!("{number} {street}"));
                    }
                    _ => first = format!("{floor}/{door} {number} {street}"),
                },
                Flat::FloorF(floor, door) => first = format!("{floor}F{door}, {number} {street}"),
                Flat::Sub(flat) if random.chance(0.6) => first = format!("{number}/{flat} {street}"),
                Flat::Sub(flat) => first = format!("Flat {flat}, {number} {street}"),
                Flat::Letter(letter) if random.chance(0.5) => first = format!("{number}{letter} {street}"),
                Flat::Letter(letter) => (first, second) = (format!("Flat {letter}"), format!("{number} {street}")),
                Flat::None => first = format!("{number} {street}"),
            },
        }
        let mut lines = vec![first];
        if !second.is_empty() {
            lines.push(second);
        }
        lines.extend(unit.town.split(", ").map(str::to_owned));
        if lines.len() < 3 && random.chance(if chi { 0.55 } else { 0.3 }) {
            lines.push(unit.county.to_owned());
        }
        if lines.len() > 3 {
            let tail = lines.split_off(2).join(", ");
            lines.push(tail);
        }
        let mut lines = lines.into_iter().map(|line| if chi { line.to_uppercase() } else { line });
        let lines = [(); 3].map(|()| lines.next().unwrap_or_default());
        Written { lines, postcode: unit.postcode.clone(), flat_as_date }
    }
}

impl Unit {
    /// The name of a country house hereabouts; a care home's name is no house's.
    fn plain_house(&self, otherwise: &'static str) -> &'static str {
        if self.build == Build::CareHome { otherwise } else { self.house }
    }
}

/// The towns by the share of an extract's people that live in each.
fn towns(people: usize) -> Weighted<Town> {
    let local = (LOCAL_PEOPLE as f64 / people.max(1) as f64).min(1.0) * 0.97;
    let share = |region: &str| match region {
        "local" => local,
        "near" => 0.018 + (0.97 - local) * 0.06,
        "england" => 0.006,
        _ => 0.006 + (0.97 - local) * 0.94,
    };
    let table: Vec<[&'static str; 7]> = rows(include_str!("data/places.tsv")).collect();
    let number = |cell: &str| cell.parse::<f64>().unwrap_or(0.0);
    let total = |region: &str| table.iter().filter(|row| row[0] == region).map(|row| number(row[5])).sum::<f64>();
    let mut towns = Weighted::default();
    for [region, name, county, district, sectors, people, rural] in table.iter().copied() {
        let weight = share(region) * number(people) / total(region);
        let sectors = sectors.chars().filter(char::is_ascii_digit).collect();
        let town = Town { name, county, district, sectors, rural: number(rural) / 100.0, region };
        towns.push(town, (weight * 1e9) as u64);
    }
    towns
}

/// A street with its last word as printed labels shorten it.
fn abbreviated(street: &str) -> String {
    let Some((front, last)) = street.rsplit_once(' ') else { return street.to_owned() };
    let short = match last {
        "Street" => "St",
        "Road" => "Rd",
        "Avenue" => "Ave",
        "Crescent" => "Cres",
        "Drive" => "Dr",
        "Place" => "Pl",
        "Terrace" => "Terr",
        "Gardens" => "Gdns",
        "Court" => "Ct",
        other => other,
    };
    format!("{front} {short}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn postcodes_are_of_the_region_and_each_stands_for_one_stretch_of_street() {
        let places = Places::new(8_000, 1);
        let postcodes: HashSet<&str> = places.units.iter().map(|unit| unit.postcode.as_str()).collect();
        assert!(postcodes.len() * 100 >= places.units.len() * 97, "{} of {}", postcodes.len(), places.units.len());
        let local = places.units.iter().filter(|unit| unit.postcode.starts_with("DG")).count();
        assert!(local * 100 > places.units.len() * 93);
        for unit in &places.units {
            assert!(stewartry_form(&unit.postcode), "{}", unit.postcode);
        }
    }

    /// `A9 9AA` to `AA99 9AA`.
    fn stewartry_form(postcode: &str) -> bool {
        let Some((outward, inward)) = postcode.split_once(' ') else { return false };
        let inward = inward.as_bytes();
        (2..=4).contains(&outward.len())
            && inward.len() == 3
            && inward[0].is_ascii_digit()
            && inward[1..].iter().all(|letter| INWARD.contains(letter))
    }

    #[test]
    fn a_large_extract_lives_mostly_elsewhere_in_scotland() {
        let places = Places::new(1_000_000, 1);
        let local = places.units.iter().filter(|unit| unit.postcode.starts_with("DG")).count();
        let share = local as f64 / places.units.len() as f64;
        assert!((0.1..0.2).contains(&share), "{share}");
    }

    #[test]
    fn the_two_files_write_one_flat_differently() {
        let places = Places::new(8_000, 1);
        let mut random = Random::stream(1, "test");
        let slips = Slips { street: false, number: false, flat_as_date: 0.0 };
        let home = loop {
            let home = places.home(&mut random);
            if matches!(home.flat, Flat::FloorDoor(..)) {
                break home;
            }
        };
        let forms: HashSet<[String; 3]> =
            (0..40).map(|_| places.write(home, Style::Mosaic, &slips, &mut random).lines).collect();
        assert!(forms.len() >= 3);
        assert_eq!(abbreviated("Great King Street"), "Great King St");
    }
}
