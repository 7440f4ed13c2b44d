//! Every key with its default, taken from [`Settings`] itself, and the environment variables that set them.

use std::collections::BTreeMap;

use figment::{
    Figment,
    providers::Serialized,
    value::{Dict, Value},
};

use crate::{ConfigError, ConfigErrors, Origin, Settings, nearest::nearest};

/// What every environment variable of ours begins with.
pub(crate) const PREFIX: &str = "RINGRIFT_";

/// The variable that names the configuration file.
pub(crate) const CONFIG_FILE: &str = "RINGRIFT_CONFIG_FILE";

/// Variables with a name of their own. Every other key is set by `RINGRIFT_<SECTION>__<KEY>`.
pub(crate) const NAMED: &[(&str, &str)] = &[
    ("RINGRIFT_NODE_ID", "node.id"),
    ("RINGRIFT_IS_COORDINATOR", "node.is_coordinator"),
    ("RINGRIFT_LOG_LEVEL", "log.level"),
    ("RINGRIFT_DATA_DIR", "storage.data_dir"),
    ("RINGRIFT_SELFPLAY_ENABLED", "selfplay.enabled"),
    ("RINGRIFT_TRAINING_ENABLED", "training.enabled"),
    ("RINGRIFT_ALLOW_PENDING_GATE", "training.allow_pending_gate"),
    ("RINGRIFT_MAX_DATA_AGE_HOURS", "training.max_data_age_hours"),
    ("RINGRIFT_ABSOLUTE_MAX_DATA_AGE", "sync.fallback_max_age_hours"),
    ("RINGRIFT_ENABLE_STALE_FALLBACK", "sync.stale_fallback"),
    ("RINGRIFT_STALENESS_WEIGHT", "scheduler.staleness_weight"),
    ("RINGRIFT_ELO_VELOCITY_WEIGHT", "scheduler.elo_velocity_weight"),
    ("RINGRIFT_CURRICULUM_WEIGHT", "scheduler.curriculum_weight"),
    ("RINGRIFT_QUALITY_WEIGHT", "scheduler.quality_weight"),
    ("RINGRIFT_DIVERSITY_WEIGHT", "scheduler.diversity_weight"),
    ("RINGRIFT_VOI_WEIGHT", "scheduler.voi_weight"),
    ("RINGRIFT_DATA_SYNC_INTERVAL", "sync.interval_seconds"),
    ("RINGRIFT_EVENT_HANDLER_TIMEOUT", "events.handler_timeout_seconds"),
    ("RINGRIFT_HEALTH_CHECK_INTERVAL", "supervision.health_check_seconds"),
    ("RINGRIFT_GRPC_PORT", "server.grpc_port"),
    ("RINGRIFT_HEALTH_PORT", "server.health_port"),
    ("RINGRIFT_P2P_PORT", "server.status_port"),
];

/// Variables that only callers of a node read; they set no key, so that no secret shows in a listing of the settings.
pub(crate) const OF_CALLERS: &[(&str, &str)] = &[
    ("RINGRIFT_ADMIN_TOKEN", "the token that `rr-admin` shows to a node"),
    ("RINGRIFT_CLUSTER_AUTH_TOKEN", "the same, by its older name"),
    ("RINGRIFT_CLUSTER_AUTH_TOKEN_FILE", "a file with that token: `--token-file`"),
];

/// Tables whose names users choose; the keys within an entry are fixed.
const OPEN_TABLES: &[&str] = &["net.presets"];

/// Knows every key and its default.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) defaults: BTreeMap<String, Value>,
}

impl Keys {
    /// Reads the keys off the defaults.
    ///
    /// # Errors
    /// Never for our own defaults; the type system cannot know.
    pub(crate) fn new() -> Result<Self, ConfigErrors> {
        let figment = Figment::from(Serialized::defaults(Settings::default()));
        let dict: Dict = figment.extract().map_err(|error| ConfigError::BadValue {
            key: "(defaults)".to_owned(),
            origin: Origin::Default,
            reason: error.to_string(),
        })?;
        Ok(Self { defaults: flatten(dict) })
    }

    /// Says whether a key exists, or may be made in an open table.
    pub(crate) fn contains(&self, key: &str) -> bool {
        self.defaults.contains_key(key) || self.template(key).is_some()
    }

    /// Returns a default whose type the key's value must have.
    pub(crate) fn example(&self, key: &str) -> Option<&Value> {
        self.defaults.get(key).or_else(|| self.template(key))
    }

    /// Finds, for a new entry of an open table, the same key of an entry that exists.
    fn template(&self, key: &str) -> Option<&Value> {
        let table = OPEN_TABLES.iter().find(|table| key.starts_with(&format!("{table}.")))?;
        let (_, field) = key[table.len() + 1..].split_once('.')?;
        let matches = |other: &&String| {
            other
                .strip_prefix(table)
                .and_then(|rest| rest[1..].split_once('.'))
                .is_some_and(|(_, name)| name == field)
        };
        let found = self.defaults.keys().find(matches)?;
        self.defaults.get(found)
    }

    /// Returns the nearest key to one that does not exist.
    pub(crate) fn nearest(&self, key: &str) -> Option<String> {
        nearest(key, self.defaults.keys().map(String::as_str)).map(ToOwned::to_owned)
    }

    /// Returns the key that an environment variable sets.
    ///
    /// # Errors
    /// [`ConfigError::UnknownVariable`] where it sets none.
    pub(crate) fn of_variable(&self, name: &str) -> Result<String, ConfigError> {
        if let Some((_, key)) = NAMED.iter().find(|(named, _)| *named == name) {
            return Ok((*key).to_owned());
        }
        let generic = name[PREFIX.len()..].to_ascii_lowercase().replace("__", ".");
        if generic.contains('.') && self.contains(&generic) {
            return Ok(generic);
        }
        let generic_names: Vec<String> = self.defaults.keys().map(|key| variable(key)).collect();
        let named = NAMED.iter().map(|(name, _)| *name);
        // A variable without a double underscore is a misspelt name of its own rather than a generic one.
        let candidates: Vec<&str> = if name[PREFIX.len()..].contains("__") {
            generic_names.iter().map(String::as_str).chain(named).collect()
        } else {
            named.collect()
        };
        let nearest = nearest(name, candidates).map(ToOwned::to_owned);
        Err(ConfigError::UnknownVariable { name: name.to_owned(), nearest })
    }
}

/// Returns the generic environment variable of a key.
pub(crate) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

/// Turns nested tables into dotted keys.
pub(crate) fn flatten(dict: Dict) -> BTreeMap<String, Value> {
    fn walk(prefix: &str, dict: Dict, flat: &mut BTreeMap<String, Value>) {
        for (name, value) in dict {
            let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
            match value {
                Value::Dict(_, inner) if !inner.is_empty() => walk(&key, inner, flat),
                value => {
                    flat.insert(key, value);
                }
            }
        }
    }
    let mut flat = BTreeMap::new();
    walk("", dict, &mut flat);
    flat
}
