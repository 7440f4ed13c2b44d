//! The administration client: calls a node or reads the store of a stopped one.
fn main() {}
