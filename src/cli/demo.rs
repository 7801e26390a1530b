//! `demo` and `open`: the window, and what stands in for it where there is no display.

use std::path::PathBuf;

use super::arguments::{DemoArgs, OpenArgs};
use super::{Done, refuse, terminal};
use crate::desktop::{self, Start};
use crate::stewardship::demonstration::{self, Demonstration};
use crate::words;
use crate::workspace::Workspace;

/// Opens the window.
pub fn window(start: Start) -> Done {
    if !display_is_there() {
        return refuse("There is no display to open a window on; every verb of `stewartry --help` works without one");
    }
    desktop::run(start)
}

/// Opens the window on a workspace; its people sign in there.
pub fn open(args: &OpenArgs) -> Done {
    // A wrong path is told here, on the terminal that typed it.
    Workspace::people(&args.workspace)?;
    window(Start { workspace: Some(args.workspace.clone()), signed_in: None })
}

/// Makes or reopens the demonstration, then opens the window on it; without a display, says what was found.
pub fn demo(args: &DemoArgs) -> Done {
    let folder = match &args.at {
        Some(folder) => folder.clone(),
        None => default_folder()?,
    };
    if args.fresh {
        demonstration::remove(&folder)?;
    }
    let demonstration = terminal::with_progress(|progress| demonstration::open_or_make(&folder, progress))?;
    if args.no_window || !display_is_there() {
        return found(&demonstration);
    }
    println!("The demonstration is in {}", demonstration.workspace.home().display());
    window(Start { workspace: None, signed_in: Some(demonstration.workspace) })
}

/// Where the demonstration is kept unless told otherwise: the user's own data folder.
fn default_folder() -> Result<PathBuf, Box<dyn std::error::Error + Send + Sync>> {
    match directories::ProjectDirs::from("scot", "Stewartry", "Stewartry") {
        Some(places) => Ok(places.data_local_dir().join("demonstration")),
        None => refuse("No home folder was found to keep the demonstration in; name one with --at FOLDER"),
    }
}

/// Whether there is a display to open a window on. On Windows and macOS there always is.
fn display_is_there() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"]
        .iter()
        .any(|variable| std::env::var_os(variable).is_some_and(|value| !value.is_empty()))
}

fn found(demonstration: &Demonstration) -> Done {
    let status = demonstration.workspace.status()?;
    let number = words::number;
    let row = |what: &str, counts: [u64; 3]| {
        let mut row = vec![what.to_owned()];
        row.extend(counts.map(number));
        row
    };
    println!("{}", if demonstration.reopened { "The demonstration was reopened." } else { "The demonstration was made." });
    println!();
    print!(
        "{}",
        terminal::table(&[
            vec!["Mosaic people".to_owned(), number(status.mosaic)],
            vec!["  with a CHI already".to_owned(), number(status.seeded)],
            vec!["CHI records".to_owned(), number(status.chi)],
        ])
    );
    println!();
    print!(
        "{}",
        terminal::table(&[
            ["Found by matching", "automatic", "to review", "unlikely"].map(str::to_owned).to_vec(),
            row("Links to CHI", status.links),
            row("Duplicates in Mosaic", status.duplicates),
            row("Links still to decide", status.links_undecided),
            row("Duplicates still to decide", status.duplicates_undecided),
        ])
    );
    println!();
    let home = demonstration.workspace.home().display();
    println!("Workspace   {home}");
    println!("Extracts    {}", demonstration.folder.display());
    println!("Open it     stewartry open \"{home}\"    (needs a display)");
    println!("            as {}, passphrase {}", demonstration::OFFICER, demonstration::OFFICER_PASSPHRASE);
    println!("            or {}, passphrase {}", demonstration::SUPERVISOR, demonstration::SUPERVISOR_PASSPHRASE);
    Ok(())
}
