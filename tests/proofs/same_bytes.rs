//! The same batch gives the same bytes, whenever, wherever and by however many threads it is written.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::deeds::{Deed, copied_desk};
use super::{Proof, times};
use crate::desk::{OFFICER, PASSPHRASE};

const ZONES: [&str; 5] = ["UTC", "Europe/London", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu"];
const LOCALES: [&str; 5] = ["C", "en_GB.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", "ar_SA.UTF-8"];

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|it| (it.file_name().into_string().unwrap(), std::fs::read(it.path()).unwrap())).collect()
}

fn stewartry(zone: &str, locale: &str, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stewartry"));
    command.env("TZ", zone).env("LC_ALL", locale).env("LANG", locale).env("STEWARTRY_PASSPHRASE", PASSPHRASE);
    command.current_dir(folder).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command
}

fn done(mut command: Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_release_is_the_same_bytes_over_runs_time_zones_and_locales() {
    let mut proof = Proof::of(10, "a release in other time zones and locales");
    let (_desk, home) = Deed::named("export").desk();
    let folder = tempfile::tempdir().unwrap();
    let mut first: Option<BTreeMap<String, Vec<u8>>> = None;
    let mut run = 0;
    for zone in ZONES {
        for locale in LOCALES.into_iter().take(times(5, 1) as usize).chain(LOCALES.into_iter().skip(run % 5).take(1)) {
            run += 1;
            let place = folder.path().join(format!("run {run}"));
            std::fs::create_dir(&place).unwrap();
            let copy = place.join("copy.stewartry");
            copied_desk(&home, &copy);
            // Twice from one workspace: the second time it was released before
            for into in ["once", "again"] {
                let mut export = stewartry(zone, locale, &place);
                export.arg("export").arg(&copy).args(["1", "--as", OFFICER, "--into", into]);
                done(export);
                let written = files(&place.join(into));
                assert!(written.contains_key("manifest.json") && written.len() >= 4);
                assert_eq!(first.get_or_insert_with(|| written.clone()), &written, "{zone} {locale} {into}");
                proof.tried(1);
            }
        }
    }
}

/// Of two zones that are more than a day apart, so that no moment is on one day in both.
#[test]
fn a_report_says_the_same_days_in_every_time_zone() {
    let mut proof = Proof::of(10, "a report in other time zones");
    let (_desk, home) = Deed::named("export").desk();
    let folder = tempfile::tempdir().unwrap();
    let reports = |round: usize| {
        let mut written = Vec::new();
        for (n, zone) in ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/London"].into_iter().enumerate() {
            let place = folder.path().join(format!("{round} {n}"));
            std::fs::create_dir(&place).unwrap();
            let copy = place.join("copy.stewartry");
            copied_desk(&home, &copy);
            let mut report = stewartry(zone, LOCALES[n], &place);
            report.arg("report").arg(&copy).args(["--as", OFFICER, "--out", "report.html"]);
            done(report);
            written.push(std::fs::read_to_string(place.join("report.html")).unwrap());
        }
        written
    };
    // Where midnight came between, once more
    let found = (0..2).map(reports).find(|written| written.iter().all(|page| *page == written[0]));
    assert!(found.is_some_and(|written| written[0].contains("Done by day")), "the zone stands in the report");
    proof.tried(3);
}

#[test]
fn a_linkage_is_the_same_bytes_over_threads_time_zones_and_locales() {
    let mut proof = Proof::of(10, "a linkage by other threads, time zones and locales");
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let folder = tempfile::tempdir().unwrap();
    let mut first = None;
    for n in 0..times(15, 2) as usize {
        let threads = [1, 4, 2][n % 3].to_string();
        let into = folder.path().join(n.to_string());
        let mut link = stewartry(ZONES[n % 5], LOCALES[n / 3 % 5], folder.path());
        link.arg("link").arg("--mosaic").arg(demo.join("mosaic.csv")).arg("--chi").arg(demo.join("chi.csv"));
        link.arg("--out").arg(&into).args(["--threads", &threads]);
        done(link);
        let mut written = files(&into);
        // It says how long everything took
        assert!(written.remove("summary.json").is_some() && written.len() == 2);
        assert_eq!(first.get_or_insert_with(|| written.clone()), &written, "run {n}");
        proof.tried(1);
    }
}
