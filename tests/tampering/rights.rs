//! Events in good form, signed with the author's own good key, for deeds that the author had no right to.

use rusqlite::Connection;
use stewartry::person::chi;
use stewartry::workspace::{CorrectionId, CorrectionRow, Event, Place, Protocol, StaffId, Standing};

use super::*;

/// The number of somebody of the desk, as the ledger has them.
fn number(name: &str) -> i64 {
    [OFFICER, SECOND_OFFICER, SUPERVISOR].iter().position(|known| *known == name).unwrap() as i64 + 1
}

/// Somebody appends events of their own, in good form and with their own signature; gives the number of the last.
fn append(conn: &Connection, home: &Path, name: &str, events: &[Event]) -> i64 {
    let (_, own) = keys(home, name, PASSPHRASE);
    let staff = number(name);
    let mut last = 0;
    unguarded(conn, |conn| {
        for event in events {
            let payload = serde_json::to_string(event).unwrap();
            conn.execute(
                "INSERT INTO ledger SELECT seq + 1, at, ?1, ?2, ?3, NULL, seq + 1, '', '' FROM ledger ORDER BY seq DESC LIMIT 1",
                rusqlite::params![staff, event.tag(), payload],
            )
            .unwrap();
            last = conn.query_row("SELECT max(seq) FROM ledger", [], |row| row.get(0)).unwrap();
            rechain(conn, last, Some((staff, &own)));
        }
    });
    last
}

fn standing(name: &str, supervises: bool) -> Standing {
    let role = if supervises { stewartry::workspace::Role::Supervisor } else { stewartry::workspace::Role::Officer };
    Standing { name: name.to_owned(), role, administers: false, active: true }
}

fn changed(name: &str, before: Option<Standing>, after: Standing) -> Event {
    let staff = if before.is_none() { 4 } else { number(name) };
    Event::StaffChanged { staff: StaffId(staff), before, after }
}

#[test]
fn an_event_that_its_author_had_no_right_to_is_named_whatever_its_kind() {
    let mut proof =
        Proof::of(4, "events in good form, with their author's own signature, that the author had no right to");
    let kept = Kept::new();
    let home = kept.home();
    let batch = BatchId(1);
    let key = link(0);
    let protocol = || Box::new(Protocol::example("2999-03-31".parse().unwrap()));
    let excepted = |after| Event::SharingExcepted { pair: link(0), before: None, after, reason: "Asked".to_owned() };
    let wrong = CorrectionRow { batch, mosaic: mosaic(0), wrong: chi::issue(1, 2, 1950, 11).unwrap(), right: None };
    let composed =
        Event::CorrectionComposed { correction: CorrectionId(1), rows: vec![wrong], content_hash: "00".repeat(32) };
    let corrected = Event::CorrectionSigned {
        correction: CorrectionId(1),
        content_hash: "00".repeat(32),
        statement: "All is well".to_owned(),
        names: None,
    };
    let signed = |rows_sha256: &str| Event::BatchSigned {
        batch,
        content_hash: "00".repeat(32),
        statement: "All is well".to_owned(),
        rows_sha256: rows_sha256.to_owned(),
        names: None,
        rows_form: None,
    };
    let place = Place {
        host: "h".into(),
        port: 22,
        user: "u".into(),
        folder: "in".into(),
        host_keys: Vec::new(),
        key_file: String::new(),
    };
    let removed = Standing { active: false, ..standing(SUPERVISOR, true) };
    let (hash, nobody) = ("00".repeat(32), "Nobody Atall");
    let answered = |verdict| Event::KnownSet { pair: link(6), before: None, after: Some(verdict) };
    let cases: Vec<(&str, Vec<Event>, &str)> = vec![
        (
            OFFICER,
            vec![Event::ProtocolSet { version: 1, protocol: protocol() }],
            "sets the sharing protocol, and whoever did it was no supervisor",
        ),
        (
            OFFICER,
            vec![excepted(Some(2))],
            "excepts somebody from the sharing protocol, and whoever did it was no supervisor",
        ),
        (
            SECOND_OFFICER,
            vec![changed(nobody, None, standing(nobody, true))],
            "changes people, and whoever did it had no right to",
        ),
        (
            SECOND_OFFICER,
            vec![changed(SUPERVISOR, Some(standing(SUPERVISOR, true)), removed)],
            "changes people, and whoever did it had no right to",
        ),
        (
            SUPERVISOR,
            vec![changed(SECOND_OFFICER, Some(standing(SECOND_OFFICER, false)), standing(SECOND_OFFICER, true))],
            "changes people, and whoever did it had no right to",
        ),
        (
            OFFICER,
            vec![changed(SUPERVISOR, Some(standing(SUPERVISOR, true)), standing("Somebody Else", true))],
            "changes people, and a name that was signed with never changes",
        ),
        (
            OFFICER,
            vec![changed("", None, standing(&SUPERVISOR.to_uppercase(), true))],
            "changes people, and adds a name that somebody has",
        ),
        (
            SECOND_OFFICER,
            vec![Event::KeyRegistered { staff: StaffId(3), public: hash.clone(), sealing: hash.clone() }],
            "gives somebody a key, and whoever did it had no right to",
        ),
        (
            SECOND_OFFICER,
            vec![Event::KeyConfirmed { staff: StaffId(3), public: hash.clone() }],
            "confirms a key, and whoever did it was no supervisor",
        ),
        (
            OFFICER,
            vec![Event::KeyConfirmed { staff: StaffId(3), public: hash.clone() }],
            "confirms a key, and whoever did it gave that person their passphrase",
        ),
        (OFFICER, vec![signed(&hash)], "signs a batch, and whoever did it was no supervisor"),
        (SUPERVISOR, vec![signed("")], "signs a batch, and not the rows"),
        (
            OFFICER,
            vec![Event::Rechecked { batch, pair: key.clone(), before: None, after: Some(Verdict::Match) }],
            "re-checks a row, and whoever did it was no supervisor",
        ),
        (
            OFFICER,
            vec![Event::BatchReturned { batch, reason: "R".into(), rows: vec![], why: vec![] }],
            "returns a batch, and whoever did it was no supervisor",
        ),
        (
            SECOND_OFFICER,
            vec![Event::SampleDrawn {
                batch,
                seed: "0".into(),
                tolerable: 0.1,
                confidence: 0.9,
                rows: vec![],
                controls: vec![],
            }],
            "draws a sample, and somebody else submitted the batch",
        ),
        (OFFICER, vec![answered(Verdict::Match)], "answers a pair beforehand, and whoever did it was no supervisor"),
        (
            OFFICER,
            vec![composed.clone(), corrected.clone()],
            "signs a correction, and whoever did it was no supervisor",
        ),
        (SUPERVISOR, vec![composed.clone(), corrected], "signs a correction, and whoever did it put it together"),
        (
            SECOND_OFFICER,
            vec![Event::PlaceSet { place: "board".into(), before: None, after: Some(Box::new(place)) }],
            "sets a place to send to, and whoever did it had no right to",
        ),
        (
            SECOND_OFFICER,
            vec![Event::Closed { left_open: vec![], reason: String::new() }],
            "closes the workspace, and whoever did it had no right to",
        ),
        (
            SECOND_OFFICER,
            vec![Event::DatabaseKeyChanged { backup: "b".into() }],
            "changes the database's key, and whoever did it had no right to",
        ),
        (
            OFFICER,
            vec![Event::TrainingBegun { answers_sha256: hash.clone() }],
            "makes it a practice workspace, and whoever did it came after it was made",
        ),
    ];
    for (name, events, word) in cases {
        let mut last = 0;
        let said = kept.tampered(|conn| last = append(conn, &home, name, &events));
        let word = format!("event {last} {word}");
        assert!(said.iter().any(|said| said.contains(&word)), "{name}: {word:?} is not in {said:#?}");
        proof.tried(1);
    }
    // A profile that an officer saves who administers is theirs to save
    let saved = Event::ProfileSaved { name: "p".into(), version: 1, profile: serde_json::json!({}) };
    for (name, fits) in [(OFFICER, true), (SECOND_OFFICER, false)] {
        let said = kept.tampered(|conn| {
            append(conn, &home, name, std::slice::from_ref(&saved));
        });
        assert_eq!(said.iter().any(|said| said.contains("saves an export profile, and")), !fits, "{name}: {said:#?}");
        proof.tried(1);
    }
    // Nor does the end of an exception need a supervisor
    let said = kept.tampered(|conn| {
        append(conn, &home, OFFICER, &[excepted(None)]);
    });
    assert!(!said.iter().any(|said| said.starts_with("Rights")), "{said:#?}");
    assert_eq!(self::said(&home), [""; 0], "all is as it was");
}

/// A supervisor who decided a link does not except its person, and one whose key the officer gave does not sign the officer's work.
#[test]
fn what_is_asked_of_a_supervisor_beside_the_role_is_asked_again_of_the_ledger() {
    let mut proof = Proof::of(4, "a supervisor's events that four eyes speak against");
    let mut desk = Desk::with_people(4);
    desk.become_(SUPERVISOR);
    desk.decide(&link(0), Answer::of(Verdict::Unsure)).unwrap();
    desk.become_(OFFICER);
    desk.match_(&link(1));
    let batch = desk.submit();
    let supervisor = StaffId(number(SUPERVISOR));
    people::reset_passphrase(desk.ws(), supervisor, PASSPHRASE).unwrap();
    let home = desk.path("test.stewartry");
    desk.close();
    let excepted = Event::SharingExcepted { pair: link(0), before: None, after: Some(1), reason: "Asked".to_owned() };
    let rechecked = Event::Rechecked { batch, pair: link(1), before: None, after: Some(Verdict::Match) };
    let kept: Vec<_> =
        ["workspace.db", "keyring.json"].map(|name| (home.join(name), std::fs::read(home.join(name)).unwrap())).into();
    for (event, word) in [
        (excepted, "excepts somebody from the sharing protocol, and whoever did it decided the link"),
        (rechecked, "re-checks a row, with a key that may be known to somebody who had a hand in it"),
    ] {
        let last = append(&raw(&home), &home, SUPERVISOR, &[event]);
        let _ = std::fs::remove_file(home.join("reached"));
        let said = said(&home);
        let word = format!("event {last} {word}");
        assert!(said.iter().any(|said| said.contains(&word)), "{word:?} is not in {said:#?}");
        for left in ["workspace.db-wal", "workspace.db-shm", "reached"] {
            let _ = std::fs::remove_file(home.join(left));
        }
        kept.iter().for_each(|(path, bytes)| std::fs::write(path, bytes).unwrap());
        proof.tried(1);
    }
}

/// Whoever submits writes the sample too, and their own newest events are theirs to sign again.
#[test]
fn a_sample_that_its_seed_does_not_draw_is_named() {
    let mut proof = Proof::of(4, "a sample that its seed does not draw");
    let mut desk = Desk::with_people(8);
    (0..4).for_each(|n| desk.match_(&link(n)));
    desk.submit();
    let home = desk.path("test.stewartry");
    desk.close();
    let (_, own) = keys(&home, OFFICER, PASSPHRASE);
    let conn = raw(&home);
    let drawn: i64 =
        conn.query_row("SELECT seq FROM ledger WHERE event = 'sample_drawn'", [], |row| row.get(0)).unwrap();
    for (change, word) in [
        ("json_remove(payload, '$.rows[0]')", "which its seed draws, is not in it"),
        ("json_set(payload, '$.tolerable', 0.9)", "it is to prove less than a sample may"),
    ] {
        let before: String =
            conn.query_row("SELECT payload FROM ledger WHERE seq = ?1", [drawn], |row| row.get(0)).unwrap();
        unguarded(&conn, |conn| {
            conn.execute(&format!("UPDATE ledger SET payload = {change} WHERE seq = ?1"), [drawn]).unwrap();
            rechain(conn, drawn, Some((1, &own)));
        });
        let _ = std::fs::remove_file(home.join("reached"));
        let said = said(&home);
        let event = format!("Event {drawn} draws a sample, and ");
        assert!(said.iter().any(|said| said.contains(&event) && said.contains(word)), "{word:?} is not in {said:#?}");
        unguarded(&conn, |conn| {
            conn.execute("UPDATE ledger SET payload = ?2 WHERE seq = ?1", rusqlite::params![drawn, before]).unwrap();
            rechain(conn, drawn, Some((1, &own)));
        });
        proof.tried(1);
    }
}

/// Whoever holds the key can write another tag beside an event; what it says is under its hash.
#[test]
fn an_event_about_people_that_is_kept_as_another_kind_is_not_passed_by_at_opening() {
    let mut desk = Desk::with_people(2);
    let supervisor = StaffId(number(SUPERVISOR));
    let held = desk.ws().staff().unwrap().into_iter().find(|person| person.id == supervisor).unwrap();
    let demoted = Standing { role: stewartry::workspace::Role::Officer, ..held.standing() };
    people::change(desk.ws(), supervisor, demoted).unwrap();
    let (demotion, _) = desk.ws().ledger_head().unwrap();
    let home = desk.path("test.stewartry");
    desk.close();
    let conn = raw(&home);
    let mut proof = Proof::of(4, "an edited role, and a demotion under another tag");
    let refused = || Workspace::open(&home, SUPERVISOR, PASSPHRASE).err().map(|error| error.to_string());
    conn.execute("UPDATE staff SET role = 'supervisor' WHERE id = ?1", [supervisor.0]).unwrap();
    let said = refused().unwrap();
    assert!(said.contains("its table of people, staff, has"), "{said}");
    for tag in ["opened", "key_registered"] {
        unguarded(&conn, |conn| {
            conn.execute("UPDATE ledger SET event = ?2 WHERE seq = ?1", rusqlite::params![demotion, tag]).unwrap();
        });
        let said = refused().unwrap();
        assert!(said.contains(&format!("event {demotion} is not the kind of event that it is kept as")), "{said}");
        proof.tried(1);
    }
    // Nor does it help to take the index away by which they are found
    conn.execute_batch("DROP INDEX ledger_of_people").unwrap();
    let said = refused().unwrap();
    assert!(said.contains("ledger_of_people"), "{said}");
    proof.tried(1);
}
