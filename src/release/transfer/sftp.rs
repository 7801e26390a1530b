//! The system's own `sftp`, run in batch mode: nothing is asked, no configuration is read but what stands here, and the other
//! side's key must be the one that was agreed.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::progress::Progress;
use crate::workspace::Place;

/// Why sending failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SftpError {
    /// There is no program.
    #[error(
        "the program sftp (OpenSSH) was not found on this computer. It is part of Windows 10 and later (optional feature “OpenSSH \
         client”), of macOS, and of every Linux (package openssh-client); or carry the file by hand"
    )]
    NoProgram,
    /// The other side is not the one that was agreed, or somebody stands between.
    #[error(
        "the other side showed another key than the one that was agreed. Send nothing, and ask them by telephone whether they \
         changed it; only then set the place anew"
    )]
    HostKey,
    /// They do not know our key.
    #[error(
        "the other side did not let us in: it does not know this key, or the key file needs a passphrase (put that key in the agent). Ask them to add the public key"
    )]
    NotLetIn,
    /// Our key file cannot be used.
    #[error("the key file could not be used ({0})")]
    OwnKey(String),
    /// Nobody answered.
    #[error("the other side could not be reached ({0}); check the name, the port and the network, then send again")]
    NotReached(String),
    /// There is no such folder.
    #[error("the folder is not there on the other side; ask them, and set the place anew")]
    NoFolder,
    /// We may not write there.
    #[error("the other side does not let us write in the folder; ask them")]
    Forbidden,
    /// It could not be written there.
    #[error(
        "the other side could not write it, most often because its disk, or our share of it, is full. What arrived stays under \
         another name, and sending again goes on from there once there is room"
    )]
    CouldNotWrite,
    /// There is a file of that name.
    #[error(
        "a file of that name is there already, and was left as it is; take it away there, or send under another name"
    )]
    NameTaken,
    /// The connection broke, again and again.
    #[error("the connection broke {0} times. What arrived stays under another name: send again to go on from there")]
    Broken(u32),
    /// What arrived is not what was sent.
    #[error("what arrived was not what was sent, and was taken away again; nothing has the file's name. Send it again")]
    Differs,
    /// The work was asked to stop.
    #[error("stopped; what arrived stays under another name, and sending again goes on from there")]
    Stopped,
    /// Something else.
    #[error("{0}")]
    Other(String),
}

/// A way to a place.
pub(super) struct Sftp<'a> {
    place: &'a Place,
    /// Holds the file of known keys, and nothing else.
    folder: TempDir,
}

impl<'a> Sftp<'a> {
    /// Writes the agreed keys where the program finds them.
    pub(super) fn to(place: &'a Place) -> Result<Self, SftpError> {
        let other = |error: std::io::Error| SftpError::Other(format!("a temporary file could not be written: {error}"));
        if !place.key_file.is_empty() && !Path::new(&place.key_file).is_file() {
            return Err(SftpError::OwnKey(format!("{} is not there", place.key_file)));
        }
        let folder = tempfile::tempdir().map_err(other)?;
        let host = if place.port == 22 { place.host.clone() } else { format!("[{}]:{}", place.host, place.port) };
        let keys: String = place.host_keys.iter().map(|key| format!("{host} {key}\n")).collect();
        std::fs::write(folder.path().join("known_hosts"), keys).map_err(other)?;
        Ok(Self { place, folder })
    }

    /// Gives the program its commands, in the folder whose files they name. What it printed.
    pub(super) fn run(&self, commands: &str, here: &Path, progress: &Progress) -> Result<String, SftpError> {
        let mut child = Command::new("sftp")
            .args(self.arguments())
            .current_dir(here)
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => SftpError::NoProgram,
                _ => SftpError::Other(format!("sftp could not be started: {error}")),
            })?;
        let said = child.stdout.take().map(listen);
        let complained = child.stderr.take().map(listen);
        if let Some(mut stdin) = child.stdin.take() {
            // A program that ended already says why; that it did not listen is no news beside it.
            let _ = stdin.write_all(commands.as_bytes());
        }
        let ended = wait(&mut child, progress);
        let said = said.and_then(|thread| thread.join().ok()).unwrap_or_default();
        let complained = complained.and_then(|thread| thread.join().ok()).unwrap_or_default();
        match ended {
            Ok(true) => Ok(said),
            Ok(false) => Err(meaning(&complained)),
            Err(error) => Err(error),
        }
    }

    fn arguments(&self) -> Vec<OsString> {
        let Place { host, port, user, key_file, .. } = self.place;
        let known = quoted(&self.folder.path().join("known_hosts").display().to_string());
        let mut options = vec![
            "BatchMode=yes".to_owned(),
            "StrictHostKeyChecking=yes".to_owned(),
            format!("UserKnownHostsFile={known}"),
            format!("GlobalKnownHostsFile={known}"),
            "CheckHostIP=no".to_owned(),
            "UpdateHostKeys=no".to_owned(),
            "PreferredAuthentications=publickey".to_owned(),
            "ForwardAgent=no".to_owned(),
            "ConnectTimeout=20".to_owned(),
            "ServerAliveInterval=15".to_owned(),
            "ServerAliveCountMax=3".to_owned(),
            "LogLevel=ERROR".to_owned(),
        ];
        if key_file.is_empty() {
            // The person's agent holds the key; no file of theirs is tried beside it.
            options.push("IdentityFile=none".to_owned());
        } else {
            options.push(format!("IdentityFile={}", quoted(key_file)));
            options.push("IdentitiesOnly=yes".to_owned());
            options.push("IdentityAgent=none".to_owned());
        }
        let mut arguments: Vec<OsString> = ["-F", "none", "-b", "-", "-P"].map(OsString::from).to_vec();
        arguments.push(port.to_string().into());
        for option in options {
            arguments.extend(["-o".into(), option.into()]);
        }
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        arguments.push(format!("{user}@{host}").into());
        arguments
    }
}

/// A path as an option of OpenSSH takes it: `%` begins what it fills in, and backslashes are kept for quotation marks.
fn quoted(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.replace('\\', "\\\\") };
    format!("\"{}\"", path.replace('%', "%%").replace('"', "\\\""))
}

/// Reads all that a program says, on a thread of its own, so that it never waits to be heard.
fn listen(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut heard = Vec::new();
        let _ = from.read_to_end(&mut heard);
        String::from_utf8_lossy(&heard).into_owned()
    })
}

/// Waits until the program ends, or is to be stopped. Whether it did all that it was told.
fn wait(child: &mut Child, progress: &Progress) -> Result<bool, SftpError> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) => {}
            Err(error) => return Err(SftpError::Other(error.to_string())),
        }
        if progress.check().is_err() {
            let _ = child.kill();
            let _ = child.wait();
            return Err(SftpError::Stopped);
        }
        std::thread::sleep(Duration::from_millis(30));
    }
}

/// What the program's complaint means.
fn meaning(complained: &str) -> SftpError {
    let text = complained.to_lowercase();
    let says = |any: &[&str]| any.iter().any(|words| text.contains(words));
    let line = || {
        let line = complained.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        line.chars().take(200).collect::<String>()
    };
    if text.trim().is_empty() {
        // The program was ended from outside, as when its connection is gone while it writes
        SftpError::Broken(1)
    } else if says(&["host key verification failed", "identification has changed", "host key is known"]) {
        SftpError::HostKey
    } else if says(&["unprotected private key", "load key", "no such identity", "bad permissions"]) {
        SftpError::OwnKey(line())
    } else if says(&["permission denied (", "too many authentication failures"]) {
        SftpError::NotLetIn
    } else if says(&["could not resolve", "connect to host", "no route to host", "network is unreachable"]) {
        SftpError::NotReached(line())
    } else if says(&[
        "closed by remote host",
        "connection closed",
        "connection reset",
        "connection lost",
        "broken pipe",
        "not responding",
        "packet",
    ]) {
        SftpError::Broken(1)
    } else if says(&["permission denied"]) {
        SftpError::Forbidden
    } else if says(&["no such file", "not found", "not a directory"]) {
        SftpError::NoFolder
    } else if says(&["failure", "no space", "quota"]) {
        SftpError::CouldNotWrite
    } else {
        SftpError::Other(line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_complaint_is_told_by_its_meaning() {
        for (complaint, error) in [
            (
                "No ED25519 host key is known for [127.0.0.1]:22 and you have requested strict checking.\nHost key verification failed.\nConnection closed\n",
                SftpError::HostKey,
            ),
            ("r@h: Permission denied (publickey).\nConnection closed\n", SftpError::NotLetIn),
            (
                "ssh: connect to host h port 2: Connection refused\nConnection closed\n",
                SftpError::NotReached("ssh: connect to host h port 2: Connection refused".to_owned()),
            ),
            ("client_loop: send disconnect: Broken pipe\nConnection closed.\n", SftpError::Broken(1)),
            ("Connection to 127.0.0.1 closed by remote host.\n", SftpError::Broken(1)),
            ("dest open \"/in/x.part\": Permission denied\n", SftpError::Forbidden),
            ("stat remote: No such file or directory\n", SftpError::NoFolder),
            ("write remote \"/in/x.part\": Failure\n", SftpError::CouldNotWrite),
            ("", SftpError::Broken(1)),
        ] {
            assert_eq!(meaning(complaint), error, "{complaint}");
        }
    }

    #[test]
    fn a_path_reaches_the_program_as_it_is() {
        assert_eq!(quoted("/home/a b/100 % sure"), "\"/home/a b/100 %% sure\"");
    }
}
