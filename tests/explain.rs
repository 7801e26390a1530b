//! Why a pair scores as it does, and why a person has no link: through the verbs, and from the command line.

use std::process::{Command, Output};

use stewartry::intake::Kind;
use stewartry::linkage::{Options, Pattern};
use stewartry::pair::{Band, Hazards, Origin, PairKey};
use stewartry::progress::Progress;
use stewartry::stewardship::explain::{self, Witness};
use stewartry::stewardship::{demonstration, find, matching, reveal};
use stewartry::workspace::{Order, QueueFilter, StateFilter, Workspace};

use crate::desk::{ChiFile, Desk, MosaicFile, OFFICER, Person, chi, id, link, mosaic, person};

fn every_link(ws: &Workspace) -> Vec<stewartry::workspace::Pair> {
    let all = QueueFilter {
        bands: Vec::new(),
        state: StateFilter::All,
        best_only: false,
        order: Order::ById,
        ..QueueFilter::start(stewartry::pair::PairKind::Link)
    };
    let ids = ws.queue(&all).unwrap();
    ws.pairs(&ids).unwrap()
}

#[test]
fn an_account_of_the_demonstration_adds_up_and_says_who_told_it_and_what_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let ws = demonstration::open_or_make(folder.path(), &Progress::new()).unwrap().workspace;
    let links = every_link(&ws);
    // People with a possible duplicate, and some others
    let twice = |pair: &&stewartry::workspace::Pair| match &pair.key {
        PairKey::Link { mosaic, .. } => {
            let pairs = ws.candidates_of_mosaic(mosaic).unwrap();
            pairs.iter().any(|other| matches!(other.key, PairKey::Duplicate { .. }))
        }
        PairKey::Duplicate { .. } => false,
    };
    let duplicates = links.iter().filter(|pair| pair.band != Band::Auto).filter(twice).take(80);
    let others = links.iter().step_by(links.len() / 80);
    let (mut told, mut unknown, mut seen) = (0, 0, 0);
    for pair in duplicates.chain(others) {
        let account = explain::pair(&ws, pair).unwrap();
        assert!(
            (account.weight() - pair.weight).abs() < 0.051,
            "{}: {} and {}",
            pair.key,
            account.weight(),
            pair.weight
        );
        let steps = account.steps();
        let parts: f64 = steps[..steps.len() - 1].iter().map(|step| step.bits).sum();
        assert!((parts - account.weight()).abs() < 1e-9, "the steps add up");
        match account.told.as_ref().map(|told| &told.by) {
            Some(Witness::Duplicate(_)) => told += 1,
            Some(Witness::Earlier) => unknown += 1,
            _ => {}
        }
        assert!(!account.keys.is_empty(), "{}", pair.key);
        assert_eq!(pair.band == Band::Auto, account.standing[0].starts_with("Automatic"), "{:?}", account.standing);
        let held = "another person may be meant";
        let identity = pair.hazards.intersects(Hazards::TWIN | Hazards::NEAR_TIE) && pair.band != Band::Auto;
        assert!(!identity || account.standing.iter().any(|why| why.contains(held)), "{:?}", account.standing);
        seen += 1;
    }
    assert!(seen > 100);
    assert!(told > 0, "some are told by a duplicate");
    assert_eq!(unknown, 0, "and nothing else is unexplained");
}

#[test]
fn who_moved_is_named_where_homes_are_a_households_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let ws = demonstration::open_or_make(folder.path(), &Progress::new()).unwrap().workspace;
    let (mut moved, mut named) = (0, 0);
    // All of them, and some of the others
    let told = |(at, pair): &(usize, stewartry::workspace::Pair)| at % 50 == 0 || Pattern(pair.pattern).moved();
    for (_, pair) in every_link(&ws).into_iter().enumerate().filter(told) {
        let account = explain::pair(&ws, &pair).unwrap();
        let others = !account.moved.is_empty();
        if !Pattern(pair.pattern).moved() {
            assert!(!others, "{}", pair.key);
            continue;
        }
        moved += 1;
        named += u32::from(others);
        let PairKey::Link { mosaic, chi } = &pair.key else { panic!("no link") };
        for other in &account.moved {
            assert!(other.mosaic != *mosaic && other.chi != *chi, "{}: nobody speaks for himself", pair.key);
            assert!(!ws.mosaic(&other.mosaic).unwrap().unwrap().record.restricted);
        }
        let groups = account.groups();
        assert_eq!(groups.iter().any(|(name, _)| *name == "Who moved"), others, "{}", pair.key);
    }
    assert!(moved > 20 && named * 10 >= moved * 8, "{named} of {moved} are named");
}

#[test]
fn the_runner_up_is_named_and_so_is_another_claim_to_the_chi() {
    let mut desk = Desk::with_people(6);
    let rows = [(mosaic(1), chi(2), 17.0), (mosaic(3), chi(1), 18.5)];
    desk.load_links(rows.map(|(m, c, weight)| (m.to_string(), c.to_string(), weight)).into_iter());
    let account = explain::of_key(desk.ws(), &link(1)).unwrap();
    let rivals: Vec<String> = account.rivals.iter().map(|rival| rival.words()).collect();
    let first = format!("The runner-up is CHI {}, 3.0 bits behind", chi(2).spaced());
    assert_eq!(rivals, [first, format!("Mosaic person {} also fits this CHI, 1.5 bits behind", mosaic(3))]);
    let instead: Vec<String> = account.rivals.iter().flat_map(|rival| rival.instead_words()).collect();
    assert_eq!(instead[0], format!("CHI {}: what comes out otherwise", chi(2).spaced()));
    let other = instead.iter().position(|line| line.starts_with(&format!("Mosaic person {}", mosaic(3)))).unwrap();
    for lines in [&instead[1..other], &instead[other + 1..]] {
        assert!(lines.iter().any(|line| line.contains(", there ")), "{instead:?}");
    }
    assert_eq!(account.told.map(|told| told.by), Some(Witness::File), "the file's weight is not the records' own");
    assert_eq!(account.keys, ["A file of pairs"]);
    let behind = explain::of_key(desk.ws(), &PairKey::link(mosaic(1), chi(2))).unwrap();
    assert!(behind.rivals[0].words().ends_with("ahead by 3.0 bits"));
}

#[test]
fn an_account_of_a_duplicate_speaks_of_no_chi_and_no_competition() {
    let mut desk = Desk::new();
    let written = |mut one: Person| {
        one.forename = "Moragh".into();
        one
    };
    desk.load_mosaic((0..60).fold(MosaicFile::default(), MosaicFile::plain).with(
        "5001",
        &written(person(7)),
        "",
        false,
    ));
    desk.load_chi((0..60).fold(ChiFile::default(), ChiFile::plain));
    matching::run(desk.ws(), &Default::default(), &Progress::new()).unwrap();
    let pairs = desk.ws().candidates_of_mosaic(&id("5001")).unwrap();
    let pair = pairs.into_iter().find(|pair| matches!(pair.key, PairKey::Duplicate { .. })).unwrap();
    let account = explain::pair(desk.ws(), &pair).unwrap();
    assert!((account.weight() - pair.weight).abs() < 0.051);
    let groups = account.groups();
    assert!(groups.iter().all(|(name, _)| *name != "Beside it" && *name != "How common"), "{groups:?}");
    assert!(!account.standing.concat().contains("competition"), "{:?}", account.standing);
    assert!(!account.keys.is_empty());
}

#[test]
fn people_who_share_a_name_and_date_are_counted_in_chi() {
    let mut desk = Desk::new();
    let namesakes = |n: u16| Person { address: format!("{n} Elm Street"), postcode: format!("DG{n} 1AA"), ..person(1) };
    let file = (0..14).fold(ChiFile::default(), |file, n| {
        let number = chi(1 + n);
        file.with(number.as_str(), &namesakes(n % 9 + 1), "C", number.as_str())
    });
    let old = chi(30);
    // Everybody has the first one's date of birth, whatever their number says
    let path = desk.write(file.with(old.as_str(), &namesakes(1), "H", chi(1).as_str()).plain(20).text());
    desk.load_in_spite(&path, Kind::Chi);
    desk.load_mosaic(MosaicFile::default().with("1001", &namesakes(1), "", false).plain(20));
    let shared = explain::of_key(desk.ws(), &PairKey::link(id("1001"), chi(1))).unwrap();
    let common = shared.sharing.sentences();
    assert_eq!(common[0], "14 people in CHI share this name and date of birth", "the number out of use is nobody");
    assert_eq!(common[2], "2 people in CHI share this address");
    assert!(shared.steps().iter().any(|step| step.name == "Surname" && step.how == "Same; 14 people in CHI have it"));
    let alone = explain::of_key(desk.ws(), &link(20)).unwrap();
    assert_eq!(alone.sharing.sentences()[1], "Only this person in CHI has this surname and forename");
    let differ = explain::of_key(desk.ws(), &PairKey::link(id("1001"), chi(20))).unwrap();
    assert!(differ.sharing.sentences().is_empty(), "nothing agrees that could be shared");
    assert_eq!(differ.standing, ["Not a candidate pair: no run, file or search proposed it"]);
}

#[test]
fn the_record_of_an_earlier_number_tells_where_it_fits_better() {
    let mut desk = Desk::new();
    let before = person(1);
    let now =
        Person { surname: "Married".into(), address: "9 New Row".into(), postcode: "KA7 1AA".into(), ..person(1) };
    let file = ChiFile::default().with(chi(2).as_str(), &before, "H", chi(1).as_str());
    desk.load_chi(file.with(chi(1).as_str(), &now, "C", chi(1).as_str()));
    desk.load_mosaic(MosaicFile::default().plain(1));
    let key = find::choose(desk.ws(), &mosaic(1), &chi(1)).unwrap();
    let account = explain::of_key(desk.ws(), &key).unwrap();
    let surname = account.steps().into_iter().find(|step| step.name == "Surname").unwrap();
    assert!(surname.how.starts_with("Same"), "{}", surname.how);
}

#[test]
fn who_was_nearest_to_a_person_without_a_link_and_what_it_lacked() {
    let mut desk = Desk::with_people(5);
    // One home and one forename, another surname and date of birth
    let lodger = Person { surname: "Zwart".into(), birth: "1931-02-03".into(), ..person(2) };
    let stranger = Person { surname: "Quist".into(), forename: "Wim".into(), ..lodger.clone() };
    let stranger = Person { address: "1 Far Row".into(), postcode: "ZE1 0AA".into(), ..stranger };
    desk.load_mosaic(
        (0..5)
            .fold(MosaicFile::default(), MosaicFile::plain)
            .with("5001", &lodger, "", false)
            .with("5002", &stranger, "", false),
    );
    let near = explain::unlinked(desk.ws(), &id("5001")).unwrap();
    assert_eq!(near.nearest[0].chi.record.chi, chi(2));
    let first = &near.sentences()[0];
    assert!(first.starts_with(&format!("Nearest is CHI {}: forename", chi(2).spaced())), "{first}");
    for part in ["address agree", "date of birth differs (–", "surname differs (–", "less likely than no match at all"]
    {
        assert!(first.contains(part), "{part} in {first}");
    }
    let none = explain::unlinked(desk.ws(), &id("5002")).unwrap();
    assert!(none.nearest.is_empty());
    assert!(none.sentences()[0].starts_with("Nobody in CHI shares"));
    // A candidate that was kept comes before all that a search would find
    desk.load_links([("5001".to_owned(), chi(4).to_string(), -9.0)].into_iter());
    let kept = explain::unlinked(desk.ws(), &id("5001")).unwrap();
    assert_eq!(kept.nearest.len(), 1);
    assert_eq!(kept.nearest[0].pair.as_ref().unwrap().origin, Origin::File);
    assert!(explain::unlinked(desk.ws(), &id("9999")).is_err());
}

fn run(desk: &mut Desk, arguments: &[&str]) -> Output {
    drop(desk.leave());
    let home = desk.path("test.stewartry").to_string_lossy().into_owned();
    let mut all = vec!["explain", home.as_str(), "--as", OFFICER];
    all.extend(arguments);
    let output = Command::new(env!("CARGO_BIN_EXE_stewartry"))
        .args(all)
        .env("STEWARTRY_PASSPHRASE", "a few plain words")
        .output()
        .unwrap();
    desk.become_(OFFICER);
    output
}

#[test]
fn the_verb_explains_a_pair_or_what_was_nearest_and_records_the_look() {
    let mut desk = Desk::with_people(4);
    let lodger = Person { surname: "Zwart".into(), birth: "1931-02-03".into(), ..person(2) };
    desk.load_mosaic((0..4).fold(MosaicFile::default(), MosaicFile::plain).with("5001", &lodger, "", false));
    assert!(!reveal::is_seen(desk.ws(), &link(1)).unwrap());

    let output = run(&mut desk, &[mosaic(1).as_str()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(text.starts_with(&link(1).to_string()), "{text}");
    for part in
        ["Start", "Date of birth", "Match weight", "+20.0", "How common", "Only this person in CHI has this name"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(reveal::is_seen(desk.ws(), &link(1)).unwrap(), "the score was looked at");

    let nearest = String::from_utf8(run(&mut desk, &["5001"]).stdout).unwrap();
    assert!(nearest.starts_with("Mosaic person 5001 has no likely link\nNearest is CHI"), "{nearest}");
    assert!(reveal::is_seen(desk.ws(), &PairKey::link(id("5001"), chi(2))).unwrap());

    let spaced = chi(3).spaced();
    assert!(run(&mut desk, &[mosaic(3).as_str(), &spaced]).status.success(), "a CHI as screens write it");
    for (arguments, words) in [
        (vec!["9999"], "Mosaic person 9999 is not in the workspace"),
        (vec!["1001", "0101010000"], "no valid CHI number"),
    ] {
        let refused = run(&mut desk, &arguments);
        let error = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{error}");
        assert!(error.contains(words) && error.trim_end().lines().count() == 1, "{error}");
    }
    assert_eq!(run(&mut desk, &[]).status.code(), Some(2), "wrong usage");
}

#[test]
fn of_a_number_that_chi_no_longer_uses_it_is_said_that_it_stands_aside_for_that() {
    let mut desk = Desk::new();
    desk.load_mosaic((0..40).fold(MosaicFile::default(), MosaicFile::plain));
    // The first is superseded, by a number that the extract does not hold
    let superseded = ChiFile::default().with(chi(0).as_str(), &person(0), "H", chi(0).as_str());
    desk.load_chi((1..40).fold(superseded, ChiFile::plain));
    matching::run(desk.ws(), &Options::default(), &Progress::new()).unwrap();
    let pair = desk.ws().pair_of(&link(0)).unwrap().unwrap();
    assert!(!pair.best, "it stands aside");
    let account = explain::pair(desk.ws(), &pair).unwrap();
    let said = account.standing.join("; ");
    assert!(said.contains("CHI no longer uses this number") && !said.contains("no match is likelier"), "{said}");
}
