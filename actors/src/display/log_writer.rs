//! Log lines on standard error that do not tear the bars.

use std::io::{self, Write};

use indicatif::MultiProgress;
use rr_config::{LogFormat, LogSection};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::reload::Handle;

use crate::log_control::{LogControl, log_directives};

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

/// Starts to log as configured; `bars` are the ones that must not be torn. Returns how that is changed later.
///
/// # Errors
/// A filter that is not one.
pub fn start_logging(section: &LogSection, bars: Option<MultiProgress>) -> Result<LogControl, String> {
    let directives = log_directives(section);
    let filter = EnvFilter::try_new(&directives).map_err(|error| {
        format!("log.filter `{directives}`: {error}; write it like rr_engine=debug,rr_train=trace")
    })?;
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(LogWriter { bars }).with_ansi(false);
    let (started, control) = match section.format {
        LogFormat::Human => {
            let builder = builder.with_target(false).with_filter_reloading();
            let control = control(directives, builder.reload_handle());
            (builder.try_init(), control)
        }
        LogFormat::Json => {
            let builder = builder.json().with_filter_reloading();
            let control = control(directives, builder.reload_handle());
            (builder.try_init(), control)
        }
    };
    // Somebody who embeds the node may log already.
    Ok(if started.is_ok() { control } else { LogControl::foreign() })
}

fn control<S: 'static>(directives: String, handle: Handle<EnvFilter, S>) -> LogControl {
    LogControl::new(directives, move |filter| handle.reload(filter).map_err(|error| error.to_string()))
}
