//! What can be wrong with a configuration, each with the key, where it came from, and the nearest right one.

use std::{fmt, path::PathBuf};

use thiserror::Error;

use crate::Origin;

/// Says what is wrong with one key, variable or file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// A key that does not exist.
    #[error("unknown key `{key}` in {origin}{}", hint(nearest))]
    UnknownKey {
        /// The key with its section.
        key: String,
        /// Where it was given.
        origin: Origin,
        /// The nearest right key.
        nearest: Option<String>,
    },
    /// An environment variable with our prefix that means nothing.
    #[error("unknown environment variable {name}{}", hint(nearest))]
    UnknownVariable {
        /// The variable.
        name: String,
        /// The nearest right one.
        nearest: Option<String>,
    },
    /// An environment variable with our prefix whose value is no text.
    #[error("environment variable {name}: its value is not UTF-8; write it in UTF-8, paths too")]
    UnreadableVariable {
        /// The variable.
        name: String,
    },
    /// A value of the wrong type, or none of the allowed words.
    #[error("bad value for `{key}` in {origin}: {reason}")]
    BadValue {
        /// The key with its section.
        key: String,
        /// Where it was given.
        origin: Origin,
        /// What is wrong, with the nearest right word where there is one.
        reason: String,
    },
    /// A value that breaks a rule.
    #[error("`{key}` = {value} in {origin} {rule}")]
    BrokenRule {
        /// The key with its section.
        key: String,
        /// The value.
        value: String,
        /// Where it was given.
        origin: Origin,
        /// The rule.
        rule: String,
    },
    /// A file that cannot be read or is no TOML.
    #[error("cannot read the configuration file {path}: {reason}")]
    BadFile {
        /// The file.
        path: PathBuf,
        /// What went wrong, with the line where it is known.
        reason: String,
    },
    /// No place for data.
    #[error(
        "no data folder: neither XDG_DATA_HOME nor HOME is set; give one with --data-dir PATH or RINGRIFT_DATA_DIR"
    )]
    NoDataDir,
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"))
}

/// Lists everything that is wrong with a configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        Self(vec![error])
    }
}
