//! The stream of events that leaves the process: to operators, to other nodes.
//!
//! [`EventStreams`] opens an [`EventStream`]: what is stored from a cursor on, then what happens. Every item says where to go
//! on after it. The outbox is read no faster than the reader takes, so that a reader far behind costs nothing; one that takes
//! nothing for too long is cut off with [`StreamFailure::TooSlow`], and goes on from the cursor in it whenever it likes.

mod failure;
mod feeder;
mod reader;
mod request;

pub use failure::StreamFailure;
pub use feeder::EventStreams;
pub use reader::{EventStream, StreamedEvent};
pub use request::{StreamRequest, StreamStart};
