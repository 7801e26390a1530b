//! Where a workspace may not be: on a network share, whose locks and syncs cannot be relied upon, and in a folder that a service
//! copies elsewhere while it is being written.

use std::path::{Path, PathBuf};

use super::{Result, WorkspaceError};

/// File systems of other computers, and of services that look like one, as the kernel names them.
const NETWORK: [&str; 12] =
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "davfs", "9p"];

/// What serves files of elsewhere through FUSE, by a part of its name.
const SERVED: [&str; 8] = ["sshfs", "rclone", "onedrive", "gvfsd", "s3fs", "goofys", "davfs", "google"];

/// Folders that services copy elsewhere, by how their names begin.
const COPIED: [(&str, &str); 10] = [
    ("onedrive", "OneDrive"),
    ("dropbox", "Dropbox"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("icloud", "iCloud"),
    ("mobile documents", "iCloud"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("box sync", "Box"),
    ("sharepoint", "SharePoint"),
];

/// What services leave in the folders that they copy.
const LEFT: [(&str, &str); 4] = [
    (".dropbox", "Dropbox"),
    (".stfolder", "Syncthing"),
    (".owncloudsync.log", "ownCloud or Nextcloud"),
    (".seafile-data", "Seafile"),
];

/// Refuses a place where decisions could be lost or carried away. The folder itself need not be there yet.
pub(super) fn expect_safe(home: &Path) -> Result<()> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    match why_not(&whole(home), &mounts) {
        None => Ok(()),
        Some(why) => Err(WorkspaceError::UnsafePlace { path: home.into(), why }),
    }
}

/// The path without links, as far as it is there.
fn whole(home: &Path) -> PathBuf {
    let absolute = std::path::absolute(home).unwrap_or_else(|_| home.to_owned());
    for there in absolute.ancestors() {
        if let (Ok(real), Ok(rest)) = (there.canonicalize(), absolute.strip_prefix(there)) {
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    absolute
}

/// Why a workspace may not be there, in words that go on from its path.
fn why_not(home: &Path, mounts: &str) -> Option<String> {
    let text = home.to_string_lossy();
    // `\\?\C:\…` is a path of this computer, however long it is; `\\?\UNC\…` is not
    let local = text.starts_with(r"\\?\") && !text.to_uppercase().starts_with(r"\\?\UNC\");
    if text.starts_with(r"\\") && !local {
        return Some("is on a network share".to_owned());
    }
    if let Some(kind) = mounted(home, mounts)
        && is_of_elsewhere(kind)
    {
        return Some(format!("is on a network share ({kind})"));
    }
    for folder in home.ancestors().skip(1) {
        let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let by_name = COPIED.iter().find(|(begins, _)| begins_with_word(&name, begins));
        let by_mark = || LEFT.iter().find(|(left, _)| folder.join(left).exists());
        if let Some((_, service)) = by_name.or_else(by_mark) {
            return Some(format!("is in a folder that {service} copies elsewhere"));
        }
    }
    None
}

/// `OneDrive` and `OneDrive - Council`, and not `Onedrivers`.
fn begins_with_word(name: &str, begins: &str) -> bool {
    name.strip_prefix(begins).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

fn is_of_elsewhere(kind: &str) -> bool {
    NETWORK.contains(&kind)
        || kind.strip_prefix("fuse.").is_some_and(|served| SERVED.iter().any(|known| served.contains(known)))
}

/// The kind of the file system that holds a path, by the kernel's table of mounts: the deepest, and of those the last.
fn mounted<'a>(home: &Path, mounts: &'a str) -> Option<&'a str> {
    let mut found: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let Some((place, after)) = line.split_once(" - ") else { continue };
        let Some(point) = place.split(' ').nth(4) else { continue };
        let point = point.replace("\\040", " ");
        let depth = Path::new(&point).components().count();
        if home.starts_with(&point) && found.is_none_or(|(deepest, _)| depth >= deepest) {
            found = after.split(' ').next().map(|kind| (depth, kind));
        }
    }
    found.map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::officer;
    use super::super::proof::Proof;
    use super::super::{KeyCost, Workspace};
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /home/records/share rw shared:20 - cifs //server/records rw
41 22 0:36 / /home/records/My\\040Files rw shared:21 - fuse.rclone remote: rw
42 40 0:37 / /home/records/share/local rw shared:22 - ext4 /dev/sdb1 rw
43 22 0:38 / /mnt/disc rw shared:23 - fuseblk /dev/sdc1 rw
";

    fn why(path: &str) -> Option<String> {
        why_not(Path::new(path), MOUNTS)
    }

    #[test]
    fn a_network_share_is_told_by_what_is_mounted_there() {
        let mut proof = Proof::of(9, "network shares and local discs, by what is mounted");
        assert_eq!(why("/home/records/share/C.stewartry").unwrap(), "is on a network share (cifs)");
        assert_eq!(why("/home/records/My Files/deep/C.stewartry").unwrap(), "is on a network share (fuse.rclone)");
        assert_eq!(why(r"\\server\records\C.stewartry").unwrap(), "is on a network share");
        assert_eq!(why(r"\\?\UNC\server\records\C.stewartry").unwrap(), "is on a network share");
        for safe in [
            "/home/records/C.stewartry",
            "/home/records/shared/C.stewartry",
            "/home/records/share/local/C.stewartry",
            "/mnt/disc/C.stewartry",
            r"\\?\C:\records\C.stewartry",
        ] {
            assert_eq!(why(safe), None, "{safe}");
        }
        proof.tried(9);
    }

    #[test]
    fn a_folder_that_is_copied_elsewhere_is_told_by_its_name_or_by_what_a_service_left_in_it() {
        let mut proof = Proof::of(9, "folders that a service copies elsewhere");
        for (path, service) in [
            ("/home/a/OneDrive - Council/C.stewartry", "OneDrive"),
            ("/home/a/OneDrive/Records/C.stewartry", "OneDrive"),
            ("/home/a/Dropbox (Team)/C.stewartry", "Dropbox"),
            ("/home/a/Google Drive/C.stewartry", "Google Drive"),
            ("/Users/a/Library/Mobile Documents/C.stewartry", "iCloud"),
        ] {
            assert_eq!(why(path).unwrap(), format!("is in a folder that {service} copies elsewhere"));
        }
        assert_eq!(why("/home/a/Dropboxes/C.stewartry"), None);
        assert_eq!(why("/home/a/records/OneDrive.stewartry"), None, "a workspace may be called so");
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".stfolder")).unwrap();
        let home = folder.path().join("deep/C.stewartry");
        assert_eq!(why_not(&home, "").unwrap(), "is in a folder that Syncthing copies elsewhere");
        proof.tried(8);
    }

    #[test]
    fn a_workspace_is_neither_made_nor_opened_there_and_nothing_is_left_behind() {
        let mut proof = Proof::of(9, "a workspace is neither made nor opened in a bad place");
        let folder = tempfile::tempdir().unwrap();
        let copied = folder.path().join("OneDrive - Council");
        std::fs::create_dir(&copied).unwrap();
        let home = copied.join("C.stewartry");
        let refused = Workspace::create(&home, officer("Ailsa Craig"), KeyCost::TEST).map(drop).unwrap_err();
        assert!(matches!(refused, WorkspaceError::UnsafePlace { .. }));
        let words = refused.to_string();
        assert!(words.contains("OneDrive copies elsewhere") && words.contains("disk of this computer"), "{words}");
        assert!(!home.exists());
        let safe = folder.path().join("C.stewartry");
        let person = officer("Ailsa Craig");
        drop(Workspace::create(&safe, officer("Ailsa Craig"), KeyCost::TEST).unwrap());
        std::fs::rename(&safe, &home).unwrap();
        let refused = Workspace::open(&home, person.name, person.passphrase).map(drop).unwrap_err();
        assert!(matches!(refused, WorkspaceError::UnsafePlace { .. }), "{refused}");
        std::fs::rename(&home, &safe).unwrap();
        drop(Workspace::open(&safe, person.name, person.passphrase).unwrap());
        // A link does not hide it
        #[cfg(unix)]
        {
            std::fs::rename(&safe, &home).unwrap();
            std::os::unix::fs::symlink(&home, &safe).unwrap();
            assert!(matches!(
                Workspace::open(&safe, person.name, person.passphrase).map(drop),
                Err(WorkspaceError::UnsafePlace { .. })
            ));
            proof.tried(1);
        }
        proof.tried(3);
    }
}
