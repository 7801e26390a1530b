//! Where a workspace may not be: on a network share, whose locks and syncs cannot be relied upon, and in a folder that a service
//! copies elsewhere while it is being written.
//!
//! Whoever is refused must move their work, so a name alone is a sign only where nobody gives it to a folder of their own. `Box`,
//! `MEGA` and `My Drive` are refused where the service shows itself, in the folder or beside it.

use std::path::{Path, PathBuf};

use super::{Result, WorkspaceError};

/// File systems of other computers, and of services that look like one, as the kernel names them.
const NETWORK: [&str; 20] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "davfs",
    "9p",
    "coda",
    "beegfs",
    "gpfs",
    "pvfs2",
    "panfs",
    "ocfs2",
    "gfs2",
    "acfs",
];

/// Folders of the computer that a virtual one runs on: its locks are not asked about there.
const HOSTED: [&str; 5] = ["virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs"];

/// What serves files of elsewhere through FUSE, by a part of its name, or of that of its source. What only puts discs of this computer
/// together or encrypts them (mergerfs, unionfs, gocryptfs) is not among it.
const SERVED: [&str; 29] = [
    "sshfs",
    "rclone",
    "onedrive",
    "gvfsd",
    "s3fs",
    "goofys",
    "davfs",
    "google",
    "gcsfuse",
    "blobfuse",
    "mount-s3",
    "mountpoint-s3",
    "curlftpfs",
    "httpdirfs",
    "smbnetfs",
    "afpfs",
    "glusterfs",
    "ceph",
    "juicefs",
    "seaweedfs",
    "moosefs",
    "lizardfs",
    "pcloud",
    "megafs",
    "dropbox",
    "keybase",
    "kio-fuse",
    "seadrive",
    "vmhgfs",
];

/// Folders that services copy elsewhere, by how their names begin.
const COPIED: [(&str, &str); 23] = [
    ("onedrive", "OneDrive"),
    ("dropbox", "Dropbox"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("icloud", "iCloud"),
    ("iclouddrive", "iCloud"),
    ("mobile documents", "iCloud"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("box sync", "Box"),
    ("sharepoint", "SharePoint"),
    ("megasync", "MEGA"),
    ("pcloud drive", "pCloud"),
    ("pclouddrive", "pCloud"),
    ("pcloud sync", "pCloud"),
    ("proton drive", "Proton Drive"),
    ("protondrive", "Proton Drive"),
    ("synologydrive", "Synology Drive"),
    ("synology drive", "Synology Drive"),
    ("seadrive", "Seafile"),
    ("egnyte drive", "Egnyte"),
    ("egnyte connect", "Egnyte"),
    ("yandex.disk", "Yandex Disk"),
];

/// Folders whose whole name may be anybody's, and what of the service must be there besides: in the folder around them.
const COPIED_WHERE: [(&str, &str, &[&str]); 4] = [
    ("box", "Box", &["AppData/Local/Box", "Library/Application Support/Box"]),
    (
        "mega",
        "MEGA",
        &[
            "MEGA/.debris",
            "AppData/Local/Mega Limited",
            "Library/Application Support/Mega Limited",
            ".local/share/data/Mega Limited",
        ],
    ),
    ("my drive", "Google Drive", GOOGLE),
    ("shared drives", "Google Drive", GOOGLE),
];

const GOOGLE: &[&str] = &[
    "AppData/Local/Google/DriveFS",
    "Library/Application Support/Google/DriveFS",
    "My Drive/.tmp.driveupload",
    "My Drive/.tmp.drivedownload",
];

/// What services leave in the folders that they copy, and whether it must be a file: `.dropbox` in somebody's home is a folder, of the
/// service's own.
const LEFT: [(&str, &str, bool); 11] = [
    (".dropbox", "Dropbox", true),
    (".dropbox.cache", "Dropbox", false),
    (".stfolder", "Syncthing", false),
    (".owncloudsync.log", "ownCloud or Nextcloud", false),
    (".csync_journal.db", "ownCloud or Nextcloud", false),
    (".seafile-data", "Seafile", false),
    (".shortcut-targets-by-id", "Google Drive", false),
    (".megaignore", "MEGA", false),
    (".SynologyWorkingDirectory", "Synology Drive", false),
    (".sync/IgnoreList", "Resilio Sync", false),
    (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive", false),
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
    let mounts: Vec<Mount> = mounts.lines().filter_map(Mount::parse).collect();
    let held = mounts.iter().enumerate().filter(|(_, mount)| home.starts_with(&mount.point));
    // The deepest, and of those the last
    let held = held.max_by_key(|(at, mount)| (mount.point.components().count(), *at)).map(|(_, mount)| mount);
    if let Some(why) = held.and_then(Mount::is_of_elsewhere) {
        return Some(why);
    }
    let others = held.map(|held| held.other_names(home, &mounts)).unwrap_or_default();
    let service = copied(home, true).or_else(|| others.iter().find_map(|(name, seen)| copied(name, *seen)))?;
    Some(format!("is in a folder that {service} copies elsewhere"))
}

/// The service that copies a folder, or one around it, elsewhere. What services leave behind counts where the path is one that is
/// seen from here.
fn copied(home: &Path, seen: bool) -> Option<&'static str> {
    // A workspace may be called as it likes; what a service left in it counts
    home.ancestors().enumerate().find_map(|(above, folder)| {
        let named = || if above > 0 { by_name(folder, seen) } else { None };
        named().or_else(|| if seen { by_mark(folder) } else { None })
    })
}

fn lower(folder: &Path) -> String {
    folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn by_name(folder: &Path, seen: bool) -> Option<&'static str> {
    let name = lower(folder);
    if let Some((_, service)) = COPIED.iter().find(|(begins, _)| begins_with_word(&name, begins)) {
        return Some(service);
    }
    let around = folder.parent()?;
    if name == "cloudstorage" && lower(around) == "library" {
        return Some("a cloud service");
    }
    if !seen || name.is_empty() {
        return None;
    }
    // `G:\My Drive`: the whole drive is the service's
    let is_drive = cfg!(windows) && around.parent().is_none();
    let there = |signs: &[&str]| signs.iter().any(|sign| around.join(sign).exists());
    let of_service = COPIED_WHERE
        .iter()
        .find(|(known, service, signs)| name == *known && (there(signs) || (is_drive && *service == "Google Drive")));
    if let Some((_, service, _)) = of_service {
        return Some(service);
    }
    // Libraries of SharePoint lie in `Council/Team - Documents`, beside `OneDrive - Council`
    let own = folder.file_name()?.to_string_lossy();
    around.join(format!("OneDrive - {own}")).is_dir().then_some("SharePoint")
}

fn by_mark(folder: &Path) -> Option<&'static str> {
    let left = LEFT
        .iter()
        .find(|(left, _, is_file)| std::fs::metadata(folder.join(left)).is_ok_and(|found| found.is_file() || !is_file));
    if let Some((_, service, _)) = left {
        return Some(service);
    }
    // `.sync_5f1c….db`
    let is_journal = |name: &str| name.ends_with(".db") && (name.starts_with(".sync_") || name.starts_with("._sync_"));
    let mut entries = std::fs::read_dir(folder).ok()?.flatten();
    entries.any(|entry| entry.file_name().to_str().is_some_and(is_journal)).then_some("ownCloud or Nextcloud")
}

/// `OneDrive`, `OneDrive - Council` and `OneDrive2`, and not `Onedrivers`.
fn begins_with_word(name: &str, begins: &str) -> bool {
    let rest = name.strip_prefix(begins).map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// A line of the kernel's table of mounts.
struct Mount<'a> {
    device: &'a str,
    /// The folder of the file system that is seen at the point: not its uppermost where only a part of it is.
    root: PathBuf,
    point: PathBuf,
    kind: &'a str,
    source: &'a str,
}

impl<'a> Mount<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (place, after) = line.split_once(" - ")?;
        let mut place = place.split(' ').skip(2);
        let (device, root, point) = (place.next()?, place.next()?, place.next()?);
        let mut after = after.split(' ');
        let (kind, source) = (after.next()?, after.next().unwrap_or_default());
        Some(Self { device, root: unescaped(root).into(), point: unescaped(point).into(), kind, source })
    }

    fn is_of_elsewhere(&self) -> Option<String> {
        let kind = self.kind;
        if HOSTED.contains(&kind) {
            return Some(format!("is a folder of the computer that this one runs on ({kind})"));
        }
        let served = || {
            // A source that is a path of this computer may be called anything
            let source = if self.source.starts_with('/') { "" } else { self.source };
            let names = [kind.strip_prefix("fuse.").unwrap_or_default(), source].map(str::to_lowercase);
            let by_name = names.iter().any(|name| SERVED.iter().any(|known| name.contains(known)));
            by_name || self.source.starts_with("//") || self.source.contains("://")
        };
        let is_fuse = kind == "fuse" || kind.starts_with("fuse.");
        (NETWORK.contains(&kind) || is_fuse && served()).then(|| format!("is on a network share ({kind})"))
    }

    /// Where else the folder is seen, for a part of a file system may have several names; and whether it can be looked at there.
    fn other_names(&self, home: &Path, mounts: &[Self]) -> Vec<(PathBuf, bool)> {
        let Ok(rest) = home.strip_prefix(&self.point) else { return Vec::new() };
        let inside = self.root.join(rest);
        let same = mounts.iter().filter(|mount| mount.device == self.device);
        let mut names: Vec<(PathBuf, bool)> = same
            .filter_map(|mount| inside.strip_prefix(&mount.root).ok().map(|rest| (mount.point.join(rest), true)))
            .filter(|(name, _)| name != home)
            .collect();
        names.push((inside, false));
        names
    }
}

/// A path as it is, of the table's writing of it: `\040` stands for a space.
fn unescaped(text: &str) -> String {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let octal = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        match octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()).filter(|_| *first == b'\\') {
            Some(byte) => {
                plain.push(byte);
                rest = &after[3..];
            }
            None => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
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
44 22 0:39 / /home/a/pool rw - fuse.mergerfs /mnt/one:/mnt/google rw
45 22 0:40 / /home/a/P rw - fuse pCloud.fs rw
46 22 0:41 / /home/a/host rw - virtiofs home rw
47 22 0:42 / /run/user/1000/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
48 22 0:43 / /home/a/G rw - fuse.google-drive-ocamlfuse google-drive-ocamlfuse rw
49 22 0:44 / /home/a/O rw - fuse.onedriver onedriver rw
50 22 0:45 / /home/a/S rw - fuse.sshfs a@server:/records rw
51 22 8:1 /home/a/OneDrive\\040-\\040Council/Records /srv/records rw - ext4 /dev/sda1 rw
52 22 0:35 /team /srv/team rw - cifs //server/records rw
53 22 8:1 /srv/plain /home/a/Nextcloud rw - ext4 /dev/sda1 rw
54 22 8:9 /home/a/Dropbox/x /srv/kept rw - xfs /dev/sdz9 rw
55 22 0:46 / /home/a/secret rw - fuse.gocryptfs /home/a/cipher rw
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
        for (path, kind) in [
            ("/run/user/1000/gvfs/smb-share/C.stewartry", "fuse.gvfsd-fuse"),
            ("/home/a/P/C.stewartry", "fuse"),
            ("/home/a/G/C.stewartry", "fuse.google-drive-ocamlfuse"),
            ("/home/a/O/C.stewartry", "fuse.onedriver"),
            ("/home/a/S/C.stewartry", "fuse.sshfs"),
            ("/srv/team/C.stewartry", "cifs"),
        ] {
            assert_eq!(why(path).unwrap(), format!("is on a network share ({kind})"));
        }
        let host = "is a folder of the computer that this one runs on (virtiofs)";
        assert_eq!(why("/home/a/host/C.stewartry").unwrap(), host);
        assert_eq!(why("/home/a/pool/C.stewartry"), None, "discs of this computer, put together");
        assert_eq!(why("/home/a/secret/C.stewartry"), None, "a folder of this computer, encrypted");
        proof.tried(18);
    }

    #[test]
    fn a_folder_under_another_name_is_known_by_all_of_its_names() {
        let mut proof = Proof::of(9, "a copied folder that is mounted under another name");
        let copied = |service: &str| Some(format!("is in a folder that {service} copies elsewhere"));
        assert_eq!(why("/srv/records/C.stewartry"), copied("OneDrive"), "a part of a copied folder");
        assert_eq!(why("/srv/plain/C.stewartry"), copied("Nextcloud"), "a folder that is copied by another name");
        assert_eq!(why("/srv/kept/C.stewartry"), copied("Dropbox"), "of a disc that is seen here in part alone");
        assert_eq!(why("/srv/plains/C.stewartry"), None);
        // And by what a service left there
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("copied")).unwrap();
        std::fs::write(folder.path().join("copied/.sync_5f1c.db"), "").unwrap();
        let real = folder.path().canonicalize().unwrap();
        let mounts = format!(
            "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n51 22 8:1 {}/copied /srv/records rw - ext4 /dev/sda1 rw\n",
            real.display()
        );
        assert_eq!(why_not(Path::new("/srv/records/C.stewartry"), &mounts), copied("ownCloud or Nextcloud"));
        assert_eq!(unescaped(r"/a\040b\134c\011d\04"), "/a b\\c\td\\04");
        proof.tried(5);
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
            ("/home/a/iCloudDrive/C.stewartry", "iCloud"),
            ("/home/a/Nextcloud2/C.stewartry", "Nextcloud"),
            ("/home/a/Documents/MEGAsync/C.stewartry", "MEGA"),
            ("/home/a/pCloud Drive/C.stewartry", "pCloud"),
            ("/home/a/Proton Drive/My files/C.stewartry", "Proton Drive"),
            ("/home/a/SynologyDrive/C.stewartry", "Synology Drive"),
            ("/Users/a/Library/CloudStorage/Box-Box/C.stewartry", "a cloud service"),
        ] {
            assert_eq!(why(path).unwrap(), format!("is in a folder that {service} copies elsewhere"));
        }
        assert_eq!(why("/home/a/Dropboxes/C.stewartry"), None);
        assert_eq!(why("/home/a/records/OneDrive.stewartry"), None, "a workspace may be called so");
        for plain in ["Box", "MEGA", "My Drive", "Shared drives", "CloudStorage", "Council/Team - Documents", "pClouds"]
        {
            assert_eq!(why(&format!("/home/a/{plain}/C.stewartry")), None, "{plain}: a name alone is no sign");
        }
        // What a service left: in the folder around, or in the workspace's own
        for (left, service) in [
            (".stfolder/", "Syncthing"),
            (".dropbox", "Dropbox"),
            (".sync_5f1c.db", "ownCloud or Nextcloud"),
            (".sync/IgnoreList", "Resilio Sync"),
            ("deep/.stfolder/", "Syncthing"),
            ("deep/C.stewartry/.stfolder/", "Syncthing"),
        ] {
            let folder = with(&[left]);
            let home = folder.path().join("deep/C.stewartry");
            assert_eq!(
                why_not(&home, "").unwrap(),
                format!("is in a folder that {service} copies elsewhere"),
                "{left}"
            );
        }
        // And what shows that a common name is the service's
        for (there, path, service) in [
            ("AppData/Local/Box/", "Box", "Box"),
            ("Library/Application Support/Box/", "Box/deep", "Box"),
            (".local/share/data/Mega Limited/", "MEGA", "MEGA"),
            ("MEGA/.debris/", "MEGA", "MEGA"),
            ("AppData/Local/Google/DriveFS/", "My Drive", "Google Drive"),
            ("My Drive/.tmp.driveupload/", "My Drive", "Google Drive"),
            ("OneDrive - Council/", "Council/Team - Documents", "SharePoint"),
        ] {
            let folder = with(&[there]);
            let home = folder.path().join(path).join("C.stewartry");
            assert_eq!(
                why_not(&home, "").unwrap(),
                format!("is in a folder that {service} copies elsewhere"),
                "{path}"
            );
            assert_eq!(why_not(&folder.path().join("Elsewhere/C.stewartry"), ""), None, "beside {path}");
        }
        // A service's own folder in somebody's home says nothing of what lies beside it
        let folder = with(&[".dropbox/", "Dropbox/", "desktop.ini"]);
        assert_eq!(why_not(&folder.path().join("records/C.stewartry"), ""), None);
        proof.tried(35);
    }

    /// A folder with these files in it, and folders where the name ends in a slash.
    fn with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            std::fs::create_dir_all(if name.ends_with('/') { &path } else { path.parent().unwrap() }).unwrap();
            if !name.ends_with('/') {
                std::fs::write(path, "").unwrap();
            }
        }
        folder
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
