//! Says where the headers are: libsqlite3-sys compiles SQLCipher against them.

fn main() {
    let include = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
    println!("cargo:include={}", include.display());
    println!("cargo:rerun-if-changed=include");
}
