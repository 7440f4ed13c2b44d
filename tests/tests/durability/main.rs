//! A node that is killed at random moments, again and again, loses nothing that it had acknowledged, and goes on where it was.
//!
//! Acknowledged is what a look into the stopped store showed after an earlier kill, and what the node said before it was killed.
#![allow(clippy::unwrap_used)]

mod acknowledged;
mod aim;
mod kills;
