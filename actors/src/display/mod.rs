//! The live display: progress bars where there is a terminal, plain lines where there is none.
//!
//! [`DisplayActor`] hears of events and reads the newest counts; a thread of its own draws, so that a slow terminal holds nobody up.
//! [`LogWriter`] keeps log lines from tearing the bars.

mod actor;
mod bars;
mod event_line;
mod feedback_line;
mod house_line;
mod human_line;
mod lines;
mod log_writer;
mod screen;
mod snapshot;
mod style;
mod wrapped;

pub use actor::{DisplayActor, DisplayArgs, DisplayMsg, DisplayState};
pub use log_writer::{LogLine, LogWriter, start_logging};
pub use snapshot::{LoopSnapshot, TrainingView};
pub use style::DisplayStyle;
pub(crate) use wrapped::wrapped;
