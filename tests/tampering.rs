//! Tampering shows. Somebody has the database's key and a SQLite of their own, and knows how the ledger hashes: whatever they change is
//! noticed when the workspace is opened, by `check`, by what was released before, or by `verify`, which names the first bad event.

mod rights;
pub mod tools;

use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use rusqlite::Connection;
use stewartry::pair::Verdict;
use stewartry::progress::Progress;
use stewartry::release::against::{self, Says};
use stewartry::release::{self, ReleaseError, cross_reference, share};
use stewartry::stewardship::decide::Answer;
use stewartry::stewardship::{corrections, people, recall, sign_off};
use stewartry::workspace::{BatchId, CorrectionId, Workspace};

use self::tools::{hex, keys, raw, rechain, unguarded};
use crate::desk::*;
use crate::proofs::Proof;
use crate::release::{forged, verify};

/// A workspace with a batch that was signed and released, and work done since; closed.
struct Kept {
    desk: Desk,
    release: PathBuf,
    /// The event of the first decision, and that of the sign-off.
    decided: i64,
    signed: i64,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Kept {
    fn new() -> Self {
        let mut desk = Desk::with_people(8);
        (0..3).for_each(|n| desk.match_(&link(n)));
        let decided = desk.ws().history_of(&link(0)).unwrap()[0].seq;
        let batch = desk.submit();
        desk.sign(batch);
        desk.become_(OFFICER);
        let release = desk.path("out");
        release::write(desk.ws(), batch, &release, &Progress::new()).unwrap();
        let signed = desk.ws().batch(batch).unwrap().unwrap().signed.unwrap().seq;
        desk.decide(&link(4), Answer::of(Verdict::Unsure)).unwrap();
        let home = desk.path("test.stewartry");
        let mut kept = Self { desk, release, decided, signed, files: Vec::new() };
        kept.desk.close();
        kept.files = ["workspace.db", "keyring.json"]
            .map(|name| home.join(name))
            .map(|path| {
                let bytes = std::fs::read(&path).unwrap();
                (path, bytes)
            })
            .into();
        kept
    }

    fn home(&self) -> PathBuf {
        self.desk.path("test.stewartry")
    }

    /// Does something behind the program's back; gives what opening or the check says, and puts everything back.
    fn tampered(&self, deed: impl FnOnce(&Connection)) -> Vec<String> {
        {
            let conn = raw(&self.home());
            deed(&conn);
        }
        // Whoever knows the form of the workspace takes the mark of how far it reached away too
        let _ = std::fs::remove_file(self.home().join("reached"));
        let said = said(&self.home());
        self.put_right();
        said
    }

    fn put_right(&self) {
        for left in ["workspace.db-wal", "workspace.db-shm", "reached"] {
            let _ = std::fs::remove_file(self.home().join(left));
        }
        for (path, bytes) in &self.files {
            std::fs::write(path, bytes).unwrap();
        }
    }
}

/// What whoever opens and checks the workspace is told; nothing where all is well.
fn said(home: &Path) -> Vec<String> {
    let ws = match Workspace::open(home, OFFICER, PASSPHRASE) {
        Ok(ws) => ws,
        Err(error) => return vec![format!("open: {error}")],
    };
    let report = ws.check(&Progress::new()).unwrap();
    report.lines.iter().filter(|line| !line.ok).map(|line| format!("{}: {}", line.what, line.detail)).collect()
}

#[test]
fn every_change_behind_the_programs_back_is_told_with_the_first_event_it_concerns() {
    let mut proof = Proof::of(4, "changes behind the program's back, with the database's key");
    let kept = Kept::new();
    let (_, own) = keys(&kept.home(), OFFICER, PASSPHRASE);
    assert_eq!(said(&kept.home()), [""; 0], "nothing was changed yet");
    kept.put_right();
    let (decided, signed) = (kept.decided, kept.signed);
    let payload =
        "UPDATE ledger SET payload = replace(payload, '\"verdict\":\"match\"', '\"verdict\":\"unsure\"') WHERE seq = ";
    type Deed<'a> = Box<dyn Fn(&Connection) + 'a>;
    let behind =
        |sql: String| -> Deed<'_> { Box::new(move |conn| unguarded(conn, |conn| conn.execute_batch(&sql).unwrap())) };
    let plain = |sql: &str| -> Deed<'_> {
        let sql = sql.to_owned();
        Box::new(move |conn| conn.execute_batch(&sql).unwrap())
    };
    let event = |seq: i64| format!("event {seq} ");
    // What was done, how, and what must be said of it
    let cases: Vec<(&str, Deed<'_>, String)> = vec![
        ("an event is updated", behind(format!("{payload}{decided}")), event(decided)),
        ("an event is taken out", behind(format!("DELETE FROM ledger WHERE seq = {decided}")), event(decided)),
        (
            "an event is replaced past the triggers",
            plain(&format!(
                "INSERT OR REPLACE INTO ledger SELECT seq, at, staff, event, replace(payload, 'match', 'unsure'), undoes, deed, prev, hash
                 FROM ledger WHERE seq = {decided}"
            )),
            event(decided),
        ),
        ("the guards are dropped", plain("DROP TRIGGER ledger_is_not_updated"), "open: The workspace is damaged: the trigger ledger_is_not_updated".into()),
        ("the guards of the signatures are dropped", plain("DROP TRIGGER signatures_are_not_deleted"), "open: The workspace is damaged: the trigger signatures_are_not_deleted".into()),
        (
            "a trigger of somebody else's is put in",
            plain("CREATE TRIGGER extra AFTER INSERT ON decision BEGIN SELECT 1; END"),
            "open: The workspace is damaged: the trigger extra".into(),
        ),
        ("a decision is given to another person", behind(format!("UPDATE ledger SET staff = 2 WHERE seq = {decided}")), event(decided)),
        (
            "a decision is given to another person, and all hashes made anew",
            Box::new(move |conn| unguarded(conn, |conn| {
                conn.execute("UPDATE ledger SET staff = 2 WHERE seq = ?1", [decided]).unwrap();
                rechain(conn, decided, None);
            })),
            event(decided),
        ),
        (
            "a decision is changed, all hashes made anew, one's own events signed again",
            Box::new(|conn| unguarded(conn, |conn| {
                conn.execute_batch(&format!("{payload}{decided}")).unwrap();
                rechain(conn, decided, Some((1, &own)));
            })),
            // The first of somebody else's that no longer holds: nobody else's secret is at hand
            "does not carry the signature of whoever it names".into(),
        ),
        (
            "the sign-off is made one's own",
            Box::new(|conn| unguarded(conn, |conn| {
                conn.execute("UPDATE ledger SET staff = 1 WHERE seq = ?1", [signed]).unwrap();
                rechain(conn, signed, Some((1, &own)));
            })),
            event(signed),
        ),
        (
            "the sign-off is made one's own, and covers no rows any more",
            Box::new(|conn| unguarded(conn, |conn| {
                let own_sign_off = "UPDATE ledger SET staff = 1, payload = json_remove(payload, '$.rows_sha256') WHERE seq = ?1";
                conn.execute(own_sign_off, [signed]).unwrap();
                rechain(conn, signed, Some((1, &own)));
            })),
            format!("event {signed} signs a batch, and not the rows"),
        ),
        ("people are swapped in their table", plain("UPDATE staff SET name = CASE id WHEN 1 THEN 'X' WHEN 3 THEN (SELECT name FROM staff WHERE id = 1) ELSE name END"), "staff".into()),
        ("a role is edited in its table", plain("UPDATE staff SET role = 'supervisor' WHERE id = 1"), "staff".into()),
        ("a key is exchanged in its table", plain("UPDATE credential SET public = (SELECT public FROM credential WHERE staff = 1) WHERE staff = 3 AND public IS NOT NULL"), "credential".into()),
        (
            "an officer makes themselves a supervisor, in good form and with their own signature",
            Box::new(|conn| unguarded(conn, |conn| append_own(conn, &kept))),
            "had no right to".into(),
        ),
        ("a signature is taken out", behind(format!("DELETE FROM ledger_signature WHERE seq = {decided}")), event(decided)),
        ("a signature is another event's", behind(format!("UPDATE ledger_signature SET signature = (SELECT signature FROM ledger_signature WHERE seq = {decided} + 1) WHERE seq = {decided}")), event(decided)),
        (
            "all signatures and keys are taken out, as if there had never been any",
            Box::new(|conn| unguarded(conn, |conn| {
                conn.execute_batch("DELETE FROM ledger_signature; UPDATE credential SET public = NULL, sealing = NULL;
                    UPDATE ledger SET event = 'backed_up', payload = '{\"event\":\"backed_up\",\"name\":\"x\"}' WHERE event = 'key_registered'").unwrap();
                rechain(conn, 1, None);
            })),
            "your key".into(),
        ),
        ("the end is cut off", behind("DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)".into()), "does not end where it did".into()),
        ("a decision is changed in its table", plain("UPDATE decision SET verdict = 'unsure'"), "decision".into()),
        (
            "a record shows another person's details",
            plain("UPDATE chi_record SET record = json_set(record, '$.details.surname', 'Other') WHERE id = 1"),
            "is not what it was when it was loaded".into(),
        ),
        (
            "somebody restricted is restricted no longer",
            plain("UPDATE mosaic_record SET restricted = 1 - restricted WHERE id = 1"),
            "are not as the load of".into(),
        ),
    ];
    for (what, deed, word) in cases {
        let said = kept.tampered(deed);
        assert!(said.iter().any(|said| said.contains(&word)), "{what}: {word:?} is not in {said:#?}");
        proof.tried(1);
    }
    assert_eq!(said(&kept.home()), [""; 0], "all is as it was");
}

/// The second officer, who administers nothing, appends an event that makes them a supervisor.
fn append_own(conn: &Connection, kept: &Kept) {
    let (_, own) = keys(&kept.home(), SECOND_OFFICER, PASSPHRASE);
    let standing = |role: &str| {
        format!("{{\"name\":\"{SECOND_OFFICER}\",\"role\":\"{role}\",\"administers\":false,\"active\":true}}")
    };
    let payload = format!(
        "{{\"event\":\"staff_changed\",\"staff\":2,\"before\":{},\"after\":{}}}",
        standing("officer"),
        standing("supervisor")
    );
    conn.execute(
        "INSERT INTO ledger SELECT seq + 1, at, 2, 'staff_changed', ?1, NULL, seq + 1, '', '' FROM ledger ORDER BY seq DESC LIMIT 1",
        [payload],
    )
    .unwrap();
    let last: i64 = conn.query_row("SELECT max(seq) FROM ledger", [], |row| row.get(0)).unwrap();
    rechain(conn, last, Some((2, &own)));
    conn.execute("UPDATE staff SET role = 'supervisor' WHERE id = 2", []).unwrap();
}

/// Something that is signed or written, by a supervisor: what was done before it, and the deed.
type Signed = (&'static str, fn(&mut Desk, BatchId), fn(&mut Workspace, BatchId, &Path) -> Result<(), String>);

fn told<T>(result: Result<T, impl std::fmt::Display>) -> Result<(), String> {
    result.map(drop).map_err(|error| error.to_string())
}

fn sign_both(desk: &mut Desk, batch: BatchId) {
    sign_off::sign(desk.ws(), batch).unwrap();
    corrections::sign(desk.ws(), CorrectionId(1)).unwrap();
}

fn sign_and_write(desk: &mut Desk, batch: BatchId) {
    sign_both(desk, batch);
    let [files, corrected] = ["files", "corrected"].map(|folder| desk.path(folder));
    release::write(desk.ws(), batch, &files, &Progress::new()).unwrap();
    release::correction::write(desk.ws(), CorrectionId(1), &corrected, &Progress::new()).unwrap();
}

const SIGNED: [Signed; 8] = [
    ("sign a batch", |_, _| (), |ws, batch, _| told(sign_off::sign(ws, batch))),
    ("sign a correction", |_, _| (), |ws, _, _| told(corrections::sign(ws, CorrectionId(1)))),
    ("write a batch", sign_both, |ws, batch, out| told(release::write(ws, batch, out, &Progress::new()))),
    ("write a correction", sign_both, |ws, _, out| {
        told(release::correction::write(ws, CorrectionId(1), out, &Progress::new()))
    }),
    ("write a batch again", sign_and_write, |ws, batch, out| told(release::write(ws, batch, out, &Progress::new()))),
    ("write a correction again", sign_and_write, |ws, _, out| {
        told(release::correction::write(ws, CorrectionId(1), out, &Progress::new()))
    }),
    (
        "write an extract",
        |_, _| (),
        |ws, _, out| {
            told(share::write(ws, &crate::sharing::wanted(1), share::manifest::Form::Full, out, &Progress::new()))
        },
    ),
    (
        "write the cross-reference",
        |_, _| (),
        |ws, _, out| told(cross_reference::write(ws, &cross_reference::Form::Csv, out, &Progress::new())),
    ),
];

#[test]
fn nothing_is_signed_or_written_over_tables_that_are_not_what_the_ledger_says() {
    let changes = [
        ("SELECT 1", None),
        ("UPDATE mosaic_record SET restricted = 1 - restricted WHERE id = 3", Some("are not as the load of")),
        ("UPDATE candidate SET probability = probability / 2", Some("are not as the load of")),
        ("UPDATE decision SET verdict = 'unsure' WHERE a = '1000'", Some("decision")),
    ];
    for (deed, before, act) in SIGNED {
        for (change, word) in changes {
            let (mut desk, _) = crate::sharing::shared();
            recall::recall(desk.ws(), &link(3), "Another person", true).unwrap();
            corrections::compose(desk.ws()).unwrap();
            desk.match_(&link(4));
            let batch = desk.submit();
            desk.become_(SUPERVISOR);
            desk.recheck_all(batch);
            before(&mut desk, batch);
            let (home, out) = (desk.path("test.stewartry"), desk.path("out"));
            desk.close();
            raw(&home).execute_batch(change).unwrap();
            let mut ws = Workspace::open(&home, SUPERVISOR, PASSPHRASE).unwrap();
            let events = ws.ledger_head().unwrap().0;
            match (act(&mut ws, batch, &out), word) {
                (done, None) => assert_eq!(done, Ok(()), "{deed}"),
                (refused, Some(word)) => {
                    let refused = refused.expect_err(deed);
                    assert!(refused.contains(word), "{deed}, {change}: {refused}");
                    assert!(!out.exists() && ws.ledger_head().unwrap().0 == events, "{deed}, {change}");
                }
            }
        }
    }
}

#[test]
fn what_is_sound_in_itself_is_contradicted_by_what_was_released() {
    let mut proof = Proof::of(4, "an end cut off by somebody who knows how");
    let kept = Kept::new();
    let home = kept.home();
    let (_, own) = keys(&home, OFFICER, PASSPHRASE);
    let asked = |home: &Path| {
        let ws = Workspace::open(home, OFFICER, PASSPHRASE).unwrap();
        assert!(ws.check(&Progress::new()).unwrap().ok, "it is sound in itself");
        against::check(&ws, &kept.release).unwrap()
    };
    let line = asked(&home);
    assert!(line.says == Says::TheSame && line.detail.contains(&format!("event {}", kept.signed)), "{line}");
    kept.put_right();
    // Opened once more, so that the mark stands beside it again
    drop(Workspace::open(&home, OFFICER, PASSPHRASE).unwrap());

    // The end cut off by somebody who knows how: nothing inside tells
    {
        let conn = raw(&home);
        unguarded(&conn, |conn| {
            let from = kept.signed;
            conn.execute_batch(&format!(
                "DELETE FROM ledger_signature WHERE seq >= {from}; DELETE FROM ledger WHERE seq >= {from};
                 DELETE FROM ledger_subject WHERE seq >= {from};
                 UPDATE batch SET state = 'submitted', signed_by = NULL, signed_at = NULL, signed_seq = NULL, statement = NULL,
                    released_at = NULL, manifest_sha256 = NULL;
                 DELETE FROM decision WHERE seq >= {from};
                 UPDATE candidate SET answer = 0 WHERE kind = 'link' AND a = '1004'"
            ))
            .unwrap();
            rechain(conn, from, Some((1, &own)));
        });
    }
    assert!(Workspace::open(&home, OFFICER, PASSPHRASE).is_err(), "the mark beside it tells");
    std::fs::remove_file(home.join("reached")).unwrap();
    let ws = Workspace::open(&home, OFFICER, PASSPHRASE).unwrap();
    let line = against::check(&ws, &kept.release).unwrap();
    assert!(line.says == Says::TheContrary && line.detail.contains(&format!("event {}", kept.signed)), "{line}");
    proof.tried(2);
    drop(ws);
    kept.put_right();
}

#[test]
fn an_older_copy_of_the_whole_contradicts_a_release_and_releases_nothing_beside_it() {
    let mut proof = Proof::of(4, "an older copy of the whole is put back");
    let mut desk = Desk::with_people(6);
    (0..2).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.close();
    let (home, older) = (desk.path("test.stewartry"), desk.path("older"));
    std::fs::create_dir(&older).unwrap();
    for name in ["workspace.db", "keyring.json"] {
        std::fs::copy(home.join(name), older.join(name)).unwrap();
    }
    desk.sign(batch);
    desk.become_(OFFICER);
    let release = desk.path("releases/first");
    release::write(desk.ws(), batch, &release, &Progress::new()).unwrap();
    desk.close();

    for name in ["workspace.db", "keyring.json"] {
        std::fs::copy(older.join(name), home.join(name)).unwrap();
    }
    std::fs::remove_file(home.join("reached")).unwrap();
    desk.become_(OFFICER);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok, "it is sound in itself");
    let line = against::check(desk.ws(), &release.join("manifest.json")).unwrap();
    assert!(line.says == Says::TheContrary && line.detail.contains("older copy"), "{line}");
    // Worked on, it says something else in that place; and what it would release beside the first is not written
    desk.sign(batch);
    desk.become_(OFFICER);
    (0..9).for_each(|_| {
        drop(
            desk.decide(&link(4), Answer::of(Verdict::Unsure))
                .and(desk.decide(&link(4), Answer::of(Verdict::NotMatch))),
        )
    });
    let line = against::check(desk.ws(), &release).unwrap();
    assert_eq!(line.says, Says::TheContrary, "{line}");
    let into = desk.path("releases/second");
    let refused = release::write(desk.ws(), batch, &into, &Progress::new()).unwrap_err();
    assert!(matches!(refused, ReleaseError::Contradicted { .. }), "{refused}");
    assert!(refused.to_string().contains("nothing was written") && !into.exists(), "{refused}");
    // Nor by a name without a folder, as one types it
    desk.close();
    let number = batch.0.to_string();
    let typed = std::process::Command::new(env!("CARGO_BIN_EXE_stewartry"))
        .current_dir(desk.path("releases"))
        .args(["export", "../test.stewartry", &number, "--into", "second", "--as", OFFICER])
        .env("STEWARTRY_PASSPHRASE", PASSPHRASE)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&typed.stderr);
    assert!(words.contains("nothing was written") && words.contains("first") && !into.exists(), "{words}");
    // Another workspace's release says nothing about this one
    let mut other = Desk::with_people(1);
    let line = against::check(other.ws(), &release).unwrap();
    assert!(line.says == Says::Nothing && line.detail.contains("another workspace"), "{line}");
    proof.tried(3);
}

#[test]
fn a_release_forged_by_the_rules_is_not_what_was_signed() {
    let mut proof = Proof::of(4, "releases forged by the rules of the format");
    let (mut desk, batch) = crate::release::signed();
    let out = desk.path("out");
    let released = release::write(desk.ws(), batch, &out, &Progress::new()).unwrap();
    verify(&released.folder).unwrap();
    let (seed, evidence) = ("batch-0001_seed.csv", "batch-0001_evidence.csv");
    let (old, new) = (chi(0).to_string(), chi(20).to_string());
    // Every file that speaks of it, and the manifest with its seal, by the rules of the format
    let (one, two) = (desk.path("one"), desk.path("two"));
    forged(&released.folder, &one, seed, true, |text| text.replace(&old, &new));
    forged(&one, &two, evidence, true, |text| text.replace(&old, &new));
    let refused = verify(&two).unwrap_err().to_string();
    assert!(refused.contains("not the ones that were signed"), "{refused}");
    // A merge turned round, a decider exchanged
    let turned = desk.path("turned");
    forged(&released.folder, &turned, "batch-0001_merges.csv", true, |text| text.replace("2002,2001,", "2001,2002,"));
    assert!(verify(&turned).is_err());
    proof.tried(2);
    // Somebody else is said to have re-checked
    let rechecker = desk.path("another re-checker");
    forged(&released.folder, &rechecker, evidence, true, |text| text.replace(SUPERVISOR, "Somebody Else"));
    let refused = verify(&rechecker).unwrap_err().to_string();
    assert!(refused.contains("not the ones that were signed"), "{refused}");
    proof.tried(1);
    // The manifest by itself: signature, key, statement, event
    let manifest: release::Manifest =
        serde_json::from_str(&crate::release::text(&released.folder, "manifest.json")).unwrap();
    type Forgery = fn(&mut release::Manifest);
    fn event(it: &mut release::Manifest) -> &mut stewartry::workspace::SignedEvent {
        it.signature.event.as_mut().unwrap()
    }
    let cases: [(&str, Forgery); 10] = [
        ("who signed", |it| it.signature.by = "Somebody Else".to_owned()),
        ("who composed", |it| it.batch.composed_by = "Somebody Else".to_owned()),
        ("who submitted", |it| it.batch.submitted_by = "Somebody Else".to_owned()),
        ("signature", |it| {
            let other = if event(it).signature.starts_with('0') { "1" } else { "0" };
            event(it).signature.replace_range(0..1, other);
        }),
        ("key", |it| event(it).public_key = hex(SigningKey::from_bytes(&[7; 32]).verifying_key().as_bytes())),
        ("payload", |it| event(it).payload = event(it).payload.replace("\"batch\":1", "\"batch\":2")),
        ("nothing signed", |it| it.signature.event = None),
        ("statement", |it| it.signature.statement.push('!')),
        ("another event", |it| it.signature.ledger_sequence += 1),
        ("left out", |it| it.left_out.hashes.clear()),
    ];
    let written = |what: &str, change: Forgery| {
        let to = desk.path(&format!("forged {what}"));
        std::fs::create_dir(&to).unwrap();
        for name in &released.files {
            std::fs::copy(released.folder.join(name), to.join(name)).unwrap();
        }
        let mut changed = manifest.clone();
        change(&mut changed);
        assert_ne!(changed, manifest, "{what}");
        std::fs::write(to.join("manifest.json"), changed.sealed().bytes()).unwrap();
        to
    };
    for (what, change) in cases {
        let refused = verify(&written(what, change)).unwrap_err().to_string();
        assert!(refused.starts_with("Signature:"), "{what}: {refused}");
        proof.tried(1);
    }
    // What the seal alone holds, and the rows contradict; a checker in another language says so too
    let contradicted: [(&str, Forgery); 6] = [
        ("decided by nobody", |it| it.batch.decided_by.clear()),
        ("decided by another", |it| it.batch.decided_by = vec!["Somebody Else".to_owned()]),
        ("more rows", |it| it.batch.rows += 1),
        ("more re-checked", |it| it.sample.rechecked += 2), // One row is in no file
        ("signed at another time", |it| it.signature.at = "2026-01-01T00:00:00Z".to_owned()),
        ("more left out", |it| it.left_out.restricted += 1),
    ];
    let python = python();
    for (what, change) in contradicted {
        let to = written(what, change);
        let refused = verify(&to).map(|_| ()).unwrap_err().to_string();
        assert!(["Evidence:", "Signature:"].iter().any(|line| refused.starts_with(line)), "{what}: {refused}");
        if let Some(python) = &python {
            let checked = python(&to);
            assert_eq!(checked.status.code(), Some(1), "{what}: {}", String::from_utf8_lossy(&checked.stdout));
        }
        proof.tried(1);
    }
    // What was checked before a merge, and what is noted of it
    let merges = "batch-0001_merges.csv";
    for (what, before, after) in [
        ("said to be checked", "=not_checked", "=clear"),
        ("noted otherwise", "Carry the alias over", "Lose the alias"),
    ] {
        let to = desk.path(what);
        forged(&released.folder, &to, merges, true, |text| text.replacen(before, after, 1));
        let refused = verify(&to).unwrap_err().to_string();
        assert!(refused.contains("not the ones that were signed"), "{what}: {refused}");
        if let Some(python) = &python {
            assert_eq!(python(&to).status.code(), Some(1), "{what}");
        }
        proof.tried(1);
    }
    // A merge says why as its row does
    let why = desk.path("another reason");
    forged(&released.folder, &why, merges, true, |text| text.replace("2002,2001,", "2002,2001,moved"));
    let refused = verify(&why).unwrap_err().to_string();
    assert!(refused.contains("another reason for the merge"), "{refused}");
    proof.tried(1);
    let lines = verify(&released.folder).unwrap().lines;
    let said = lines.iter().find(|line| line.what == "Left out").unwrap();
    assert!(said.detail.starts_with("1 signed row is in no file"), "{said}");
    // Passed off as of the form before there were signatures: read as such, said, and with nobody's key
    let older = written("older form", |it| {
        it.stewartry_release = 2;
        it.signature.event = None;
    });
    let found = verify(&older).unwrap();
    assert!(found.is_unsigned() && !verify(&released.folder).unwrap().is_unsigned());
    let lines = found.lines;
    assert!(lines.iter().any(|line| line.what == "Signature" && line.detail.starts_with("None")), "{lines:#?}");
    // A status of its own, unless whoever asks says that they know
    let asked = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_stewartry"));
        command.arg("verify").arg(&older).args(arguments).output().unwrap()
    };
    let refused = asked(&[]);
    assert_eq!(refused.status.code(), Some(4));
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("nothing vouches for who signed them"), "{told}");
    assert_eq!(asked(&["--unsigned"]).status.code(), Some(0));
    let expected = "0123 ".repeat(8);
    assert_eq!(asked(&["--unsigned", "--key", &expected]).status.code(), Some(1), "a key that is expected is missing");
    assert_eq!(asked(&["--unsigned", "--key", "00"]).status.code(), Some(2), "a slip of the pen is no forgery");
    assert!(release::signers_key(&older).unwrap_err().to_string().contains("nobody's signature"));
    proof.tried(1);
}

/// What versions before signed, one of which knew no names and neither what was checked before a merge: read as such, and said.
#[test]
fn a_release_that_an_earlier_version_signed_holds_its_rows_and_says_what_the_seal_alone_holds() {
    use stewartry::workspace::outgoing::Form;
    let mut proof = Proof::of(4, "a release that an earlier version signed");
    for form in [Form::First, Form::Second] {
        let mut desk = Desk::with_people(4);
        (0..2).for_each(|n| desk.match_(&link(n)));
        let batch = desk.submit();
        desk.become_(SUPERVISOR);
        desk.recheck_all(batch);
        let held = desk.ws().batch(batch).unwrap().unwrap();
        let names = desk.ws().names_of_batch(batch).unwrap();
        let signed = stewartry::workspace::Event::BatchSigned {
            batch,
            content_hash: held.content_hash.clone().unwrap(),
            statement: sign_off::statement(desk.ws(), &held).unwrap(),
            rows_sha256: desk.ws().outgoing_sha256(batch, form).unwrap(),
            names: (form == Form::Second).then(|| Box::new(names)),
            rows_form: None,
        };
        // A form that nobody knows yet is not signed
        let mut unknown = signed.clone();
        if let stewartry::workspace::Event::BatchSigned { rows_form, .. } = &mut unknown {
            *rows_form = Some(9);
        }
        let refused = desk.ws().apply(vec![unknown], |_| Ok(())).unwrap_err().to_string();
        assert!(refused.contains("a form that this version"), "{refused}");
        desk.ws().apply(vec![signed], |_| Ok(())).unwrap();
        assert!(desk.ws().check(&Progress::new()).unwrap().ok);
        desk.become_(OFFICER);
        let out = desk.path("out");
        let released = release::write(desk.ws(), batch, &out, &Progress::new()).unwrap();
        let lines = verify(&released.folder).unwrap().lines;
        let said = lines.iter().find(|line| line.what == "Signature").unwrap();
        let by_the_seal = said.detail.contains("held by the seal alone");
        assert!(said.detail.contains("every row are signed") && by_the_seal == (form == Form::First), "{said}");
        if let Some(python) = python() {
            let checked = python(&released.folder);
            let text = String::from_utf8_lossy(&checked.stdout).into_owned();
            assert!(checked.status.success(), "{text}");
            assert_eq!(text.contains("held by the seal alone"), form == Form::First, "{text}");
        }
        let changed = desk.path("changed");
        let evidence = "batch-0001_evidence.csv";
        forged(&released.folder, &changed, evidence, true, |text| text.replace(OFFICER, "Somebody Else"));
        assert!(verify(&changed).is_err());
        proof.tried(2);
    }
}

/// The checker in Python, where there is one that has what it needs.
fn python() -> Option<impl Fn(&Path) -> std::process::Output> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/formats/verify_release.py");
    // The one that is found first may be somebody's own, and the package belong to the system's
    let found = ["python3", "/usr/bin/python3"].into_iter().find(|python| {
        let asked = std::process::Command::new(python).args(["-c", "import cryptography"]).output();
        asked.is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        crate::window::skip("there is no Python with the package `cryptography` here");
    }
    found.map(|python| {
        move |folder: &Path| std::process::Command::new(python).arg(&script).arg(folder).output().unwrap()
    })
}

/// A checker that somebody else wrote, from the written form alone, in another language.
#[test]
fn another_program_in_another_language_checks_a_release_by_its_written_form() {
    let Some(python) = python() else { return };
    let mut proof = Proof::of(4, "releases checked by another program, from the written form");
    let (mut desk, batch) = crate::release::signed();
    let out = desk.path("out");
    let released = release::write(desk.ws(), batch, &out, &Progress::new()).unwrap();
    let checked = python(&released.folder);
    let text = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "{text}{}", String::from_utf8_lossy(&checked.stderr));
    assert!(text.contains(&release::signers_key(&released.folder).unwrap()), "{text}");
    proof.tried(1);
    let (old, new) = (chi(0).to_string(), chi(20).to_string());
    let (one, two) = (desk.path("one"), desk.path("two"));
    forged(&released.folder, &one, "batch-0001_seed.csv", true, |text| text.replace(&old, &new));
    forged(&one, &two, "batch-0001_evidence.csv", true, |text| text.replace(&old, &new));
    let three = desk.path("three");
    forged(&released.folder, &three, "batch-0001_evidence.csv", true, |text| text.replace(SUPERVISOR, "Somebody Else"));
    for bad in [one, two, three] {
        let checked = python(&bad);
        assert_eq!(checked.status.code(), Some(1), "{}", String::from_utf8_lossy(&checked.stdout));
        proof.tried(1);
    }
    // Where every row is there, nobody else decided one
    let mut other = Desk::with_people(4);
    (0..3).for_each(|n| other.match_(&link(n)));
    let all = other.submit();
    other.sign(all);
    other.become_(OFFICER);
    let into = other.path("whole");
    let whole = release::write(other.ws(), all, &into, &Progress::new()).unwrap();
    assert_eq!(python(&whole.folder).status.code(), Some(0));
    let mut manifest = whole.manifest.clone();
    manifest.batch.decided_by.push("Somebody Else".to_owned());
    std::fs::write(whole.folder.join("manifest.json"), manifest.sealed().bytes()).unwrap();
    let refused = verify(&whole.folder).unwrap_err().to_string();
    assert!(refused.contains("decided none of its rows"), "{refused}");
    assert_eq!(python(&whole.folder).status.code(), Some(1));
    proof.tried(2);
    // Whose rows only the ledger holds: nothing is wrong, and nothing is proved
    let indexing = release::profiles::named(desk.ws(), "chi-indexing", None).unwrap();
    let into = desk.path("alone");
    let alone = release::write_with(desk.ws(), batch, &into, &indexing, &Progress::new()).unwrap();
    let checked = python(&alone.folder);
    assert_eq!(checked.status.code(), Some(4), "{}", String::from_utf8_lossy(&checked.stdout));
    proof.tried(1);
}

#[test]
fn a_key_that_was_given_by_somebody_does_not_sign_what_they_decided() {
    let mut proof = Proof::of(5, "somebody whose key was given to them signs nothing of who gave it");
    let mut desk = Desk::with_people(6);
    (0..2).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    let refused = |desk: &mut Desk, batch: BatchId, words: &str| {
        let key = link(0);
        let error = sign_off::recheck(desk.ws(), batch, &key, Verdict::Match).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(sign_off::sign(desk.ws(), batch).unwrap_err().to_string().contains(words));
        let held = desk.ws().batch(batch).unwrap().unwrap();
        assert!(sign_off::Signer::of(desk.ws(), &held).is_err());
    };
    let id =
        |desk: &mut Desk, name: &str| desk.ws().staff().unwrap().into_iter().find(|it| it.name == name).unwrap().id;

    // The officer, who administers, gives the supervisor a new passphrase, signs in with it, and would sign
    let supervisor = id(&mut desk, SUPERVISOR);
    let before = desk.ws().key_standing(supervisor).unwrap().public.unwrap();
    people::reset_passphrase(desk.ws(), supervisor, "known to the officer").unwrap();
    let after = desk.ws().key_standing(supervisor).unwrap();
    assert_ne!(after.public.as_ref(), Some(&before), "another key");
    assert!(after.given.is_some_and(|given| given.reset && !given.replaced));
    desk.sit_down(SUPERVISOR, "known to the officer");
    refused(&mut desk, batch, "gave you your passphrase");
    // Choosing another is not enough: the officer could have done that too
    people::change_passphrase(desk.ws(), "known to the officer", PASSPHRASE).unwrap();
    refused(&mut desk, batch, "confirm that your key is yours");
    // Neither who gave it nor they themselves confirm it, nor somebody without the right
    assert!(people::confirm_key(desk.ws(), supervisor).is_err());
    proof.tried(3);
    desk.become_(OFFICER);
    assert!(people::confirm_key(desk.ws(), supervisor).unwrap_err().to_string().contains("somebody else"));
    desk.become_(SECOND_OFFICER);
    assert!(people::confirm_key(desk.ws(), supervisor).unwrap_err().to_string().contains("Only a supervisor"));
    proof.tried(2);
    desk.become_(OFFICER);
    let second = id(&mut desk, SECOND_OFFICER);
    let standing = desk.ws().staff().unwrap().into_iter().find(|it| it.id == second).unwrap().standing();
    people::change(desk.ws(), second, stewartry::workspace::Standing { administers: true, ..standing }).unwrap();
    desk.become_(SECOND_OFFICER);
    people::confirm_key(desk.ws(), supervisor).unwrap();
    desk.become_(SUPERVISOR);
    desk.recheck_all(batch);
    let statement = sign_off::sign(desk.ws(), batch).unwrap().output;
    assert!(statement.contains("a new passphrase and key on") && statement.contains("confirmed since"), "{statement}");
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
    desk.become_(OFFICER);
    let out = desk.path("out");
    let released = release::write(desk.ws(), batch, &out, &Progress::new()).unwrap();
    assert!(released.manifest.signature.statement.contains("a new passphrase"), "the manifest says so too");
    verify(&released.folder).unwrap();
}

/// What a restored workspace does not hold may be in Mosaic: it says so, and writes nothing beside it, whichever copy was restored.
#[test]
fn a_restored_workspace_is_contradicted_by_what_left_after_its_copy() {
    let mut proof = Proof::of(4, "a workspace restored from a copy before a release");
    for signed_before_copy in [false, true] {
        let mut desk = Desk::with_people(6);
        (0..2).for_each(|n| desk.match_(&link(n)));
        let batch = desk.submit();
        if signed_before_copy {
            desk.sign(batch);
            desk.become_(OFFICER);
        }
        let copy = desk.ws().backup(&Progress::new()).unwrap();
        if !signed_before_copy {
            desk.sign(batch);
            desk.become_(OFFICER);
        }
        let release = desk.path("releases/first");
        release::write(desk.ws(), batch, &release, &Progress::new()).unwrap();
        let line = against::check(desk.ws(), &release).unwrap();
        assert_eq!(line.says, Says::TheSame, "{line}");
        // Changed and sealed anew it says nothing of the workspace, and that it was changed
        let changed = desk.path("changed");
        forged(&release, &changed, "batch-0001_seed.csv", true, |text| text.replace("CHI", "NHS"));
        let line = against::check(desk.ws(), &changed).unwrap();
        assert!(line.says == Says::Changed && line.detail.contains("it was changed since"), "{line}");
        desk.close();

        let home = desk.path("restored.stewartry");
        Workspace::restore(&copy, OFFICER, PASSPHRASE, Some(&home), &Progress::new()).unwrap();
        if !signed_before_copy {
            let mut ws = Workspace::open(&home, SUPERVISOR, PASSPHRASE).unwrap();
            let held = ws.batch(batch).unwrap().unwrap();
            for (key, _) in sign_off::to_answer(&ws, &held).unwrap() {
                sign_off::recheck(&mut ws, batch, &key, Verdict::Match).unwrap();
            }
            sign_off::sign(&mut ws, batch).unwrap();
        }
        let mut ws = Workspace::open(&home, OFFICER, PASSPHRASE).unwrap();
        let line = against::check(&ws, &release).unwrap();
        assert_eq!(line.says, Says::TheContrary, "{line}");
        let into = desk.path("releases/second");
        let refused = release::write(&mut ws, batch, &into, &Progress::new()).unwrap_err();
        assert!(matches!(refused, ReleaseError::Contradicted { .. }) && !into.exists(), "{refused}");
        proof.tried(1);
    }
}
