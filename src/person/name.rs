//! Names.

/// A name folded for comparing: ASCII capitals, accents taken off, Mac/Mc/M' alike, apostrophes, hyphens and titles gone.
pub fn fold_surname(_text: &str) -> String { unimplemented!() }
/// A forename folded for comparing.
pub fn fold_forename(_text: &str) -> String { unimplemented!() }
/// The parts of a hyphenated or double name, folded.
pub fn parts(_text: &str) -> Vec<String> { unimplemented!() }
/// The class of names that a folded forename belongs to (Senga, Agnes, Nan → the same); a name can belong to several. Empty: in no class.
pub fn nickname_classes(_folded: &str) -> &'static [u16] { unimplemented!() }
/// Whether two folded forenames share a nickname class.
pub fn nicknames(_a: &str, _b: &str) -> bool { unimplemented!() }
/// A phonetic code of a folded surname (NYSIIS after the Scottish spelling pairs).
pub fn sound(_folded: &str) -> String { unimplemented!() }
/// Splits Mosaic's single first-names field into the first forename and the rest.
pub fn split_first_names(_text: &str) -> (String, String) { unimplemented!() }
/// `Baby SMITH`, `Unborn`, `Unknown`, `NK`: a placeholder, not a name.
pub fn is_placeholder(_text: &str) -> bool { unimplemented!() }
/// A title at the front of a name field (`Mr`, `Mrs`, `Dr`), and the name without it.
pub fn strip_title(_text: &str) -> (Option<&str>, &str) { unimplemented!() }
