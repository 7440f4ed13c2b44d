//! Text notation of positions and moves.
//!
//! A position is ten lines, `RR1`, as in the golden games; an eleventh line `X` adds what those leave out.

mod move_text;
mod position_text;

pub use position_text::{cell_text as cell_name, config_of_text};

#[cfg(test)]
mod tests;
