fn main() {
    let mut args = std::env::args().skip(1);
    let mut start = stewartry::desktop::Start::default();
    match args.next() {
        Some(verb) if verb == "demo" => {
            let at = std::path::PathBuf::from(args.next().unwrap());
            let demo = stewartry::stewardship::demonstration::open_or_make(&at, &Default::default()).unwrap();
            start.signed_in = Some(demo.workspace);
        }
        Some(path) => start.workspace = Some(path.into()),
        None => {}
    }
    stewartry::desktop::run(start).unwrap();
}
