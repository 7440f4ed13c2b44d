//! Which spans and events reach the collector.

use tracing::subscriber::Interest;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

use super::message_gate::begins;
use super::message_span::MESSAGE;

/// What the crates of the house are called by.
const OURS: &str = "rr_";

/// Lets our own spans and events through, up to the level `debug`; of the messages that belong to no trace only a share.
///
/// Those messages are turned away before a span is made, so that they cost hardly anything.
#[derive(Debug)]
pub struct SpanFilter {
    message_share: f64,
}

impl SpanFilter {
    /// Lets through this share of the messages that belong to no trace.
    pub fn new(message_share: f64) -> Self {
        Self { message_share }
    }
}

fn is_wanted(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with(OURS) && *metadata.level() <= Level::DEBUG
}

fn is_message(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.name() == MESSAGE
}

impl<S> Filter<S> for SpanFilter
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        is_wanted(metadata)
            && (!is_message(metadata) || context.lookup_current().is_some() || begins(self.message_share))
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        match is_wanted(metadata) {
            false => Interest::never(),
            true if is_message(metadata) => Interest::sometimes(),
            true => Interest::always(),
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }
}
