//! Log lines on standard error that do not tear the bars.

use std::io::{self, Write};

use indicatif::MultiProgress;
use rr_config::{LogFormat, LogLevel, LogSection};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

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

/// Starts to log as configured; `bars` are the ones that must not be torn.
///
/// # Errors
/// A filter that is not one.
pub fn start_logging(section: &LogSection, bars: Option<MultiProgress>) -> Result<(), String> {
    let level = section.level.as_str();
    // The runtime's own start-up messages are for whoever asks for them.
    let runtime = if section.level <= LogLevel::Info { ",ort=warn" } else { "" };
    let directives = match &section.filter {
        Some(filter) => format!("{level}{runtime},{filter}"),
        None => format!("{level}{runtime}"),
    };
    let filter = EnvFilter::try_new(&directives).map_err(|error| {
        format!("log.filter `{directives}`: {error}; write it like rr_engine=debug,rr_train=trace")
    })?;
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(LogWriter { bars }).with_ansi(false);
    let started = match section.format {
        LogFormat::Human => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    // Somebody who embeds the node may log already.
    started.or(Ok(()))
}
