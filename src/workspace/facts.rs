//! What this program was built from, for whoever must answer for it.

use super::migrate::MIGRATIONS;
use super::{Result, sqlite};

/// The facts of this build, each with its name, in the order they are shown. Nothing in them changes from one build of a commit
/// to the next.
pub fn facts() -> Vec<(&'static str, String)> {
    let environment = match () {
        () if cfg!(target_env = "gnu") => "-gnu",
        () if cfg!(target_env = "msvc") => "-msvc",
        () if cfg!(target_env = "musl") => "-musl",
        () => "",
    };
    let build = if cfg!(debug_assertions) { "for development" } else { "for release" };
    vec![
        ("Version", env!("CARGO_PKG_VERSION").to_owned()),
        // The packages' builds name it (packaging/common.sh); a build by hand knows none.
        ("Commit", option_env!("STEWARTRY_COMMIT").filter(|it| !it.is_empty()).unwrap_or("not known").to_owned()),
        ("Built for", format!("{}-{}{environment}, {build}", std::env::consts::ARCH, std::env::consts::OS)),
        ("SQLite", rusqlite::version().to_owned()),
        ("SQLCipher", cipher().unwrap_or_else(|_| "not known".to_owned())),
        ("Workspace schema", MIGRATIONS.len().to_string()),
        ("Licence", env!("CARGO_PKG_LICENSE").to_owned()),
    ]
}

fn cipher() -> Result<String> {
    Ok(sqlite::in_memory()?.query_row("PRAGMA cipher_version", [], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_known_but_the_commit_of_a_build_by_hand() {
        let facts = facts();
        for (name, fact) in &facts {
            assert!(!fact.is_empty() && (*name == "Commit" || fact != "not known"), "{name}: {fact}");
        }
        let cipher = facts.iter().find(|(name, _)| *name == "SQLCipher").map(|(_, fact)| fact.as_str());
        assert!(cipher.is_some_and(|it| it.starts_with("4.")), "{cipher:?}");
    }
}
