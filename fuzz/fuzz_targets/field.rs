//! Any text as any field of a person, and as a cell of a file for people.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stewartry::person::{self, Carried, Chi, ChiStatus, MosaicId, PartialDate, Sex};
use stewartry::words::harmless;

fuzz_target!(|text: &str| {
    let reading = person::chi::read(Some(text));
    if let Some(chi) = reading.chi {
        assert_eq!(person::chi::check(Some(chi.as_str())), person::chi::Outcome::Valid);
    }
    let _ = (reading.findings(), Chi::parse(text));
    if let person::date::Reading::Date(date) = person::date::read(text) {
        assert_eq!(PartialDate::parse_iso(&date.iso()), Some(date));
    }
    let _ = PartialDate::parse_iso(text);
    if let person::postcode::Reading::Postcode(postcode) = person::postcode::read(text) {
        assert_eq!(person::postcode::read(&postcode.spaced()), person::postcode::Reading::Postcode(postcode));
    }
    let folded = person::name::fold_surname(text);
    assert!(folded.is_ascii());
    let _ = (person::name::fold_forename(text), person::name::parts(text), person::name::is_placeholder(text));
    let _ = (person::name::split_first_names(text), person::name::strip_title(text));
    let lines: Vec<&str> = text.split(',').collect();
    let _ = person::address::parse(&lines);
    let _ = (Sex::parse(text), Carried::parse(text), ChiStatus::parse(text));
    if let Some(id) = MosaicId::parse(text) {
        assert!(id.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte)));
        assert_eq!(harmless(id.as_str()), id.as_str());
    }
    assert!(!harmless(text).starts_with(['=', '+', '@', '\t', '\r', '\n']));
});
