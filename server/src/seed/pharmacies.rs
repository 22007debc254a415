//! Those who dispense in the demonstration's town and around it, as an operator's file would name them.

/// The file. Names, codes and places are made up, and so are the telephone numbers (Ofcom keeps 01632 960 for stories).
pub const FILE: &str = include_str!("pharmacies.csv");
