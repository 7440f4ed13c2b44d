//! How far configs are, of a running node and from the store of a stopped one.

use rr_proto::ConfigKey;
use rr_proto::admin::{ConfigStatus, ListConfigsRequest, ListConfigsResponse, ListRatingsRequest};
use rr_storage::StoreSnapshot;

use super::listing::list_ratings;
use super::listing_failure::ListingFailure;

/// Lists the configs that a store has games or a champion of, or the one that is asked for; their loops are `idle` as far as the
/// store knows.
///
/// # Errors
/// [`ListingFailure`], naming what was asked wrongly or what failed.
pub fn list_configs(
    snapshot: &StoreSnapshot,
    request: &ListConfigsRequest,
) -> Result<ListConfigsResponse, ListingFailure> {
    let asked: Option<ConfigKey> = match request.config.as_str() {
        "" => None,
        key => Some(key.parse()?),
    };
    let mut configs = Vec::new();
    for key in ConfigKey::ALL {
        if asked.is_some_and(|asked| asked != key) {
            continue;
        }
        let totals = snapshot.game_totals(key)?;
        let champion = snapshot.champion(key)?;
        if asked.is_none() && champion.is_none() && totals.games.get() == 0 {
            continue;
        }
        let ratings = ListRatingsRequest { config: key.to_string(), ..ListRatingsRequest::default() };
        let ratings = list_ratings(snapshot, &ratings)?.ratings;
        configs.push(ConfigStatus {
            config: key.to_string(),
            stage: "idle".to_owned(),
            games: totals.games.get(),
            samples: totals.samples.get(),
            generation: champion.as_ref().map_or(0, |row| row.generation.get()),
            champion: champion.map_or_else(String::new, |row| row.model.to_string()),
            elo: ratings.into_iter().find(|rating| rating.champion).and_then(|rating| rating.elo),
            ..ConfigStatus::default()
        });
    }
    Ok(ListConfigsResponse { configs })
}
