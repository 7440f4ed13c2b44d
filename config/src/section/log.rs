//! What is logged.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// Says how much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Only what needs a person.
    Error,
    /// And what may need one.
    Warn,
    /// And what happens.
    Info,
    /// And why.
    Debug,
    /// And everything else.
    Trace,
}

impl LogLevel {
    /// Returns the name that `tracing` knows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl<'de> Deserialize<'de> for LogLevel {
    /// Reads the name in any case, and `warning` and `critical` as operators of the old service wrote them.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        match name.to_ascii_lowercase().as_str() {
            "error" | "critical" => Ok(Self::Error),
            "warn" | "warning" => Ok(Self::Warn),
            "info" => Ok(Self::Info),
            "debug" => Ok(Self::Debug),
            "trace" => Ok(Self::Trace),
            _ => Err(D::Error::unknown_variant(&name, &["error", "warn", "info", "debug", "trace"])),
        }
    }
}

/// Says how log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

section! {
    /// Says what is logged, and how.
    pub struct LogSection as "log" {
        /// How much: error, warn, info, debug or trace.
        pub level: LogLevel = LogLevel::Info,
        /// Other levels for single modules, as tracing directives: `rr_engine=debug,rr_train=trace`.
        pub filter: Option<String> = None,
        /// How lines look: human or json.
        pub format: LogFormat = LogFormat::Human,
    }
}
