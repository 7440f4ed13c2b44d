//! Reading the layers: defaults, file, environment, flags; the later one wins, key by key.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Metadata, Profile, Provider,
    error::Kind,
    providers::{Format, Serialized, Toml},
    value::{Dict, Map, Value},
};

use crate::{
    ConfigError, ConfigErrors, LoadedSettings, Origin, Settings,
    keys::{CONFIG_FILE, Keys, OF_CALLERS, PREFIX, flatten},
    nearest::nearest,
    otel, text,
};

/// Gathers the layers of a configuration and reads them.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct ConfigLayers {
    file: Option<PathBuf>,
    environment: Vec<(String, String)>,
    /// Variables of ours whose values are no text.
    unreadable: Vec<String>,
    otel: BTreeMap<String, String>,
    flags: Vec<(String, String, String)>,
}

/// One value, and who gave it.
#[derive(Debug, Clone)]
struct Given {
    key: String,
    value: Value,
    origin: Origin,
}

impl ConfigLayers {
    /// Starts with the defaults alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a TOML file, which must exist.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// Adds environment variables; those that begin neither with `RINGRIFT_` nor with `OTEL_`, or are empty, are passed over.
    pub fn environment<N, V>(mut self, variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        for (name, value) in variables {
            let Ok(name) = name.into().into_string() else { continue }; // no name of ours
            let ours = name.starts_with(PREFIX) && OF_CALLERS.iter().all(|(own, _)| *own != name);
            match value.into().into_string() {
                Ok(value) if value.trim().is_empty() => {}
                Ok(value) if name.starts_with(otel::PREFIX) => {
                    self.otel.insert(name, value.trim().to_owned());
                }
                Ok(value) if ours => self.environment.push((name, value)),
                Err(_) if ours => self.unreadable.push(name),
                Ok(_) | Err(_) => {}
            }
        }
        self.environment.sort();
        self
    }

    /// Adds a flag as the user wrote it (`--data-dir`), the key that it sets, and its value.
    pub fn flag(mut self, flag: &str, key: &str, value: impl Into<String>) -> Self {
        self.flags.push((flag.to_owned(), key.to_owned(), value.into()));
        self
    }

    /// Reads all layers and checks keys, types and rules.
    ///
    /// # Errors
    /// [`ConfigErrors`] with everything that is wrong, each with its key, its origin and the nearest right one.
    pub fn load(&self) -> Result<LoadedSettings, ConfigErrors> {
        let keys = Keys::new()?;
        let unreadable = |name: &String| ConfigError::UnreadableVariable { name: name.clone() };
        let mut errors: Vec<ConfigError> = self.unreadable.iter().map(unreadable).collect();
        let mut given = self.read_otel(&keys);
        given.extend(self.read_file(&mut errors));
        given.extend(self.read_environment(&keys, &mut errors));
        given.extend(self.flags.iter().map(|(flag, key, value)| {
            Given {
                key: key.clone(),
                value: keys
                    .example(key)
                    .map_or_else(|| Value::from(value.as_str()), |example| text::parse(value, example)),
                origin: Origin::Flag(flag.clone()),
            }
        }));
        given.retain(|given| check_key(&keys, given, &mut errors));
        given.retain(|given| check_type(given, &mut errors));
        match merge(&given) {
            Ok(settings) => {
                let loaded = LoadedSettings::new(settings, origins(&given), keys.defaults);
                errors.extend(loaded.broken_rules());
                if errors.is_empty() { Ok(loaded) } else { Err(ConfigErrors(errors)) }
            }
            Err(error) => {
                errors.push(error);
                Err(ConfigErrors(errors))
            }
        }
    }

    /// Reads what the variables of OpenTelemetry give; a later layer that gives the same wins.
    fn read_otel(&self, keys: &Keys) -> Vec<Given> {
        let given = |(key, value, name): otel::OtelGiven| Given {
            key: key.to_owned(),
            value: keys
                .example(key)
                .map_or_else(|| Value::from(value.as_str()), |example| text::parse(&value, example)),
            origin: Origin::Environment(name.to_owned()),
        };
        otel::read(&self.otel).into_iter().map(given).collect()
    }

    /// Returns the file: the one added, else the one that the environment names.
    fn path(&self) -> Option<&Path> {
        let named = || {
            self.environment.iter().find(|(name, _)| name == CONFIG_FILE).map(|(_, value)| Path::new(value))
        };
        self.file.as_deref().or_else(named)
    }

    fn read_file(&self, errors: &mut Vec<ConfigError>) -> Vec<Given> {
        let Some(path) = self.path() else { return Vec::new() };
        let fail = |reason: String| ConfigError::BadFile { path: path.to_path_buf(), reason };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                errors
                    .push(fail("it does not exist; check --config-file or RINGRIFT_CONFIG_FILE".to_owned()));
                return Vec::new();
            }
            Err(error) => {
                errors.push(fail(error.to_string()));
                return Vec::new();
            }
        };
        match Toml::from_str::<Dict>(&text) {
            Ok(dict) => flatten(dict)
                .into_iter()
                .map(|(key, value)| Given { key, value, origin: Origin::File(path.to_path_buf()) })
                .collect(),
            Err(error) => {
                errors.push(fail(error.to_string().trim_end().to_owned()));
                Vec::new()
            }
        }
    }

    fn read_environment(&self, keys: &Keys, errors: &mut Vec<ConfigError>) -> Vec<Given> {
        let mut given = Vec::new();
        for (name, value) in self.environment.iter().filter(|(name, _)| name != CONFIG_FILE) {
            match keys.of_variable(name) {
                Ok(key) => {
                    let parsed = keys.example(&key).map(|example| text::parse(value, example));
                    let value = parsed.unwrap_or_else(|| Value::from(value.as_str()));
                    given.push(Given { key, value, origin: Origin::Environment(name.clone()) });
                }
                Err(error) => errors.push(error),
            }
        }
        given
    }
}

/// Passes one value to figment.
impl Provider for &Given {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut value = self.value.clone();
        for part in self.key.rsplit('.') {
            value = Value::from(Dict::from([(part.to_owned(), value)]));
        }
        Ok(Profile::Default.collect(value.into_dict().unwrap_or_default()))
    }
}

fn check_key(keys: &Keys, given: &Given, errors: &mut Vec<ConfigError>) -> bool {
    if keys.contains(&given.key) {
        return true;
    }
    let section = Settings::DOCS.iter().any(|section| section.name == given.key);
    errors.push(if section {
        let reason = format!("it is a section; write [{}] and its keys under it", given.key);
        ConfigError::BadValue { key: given.key.clone(), origin: given.origin.clone(), reason }
    } else {
        ConfigError::UnknownKey {
            key: given.key.clone(),
            origin: given.origin.clone(),
            nearest: keys.nearest(&given.key),
        }
    });
    false
}

/// Checks a value against the type of its key, alone, so that every bad one is named and not only the first.
fn check_type(given: &Given, errors: &mut Vec<ConfigError>) -> bool {
    // A new entry of an open table is checked with its neighbours, when all are merged.
    let alone = Figment::from(Serialized::defaults(Settings::default())).merge(given);
    match alone.extract::<Settings>() {
        Ok(_) => true,
        Err(error) if matches!(error.kind, Kind::MissingField(_)) => true,
        Err(error) => {
            let reason = reason(&error.kind, &given.value);
            errors.push(ConfigError::BadValue {
                key: given.key.clone(),
                origin: given.origin.clone(),
                reason,
            });
            false
        }
    }
}

fn merge(given: &[Given]) -> Result<Settings, ConfigError> {
    let mut figment = Figment::from(Serialized::defaults(Settings::default()));
    for given in given {
        figment = figment.merge(given);
    }
    figment.extract().map_err(|error| {
        let key = error.path.join(".");
        let nested = |given: &&Given| given.key.starts_with(&key);
        let origin = given.iter().rev().find(nested).map_or(Origin::Default, |given| given.origin.clone());
        let reason = reason(&error.kind, &Value::from(""));
        ConfigError::BadValue { key, origin, reason }
    })
}

fn origins(given: &[Given]) -> BTreeMap<String, Origin> {
    given.iter().map(|given| (given.key.clone(), given.origin.clone())).collect()
}

/// Says what is wrong with a value, in words of the file rather than of the code.
fn reason(kind: &Kind, value: &Value) -> String {
    let shown = text::show(value);
    match kind {
        Kind::UnknownVariant(given, expected) => {
            let hint = nearest(given, expected.iter().copied());
            let hint = hint.map_or_else(String::new, |hint| format!("; did you mean `{hint}`?"));
            format!("`{given}` is none of {}{hint}", expected.join(", "))
        }
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
            format!("{shown} is not {}", plain(expected))
        }
        Kind::MissingField(field) => format!("it lacks `{field}`"),
        Kind::Message(message) => format!("{shown}: {message}"),
        other => format!("{shown}: {other}"),
    }
}

fn plain(expected: &str) -> String {
    match expected {
        "u8" | "u16" | "u32" | "u64" => format!("a whole number that fits {expected}"),
        "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests;
