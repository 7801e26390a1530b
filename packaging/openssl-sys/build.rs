//! Says where the headers are: libsqlite3-sys compiles SQLCipher against them. They are copied to the target folder, which may be
//! used by one clone after another: a clone that is gone has no headers, and then the system's would be taken.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let of = |name| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name));
    let (from, to) = (of("CARGO_MANIFEST_DIR")?.join("include"), of("OUT_DIR")?.join("include"));
    copy(&from, &to)?;
    println!("cargo:include={}", to.display());
    println!("cargo:rerun-if-changed=include");
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (path, to) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        if path.is_dir() {
            copy(&path, &to)?;
        } else {
            fs::copy(&path, &to)?;
        }
    }
    Ok(())
}
