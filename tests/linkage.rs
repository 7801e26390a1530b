//! The engine through its public interface: the demonstration against its truth, and the people whom it must not
//! confuse.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use stewartry::cli::link::LinkArgs;
use stewartry::intake::{self, Kind, Row, Verdict};
use stewartry::linkage::{
    self, Comparison, Cuts, Label, Model, Options, Outcome, PairRecord, ScoredPair, Session, Side, Table, explain,
    explain_as, score_pair, told,
};
use stewartry::pair::{Band, Hazards, PairKind};
use stewartry::person::{Chi, ChiRecord, ChiStatus, Details, MosaicId, MosaicRecord, PartialDate, Sex};
use stewartry::progress::Progress;

/// Two files of records, as they were read.
#[derive(Clone, Default)]
struct Extracts {
    mosaic: Vec<MosaicRecord>,
    chi: Vec<ChiRecord>,
}

impl Extracts {
    fn demonstration() -> Self {
        let mut extracts = Self::default();
        for (name, kind) in [("mosaic.csv", Kind::Mosaic), ("chi.csv", Kind::Chi)] {
            let plan = intake::glance(&demonstration(name), Some(kind)).unwrap();
            intake::read(&plan, &Progress::new(), &mut |verdict| {
                if let Verdict::Accepted(accepted) = verdict {
                    match accepted.row {
                        Row::Mosaic(record) => extracts.mosaic.push(record),
                        Row::Chi(record) => extracts.chi.push(record),
                        Row::Pair(_) | Row::Relationship(_) => unreachable!("an extract has no pairs"),
                    }
                }
                Ok(())
            })
            .unwrap();
        }
        extracts
    }

    fn link(&self, threads: usize) -> Found<'_> {
        self.link_taught(threads, Vec::new())
    }

    fn link_taught(&self, threads: usize, labels: Vec<Label>) -> Found<'_> {
        let (mut mosaic, mut chi) = (Table::new(Side::Mosaic), Table::new(Side::Chi));
        self.mosaic.iter().for_each(|r| mosaic.push_mosaic(r));
        self.chi.iter().for_each(|r| chi.push_chi(r));
        let options = Options { threads: Some(threads), labels, ..Options::default() };
        let outcome = linkage::link(mosaic, chi, &options, &Progress::new()).unwrap();
        Found { extracts: self, outcome }
    }

    fn mosaic(&mut self, id: &str, details: Details) -> &mut MosaicRecord {
        self.mosaic.push(MosaicRecord {
            id: MosaicId::parse(id).unwrap(),
            details,
            chi_given: String::new(),
            chi: None,
            context: String::new(),
            restricted: false,
            changed_given: String::new(),
            changed: None,
            holds: Vec::new(),
        });
        self.mosaic.last_mut().unwrap()
    }

    fn chi(&mut self, chi: Chi, details: Details) -> &mut ChiRecord {
        self.chi.push(ChiRecord { chi, details, status: ChiStatus::Current, upi: None });
        self.chi.last_mut().unwrap()
    }
}

struct Found<'a> {
    extracts: &'a Extracts,
    outcome: Outcome,
}

impl Found<'_> {
    fn mosaic_id(&self, row: u32) -> &str {
        self.extracts.mosaic[row as usize].id.as_str()
    }

    fn links_of(&self, id: &str) -> Vec<(&str, &ScoredPair)> {
        let links = self.outcome.links.iter().filter(|l| self.mosaic_id(l.left) == id);
        links.map(|l| (self.extracts.chi[l.right as usize].chi.as_str(), l)).collect()
    }

    fn link(&self, id: &str, chi: &Chi) -> Option<&ScoredPair> {
        self.links_of(id).into_iter().find(|(number, _)| *number == chi.as_str()).map(|(_, link)| link)
    }

    /// Everything that was found, by ids, as text: what must not depend on threads or on the order of rows.
    fn lines(&self) -> Vec<String> {
        let line = |left: &str, right: &str, p: &ScoredPair| {
            format!(
                "{left},{right},{:x},{:x},{:?},{:x},{:?},{},{:?},{}",
                p.weight.to_bits(),
                p.probability.to_bits(),
                p.band,
                p.pattern.0,
                p.hazards,
                p.keys,
                p.runner_up,
                p.best
            )
        };
        let Outcome { links, duplicates, .. } = &self.outcome;
        let chi = |row: u32| self.extracts.chi[row as usize].chi.as_str();
        let links = links.iter().map(|p| line(self.mosaic_id(p.left), chi(p.right), p));
        let duplicates = duplicates.iter().map(|p| line(self.mosaic_id(p.left), self.mosaic_id(p.right), p));
        links.chain(duplicates).collect()
    }
}

fn demonstration(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(name)
}

/// What the generator knows of a Mosaic record: its CHI ("" for none) and its person.
fn truth() -> BTreeMap<String, (String, String)> {
    let mut rows = csv::Reader::from_path(demonstration("truth.csv")).unwrap();
    rows.records().map(|r| r.unwrap()).map(|r| (r[0].to_owned(), (r[1].to_owned(), r[2].to_owned()))).collect()
}

/// A valid number for a date, a sex and a count of people before.
fn number(day: u8, month: u8, year: u16, sex: Sex, nth: usize) -> Chi {
    let mut valid = (0..1000).rev().filter_map(|tail: u32| {
        let fits = tail.is_multiple_of(2) == (sex == Sex::Female);
        let nine = format!("{day:02}{month:02}{:02}{tail:03}", year % 100);
        (0..10).filter(|_| fits).find_map(|check| Chi::parse(&format!("{nine}{check}")).ok())
    });
    valid.nth(nth).unwrap()
}

fn person(surname: &str, forename: &str, birth: (u16, u8, u8), home: (&str, &str)) -> Details {
    Details {
        surname: surname.into(),
        forename: forename.into(),
        sex: Sex::Male,
        birth: PartialDate::whole(birth.0, birth.1, birth.2),
        address: vec![home.0.into(), "Dumfries".into()],
        postcode: home.1.into(),
        ..Details::default()
    }
}

const HOME: (&str, &str) = ("41 Testing Brae", "DG1 4ZY");

#[test]
fn no_automatic_link_of_the_demonstration_is_wrong() {
    let extracts = Extracts::demonstration();
    let found = extracts.link(2);
    let truth = truth();
    let right = |l: &&ScoredPair| truth[found.mosaic_id(l.left)].0 == extracts.chi[l.right as usize].chi.as_str();
    let all = truth.values().filter(|(chi, _)| !chi.is_empty()).count() as f64;

    let auto: Vec<_> = found.outcome.links.iter().filter(|l| l.band == Band::Auto).collect();
    assert_eq!(auto.iter().filter(|l| !right(l)).count(), 0, "wrong automatic links");
    let share = auto.len() as f64 / all;

    let likely: Vec<_> = found.outcome.links.iter().filter(|l| l.probability >= 0.5).collect();
    let hits = likely.iter().filter(|l| right(l)).count() as f64;
    let f1 = 2.0 * hits / (likely.len() as f64 + all);

    let auto_or_review = found.outcome.links.iter().filter(|l| l.band != Band::Low).filter(right).count() as f64 / all;

    let pairs = &found.outcome.duplicates;
    let same = |p: &&ScoredPair| truth[found.mosaic_id(p.left)].1 == truth[found.mosaic_id(p.right)].1;
    let merges: Vec<_> = pairs.iter().filter(|p| p.band == Band::Auto).collect();
    assert_eq!(merges.iter().filter(|p| !same(p)).count(), 0, "wrong automatic duplicates");
    let mut people: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, person) in truth.values() {
        *people.entry(person).or_default() += 1;
    }
    let true_pairs: usize = people.values().map(|n| n * (n - 1) / 2).sum();
    let likely: Vec<_> = pairs.iter().filter(|p| p.probability >= 0.5).collect();
    let duplicates_f1 = 2.0 * likely.iter().filter(|p| same(p)).count() as f64 / (likely.len() + true_pairs) as f64;

    println!(
        "auto {share:.4} of true links, none wrong; in auto or review {auto_or_review:.4}; F1 at even odds {f1:.4}"
    );
    println!("duplicates: auto {} of {true_pairs}, none wrong; F1 at even odds {duplicates_f1:.4}", merges.len());
    assert!(share > 0.75, "{share}");
    assert!(f1 > 0.98, "{f1}");
    assert!(auto_or_review > 0.99, "{auto_or_review}");
    assert!(duplicates_f1 > 0.92, "{duplicates_f1}");
}

#[test]
fn two_mosaic_records_share_an_automatic_chi_only_as_automatic_duplicates() {
    let extracts = Extracts::demonstration();
    let found = extracts.link(2);
    let banded: BTreeSet<_> = found
        .outcome
        .duplicates
        .iter()
        .filter(|p| p.band == Band::Auto)
        .map(|p| (p.left.min(p.right), p.left.max(p.right)))
        .collect();
    let mut holders: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for link in found.outcome.links.iter().filter(|l| l.band == Band::Auto) {
        holders.entry(link.right).or_default().push(link.left);
    }
    assert!(holders.values().any(|lefts| lefts.len() > 1), "the demonstration has duplicates that share a CHI");
    for lefts in holders.values() {
        for a in lefts {
            for b in lefts.iter().filter(|b| a < *b) {
                assert!(banded.contains(&(*a, *b)), "{} {}", found.mosaic_id(*a), found.mosaic_id(*b));
            }
        }
    }
}

#[test]
fn threads_and_the_order_of_rows_change_nothing() {
    let extracts = Extracts::demonstration();
    let first = extracts.link(1).lines();
    assert!(first.len() > 3000);
    assert_eq!(first, extracts.link(3).lines(), "three threads");
    let mut turned = extracts.clone();
    turned.mosaic.reverse();
    turned.chi.rotate_left(1234);
    turned.chi.reverse();
    assert_eq!(first, turned.link(2).lines(), "rows in another order");
    let mut sorted = first.clone();
    sorted.sort_by(|a, b| a.split(',').take(2).cmp(b.split(',').take(2)));
    let links = first.len() - extracts.link(1).outcome.duplicates.len();
    assert!(first[..links].is_sorted_by(|a, b| a.split(',').take(2).lt(b.split(',').take(2))), "sorted by ids");
}

#[test]
fn a_session_that_is_updated_finds_what_a_run_over_both_files_finds() {
    let before = Extracts::demonstration();
    let mut after = before.clone();
    // Every twentieth record is gone, every tenth has changed, and a few are new
    let mut changed = Table::new(Side::Mosaic);
    let mut gone = Vec::new();
    after.mosaic.retain(|record| {
        let goes = record.id.as_str().ends_with('7') && record.id.as_str().bytes().map(u32::from).sum::<u32>() % 2 == 0;
        gone.extend(goes.then(|| record.id.clone()));
        !goes
    });
    for (at, record) in after.mosaic.iter_mut().enumerate().filter(|(at, _)| at % 10 == 3) {
        match at % 30 {
            3 => record.details.surname = format!("{}son", record.details.surname),
            13 => record.details.birth = PartialDate::whole(1980, 2, 3),
            _ => record.details.forename = "Zebedee".to_owned(),
        }
        changed.push_mosaic(record);
    }
    for nth in 0..5 {
        let home = (before.chi[nth].details.address[0].as_str(), "DG1 2AB");
        let details = Details { birth: before.chi[nth].details.birth, ..person("Newcome", "Ann", (1970, 5, 6), home) };
        changed.push_mosaic(after.mosaic(&format!("new-{nth}"), details));
    }
    assert!(gone.len() > 50 && changed.len() > 200);

    let (mut mosaic, mut chi) = (Table::new(Side::Mosaic), Table::new(Side::Chi));
    before.mosaic.iter().for_each(|r| mosaic.push_mosaic(r));
    before.chi.iter().for_each(|r| chi.push_chi(r));
    let options = Options { threads: Some(2), ..Options::default() };
    let (mut session, first) = Session::start(mosaic, chi, &options, &Progress::new()).unwrap();
    let by_id = |session: &Session, outcome: &Outcome| {
        let ids = session.mosaic_ids();
        let id = |row: u32| ids.mosaic_id(row).to_owned();
        let line = |p: &ScoredPair, right: String| {
            format!("{} {right} {:x} {:?} {:?}", id(p.left), p.weight.to_bits(), p.band, p.hazards)
        };
        let links = outcome.links.iter().map(|p| line(p, after.chi[p.right as usize].chi.to_string()));
        links.chain(outcome.duplicates.iter().map(|p| line(p, id(p.right)))).collect::<Vec<String>>()
    };
    let whole = |extracts: &Extracts| {
        let found = extracts.link(2);
        let id = |row: u32| found.mosaic_id(row).to_owned();
        let line = |p: &ScoredPair, right: String| {
            format!("{} {right} {:x} {:?} {:?}", id(p.left), p.weight.to_bits(), p.band, p.hazards)
        };
        let links = found.outcome.links.iter().map(|p| line(p, extracts.chi[p.right as usize].chi.to_string()));
        let lines: Vec<String> = links.chain(found.outcome.duplicates.iter().map(|p| line(p, id(p.right)))).collect();
        (lines, found.outcome.model, found.outcome.report)
    };
    assert_eq!(by_id(&session, &first), whole(&before).0);
    let second = session.update(changed, &gone, &Progress::new()).unwrap();
    let (lines, model, report) = whole(&after);
    assert_eq!(by_id(&session, &second), lines);
    assert_eq!((second.model, second.report), (model, report), "every parameter and every figure");

    // And all the way back
    let new: Vec<MosaicId> = (0..5).map(|nth| MosaicId::parse(&format!("new-{nth}")).unwrap()).collect();
    let mut changed = Table::new(Side::Mosaic);
    let as_before = |record: &&MosaicRecord| !after.mosaic.contains(record);
    before.mosaic.iter().filter(as_before).for_each(|record| changed.push_mosaic(record));
    let third = session.update(changed, &new, &Progress::new()).unwrap();
    let (lines, model, report) = whole(&before);
    assert_eq!(by_id(&session, &third), lines);
    assert_eq!((third.model, third.report), (model, report));
}

#[test]
fn a_session_believes_a_date_no_longer_once_many_have_it() {
    let mut extracts = Extracts::demonstration();
    let mut chi = Table::new(Side::Chi);
    extracts.chi.iter().for_each(|r| chi.push_chi(r));
    let options = Options { threads: Some(2), ..Options::default() };
    let mut changed = Table::new(Side::Mosaic);
    for (at, record) in extracts.mosaic.iter_mut().enumerate().filter(|(at, _)| at % 40 < 2) {
        // One in forty had it before
        record.details.birth = PartialDate::whole(1999, 12, 31);
        if at % 40 == 0 {
            changed.push_mosaic(record);
        }
    }
    let mut before = Table::new(Side::Mosaic);
    let few = Extracts::demonstration();
    for (at, (old, new)) in few.mosaic.iter().zip(&extracts.mosaic).enumerate() {
        before.push_mosaic(if at < 300 && at % 40 == 1 { new } else { old });
    }
    for (at, record) in extracts.mosaic.iter().enumerate() {
        if at >= 300 && at % 40 == 1 {
            changed.push_mosaic(record);
        }
    }
    let (mut session, first) = Session::start(before, chi, &options, &Progress::new()).unwrap();
    assert!(first.report.defaults.told().is_empty(), "a few may be born on one day");
    let second = session.update(changed, &[], &Progress::new()).unwrap();
    let whole = extracts.link(2).outcome;
    assert_eq!(whole.report.defaults.told().len(), 1);
    assert_eq!((second.model, second.report), (whole.model, whole.report));
}

#[test]
fn people_who_look_like_one_are_never_automatic() {
    let mut extracts = Extracts::demonstration();
    // A twin who has no record of his own
    let twin = number(5, 5, 2010, Sex::Male, 0);
    extracts.chi(twin, person("TESTWICK", "FINLAY", (2010, 5, 5), HOME));
    extracts.mosaic("T-TWIN", person("Testwick", "Rory", (2010, 5, 5), HOME));
    // A son of his father's name, with the father alone in CHI
    let father = number(9, 8, 1961, Sex::Male, 0);
    let house = ("12 Testing Brae", "DG1 4ZX");
    extracts.chi(father, person("TESTGOW", "WALTER", (1961, 8, 9), house));
    extracts.mosaic("T-SON", person("Testgow", "Walter", (1993, 2, 17), house));
    // A brother
    let brother = number(3, 3, 2008, Sex::Male, 0);
    let farm = ("Testing Mains", "DG1 4ZW");
    extracts.chi(brother, person("TESTHILL", "ANGUS", (2008, 3, 3), farm));
    extracts.mosaic("T-BROTHER", person("Testhill", "Callum", (2011, 10, 20), farm));
    // Whose number was entered in error
    let deleted = number(14, 2, 1955, Sex::Male, 0);
    let cottage = ("3 Testing Loan", "DG1 4ZT");
    extracts.chi(deleted, person("TESTMUIR", "EWAN", (1955, 2, 14), cottage)).status = ChiStatus::Deleted;
    extracts.mosaic("T-DELETED", person("Testmuir", "Ewan", (1955, 2, 14), cottage));
    // Whom Mosaic holds under another's number
    let own = number(21, 6, 1970, Sex::Male, 0);
    let villa = ("8 Testing Loan", "DG1 4ZR");
    extracts.chi(own, person("TESTKIRK", "OWEN", (1970, 6, 21), villa));
    let seeded = extracts.mosaic("T-SEEDED", person("Testkirk", "Owen", (1970, 6, 21), villa));
    (seeded.chi, seeded.chi_given) = (Some(father), father.to_string());
    // A newborn, of another door than its parents'
    let infant = number(1, 9, 2026, Sex::Male, 0);
    let flat = ("2/1, 19 Testing Loan", "DG1 4ZQ");
    extracts.chi(infant, person("TESTAIRD", "LOGAN", (2026, 9, 1), flat));
    extracts.mosaic("T-BABY", person("Testaird", "Baby", (2026, 9, 1), ("25 Testing Loan", "DG1 4ZQ")));

    let found = extracts.link(2);
    for (id, chi, hazard) in [
        ("T-TWIN", twin, Hazards::TWIN),
        ("T-SON", father, Hazards::PARENT_CHILD),
        ("T-BROTHER", brother, Hazards::SIBLING),
        ("T-DELETED", deleted, Hazards::DELETED),
        ("T-SEEDED", own, Hazards::SEEDED_DISAGREES),
        ("T-BABY", infant, Hazards::PLACEHOLDER_NAME),
    ] {
        assert!(found.links_of(id).iter().all(|(_, l)| l.band != Band::Auto), "{id}");
        if let Some(link) = found.link(id, &chi) {
            assert!(link.hazards.contains(hazard), "{id}: {:?}", link.hazards);
        }
    }
    assert!(found.links_of("T-BROTHER").iter().all(|(_, l)| l.probability < 0.5), "no match is likelier");
    assert!(found.link("T-SEEDED", &own).is_some_and(|l| l.band == Band::Review), "an officer decides");
}

/// A whole number below `below` that depends on a record's id alone.
fn drawn(record: &MosaicRecord, salt: u32, below: u32) -> u32 {
    let mixed =
        record.id.as_str().bytes().fold(0x811C_9DC5 ^ salt, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    (mixed ^ mixed >> 15) % below
}

#[test]
fn what_mosaic_alone_types_makes_nobody_anybody_else() {
    let truth = truth();
    type Habit = (&'static str, fn(&mut MosaicRecord));
    let habits: [Habit; 6] = [
        ("an office's address", |it| {
            if drawn(it, 1, 20) == 0 {
                it.details.address = vec!["122 Irish Street".to_owned(), "Dumfries".to_owned()];
                it.details.postcode = "DG1 2PB".to_owned();
            }
        }),
        ("a default date", |it| {
            if drawn(it, 2, 20) == 0 {
                it.details.birth = PartialDate::whole(1999, 12, 31);
            }
        }),
        ("1 January", |it| {
            if drawn(it, 3, 5) == 0 {
                it.details.birth = it.details.birth.and_then(|birth| PartialDate::whole(birth.year?, 1, 1));
            }
        }),
        ("initials", |it| {
            if drawn(it, 4, 5) == 0 {
                it.details.forename.truncate(1);
                it.details.second_forename.truncate(1);
                it.details.known_as.clear();
            }
        }),
        ("notes in names", |it| match drawn(it, 5, 10) {
            0 => it.details.surname.push_str(" (DECEASED)"),
            1 => it.details.forename.insert_str(0, "*DO NOT USE* "),
            2 => it.details.forename.push_str(" - DUPLICATE"),
            _ => {}
        }),
        ("all of them, a little", |it| match drawn(it, 6, 60) {
            0 => it.details.birth = PartialDate::whole(1999, 12, 31),
            1 | 2 => (it.details.address, it.details.postcode) = (vec!["122 Irish Street".into()], "DG1 2PB".into()),
            3 => it.details.forename.truncate(1),
            4 => it.details.forename.insert_str(0, "*DO NOT USE* "),
            5..=8 => it.details.birth = it.details.birth.and_then(|birth| PartialDate::whole(birth.year?, 1, 1)),
            _ => {}
        }),
    ];
    for (habit, typed) in habits {
        let mut extracts = Extracts::demonstration();
        extracts
            .mosaic
            .iter_mut()
            .filter(|it| it.details.forename.is_ascii() && !it.details.forename.is_empty())
            .for_each(typed);
        let found = extracts.link(2);
        let [links, duplicates] = [&found.outcome.links, &found.outcome.duplicates]
            .map(|pairs| pairs.iter().filter(|pair| pair.band == Band::Auto).collect::<Vec<_>>());
        let person = |row: u32| &truth[found.mosaic_id(row)];
        let wrong = duplicates.iter().filter(|it| person(it.left).1 != person(it.right).1).count();
        let wrong_links =
            links.iter().filter(|it| person(it.left).0 != extracts.chi[it.right as usize].chi.as_str()).count();
        println!(
            "{habit}: {wrong_links} of {} links and {wrong} of {} duplicates wrong",
            links.len(),
            duplicates.len()
        );
        assert!(wrong == 0 && wrong_links <= 1, "{habit}");
        assert!(duplicates.len() > 100 && links.len() > 2_000, "{habit}: {} {}", links.len(), duplicates.len());
    }
}

#[test]
fn a_value_that_stands_for_none_is_told_and_says_nothing() {
    let mut extracts = Extracts::demonstration();
    for record in extracts.mosaic.iter_mut().filter(|it| drawn(it, 2, 20) == 0) {
        record.details.birth = PartialDate::whole(1999, 12, 31);
        record.details.address = vec!["122 Irish Street".to_owned()];
        record.details.postcode = "DG1 2PB".to_owned();
    }
    let found = extracts.link(2);
    let typed = extracts.mosaic.iter().filter(|it| drawn(it, 2, 20) == 0).count() as u32;
    let defaults = &found.outcome.report.defaults;
    let named = ["Address 122, DG1 2PB in Mosaic", "Date of birth 31/12/1999 in Mosaic"];
    assert_eq!(defaults.told(), named.map(|words| (words.to_owned(), typed)));
    // As it would be stored with the run, and read again
    let model: Model = serde_json::from_str(&serde_json::to_string(&found.outcome.model).unwrap()).unwrap();
    let of_typed = |it: &&ScoredPair| drawn(&extracts.mosaic[it.left as usize], 2, 20) == 0;
    let pair = found.outcome.links.iter().filter(of_typed).find(|it| it.band != Band::Low).unwrap();
    let (left, right) = (&extracts.mosaic[pair.left as usize], &extracts.chi[pair.right as usize]);
    let told = explain_as(&model, PairRecord::Mosaic(left), PairRecord::Chi(right), pair.pattern);
    assert_eq!(told.pattern, pair.pattern);
    let level = |comparison: Comparison| {
        let told = &told.comparisons[comparison as usize];
        (told.level.clone(), told.weight)
    };
    let words = format!("Not believed: {typed} records have it");
    assert_eq!([Comparison::Birth, Comparison::Location].map(level), [(words.clone(), 0.0), (words, 0.0)]);
    let each = linkage::explain_each(&model, left, std::slice::from_ref(right), &[pair.pattern]);
    assert_eq!(each, [told]);
}

#[test]
fn twins_of_names_a_letter_apart_and_of_one_second_forename_are_two_people() {
    let mut extracts = Extracts::demonstration();
    let names: BTreeMap<&str, usize> = extracts.chi.iter().fold(BTreeMap::new(), |mut names, it| {
        *names.entry(it.details.forename.as_str()).or_default() += 1;
        names
    });
    // Two names of the file itself
    let two = ["JEAN", "JOAN"];
    assert!(two.iter().all(|name| names.get(name).is_some_and(|n| *n >= 5)), "{:?}", two.map(|name| names.get(name)));
    let twin = number(5, 5, 1970, Sex::Female, 0);
    let female = |details: Details| Details { sex: Sex::Female, ..details };
    extracts.chi(twin, female(person("TESTWICK", "JEAN", (1970, 5, 5), HOME)));
    extracts.mosaic("T-TWIN", female(person("Testwick", "Joan", (1970, 5, 5), HOME)));
    let house = ("12 Testing Brae", "DG1 4ZX");
    let brother = number(9, 8, 1988, Sex::Male, 0);
    let second = |name: &str, details: Details| Details { second_forename: name.into(), ..details };
    extracts.chi(brother, second("SINGH", person("TESTGILL", "HARDEEP", (1988, 8, 9), house)));
    extracts.mosaic("T-SINGH", second("Singh", person("Testgill", "Manpreet", (1988, 8, 9), house)));
    let found = extracts.link(2);
    for (id, chi) in [("T-TWIN", twin), ("T-SINGH", brother)] {
        let link = found.link(id, &chi).unwrap();
        assert!(link.hazards.contains(Hazards::TWIN), "{id}: {:?}", link.hazards);
        assert!(link.band != Band::Auto, "{id}");
    }
}

#[test]
fn a_number_that_no_row_of_the_file_has_is_not_linked_automatically() {
    let mut extracts = Extracts::demonstration();
    let (held, replacement) = (number(7, 7, 1948, Sex::Male, 0), number(7, 7, 1948, Sex::Male, 1));
    // Current, and yet replaced by a number that the file does not have
    extracts.chi(held, person("TESTBURN", "HECTOR", (1948, 7, 7), HOME)).upi = Some(replacement);
    extracts.mosaic("T-OLD", person("Testburn", "Hector", (1948, 7, 7), HOME));
    let found = extracts.link(2);
    let link = found.link("T-OLD", &held).unwrap();
    assert!(link.probability > 0.99 && link.band == Band::Review, "{link:?}");
}

#[test]
fn a_newborn_is_found_in_its_own_home_and_a_child_before_its_birth_nowhere() {
    let mut extracts = Extracts::demonstration();
    let infant = number(1, 9, 2026, Sex::Male, 0);
    extracts.chi(infant, person("TESTAIRD", "LOGAN", (2026, 9, 1), HOME));
    extracts.mosaic("T-BABY", person("Testaird", "Baby", (2026, 9, 1), HOME));
    let unborn = Details { sex: Sex::NotKnown, birth: None, ..person("Testaird", "Unborn Baby", (2026, 9, 1), HOME) };
    extracts.mosaic("T-UNBORN", unborn);
    let found = extracts.link(2);
    let baby = found.link("T-BABY", &infant).unwrap();
    assert!(baby.hazards.contains(Hazards::PLACEHOLDER_NAME) && baby.probability > 0.99, "{baby:?}");
    let held = |link: &ScoredPair| linkage::hazards::held_back(PairKind::Link, link.pattern, link.hazards);
    assert!(!held(baby), "its date of birth, sex and home tell it");
    assert!(found.links_of("T-UNBORN").is_empty(), "a surname and an address are its family's");
    let duplicates = &found.outcome.duplicates;
    let row = found.extracts.mosaic.iter().position(|record| record.id.as_str() == "T-UNBORN").unwrap() as u32;
    assert!(duplicates.iter().all(|pair| pair.left != row && pair.right != row));
}

#[test]
fn a_digit_that_ages_somebody_by_decades_makes_no_parent_and_child() {
    let mut extracts = Extracts::demonstration();
    let chi = number(9, 8, 1961, Sex::Male, 0);
    extracts.chi(chi, person("TESTGOW", "WALTER", (1961, 8, 9), HOME));
    extracts.mosaic("T-DIGIT", person("Testgow", "Walter", (1981, 8, 9), HOME));
    let found = extracts.link(2);
    let link = found.link("T-DIGIT", &chi).unwrap();
    assert!(!link.hazards.contains(Hazards::PARENT_CHILD));
    assert_eq!(link.band, Band::Auto);
}

#[test]
fn a_record_without_a_date_is_nobodys_duplicate_where_father_and_son_share_its_name() {
    let mut extracts = Extracts::demonstration();
    let [father, son] = [(1961, 8, 9), (1994, 3, 2)];
    let homes = ["1 Testing Brae", "2 Testing Brae", "3 Testing Brae", "4 Testing Brae"].map(|line| (line, "DG1 4ZY"));
    let names = ["TESTMUIR", "TESTROSS", "TESTWOOD", "TESTHALL"];
    let of = |nth: usize, birth| person(names[nth], "WALTER", birth, homes[nth]);
    let undated = |nth: usize| Details { birth: None, ..of(nth, son) };
    let chi = |extracts: &mut Extracts, nth: usize, birth: (u16, u8, u8)| {
        extracts.chi(number(birth.2, birth.1, birth.0, Sex::Male, nth), of(nth, birth));
    };
    // Both in CHI, the son and one without a date in Mosaic
    chi(&mut extracts, 0, father);
    chi(&mut extracts, 0, son);
    extracts.mosaic("T-1A", of(0, son));
    extracts.mosaic("T-1B", undated(0));
    // The father alone in CHI, the son alone in Mosaic
    chi(&mut extracts, 1, father);
    extracts.mosaic("T-2A", of(1, son));
    extracts.mosaic("T-2B", undated(1));
    // Both in CHI, and neither record with a date
    chi(&mut extracts, 2, father);
    chi(&mut extracts, 2, son);
    extracts.mosaic("T-3A", undated(2));
    extracts.mosaic("T-3B", undated(2));
    // One man
    chi(&mut extracts, 3, son);
    extracts.mosaic("T-4A", of(3, son));
    extracts.mosaic("T-4B", undated(3));
    let found = extracts.link(2);
    for (home, relatives) in [("1", true), ("2", true), ("3", true), ("4", false)] {
        let ids = ["A", "B"].map(|end| format!("T-{home}{end}"));
        let pair = found.outcome.duplicates.iter().find(|pair| {
            let own = [pair.left, pair.right].map(|row| found.mosaic_id(row));
            ids.iter().all(|id| own.contains(&id.as_str()))
        });
        let Some(pair) = pair else { panic!("{ids:?} were not compared") };
        assert_eq!(pair.hazards.contains(Hazards::PARENT_CHILD), relatives, "{ids:?}: {pair:?}");
        assert!(!relatives || pair.band != Band::Auto, "{ids:?}: {pair:?}");
    }
}

#[test]
fn a_household_that_moved_speaks_for_those_who_moved_with_it() {
    const OLD: (&str, &str) = ("61 Testing Brae", "DG1 4ZY");
    const NEW: (&str, &str) = ("5 Sampling Row", "DG9 7ZZ");
    let link = |others: &[(&str, &str, (u16, u8, u8))], twice: bool| {
        let mut extracts = Extracts::demonstration();
        for (nth, (surname, forename, birth)) in others.iter().enumerate() {
            let at = |home| Details { second_forename: "Zebedee".into(), ..person(surname, forename, *birth, home) };
            extracts.mosaic(&format!("T-{nth}"), at(OLD));
            extracts.chi(number(birth.2, birth.1, birth.0, Sex::Male, 1), at(NEW));
        }
        // A common name, and no date of birth
        let chi = number(3, 8, 1968, Sex::Male, 0);
        extracts.mosaic("T-SELF", Details { birth: None, ..person("Wilson", "James", (1968, 8, 3), OLD) });
        extracts.chi(chi, person("WILSON", "JAMES", (1968, 8, 3), NEW));
        if twice {
            let second = Details { second_forename: "Zebedee".into(), ..person("Wilson", "James", (1968, 8, 3), OLD) };
            extracts.mosaic("T-TWICE", second);
            extracts.chi.last_mut().unwrap().details.second_forename = "Zebedee".into();
        }
        let found = extracts.link(2);
        found.link("T-SELF", &chi).map_or((0.0, false), |link| (link.probability, link.pattern.moved()))
    };
    let family = [("Wilson", "Torquil", (1994, 3, 17)), ("Testgow", "Jemima", (1970, 5, 29))];
    let (alone, together) = (link(&[], false), link(&family[..1], false));
    assert!(!alone.1 && together.1, "{alone:?} {together:?}");
    assert!(together.0 > alone.0 + 0.3, "{alone:?} {together:?}");
    assert!(link(&family, false).0 >= 0.99 * together.0);
    // Another record of his own speaks for itself, and for no move of others
    assert!(!link(&[], true).1);
}

#[test]
fn somebody_whom_chi_does_not_have_is_nobody() {
    let mut extracts = Extracts::demonstration();
    // Common names and a date of birth that many share, somewhere else
    extracts.mosaic("T-NOBODY-1", person("Smith", "John", (1954, 7, 23), ("1 Nowhere Road", "AB1 1AA")));
    extracts.mosaic("T-NOBODY-2", person("Wilson", "James", (1949, 11, 30), ("2 Nowhere Road", "AB1 1AB")));
    let found = extracts.link(2);
    for id in ["T-NOBODY-1", "T-NOBODY-2"] {
        assert!(found.links_of(id).iter().all(|(_, l)| l.probability < 0.5), "{id}");
    }
}

#[test]
fn a_link_found_through_a_superseded_number_points_at_the_current_one() {
    let mut extracts = Extracts::demonstration();
    let (old, new) = (number(7, 7, 1948, Sex::Male, 0), number(7, 7, 1948, Sex::Male, 1));
    let superseded = extracts.chi(old, person("TESTBURN", "HECTOR", (1948, 7, 7), HOME));
    (superseded.status, superseded.upi) = (ChiStatus::Historical, Some(new));
    // The current row knows neither the home nor the spelling that Mosaic has
    extracts.chi(new, person("TESTBURNE", "HECTOR", (1948, 7, 7), ("77 Elsewhere Row", "DG9 7ZZ")));
    extracts.mosaic("T-OLD", person("Testburn", "Hector", (1948, 7, 7), HOME));
    let found = extracts.link(2);
    assert!(found.link("T-OLD", &old).is_none());
    let link = found.link("T-OLD", &new).unwrap();
    assert!(link.best && link.hazards.contains(Hazards::SUPERSEDED));
    assert_eq!(link.band, Band::Auto);
}

#[test]
fn a_superseded_number_that_mosaic_holds_agrees_with_the_current_row() {
    let mut extracts = Extracts::demonstration();
    let (old, new) = (number(7, 7, 1948, Sex::Male, 0), number(7, 7, 1948, Sex::Male, 1));
    let superseded = extracts.chi(old, person("TESTBURN", "HECTOR", (1948, 7, 7), ("7 Elsewhere Row", "DG9 7ZZ")));
    (superseded.status, superseded.upi) = (ChiStatus::Historical, Some(new));
    extracts.chi(new, person("TESTBURN", "HECTOR", (1948, 7, 7), HOME));
    let seeded = extracts.mosaic("T-OLD", person("Testburn", "Hector", (1948, 7, 7), HOME));
    (seeded.chi, seeded.chi_given) = (Some(old), old.to_string());
    let found = extracts.link(2);
    let link = found.link("T-OLD", &new).unwrap();
    assert_eq!(link.pattern.level(Comparison::Chi), 1, "the same: {:?}", link.hazards);
    assert_eq!(link.band, Band::Auto);
}

#[test]
fn a_pair_scored_alone_has_the_weight_that_its_run_gave_it() {
    let extracts = Extracts::demonstration();
    let found = extracts.link(2);
    // As it would be stored with the run, and read again
    let model: Model = serde_json::from_str(&serde_json::to_string(&found.outcome.model).unwrap()).unwrap();
    let Outcome { links, duplicates, report, .. } = &found.outcome;
    let of = |link: &ScoredPair| {
        let (a, b) = (&extracts.mosaic[link.left as usize], &extracts.chi[link.right as usize]);
        explain_as(&model, PairRecord::Mosaic(a), PairRecord::Chi(b), link.pattern)
    };
    // What the likeliest duplicate tells of a link
    let heard = |link: &ScoredPair| {
        let own = |p: &&ScoredPair| p.left == link.left || p.right == link.left;
        let told = duplicates.iter().filter(own).filter_map(|pair| {
            let other = if pair.left == link.left { pair.right } else { pair.left };
            let records = [link.left, other].map(|row| PairRecord::Mosaic(&extracts.mosaic[row as usize]));
            let (same, others): (Vec<_>, Vec<_>) =
                links.iter().filter(|l| l.left == other).partition(|l| l.right == link.right);
            let others: Vec<f64> = others.into_iter().map(|l| of(l).weight).collect();
            let fits = of(same.first()?).weight;
            let alike = explain_as(&model, records[0], records[1], pair.pattern).weight;
            told(&model, report.mosaic_records, alike, fits, &others)
        });
        told.fold(f64::MIN, f64::max)
    };
    let (mut seen, mut by_another, mut exactly, mut moved) = (0, 0, 0, 0);
    for link in links.iter().filter(|l| !l.hazards.contains(Hazards::SUPERSEDED)).take(1500) {
        let (a, b) = (&extracts.mosaic[link.left as usize], &extracts.chi[link.right as usize]);
        let told = of(link);
        if (told.weight - link.weight).abs() > 1e-4 {
            // Only ever upwards, and by no more than a duplicate tells; less, where that one has a candidate that was not kept
            let heard = heard(link);
            assert!(told.weight < link.weight, "{} and {}", told.weight, link.weight);
            assert!(link.weight < heard + 1e-3, "{} and {heard}", link.weight);
            by_another += 1;
            exactly += u32::from(heard - link.weight < 0.01);
        }
        assert_eq!(told.pattern, link.pattern);
        let parts: f64 = told.comparisons.iter().map(|c| c.weight).sum();
        assert!((told.prior + told.together + parts - told.weight).abs() < 1e-9, "an explanation adds up");
        let turned = score_pair(&model, PairRecord::Chi(b), PairRecord::Mosaic(a));
        match link.pattern.moved() {
            true => moved += u32::from(turned.weight < told.weight),
            false => assert_eq!(told, turned, "sides do not matter"),
        }
        seen += 1;
    }
    assert!(seen > 1000);
    assert!(moved > 5, "{moved} weigh more than their records alone, as others moved");
    assert!((1..150).contains(&by_another), "{by_another} were told by a duplicate");
    assert!(exactly * 4 >= by_another * 3, "{exactly} of {by_another} by just what it tells");
}

#[test]
fn many_records_explained_at_once_come_out_as_each_by_itself() {
    let extracts = Extracts::demonstration();
    let model = extracts.link(2).outcome.model;
    let person = &extracts.mosaic[7];
    // In an order that is not that of their numbers
    let records: Vec<ChiRecord> = extracts.chi.iter().rev().step_by(97).cloned().collect();
    let together = linkage::explain_each(&model, person, &records, &[]);
    let each: Vec<_> =
        records.iter().map(|chi| explain(&model, PairRecord::Mosaic(person), PairRecord::Chi(chi))).collect();
    assert_eq!(together, each);
}

#[test]
fn the_reference_model_tells_a_match_from_a_stranger() {
    let model = Model::reference();
    let mut extracts = Extracts::default();
    let chi = number(8, 3, 1971, Sex::Male, 0);
    extracts.chi(chi, person("TESTWICK", "FINLAY", (1971, 3, 8), HOME));
    extracts.mosaic("1", person("Testwick", "Finlay", (1971, 3, 8), HOME));
    extracts.mosaic("2", person("Wilson", "James", (1949, 11, 30), ("2 Nowhere Road", "KA1 1AB")));
    let right = PairRecord::Chi(&extracts.chi[0]);
    let same = score_pair(&model, PairRecord::Mosaic(&extracts.mosaic[0]), right);
    let other = score_pair(&model, PairRecord::Mosaic(&extracts.mosaic[1]), right);
    assert!(same.probability > 0.999, "{}", same.probability);
    assert!(other.probability < 0.001, "{}", other.probability);
    assert_eq!(same.comparisons.len(), Comparison::ALL.len());
    assert_eq!(same.comparisons[3].level, "Same");
    assert_eq!(other.comparisons[3].level, "Differs");
}

#[test]
fn empty_files_and_single_records_are_no_trouble() {
    let mut extracts = Extracts::default();
    assert!(extracts.link(1).lines().is_empty());
    extracts.mosaic("1", person("Testwick", "Finlay", (1971, 3, 8), HOME));
    assert!(extracts.link(1).lines().is_empty());
    extracts.mosaic.clear();
    extracts.chi(number(8, 3, 1971, Sex::Male, 0), person("TESTWICK", "FINLAY", (1971, 3, 8), HOME));
    assert!(extracts.link(1).lines().is_empty());
    extracts.mosaic("1", Details::default());
    let found = extracts.link(2);
    assert!(found.outcome.links.iter().all(|l| l.band != Band::Auto), "a record that says nothing");
}

#[test]
fn a_run_that_is_cancelled_returns_nothing() {
    let extracts = Extracts::demonstration();
    let mut table = Table::new(Side::Mosaic);
    extracts.mosaic.iter().for_each(|r| table.push_mosaic(r));
    let progress = Progress::new();
    progress.cancel();
    assert!(linkage::link(table, Table::new(Side::Chi), &Options::default(), &progress).is_err());
}

#[test]
fn cuts_move_pairs_between_bands_and_nothing_else() {
    let extracts = Extracts::demonstration();
    let (mut mosaic, mut chi) = (Table::new(Side::Mosaic), Table::new(Side::Chi));
    extracts.mosaic.iter().for_each(|r| mosaic.push_mosaic(r));
    extracts.chi.iter().for_each(|r| chi.push_chi(r));
    let run = |cuts| {
        let options = Options { cuts, ..Options::default() };
        linkage::link(mosaic.clone(), chi.clone(), &options, &Progress::new()).unwrap()
    };
    let strict = run(Some(Cuts { auto: 0.9999, review: 0.5 }));
    let usual = run(Some(Cuts::default()));
    assert!(strict.report.links.auto < usual.report.links.auto);
    for link in strict.links.iter().filter(|l| l.band == Band::Auto) {
        assert!(link.probability >= 0.9999);
    }
    let report = &usual.report.links;
    assert_eq!(report.auto + report.review + report.low, usual.links.len() as u64);
    assert_eq!(report.histogram.best.iter().chain(&report.histogram.others).sum::<u64>(), report.kept);
    assert!(usual.report.link_keys.iter().map(|k| k.added).sum::<u64>() == report.candidates);
}

/// The doubtful pairs of a run with what is true of them: every `nth` is decided.
fn labels(extracts: &Extracts, found: &Found<'_>, nth: usize) -> Vec<Label> {
    let truth = truth();
    let of = |link: &ScoredPair| {
        let right = truth[found.mosaic_id(link.left)].0 == extracts.chi[link.right as usize].chi.as_str();
        Label { kind: PairKind::Link, left: link.left, right: link.right, is_match: right }
    };
    let twice = |pair: &ScoredPair| {
        let same = truth[found.mosaic_id(pair.left)].1 == truth[found.mosaic_id(pair.right)].1;
        Label { kind: PairKind::Duplicate, left: pair.left, right: pair.right, is_match: same }
    };
    let review = |pair: &&ScoredPair| pair.band == Band::Review;
    let links = found.outcome.links.iter().filter(review).step_by(nth).map(of);
    links.chain(found.outcome.duplicates.iter().filter(review).step_by(nth).map(twice)).collect()
}

#[test]
fn decisions_teach_the_model_the_same_on_any_threads_and_in_any_order() {
    let extracts = Extracts::demonstration();
    let untaught = extracts.link(2);
    let labels = labels(&extracts, &untaught, 2);
    assert!(labels.len() > 20, "{}", labels.len());
    let one = extracts.link_taught(1, labels.clone());
    let learned = one.outcome.model.learned;
    assert_eq!(learned.decisions(), labels.len() as u64);
    assert_ne!(one.outcome.model.links, untaught.outcome.model.links, "something is learned");
    assert_ne!(one.outcome.model.duplicates, untaught.outcome.model.duplicates);
    let two = extracts.link_taught(2, labels.into_iter().rev().collect());
    assert_eq!(one.lines(), two.lines());
    assert_eq!(one.outcome.model, two.outcome.model);
    assert_eq!(one.outcome.report, two.outcome.report);
}

#[test]
fn what_is_learned_makes_the_undecided_pairs_no_worse() {
    let extracts = Extracts::demonstration();
    let before = extracts.link(2);
    let labels = labels(&extracts, &before, 2);
    let after = extracts.link_taught(2, labels.clone());
    let truth = truth();
    let known: BTreeSet<(u32, u32)> =
        labels.iter().filter(|l| l.kind == PairKind::Link).map(|l| (l.left, l.right)).collect();
    // Nats a pair, on average over the undecided ones
    let surprise = |found: &Found<'_>| -> f64 {
        let undecided = found.outcome.links.iter().filter(|l| !known.contains(&(l.left, l.right)));
        let pairs = undecided.clone().count() as f64;
        let of = |l: &ScoredPair| {
            let right = truth[found.mosaic_id(l.left)].0 == extracts.chi[l.right as usize].chi.as_str();
            let p = l.probability.clamp(1e-7, 1.0 - 1e-7);
            -(if right { p } else { 1.0 - p }).ln()
        };
        undecided.map(of).sum::<f64>() / pairs
    };
    let (was, is) = (surprise(&before), surprise(&after));
    println!("surprise at an undecided pair {was:.4} before, {is:.4} after {} decisions", labels.len());
    // Nearly all that was doubtful in so small a file is decided: what is left is a handful of pairs
    assert!(is < was + 0.005, "{was} {is}");
    let wrong = after
        .outcome
        .links
        .iter()
        .filter(|l| l.band == Band::Auto)
        .filter(|l| truth[after.mosaic_id(l.left)].0 != extracts.chi[l.right as usize].chi.as_str());
    assert_eq!(wrong.count(), 0, "no automatic link of the demonstration is wrong after learning either");
}

#[test]
fn ten_wrong_labels_do_not_flip_the_model() {
    let extracts = Extracts::demonstration();
    let before = extracts.link(2);
    // Ten sure links, decided wrongly
    let sure = before.outcome.links.iter().filter(|l| l.probability > 0.999_999).take(10);
    let labels = sure.map(|l| Label { kind: PairKind::Link, left: l.left, right: l.right, is_match: false }).collect();
    let after = extracts.link_taught(2, labels);
    let (was, is) = (before.outcome.report.links.auto, after.outcome.report.links.auto);
    assert!(was.abs_diff(is) * 50 < was, "{was} automatic links before, {is} after");
    assert_eq!(after.outcome.model.learned.links_not, 10);
}

#[test]
fn errors_are_estimated_without_labels_and_the_links_take_no_notice() {
    let extracts = Extracts::demonstration();
    let found = extracts.link(2);
    let errors = &found.outcome.report.errors;
    let truth = truth();
    let without = truth.values().filter(|(chi, _)| chi.is_empty()).count() as f64;
    println!("{errors:?}; {without} without a CHI record in truth");
    let people = extracts.mosaic.len() as u64;
    assert!(errors.synthetic.people > people / 2 && errors.synthetic.people <= people.min(5_000));
    assert!(errors.hidden.people > people / 2, "most people are linked surely");
    for discovery in [&errors.synthetic, &errors.hidden] {
        assert!(discovery.auto * 200 < discovery.people, "false automatic links are rare: {discovery:?}");
        assert!((discovery.without_chi - without).abs() < 0.5 * without, "{discovery:?}");
        let [low, high] = discovery.wrong_in_auto_limits;
        assert!(low <= 0.0 + discovery.wrong_in_auto && high > discovery.wrong_in_auto);
        assert!(low <= 0.0 || discovery.auto > 0, "the truth, none wrong, lies within the limits where none was found");
    }
    let counts = &errors.candidates;
    assert_eq!(counts.none + counts.one + counts.more, people);
    assert!(counts.precision > 0.95 && counts.precision_of_one >= counts.precision, "{counts:?}");
    // An old report has none of it, and loads
    let old: linkage::Report = serde_json::from_str("{\"mosaic_records\": 3}").unwrap();
    assert_eq!(old.errors, linkage::errors::Errors::default());
}

#[test]
fn the_command_writes_its_three_files_the_same_on_one_thread_and_two() {
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, threads: u16, mosaic: PathBuf| {
        let args = LinkArgs {
            mosaic,
            chi: demonstration("chi.csv"),
            mosaic_mapping: None,
            chi_mapping: None,
            out: folder.path().join(name),
            threads: Some(threads),
            cut_auto: Some(Cuts::default().auto),
            cut_review: Cuts::default().review,
            splink: false,
            rejected: false,
        };
        stewartry::cli::link::run(&args).unwrap();
        let read = |file: &str| std::fs::read_to_string(args.out.join(file)).unwrap();
        assert_eq!(std::fs::read_dir(&args.out).unwrap().count(), 3, "nothing temporary stays behind");
        (read("links.csv"), read("duplicates.csv"), read("summary.json"))
    };
    let (links, duplicates, summary) = run("one", 1, demonstration("mosaic.csv"));
    // The same rows from the last to the first
    let given = std::fs::read_to_string(demonstration("mosaic.csv")).unwrap();
    let (headings, rows) = given.split_once('\n').unwrap();
    let turned = std::iter::once(headings).chain(rows.lines().rev()).fold(String::new(), |text, row| text + row + "\n");
    let turned_file = folder.path().join("turned.csv");
    std::fs::write(&turned_file, turned).unwrap();
    let again = run("two", 2, turned_file);
    assert!(links == again.0 && duplicates == again.1);

    let mut lines = links.lines();
    assert_eq!(lines.next(), Some("PersonID,CHI,match_weight,match_probability,band"));
    assert_eq!(duplicates.lines().next(), Some("PersonID_l,PersonID_r,match_weight,match_probability,band"));
    let (mut last, mut seen) = (f64::INFINITY, BTreeSet::new());
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 5, "{line}");
        assert!(Chi::parse(cells[1]).is_ok(), "{line}");
        let probability = cells[3].parse::<f64>().unwrap();
        assert!((0.0..=1.0).contains(&probability), "{line}");
        assert!(["auto", "review", "low"].contains(&cells[4]), "{line}");
        assert!(last >= probability, "the most probable first: {line}");
        last = probability;
        assert!(seen.insert([cells[0], cells[1]]), "each pair once: {line}");
    }
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["counts"]["links"], links.lines().count() - 1);
    assert_eq!(summary["counts"]["duplicates"], duplicates.lines().count() - 1);
    assert_eq!(summary["mosaic"]["rows"], 3000);
    assert!(summary["seconds"]["total"].as_f64().unwrap() > 0.0);
    assert_eq!(summary["model"]["engine"], linkage::ENGINE_VERSION);
    assert_eq!(summary["model"]["frequencies"]["surnames"]["values"], serde_json::json!({}), "no names in a summary");
}

/// Columns that were written down and put right say what an extract holds whose headings say nothing.
#[test]
fn the_command_links_an_extract_whose_headings_say_nothing_by_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let given = std::fs::read_to_string(demonstration("mosaic.csv")).unwrap();
    let (headings, rows) = given.split_once('\n').unwrap();
    let headings: Vec<String> = headings.trim().split(',').map(str::to_owned).collect();
    let odd: Vec<String> = (0..headings.len()).map(|n| format!("column {n}")).collect();
    let file = folder.path().join("odd.csv");
    std::fs::write(&file, format!("{}\n{rows}", odd.join(","))).unwrap();
    let mut mapping = intake::Mapping::blank(Kind::Mosaic, odd);
    for (field, column) in intake::Mapping::guess(Kind::Mosaic, &headings).columns() {
        assert!(mapping.set(field, column));
    }
    let columns = folder.path().join("columns.json");
    mapping.write(&columns).unwrap();
    let linked = |name: &str, mosaic: PathBuf, mosaic_mapping, chi_mapping| {
        let args = LinkArgs {
            mosaic,
            chi: demonstration("chi.csv"),
            mosaic_mapping,
            chi_mapping,
            out: folder.path().join(name),
            threads: None,
            cut_auto: None,
            cut_review: Cuts::default().review,
            splink: false,
            rejected: false,
        };
        stewartry::cli::link::run(&args).map(|()| std::fs::read_to_string(args.out.join("links.csv")).unwrap())
    };
    let plainly = linked("plain", demonstration("mosaic.csv"), None, None).unwrap();
    assert!(plainly == linked("mapped", file.clone(), Some(columns.clone()), None).unwrap());
    let refused = linked("none", file.clone(), None, None).unwrap_err().to_string();
    assert!(refused.contains("Mosaic id"), "{refused}");
    let chi = std::fs::read_to_string(demonstration("chi.csv")).unwrap();
    let chi: Vec<String> = chi.lines().next().unwrap().split(',').map(str::to_owned).collect();
    let wrong = folder.path().join("wrong.json");
    intake::Mapping::guess(Kind::Mosaic, &chi).write(&wrong).unwrap();
    let refused = linked("none", file, Some(columns), Some(wrong)).unwrap_err().to_string();
    assert!(refused.contains("it is of another kind of file"), "{refused}");
    assert!(!folder.path().join("none").exists(), "nothing was written");
}

#[test]
fn the_command_refuses_cuts_the_wrong_way_round_and_files_that_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let args = |cut_auto, mosaic: &str| LinkArgs {
        mosaic: demonstration(mosaic),
        chi: demonstration("chi.csv"),
        mosaic_mapping: None,
        chi_mapping: None,
        out: folder.path().join("out"),
        threads: None,
        cut_auto: Some(cut_auto),
        cut_review: 0.5,
        splink: false,
        rejected: false,
    };
    let refused = stewartry::cli::link::run(&args(0.4, "mosaic.csv")).unwrap_err().to_string();
    assert!(refused.contains("--cut-review"), "{refused}");
    let refused = stewartry::cli::link::run(&args(0.9, "nowhere.csv")).unwrap_err().to_string();
    assert!(refused.contains("nowhere.csv"), "{refused}");
    assert!(!folder.path().join("out").exists(), "nothing was written");
}
