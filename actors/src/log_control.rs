//! How much is logged, and changing it while the program runs.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rr_config::{LogLevel, LogSection};
use rr_proto::ErrorCode;
use tracing_subscriber::EnvFilter;

/// Levels that a directive without a target may name.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Puts a filter in the place of the one at work.
type Apply = Box<dyn Fn(EnvFilter) -> Result<(), String> + Send + Sync>;

/// Why the amount of logging was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogFailure {
    /// The text is no list of directives.
    #[error("`{directives}` is no log level: {reason}")]
    Directives {
        /// The text.
        directives: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Whoever started the node logs by rules of their own.
    #[error("this program's log was set up by whoever embeds the node, and is theirs to change{reason}")]
    Foreign {
        /// More about it, where there is more.
        reason: String,
    },
}

impl LogFailure {
    /// Returns the class of failure.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Directives { .. } => ErrorCode::InvalidArgument,
            Self::Foreign { .. } => ErrorCode::Unavailable,
        }
    }
}

/// Changes how much is logged; cheap to clone, all clones are one.
#[derive(Clone)]
pub struct LogControl(Arc<LogDial>);

struct LogDial {
    directives: Mutex<String>,
    apply: Option<Apply>,
}

impl LogControl {
    /// Changes the log that was started with `directives` through `apply`.
    pub fn new(
        directives: impl Into<String>,
        apply: impl Fn(EnvFilter) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        let apply: Apply = Box::new(apply);
        Self(Arc::new(LogDial { directives: Mutex::new(directives.into()), apply: Some(apply) }))
    }

    /// Stands for a log that is not ours to change.
    pub fn foreign() -> Self {
        Self(Arc::new(LogDial { directives: Mutex::default(), apply: None }))
    }

    /// Returns the directives at work; empty where the log is not ours.
    pub fn directives(&self) -> String {
        self.0.directives.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Logs as these directives say, a level or `target=level` with commas between; returns those before.
    ///
    /// # Errors
    /// [`LogFailure`] where they are none, or the log is not ours; nothing is changed then.
    pub fn set(&self, directives: &str) -> Result<String, LogFailure> {
        let bad = |reason: String| LogFailure::Directives { directives: directives.to_owned(), reason };
        for part in directives.split(',').map(str::trim) {
            let level = LEVELS.iter().any(|level| part.eq_ignore_ascii_case(level));
            // Without a level `tracing` would take any word for a target whose every line is wanted.
            if !level && !part.contains('=') {
                return Err(bad(format!(
                    "`{part}` is neither a level ({}) nor target=level, such as rr_engine=debug",
                    LEVELS.join(", ")
                )));
            }
        }
        // `tracing` takes no white space around a comma.
        let plain: Vec<&str> = directives.split(',').map(str::trim).collect();
        let filter = EnvFilter::builder().parse(plain.join(",")).map_err(|error| bad(error.to_string()))?;
        self.apply(directives, filter)
    }

    /// Logs as the configuration says; returns the directives before.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn follow(&self, section: &LogSection) -> Result<String, LogFailure> {
        let directives = log_directives(section);
        let filter = EnvFilter::try_new(&directives).map_err(|error| LogFailure::Directives {
            directives: directives.clone(),
            reason: error.to_string(),
        })?;
        self.apply(&directives, filter)
    }

    fn apply(&self, directives: &str, filter: EnvFilter) -> Result<String, LogFailure> {
        let Some(apply) = &self.0.apply else { return Err(LogFailure::Foreign { reason: String::new() }) };
        // Held meanwhile, so that what is told is what is at work.
        let mut at_work = self.0.directives.lock().unwrap_or_else(PoisonError::into_inner);
        apply(filter).map_err(|reason| LogFailure::Foreign { reason: format!(": {reason}") })?;
        Ok(std::mem::replace(&mut *at_work, directives.to_owned()))
    }
}

impl fmt::Debug for LogControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogControl").field(&self.directives()).finish()
    }
}

/// Writes the section `log` as tracing directives.
pub fn log_directives(section: &LogSection) -> String {
    let level = section.level.as_str();
    // The runtime's own start-up messages are for whoever asks for them.
    let runtime = if section.level <= LogLevel::Info { ",ort=warn" } else { "" };
    match &section.filter {
        Some(filter) => format!("{level}{runtime},{filter}"),
        None => format!("{level}{runtime}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control() -> (LogControl, Arc<Mutex<Vec<String>>>) {
        let applied = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&applied);
        let apply = move |filter: EnvFilter| {
            heard.lock().unwrap().push(filter.to_string());
            Ok(())
        };
        (LogControl::new("info,ort=warn", apply), applied)
    }

    #[test]
    fn levels_and_directives_take_the_place_of_those_before() {
        let (control, applied) = control();
        assert_eq!(control.set("debug").unwrap(), "info,ort=warn");
        assert_eq!(control.set("warn, rr_engine=trace").unwrap(), "debug");
        assert_eq!(control.clone().directives(), "warn, rr_engine=trace");
        let section = LogSection { filter: Some("rr_train=debug".to_owned()), ..LogSection::default() };
        assert_eq!(control.follow(&section).unwrap(), "warn, rr_engine=trace");
        assert_eq!(control.directives(), "info,ort=warn,rr_train=debug");
        assert_eq!(applied.lock().unwrap().len(), 3);
    }

    #[test]
    fn what_is_no_directive_changes_nothing() {
        let (control, applied) = control();
        for bad in ["", "debugg", "info,,warn", "info,rr_engine", "rr_engine=loud", "[=debug"] {
            let failure = control.set(bad).unwrap_err();
            assert_eq!(failure.code(), ErrorCode::InvalidArgument, "{bad}");
        }
        assert_eq!(control.directives(), "info,ort=warn");
        assert!(applied.lock().unwrap().is_empty());
        assert_eq!(LogControl::foreign().set("info").unwrap_err().code(), ErrorCode::Unavailable);
    }

    #[test]
    fn a_log_that_refuses_keeps_its_directives() {
        let control = LogControl::new("info", |_| Err("the subscriber is gone".to_owned()));
        assert!(control.set("debug").unwrap_err().to_string().contains("the subscriber is gone"));
        assert_eq!(control.directives(), "info");
    }
}
