//! Settings that were read, with the origin of every key.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use figment::{Figment, providers::Serialized, value::Value};

use crate::{ConfigError, Origin, Settings, keys::flatten, text};

/// Holds checked settings and where each value came from.
#[derive(Debug, Clone)]
pub struct LoadedSettings {
    /// The settings.
    pub settings: Settings,
    origins: BTreeMap<String, Origin>,
    values: BTreeMap<String, Value>,
}

/// Shows one key: a line of `rr-node config show --origin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginRow {
    /// The key with its section.
    pub key: String,
    /// The value, as it stands in a file.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// Tells a key whose value changed between two readings of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChange {
    /// The key with its section.
    pub key: String,
    /// What it was, as it stands in a file.
    pub old: String,
    /// What it is now.
    pub new: String,
}

impl LoadedSettings {
    pub(crate) fn new(
        settings: Settings,
        origins: BTreeMap<String, Origin>,
        defaults: BTreeMap<String, Value>,
    ) -> Self {
        let dict = Figment::from(Serialized::defaults(&settings)).extract();
        let values = dict.map_or(defaults, flatten);
        Self { settings, origins, values }
    }

    /// Returns where a key's value came from.
    #[must_use]
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or(Origin::Default)
    }

    /// Lists every key with value and origin, by name.
    #[must_use]
    pub fn rows(&self) -> Vec<OriginRow> {
        let row = |(key, value): (&String, &Value)| OriginRow {
            key: key.clone(),
            value: text::show(value),
            origin: self.origin(key),
        };
        self.values.iter().map(row).collect()
    }

    /// Lists the keys whose values differ in newer settings, by name.
    #[must_use]
    pub fn changes(&self, newer: &Self) -> Vec<KeyChange> {
        let keys: BTreeSet<&String> = self.values.keys().chain(newer.values.keys()).collect();
        let shown = |values: &BTreeMap<String, Value>, key: &str| {
            values.get(key).map_or_else(|| "(not given)".to_owned(), text::show)
        };
        keys.into_iter()
            .map(|key| KeyChange {
                key: key.clone(),
                old: shown(&self.values, key),
                new: shown(&newer.values, key),
            })
            .filter(|change| change.old != change.new)
            .collect()
    }

    /// Returns the data folder: the one given, else `ringrift` under the XDG data home.
    ///
    /// # Errors
    /// [`ConfigError::NoDataDir`] where none is given and neither variable helps.
    pub fn data_dir(
        &self,
        xdg_data_home: Option<&Path>,
        home: Option<&Path>,
    ) -> Result<PathBuf, ConfigError> {
        if let Some(path) = &self.settings.storage.data_dir {
            return Ok(path.clone());
        }
        // The XDG specification: a relative path in the variable is to be ignored.
        let xdg = xdg_data_home.filter(|path| path.is_absolute()).map(Path::to_path_buf);
        let fallback = || home.filter(|path| path.is_absolute()).map(|home| home.join(".local/share"));
        xdg.or_else(fallback).map(|base| base.join("ringrift")).ok_or(ConfigError::NoDataDir)
    }

    pub(crate) fn broken_rules(&self) -> Vec<ConfigError> {
        let violations = self.settings.checks().violations;
        let error = |violation: crate::check::Violation| {
            let value = self.values.get(&violation.key).map_or_else(String::new, text::show);
            let origin = self.origin(&violation.key);
            ConfigError::BrokenRule { value, origin, key: violation.key, rule: violation.rule }
        };
        violations.into_iter().map(error).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::{ConfigLayers, loaded::KeyChange};

    #[test]
    fn changes_name_keys_with_both_values() {
        let read = |steps: &str| {
            let layers = ConfigLayers::new().flag("--set", "training.max_steps", steps);
            layers.flag("--set", "log.filter", "rr_engine=debug").load().unwrap()
        };
        let (old, new) = (read("500"), read("900"));
        assert_eq!(old.changes(&read("500")), []);
        let change = |key: &str, old: &str, new: &str| KeyChange {
            key: key.to_owned(),
            old: old.to_owned(),
            new: new.to_owned(),
        };
        assert_eq!(old.changes(&new), [change("training.max_steps", "500", "900")]);
        let plain = ConfigLayers::new().flag("--set", "training.max_steps", "500").load().unwrap();
        assert_eq!(old.changes(&plain), [change("log.filter", "\"rr_engine=debug\"", "(not given)")]);
    }
}
