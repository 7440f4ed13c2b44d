//! The node binary: reads the configuration, then starts what was asked for.
fn main() {}
