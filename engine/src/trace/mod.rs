//! Recorded games of the reference engine: reading them and replaying them against this engine.

mod digest;
mod format;
mod perft_case;
mod reader;
mod report;
mod verify;

pub use digest::{moves_digest, state_digest, upstream_digest};
pub use format::{TraceFooter, TraceGame, TraceHeader, TraceMove, TracePly};
pub use perft_case::{PerftCase, PerftReport, verify_perft};
pub use reader::{TraceReader, open_text, open_trace};
pub use report::{Divergence, DivergenceKind, TraceReport};
pub use verify::{verify_game, verify_trace};

#[cfg(test)]
mod tests;
