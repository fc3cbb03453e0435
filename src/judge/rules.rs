//! The compiled rule set.
