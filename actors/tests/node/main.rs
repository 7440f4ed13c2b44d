//! A whole node: the shape of its tree, its end, its administration, and what it refuses, as processes where that matters.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a process that cannot be started fails the test"
)]

mod administration;
mod asked;
mod calls;
mod control;
mod events;
mod garbage;
mod house;
mod inbox;
mod jobs;
mod keeping;
mod metrics;
mod pages;
mod process;
mod profiles;
mod reader;
mod refusals;
mod roles;
mod shape;
