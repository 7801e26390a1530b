//! Nothing is sent anywhere: of all that the program asks of the system, no socket is of a network. The display's own, and those
//! of the desktop (file dialogue, screen reader), are of this machine and stay on it.

use std::path::Path;
use std::process::Command;

use super::{Proof, traced};
use crate::desk::{OFFICER, PASSPHRASE, SUPERVISOR};

/// How a program is watched. `-D` makes the program the child, and strace somebody who looks on.
pub fn watching(log: &Path) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "--seccomp-bpf", "-qq", "-e", "trace=%network", "-o"]).arg(log);
    strace
}

/// The calls about sockets in a log, and those of them that could leave the machine.
pub fn sockets(log: &str) -> (u64, Vec<String>) {
    let is_here = |line: &str| {
        // Netlink asks the kernel for the devices of this machine
        let local = ["AF_UNIX", "AF_NETLINK", "AF_UNSPEC"];
        !line.contains("AF_") || local.iter().any(|it| line.contains(it)) && !line.contains("AF_INET")
    };
    let calls: Vec<_> = traced::calls(log).collect();
    let away = calls.iter().filter(|call| !is_here(call.line)).map(|call| call.line.to_owned()).collect();
    (calls.len() as u64, away)
}

#[test]
fn a_socket_of_a_network_is_told_from_one_of_this_machine() {
    let log = "7 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3\n\
               7 connect(3, {sa_family=AF_UNIX, sun_path=@\"/tmp/.X11-unix/X0\"}, 20) = 0\n\
               7 socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 4\n\
               7 connect(4, {sa_family=AF_INET6, sin6_port=htons(53)}, 28) = -1 ENETUNREACH\n\
               7 recvmsg(3, {msg_name=NULL}, 0) = 32\n";
    let (calls, away) = sockets(log);
    assert_eq!((calls, away.len()), (5, 2), "{away:?}");
    assert_eq!(sockets("7 socket(AF_PACKET, SOCK_RAW, 768) = 4\n").1.len(), 1);
}

/// Every verb of the command line, as a day goes: files in, decisions, a batch signed, files out.
#[test]
fn no_verb_of_the_command_line_opens_a_socket() {
    if !traced::is_possible() {
        return;
    }
    let mut proof = Proof::of(7, "the command line's day, verb by verb, opens no socket");
    let deed = super::deeds::Deed::named("load");
    let (desk, home) = deed.desk();
    let home = home.to_str().unwrap().to_owned();
    let demo = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(name).display().to_string();
    let path = |name: &str| desk.path(name).display().to_string();
    let sheet = path("decisions.csv");
    let by = |name| vec![home.clone(), "--as".to_owned(), name];
    let officer = |verb: &str, more: &[&str]| {
        let mut all = vec![verb.to_owned()];
        all.extend(by(OFFICER.to_owned()));
        all.extend(more.iter().map(|it| (*it).to_owned()));
        all
    };
    let supervisor = |more: &[&str]| {
        let mut all = vec!["sign".to_owned()];
        all.extend(by(SUPERVISOR.to_owned()));
        all.extend(more.iter().map(|it| (*it).to_owned()));
        all
    };
    let run = |arguments: &[String], proof: &mut Proof| {
        let log = desk.path("sockets.log");
        let output = watching(&log)
            .arg(env!("CARGO_BIN_EXE_stewartry"))
            .args(arguments)
            .env("STEWARTRY_PASSPHRASE", PASSPHRASE)
            .env("STEWARTRY_NEW_PASSPHRASE", PASSPHRASE)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        let (calls, away) = sockets(&std::fs::read_to_string(&log).unwrap());
        assert_eq!((calls, away), (0, Vec::new()), "{arguments:?}");
        proof.tried(1);
    };
    let (mosaic, chi) = (demo("mosaic.csv"), demo("chi.csv"));
    let mut all = |arguments: Vec<String>| run(&arguments, &mut proof);
    all(vec!["link", "--mosaic", &mosaic, "--chi", &chi, "--out", &path("linked")]
        .into_iter()
        .map(str::to_owned)
        .collect());
    all(officer("load", &["--in-spite", &mosaic, &chi]));
    all(officer("match", &[]));
    all(officer("status", &[]));
    all(officer("classes", &["--sheet", &path("few.csv")]));
    // The certain pairs that the program shows first are decided as what they are
    let truth: std::collections::BTreeMap<String, String> = csv::Reader::from_path(demo("truth.csv"))
        .unwrap()
        .records()
        .map(|row| row.map(|row| (row[0].to_owned(), row[1].to_owned())).unwrap())
        .collect();
    let mut decisions = "kind,left,right,verdict,reason\n".to_owned();
    for row in csv::Reader::from_path(path("few.csv")).unwrap().records().map(Result::unwrap) {
        if &row[0] == "link" && truth.get(&row[1]).is_some_and(|chi| *chi == row[2]) {
            decisions += &format!("link,{},{},match,details_agree\n", &row[1], &row[2]);
        }
    }
    std::fs::write(&sheet, decisions).unwrap();
    all(officer("decide", &[&sheet]));
    all(officer("undo", &[]));
    all(officer("decide", &[&sheet]));
    all(officer("conflicts", &[]));
    all(officer("submit", &[]));
    all(supervisor(&["1", "--sample", &path("sample.csv")]));
    let mut again = "kind,left,right,verdict\n".to_owned();
    for row in csv::Reader::from_path(path("sample.csv")).unwrap().records().map(Result::unwrap) {
        again += &format!("{},{},{},match\n", &row[0], &row[1], &row[2]);
    }
    std::fs::write(path("again.csv"), again).unwrap();
    all(supervisor(&["1", "--rechecks", &path("again.csv")]));
    all(officer("export", &["1", "--into", &path("out")]));
    all(vec!["verify".to_owned(), path("out")]);
    all(officer("report", &["--out", &path("report.html")]));
    all(officer("history", &[]));
    all(officer("backup", &[]));
    all(officer("check", &[]));
    all(vec!["restore".to_owned(), home.clone(), "--as".to_owned(), OFFICER.to_owned()]);
}
