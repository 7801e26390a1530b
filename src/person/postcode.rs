//! UK postcodes.

/// A postcode of a UK form, upper case, without its space.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Postcode(String);

/// What a look at a postcode field found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading { Missing, Postcode(Postcode), /** NK1 0AA, ZZ99 …: stands for "unknown" */ Dummy, Unreadable }

/// Reads a postcode in any of its forms (pc7, pc8, O for 0).
pub fn read(_text: &str) -> Reading { unimplemented!() }

impl Postcode {
    /// `DG12AB`.
    pub fn compact(&self) -> &str { &self.0 }
    /// `DG1 2AB`.
    pub fn spaced(&self) -> String { unimplemented!() }
    /// `DG1 2`.
    pub fn sector(&self) -> &str { unimplemented!() }
    /// `DG1`.
    pub fn district(&self) -> &str { unimplemented!() }
    /// `DG`.
    pub fn area(&self) -> &str { unimplemented!() }
}
