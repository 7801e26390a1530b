//! Who may be called what: the classes of `assets/nicknames.tsv`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::fold_forename;

/// A class a line: the formal name, a tab, the names that stand for it.
const TABLE: &str = include_str!("../../../assets/nicknames.tsv");

struct Nicknames {
    /// The formal name at the centre of each class.
    centres: Vec<&'static str>,
    /// Folded name to the classes it belongs to, in ascending order.
    classes: FxHashMap<String, Vec<u16>>,
}

static NICKNAMES: LazyLock<Nicknames> = LazyLock::new(|| {
    let mut centres = Vec::new();
    let mut classes = FxHashMap::<String, Vec<u16>>::default();
    for (centre, others) in lines(TABLE) {
        let class = centres.len() as u16; // some hundreds, see the test of the table
        centres.push(centre);
        for name in std::iter::once(centre).chain(others) {
            let of_name = classes.entry(fold_forename(name)).or_default();
            if of_name.last() != Some(&class) {
                of_name.push(class);
            }
        }
    }
    Nicknames { centres, classes }
});

/// The lines of a table in `assets/`: a heading, a tab, names between spaces. `#` begins a remark.
pub(super) fn lines(table: &'static str) -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(heading, names)| (heading, names.split_ascii_whitespace()))
}

/// The classes of names that a folded forename belongs to (Senga, Agnes, Nan → the same), ascending; a name can belong
/// to several. Empty: in no class.
pub fn nickname_classes(folded: &str) -> &'static [u16] {
    NICKNAMES.classes.get(folded).map_or(&[], Vec::as_slice)
}

/// The formal name at the centre of a class, as a screen says it: `Agnes`.
pub fn class_name(class: u16) -> Option<&'static str> {
    NICKNAMES.centres.get(usize::from(class)).copied()
}

/// Whether two folded forenames share a nickname class. A name of no class shares none, not even with itself.
pub fn nicknames(a: &str, b: &str) -> bool {
    let others = nickname_classes(b);
    nickname_classes(a).iter().any(|class| others.contains(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scots_names_of_the_field_meet_their_formal_ones() {
        for (formal, others) in [
            ("AGNES", "SENGA NAN"),
            ("ROBERT", "RAB RABBIE BERT BOB"),
            ("CHRISTINA", "INA CHRISSIE KIRSTY"),
            ("GEORGINA", "INA"),
            ("WILLIAMINA", "INA MINA MINNIE"),
            ("JANET", "JESSIE NETTA"),
            ("EUPHEMIA", "EFFIE"),
            ("JAMES", "HAMISH JIM SEUMAS"),
            ("SARAH", "MORAG SALLY"),
            ("MARY", "MORAG MAIRI MHAIRI MOIRA MOLLY"),
            ("GEORGE", "DOD GEORDIE"),
            ("ANN", "NAN NANCY"),
            ("ALEXANDER", "ECK SANDY ALASDAIR"),
            ("ISABELLA", "ISA ELLA BELLA ISHBEL"),
            ("HUGH", "SHUG UISDEAN"),
            ("THOMAS", "TAM"),
            ("WILHELMINA", "MINA MINNIE"),
            ("ELIZABETH", "BETTY ELSIE ELSPETH"),
            ("MARGARET", "PEGGY MAISIE MAIREAD"),
            ("JOHN", "IAN IAIN JOCK"),
            ("RORY", "RUAIRIDH RODERICK"),
            ("HELEN", "EILIDH NELL"),
            ("CATHERINE", "CATRIONA KATE"),
            ("CHRISTOPHER", "KRZYSZTOF CHRIS"),
            ("MOHAMMED", "MUHAMMAD MOHAMED"),
        ] {
            for other in others.split(' ') {
                assert!(nicknames(formal, other) && nicknames(other, formal), "{formal} {other}");
            }
        }
    }

    #[test]
    fn a_shared_nickname_does_not_join_two_formal_names() {
        for (a, b) in [("CHRISTINA", "GEORGINA"), ("AGNES", "ANN"), ("GEORGE", "DAVID"), ("JAMES", "ROBERT")] {
            assert!(!nicknames(a, b), "{a} {b}");
        }
        assert!(nickname_classes("INA").len() > 5);
    }

    #[test]
    fn a_name_of_no_class_has_none() {
        assert!(nickname_classes("XQZ").is_empty() && nickname_classes("").is_empty());
        assert!(!nicknames("XQZ", "XQZ"));
    }

    #[test]
    fn a_class_is_named_after_its_centre() {
        let centres: Vec<_> = nickname_classes("SENGA").iter().filter_map(|&class| class_name(class)).collect();
        assert_eq!(centres, ["Agnes"]);
        assert_eq!(class_name(u16::MAX), None);
    }

    #[test]
    fn the_table_is_well_formed() {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(rows, NICKNAMES.centres.len(), "a line without a tab is lost");
        assert!((400..1000).contains(&rows), "{rows}");
        let mut centres: Vec<_> = NICKNAMES.centres.iter().map(|centre| fold_forename(centre)).collect();
        centres.sort();
        centres.dedup();
        assert_eq!(centres.len(), rows, "a formal name has one class");
        for (centre, others) in lines(TABLE) {
            let mut folded: Vec<_> = others.map(fold_forename).collect();
            assert!(!folded.is_empty() && folded.iter().all(|name| !name.is_empty()), "{centre}");
            let count = folded.len();
            folded.push(fold_forename(centre));
            folded.sort();
            folded.dedup();
            assert_eq!(folded.len(), count + 1, "{centre} names somebody twice");
        }
        assert!(NICKNAMES.classes.values().all(|classes| classes.is_sorted()));
    }
}
