//! The supervised actor tree of a node, its servers and its command line.
