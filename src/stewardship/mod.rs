//! stewardship
