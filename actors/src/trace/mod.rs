//! Traces: spans of what happens, who caused what, and the way of spans to a collector.
//!
//! - Every callback of an actor runs in a span of its own ([`message_span`]); messages carry the span that they were sent in.
//! - Work that has an id runs in a span with that id, which follows what caused it ([`followed`]).
//! - A [`TraceContext`](rr_proto::TraceContext) crosses events, calls and processes ([`current_trace`], [`continue_trace`]).
//! - [`SpanPipe`] sends spans to a collector, where one is configured, and never holds anybody up.
//!
//! Without a collector a span of work costs about a microsecond, that of a message a comparison.

mod collector;
mod context;
mod event_span;
mod failure;
mod filter;
mod message_gate;
mod message_span;
mod pipe;
mod queue;
mod sampler;
mod sender;

pub use context::{continue_trace, current_trace, followed, new_trace, trace_of};
pub use event_span::event_span;
pub use failure::TraceFailure;
pub use filter::SpanFilter;
pub use message_gate::gate_messages;
pub use message_span::message_span;
pub use pipe::SpanPipe;
pub use queue::SpanCounts;
