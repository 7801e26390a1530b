fn main() {
    let workspace = std::env::args().nth(1).map(Into::into);
    stewartry::desktop::run(stewartry::desktop::Start { workspace, signed_in: None }).unwrap();
}
