//! Surnames that hardly anybody bears, put together of parts.
//!
//! The tables hold names that a region knows. A nation holds tens of thousands more, each borne by a household or a few,
//! and a rule that weighs a name by how often it is met has to bear with those that it never met. The larger the
//! population, the more of it bears such a name.

use std::borrow::Cow;

use crate::names::{Origin, Surname};
use crate::random::Random;

const BEGINNINGS: [&str; 96] = [
    "Ab", "Ach", "Ail", "Al", "Ander", "Ar", "Auch", "Bal", "Ban", "Bar", "Bel", "Ben", "Birk", "Bog", "Bon", "Brack",
    "Braid", "Brank", "Broad", "Brock", "Buck", "Cal", "Cam", "Car", "Cath", "Clar", "Clay", "Cleg", "Cock", "Col",
    "Con", "Corr", "Crag", "Cran", "Cul", "Dal", "Dar", "Den", "Din", "Don", "Drum", "Dun", "Eagle", "Eas", "El",
    "Fal", "Far", "Fen", "Fin", "Flem", "Fox", "Gal", "Gar", "Gil", "Glad", "Glen", "Gold", "Grim", "Had", "Hal",
    "Har", "Haver", "Haw", "Hazel", "Heb", "Her", "Hol", "Hul", "Kel", "Kil", "Kin", "Lam", "Lang", "Led", "Loch",
    "Lud", "Mar", "Mel", "Mos", "Nether", "Nor", "Old", "Pan", "Pit", "Pol", "Quar", "Rad", "Rother", "Sel", "Skel",
    "Sned", "Spal", "Strath", "Thur", "Tul", "Wed",
];

const MIDDLES: [&str; 10] = ["", "", "", "", "", "er", "le", "ing", "an", "y"];

const ENDINGS: [&str; 64] = [
    "ard", "bank", "beck", "bert", "bie", "borough", "bridge", "burn", "by", "cliffe", "combe", "cote", "croft",
    "dale", "dean", "den", "field", "fold", "ford", "garth", "gate", "gill", "ham", "haugh", "head", "hill", "holm",
    "house", "hurst", "ie", "kirk", "land", "latch", "law", "ley", "lie", "loch", "man", "mead", "mont", "mouth",
    "nell", "ness", "ock", "pole", "rick", "ridge", "rigg", "shaw", "side", "son", "stead", "stone", "thorp",
    "thwaite", "ton", "tree", "wald", "ward", "way", "well", "wick", "wood", "worth",
];

const POLISH: [&str; 48] = [
    "Adam", "Bał", "Bart", "Biel", "Bober", "Borow", "Brzez", "Choj", "Cieśl", "Czar", "Czub", "Dęb", "Drozd", "Fili",
    "Gał", "Głow", "Gołąb", "Grud", "Jagod", "Jaś", "Jędrzej", "Kacz", "Kalin", "Klim", "Kłos", "Koc", "Koz", "Kras",
    "Kub", "Lasoc", "Leś", "Lip", "Łuk", "Makow", "Marc", "Miel", "Niedźw", "Olch", "Orłow", "Pal", "Piaseck", "Rad",
    "Sadow", "Sikor", "Sosn", "Stach", "Tar", "Zbor",
];

/// The masculine and the feminine ending.
const POLISH_ENDINGS: [(&str, &str); 8] = [
    ("owski", "owska"),
    ("ewski", "ewska"),
    ("iński", "ińska"),
    ("icki", "icka"),
    ("czyk", "czyk"),
    ("owicz", "owicz"),
    ("iak", "iak"),
    ("ek", "ek"),
];

const EASTERN: [&str; 40] = [
    "Abad", "Ans", "Asgh", "Azam", "Bad", "Barq", "Chand", "Dald", "Far", "Ghaz", "Gil", "Gur", "Had", "Hash", "Ism",
    "Jal", "Jat", "Kal", "Kam", "Kash", "Lat", "Mahm", "Mal", "Nas", "Naw", "Niaz", "Qas", "Rah", "Ram", "Sad", "Saf",
    "Sal", "Sand", "Shams", "Sohan", "Tah", "Umar", "Wal", "Yus", "Zah",
];

const EASTERN_ENDINGS: [&str; 20] = [
    "ani", "ari", "awala", "awi", "een", "eem", "hi", "i", "ia", "idi", "in", "indra", "ir", "ji", "oor", "osh",
    "uddin", "ullah", "wal", "zai",
];

/// The share of families with a rare surname in a population; the demonstration's is small enough to have none.
pub fn share(people: usize) -> f64 {
    /// Up to here the tables are tail enough.
    const SMALL: f64 = 20_000.0;
    /// What every tenfold growth adds.
    const TENFOLD: f64 = 0.06;
    (people as f64 / SMALL).log10().max(0.0) * TENFOLD
}

/// A rare surname of an origin.
pub fn surname(origin: Origin, random: &mut Random) -> Surname {
    let one = |name: String| Surname { feminine: Cow::Owned(name.clone()), masculine: Cow::Owned(name) };
    let mut pick = |parts: &[&'static str]| random.pick(parts);
    match origin {
        Origin::Polish => {
            let beginning = pick(&POLISH);
            let (masculine, feminine) = random.pick(&POLISH_ENDINGS);
            let name = |ending| Cow::Owned(format!("{beginning}{ending}"));
            Surname { masculine: name(masculine), feminine: name(feminine) }
        }
        Origin::SouthAsian => one(format!("{}{}", pick(&EASTERN), pick(&EASTERN_ENDINGS))),
        Origin::Arabic => one(format!("Al-{}{}", pick(&EASTERN), pick(&EASTERN_ENDINGS))),
        Origin::Scots | Origin::Irish | Origin::English => {
            let name = format!("{}{}{}", pick(&BEGINNINGS), pick(&MIDDLES), pick(&ENDINGS));
            let prefix = match origin {
                Origin::Irish => pick(&["Mc", "O'", "O'", "", ""]),
                Origin::English => "",
                _ => pick(&["Mc", "Mac", "", "", "", "", "", "", "", "", "", ""]),
            };
            one(format!("{prefix}{name}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use stewartry::person::Sex;

    use super::*;
    use crate::names::Names;

    #[test]
    fn a_nation_has_a_tail_that_a_demonstration_has_not() {
        assert_eq!(share(8_000), 0.0);
        assert!(share(150_000) > 0.04 && share(5_500_000) < 0.2);
        let tail = |people: usize| {
            let (names, mut random) = (Names::new(people), Random::stream(3, "tail"));
            let mut met: HashMap<String, usize> = HashMap::new();
            for _ in 0..50_000 {
                *met.entry(names.surname(Origin::Scots, &mut random).of(Sex::Male).into_owned()).or_insert(0) += 1;
            }
            (met.len(), met.values().filter(|&&bearers| bearers == 1).count())
        };
        let (few, many) = (tail(8_000), tail(5_500_000));
        assert!(few.0 < 1_700 && many.0 > 4 * few.0 && many.1 > 4_000, "{few:?} {many:?}");
    }

    #[test]
    fn polish_names_keep_their_feminine_form_and_no_accent_is_unknown() {
        let mut random = Random::stream(5, "polish");
        for _ in 0..500 {
            let name = surname(Origin::Polish, &mut random);
            let (his, hers) = (name.of(Sex::Male), name.of(Sex::Female));
            assert_eq!(his.ends_with("ki"), hers.ends_with("ka"), "{his} {hers}");
            assert!(crate::names::without_accents(&his).is_ascii(), "{his}");
        }
    }
}
