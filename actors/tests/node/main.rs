//! A whole node: the shape of its tree, its end, its administration, and what it refuses, as processes where that matters.

mod administration;
mod process;
mod refusals;
mod shape;
