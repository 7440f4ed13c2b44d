//! The screen without a terminal: news and keys in, pictures out.

mod house;
mod keys;
mod pictures;
