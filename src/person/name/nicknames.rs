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
    /// Folded formal name to its own class.
    own: FxHashMap<String, u16>,
    /// The own classes of the other formal names in each class.
    formal: Vec<Vec<u16>>,
}

static NICKNAMES: LazyLock<Nicknames> = LazyLock::new(|| {
    let mut centres = Vec::new();
    let mut classes = FxHashMap::<String, Vec<u16>>::default();
    let mut own = FxHashMap::default();
    for (centre, others) in lines(TABLE) {
        let class = centres.len() as u16; // some hundreds, see the test of the table
        centres.push(centre);
        own.insert(fold_forename(centre), class);
        for name in std::iter::once(centre).chain(others) {
            let of_name = classes.entry(fold_forename(name)).or_default();
            if of_name.last() != Some(&class) {
                of_name.push(class);
            }
        }
    }
    let mut formal = vec![Vec::new(); centres.len()];
    for (name, &class) in &own {
        let others: &[u16] = classes.get(name).map_or(&[], Vec::as_slice);
        others.iter().filter(|&&other| other != class).for_each(|&other| formal[usize::from(other)].push(class));
    }
    formal.iter_mut().for_each(|own: &mut Vec<u16>| own.sort_unstable());
    Nicknames { centres, classes, own, formal }
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

/// The class that a folded forename is the formal name of.
pub fn own_class(folded: &str) -> Option<u16> {
    NICKNAMES.own.get(folded).copied()
}

/// Whether two names can be short for one another: by the classes that each belongs to ([`nickname_classes`]) and its own
/// ([`own_class`]).
///
/// Two names that are formal names both are so only where one stands in the class of the other: John and James can each be
/// Jack, and are two names.
pub fn can_be_one(a: (&[u16], Option<u16>), b: (&[u16], Option<u16>)) -> bool {
    a.0.iter().any(|class| b.0.contains(class))
        && match (a.1, b.1) {
            (Some(own), Some(other)) => a.0.contains(&other) || b.0.contains(&own),
            _ => true,
        }
}

/// Whether two folded forenames can be short for one another. A name of no class can not, not even for itself.
pub fn nicknames(a: &str, b: &str) -> bool {
    can_be_one((nickname_classes(a), own_class(a)), (nickname_classes(b), own_class(b)))
}

/// Marks of a name, such that two names bear a common one where they can be short for one another ([`can_be_one`]): for
/// those who compare lists alone.
pub fn nickname_marks(folded: &str) -> Vec<String> {
    let own = own_class(folded);
    let mut marks = Vec::new();
    for &class in nickname_classes(folded) {
        let formal = |class: u16| &NICKNAMES.formal[usize::from(class)];
        match own {
            // In the class of another formal name it meets all but the other formal names there
            Some(own) if own != class => marks.push(format!("{class}-{own}")),
            _ => marks.push(class.to_string()),
        }
        if own.is_none_or(|own| own == class) {
            marks.extend(formal(class).iter().map(|other| format!("{class}-{other}")));
        }
    }
    marks
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
        for (a, b) in [
            ("CHRISTINA", "GEORGINA"),
            ("AGNES", "ANN"),
            ("GEORGE", "DAVID"),
            ("JAMES", "ROBERT"),
            ("JOHN", "JAMES"),
            ("SARAH", "MARY"),
            ("MARGARET", "MABEL"),
        ] {
            assert!(!nicknames(a, b), "{a} {b}");
        }
        for (a, b) in [("JACK", "JAMES"), ("JACK", "JOHN"), ("IAN", "JOHN"), ("PEGGY", "MAGGIE"), ("MORAG", "MARY")] {
            assert!(nicknames(a, b) && nicknames(b, a), "{a} {b}");
        }
        assert!(nickname_classes("INA").len() > 5);
    }

    #[test]
    fn names_bear_a_common_mark_where_they_can_be_short_for_one_another() {
        let names: Vec<String> = lines(TABLE)
            .flat_map(|(centre, others)| std::iter::once(centre).chain(others))
            .map(fold_forename)
            .collect();
        let marks: Vec<Vec<String>> = names.iter().map(|name| nickname_marks(name)).collect();
        for (a, of_a) in names.iter().zip(&marks).step_by(7) {
            for (b, of_b) in names.iter().zip(&marks) {
                assert_eq!(of_a.iter().any(|mark| of_b.contains(mark)), nicknames(a, b), "{a} {b}");
            }
        }
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
