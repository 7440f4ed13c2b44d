//! Log lines on standard error that do not tear the bars.

use std::io::{self, Write};

use indicatif::MultiProgress;
use rr_config::{LogFormat, LogSection};
use tracing::Metadata;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, reload};

use super::human_line::HumanLine;
use crate::log_control::{LogControl, log_directives};
use crate::trace::{SpanPipe, gate_messages};

/// Writes log lines to standard error, with the bars out of the way while it does.
#[derive(Debug, Clone, Default)]
pub struct LogWriter {
    bars: Option<MultiProgress>,
}

/// Gathers one log line.
#[derive(Debug)]
pub struct LogLine {
    bars: Option<MultiProgress>,
    bytes: Vec<u8>,
}

impl Write for LogLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.bytes);
        match &self.bars {
            _ if bytes.is_empty() => Ok(()),
            Some(bars) => bars.suspend(|| io::stderr().write_all(&bytes)),
            None => io::stderr().write_all(&bytes),
        }
    }
}

impl Drop for LogLine {
    fn drop(&mut self) {
        let _ = self.flush(); // nowhere to report it
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = LogLine;

    fn make_writer(&'a self) -> LogLine {
        LogLine { bars: self.bars.clone(), bytes: Vec::new() }
    }
}

/// Starts to log as configured, and to make spans where there is a way to a collector; `bars` are the ones that must not be torn.
/// Returns how the log is changed later.
///
/// # Errors
/// A filter that is not one.
pub fn start_logging(
    section: &LogSection,
    spans: Option<&SpanPipe>,
    bars: Option<MultiProgress>,
) -> Result<LogControl, String> {
    let directives = log_directives(section);
    let filter = EnvFilter::try_new(&directives).map_err(|error| {
        format!("log.filter `{directives}`: {error}; write it like rr_engine=debug,rr_train=trace")
    })?;
    let share = spans.map(SpanPipe::message_share);
    let most = filter.max_level_hint();
    let (filter, handle) = reload::Layer::new(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(LogWriter { bars }).with_ansi(false);
    let lines: Lines = match section.format {
        LogFormat::Human => {
            Box::new(lines.event_format(HumanLine).with_filter(filter.and(filter_fn(is_told))))
        }
        LogFormat::Json => Box::new(lines.json().with_filter(filter.and(filter_fn(is_told)))),
    };
    let subscriber = tracing_subscriber::registry().with(lines);
    let started = match spans {
        Some(pipe) => subscriber.with(pipe.layer()).try_init(),
        // Not `with(None)`: a layer that is none wants everything, and every span of every library would be made for it.
        None => subscriber.try_init(),
    };
    let reload = move |filter: EnvFilter| {
        let most = filter.max_level_hint();
        handle.reload(filter).map_err(|error| error.to_string())?;
        gate_messages(most, share);
        Ok(())
    };
    // Somebody who embeds the node may log already.
    Ok(if started.is_ok() {
        gate_messages(most, share);
        LogControl::new(directives, reload)
    } else {
        LogControl::foreign()
    })
}

type Lines = Box<dyn Layer<Registry> + Send + Sync>;

/// Passes over the spans of the actor library: they name actors by numbers, say what ours say better, and cost every message.
fn is_told(metadata: &Metadata<'_>) -> bool {
    metadata.is_event() || !metadata.target().starts_with("ractor")
}
