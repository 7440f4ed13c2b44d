//! Text notation of positions and moves.
//!
//! A position is ten lines, `RR1`, as in the golden games; an eleventh line `X` adds what those leave out.

mod move_text;
mod position_reader;
mod position_text;

pub use position_reader::config_of_text;
pub use position_text::cell_text as cell_name;

#[cfg(test)]
mod tests;
