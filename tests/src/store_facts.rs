//! Everything that a store promised to keep.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rr_onnx::ModelFile;
use rr_proto::{ConfigKey, GameId, MatchId, ModelId};
use rr_storage::{
    BlobStore, ChampionRow, DataDir, GameRow, JobState, MatchRow, ModelRow, Store, StoreOptions,
    StoreSnapshot,
};

use crate::played::replayed;
use crate::system::forking;

/// Holds what a stopped node's store says about one config. [`StoreFacts::read`] checks that it agrees with itself.
#[derive(Debug, Clone)]
pub struct StoreFacts {
    /// The games in the order in which they were stored.
    pub games: Vec<GameRow>,
    /// The models in the order in which they were recorded.
    pub models: Vec<ModelRow>,
    /// The rated games in the order in which they were recorded.
    pub matches: Vec<MatchRow>,
    /// The champion.
    pub champion: Option<ChampionRow>,
    /// How often the state of the config was written.
    pub revision: u64,
    /// Samples in all games.
    pub samples: u64,
    /// Games that were replayed under the rules.
    replayed: BTreeSet<GameId>,
}

impl StoreFacts {
    /// Reads a data folder that no process uses, and checks it.
    ///
    /// # Panics
    /// Where anything in it is damaged, twice there, or refers to what is not there.
    pub fn read(data_dir: &Path, config: ConfigKey) -> Self {
        Self::read_after(data_dir, config, None)
    }

    /// As [`StoreFacts::read`]; moreover nothing of `before` may be missing or changed. Games that were replayed before are not
    /// replayed again, but their bytes are checked against their hash.
    ///
    /// # Panics
    /// As [`StoreFacts::read`], or where something acknowledged is lost.
    pub fn read_after(data_dir: &Path, config: ConfigKey, before: Option<&StoreFacts>) -> Self {
        let _forking = forking();
        let folder = DataDir::open_read_only(data_dir).expect("nobody else uses the folder");
        let store = Store::open_read_only(&folder.layout().database(), options()).expect("the store opens");
        let snapshot = store.read().expect("the store is read");
        let facts = Self::gather(&snapshot, config, before);
        facts.check_matches(&snapshot);
        facts.check_champion(&snapshot);
        facts.check_models(&BlobStore::open(folder.layout()).expect("the blobs open"));
        if let Some(before) = before {
            facts.check_continues(before);
        }
        facts
    }

    fn gather(snapshot: &StoreSnapshot, config: ConfigKey, before: Option<&StoreFacts>) -> Self {
        let totals = snapshot.game_totals(config).expect("games are counted");
        let log = snapshot.games(config, 0..u64::MAX).expect("the log of games is read");
        assert_eq!(log.len() as u64, totals.games.0, "the log of games has a gap");
        let mut replayed_ids = before.map(|facts| facts.replayed.clone()).unwrap_or_default();
        let mut games = Vec::new();
        for (place, entry) in log.iter().enumerate() {
            assert_eq!(entry.sequence, place as u64, "the log of games has a gap");
            let row =
                snapshot.game(entry.id).expect("a game row is read").expect("a listed game is described");
            let record = snapshot.game_record(entry.id).expect("a game is sound").expect("a game is there");
            if replayed_ids.insert(entry.id) {
                let game = replayed(&record).unwrap_or_else(|error| panic!("game {place}: {error}"));
                assert_eq!(game.moves.len() as u64, row.plies.0, "plies of game {place}");
                assert_eq!(game.config.key(), config.as_str());
            }
            games.push(row);
        }
        Self {
            games,
            models: snapshot.models(config).expect("models are read"),
            matches: snapshot.matches(config, 0, usize::MAX).expect("matches are read"),
            champion: snapshot.champion(config).expect("the champion is read"),
            revision: snapshot.config_state(config).expect("the state is read").map_or(0, |row| row.revision),
            samples: totals.samples.0,
            replayed: replayed_ids,
        }
    }

    fn check_matches(&self, snapshot: &StoreSnapshot) {
        let mut ids = BTreeSet::<MatchId>::new();
        for row in &self.matches {
            assert!(ids.insert(row.id), "match {} is recorded twice", row.id);
            assert!(
                snapshot.has_match(row.id).expect("a match is looked up"),
                "match {} has no entry",
                row.id
            );
            assert_eq!(row.seats.len(), usize::from(row.config.players()), "seats of match {}", row.id);
            assert_eq!(row.places.len(), row.seats.len(), "places of match {}", row.id);
        }
    }

    fn check_champion(&self, snapshot: &StoreSnapshot) {
        let Some(champion) = &self.champion else { return };
        let row = self.models.iter().find(|model| model.id == champion.model);
        assert!(row.is_some(), "champion {} is no recorded model", champion.model);
        let Some(evaluation) = champion.evaluation else {
            let excused = champion.generation.0 == 0 || self.rolled_back();
            assert!(
                excused,
                "only the random start and one that returned are champion without an evaluation"
            );
            return;
        };
        let job = snapshot.job(evaluation).expect("a job is read").expect("the evaluation is recorded");
        assert_eq!(job.state, JobState::Completed, "the evaluation of the champion");
        let name = champion.model.to_string();
        let games =
            self.matches.iter().filter(|row| row.job == Some(evaluation) && row.seats.contains(&name));
        assert!(games.count() > 0, "champion {name} was promoted without a game");
    }

    fn check_models(&self, blobs: &BlobStore) {
        for model in &self.models {
            let bytes =
                blobs.get(model.id.into()).unwrap_or_else(|error| panic!("model {}: {error}", model.id));
            assert_eq!(bytes.len() as u64, model.file_bytes, "length of model {}", model.id);
            let file = ModelFile::from_bytes(model.card_json.as_bytes(), bytes);
            file.unwrap_or_else(|error| panic!("model {}: {error}", model.id));
            if let Some(parent) = model.parent {
                assert!(
                    self.models.iter().any(|other| other.id == parent),
                    "parent {parent} is not recorded"
                );
            }
        }
        assert_eq!(blobs.quarantined().expect("the quarantine is read"), [], "something was damaged");
    }

    /// Asserts that nothing of an earlier look is missing or changed.
    ///
    /// # Panics
    /// Where something is.
    pub fn check_continues(&self, before: &StoreFacts) {
        starts_with("games", &self.games, &before.games, |row| (row.id, row.sequence, row.plies));
        starts_with("matches", &self.matches, &before.matches, Clone::clone);
        // A card may gain what an evaluation found.
        starts_with("models", &self.models, &before.models, |row| {
            (row.id, row.parent, row.generation, row.steps)
        });
        assert!(self.samples >= before.samples, "samples went from {} to {}", before.samples, self.samples);
        assert!(self.revision >= before.revision, "the state went back");
        let generation = |facts: &StoreFacts| facts.champion.as_ref().map(|row| row.generation);
        assert!(
            generation(self) >= generation(before),
            "{:?} came before {:?}",
            before.champion,
            self.champion
        );
    }

    /// Returns the number of the champion; 0 for the random start and where there is none.
    pub fn generation(&self) -> u64 {
        self.champion.as_ref().map_or(0, |row| row.generation.0.into())
    }

    /// Says whether the champion was called back in place of a later one that turned out weaker.
    pub fn rolled_back(&self) -> bool {
        let place = |id: ModelId| self.models.iter().position(|row| row.id == id);
        let Some(champion) = &self.champion else { return false };
        champion.previous.is_some_and(|previous| place(champion.model) < place(previous))
    }

    /// Returns how many rated games each evaluation has.
    pub fn games_by_evaluation(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.matches {
            *counts.entry(row.job.map_or("none".to_owned(), |job| job.to_string())).or_default() += 1;
        }
        counts
    }

    /// Says whether a model is recorded.
    pub fn has_model(&self, id: ModelId) -> bool {
        self.models.iter().any(|row| row.id == id)
    }
}

/// The whole database is checked, page by page, whenever it is opened.
fn options() -> StoreOptions {
    StoreOptions { cache_bytes: 16 << 20, check_on_open: true, dedup_window: 10_000 }
}

#[track_caller]
fn starts_with<T, K: PartialEq + std::fmt::Debug>(
    what: &str,
    now: &[T],
    before: &[T],
    key: impl Fn(&T) -> K,
) {
    assert!(now.len() >= before.len(), "{what}: there were {}, now there are {}", before.len(), now.len());
    for (place, (now, before)) in now.iter().zip(before).enumerate() {
        assert_eq!(key(now), key(before), "{what}: number {place} is another one");
    }
}
