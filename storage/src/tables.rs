//! Every table of the database, with key, value and the version of its layout.
//!
//! Values marked "packed" are [`Versioned`](crate::Versioned) and carry their own version. The version of the whole, [`SCHEMA_VERSION`],
//! rises where a table is added, dropped or keyed differently.

use redb::TableDefinition;

/// The version of the set of tables that this build reads and writes.
pub const SCHEMA_VERSION: u32 = 1;

/// Identifies the database as ours: the value of `house` in [`META`].
pub(crate) const HOUSE: &[u8] = b"ringrift-rr";

/// A hash as a key.
pub(crate) type Hash32 = &'static [u8; 32];
/// A short hash as a key.
pub(crate) type Hash16 = &'static [u8; 16];
/// A config with a position in its log.
pub(crate) type ConfigSequence = (&'static str, u64);

/// `house` → [`HOUSE`]; `schema` → little-endian u32.
pub(crate) const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");

/// Game → packed [`GameRow`](crate::GameRow).
pub(crate) const GAMES: TableDefinition<Hash32, &[u8]> = TableDefinition::new("games");
/// Game → its record, as a zstd frame; the key is the hash of the bytes inside.
pub(crate) const GAME_RECORDS: TableDefinition<Hash32, &[u8]> = TableDefinition::new("game_records");
/// Config and arrival → game, and the samples of the config up to and with it.
pub(crate) const GAME_LOG: TableDefinition<ConfigSequence, (Hash32, u64)> = TableDefinition::new("game_log");

/// Config and first game → packed [`ShardRow`](crate::ShardRow).
pub(crate) const SHARDS: TableDefinition<ConfigSequence, &[u8]> = TableDefinition::new("shards");

/// Model → packed [`ModelRow`](crate::ModelRow).
pub(crate) const MODELS: TableDefinition<Hash32, &[u8]> = TableDefinition::new("models");
/// Config and arrival → model.
pub(crate) const MODEL_LOG: TableDefinition<ConfigSequence, Hash32> = TableDefinition::new("model_log");
/// Config → packed [`ChampionRow`](crate::ChampionRow).
pub(crate) const CHAMPIONS: TableDefinition<&str, &[u8]> = TableDefinition::new("champions");

/// Config and arrival → packed [`MatchRow`](crate::MatchRow); only ever appended to.
pub(crate) const MATCHES: TableDefinition<ConfigSequence, &[u8]> = TableDefinition::new("matches");
/// Match → its arrival in the log of its config.
pub(crate) const MATCH_IDS: TableDefinition<Hash16, ConfigSequence> = TableDefinition::new("match_ids");

/// Config → packed [`ConfigStateRow`](crate::ConfigStateRow).
pub(crate) const CONFIG_STATES: TableDefinition<&str, &[u8]> = TableDefinition::new("config_states");

/// Job → packed [`JobRow`](crate::JobRow).
pub(crate) const JOBS: TableDefinition<Hash16, &[u8]> = TableDefinition::new("jobs");
/// Job → packed [`CheckpointRow`](crate::CheckpointRow): its newest checkpoint.
pub(crate) const CHECKPOINTS: TableDefinition<Hash16, &[u8]> = TableDefinition::new("checkpoints");

/// Arrival → event envelope.
pub(crate) const EVENTS: TableDefinition<u64, &[u8]> = TableDefinition::new("events");
/// `next` → the arrival number that the next event gets, which outlives trimming.
pub(crate) const EVENT_COUNTERS: TableDefinition<&str, u64> = TableDefinition::new("event_counters");
/// Dedup hash → arrival, for the newest events.
pub(crate) const EVENT_HASHES: TableDefinition<Hash32, u64> = TableDefinition::new("event_hashes");
/// Arrival → dedup hash, to forget the oldest.
pub(crate) const EVENT_HASH_ORDER: TableDefinition<u64, Hash32> = TableDefinition::new("event_hash_order");
/// Subscriber → arrival of the first event that it has not handled.
pub(crate) const EVENT_CURSORS: TableDefinition<&str, u64> = TableDefinition::new("event_cursors");
/// Subscriber and arrival → packed [`DeadLetter`](crate::DeadLetter).
pub(crate) const DEAD_LETTERS: TableDefinition<ConfigSequence, &[u8]> = TableDefinition::new("dead_letters");

/// Name → bytes that their owner packed: small facts of this node, such as the curriculum's weights.
pub(crate) const FACTS: TableDefinition<&str, &[u8]> = TableDefinition::new("facts");
