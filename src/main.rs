//! Reads the arguments, runs, leaves.

fn main() {}
