//! Reading single things from a snapshot of the store, and the course of a config's ratings.

use rr_cluster::RatedPlayer;
use rr_proto::admin::{
    GetGameRequest, GetGameResponse, GetModelRequest, GetModelResponse, GetRatingCurveRequest,
    GetRatingCurveResponse, RatingPoint,
};
use rr_proto::{ConfigKey, GameId};
use rr_storage::{ModelRow, StoreSnapshot};

use super::listing::{game, interval, model};
use super::listing_failure::ListingFailure;
use crate::leader::fit_ratings;

/// Finds a model by its hash, or by the beginning of it that is its own.
///
/// # Errors
/// [`ListingFailure`], naming what was asked wrongly or what failed.
pub fn find_model(
    snapshot: &StoreSnapshot,
    request: &GetModelRequest,
) -> Result<GetModelResponse, ListingFailure> {
    let beginning = request.id.to_ascii_lowercase();
    let (mut found, mut champions): (Vec<ModelRow>, Vec<_>) = (Vec::new(), Vec::new());
    for config in ConfigKey::ALL {
        champions.extend(snapshot.champion(config)?.map(|champion| champion.model));
        let rows = snapshot.models(config)?.into_iter();
        found.extend(rows.filter(|row| !beginning.is_empty() && row.id.to_string().starts_with(&beginning)));
    }
    let row = only("model", &request.id, found)?;
    Ok(GetModelResponse { model: Some(model(row, &champions)) })
}

/// Finds a game by its hash, with its record.
///
/// # Errors
/// As [`find_model`].
pub fn find_game(
    snapshot: &StoreSnapshot,
    request: &GetGameRequest,
) -> Result<GetGameResponse, ListingFailure> {
    let unknown = || ListingFailure::Unknown { what: "game", name: request.id.clone() };
    let id: GameId = request.id.to_ascii_lowercase().parse().map_err(|_| unknown())?;
    let row = snapshot.game(id)?.ok_or_else(unknown)?;
    let record = match request.without_record {
        true => Vec::new(),
        false => snapshot.game_record(id)?.ok_or_else(unknown)?,
    };
    Ok(GetGameResponse { game: Some(game(&row)), record })
}

/// Gives the ratings of a config's models in the order in which they were made; a model without a rated game is left out.
///
/// # Errors
/// As [`find_model`].
pub fn rating_curve(
    snapshot: &StoreSnapshot,
    request: &GetRatingCurveRequest,
) -> Result<GetRatingCurveResponse, ListingFailure> {
    let config: ConfigKey = request.config.parse()?;
    let champion = snapshot.champion(config)?.map(|row| row.model);
    let ratings = fit_ratings(snapshot, config)?;
    let mut models = snapshot.models(config)?;
    models.sort_by_key(|row| (row.created_at, row.id));
    let point = |row: ModelRow| {
        let rating = ratings.get(&RatedPlayer::Model(row.id))?;
        Some(RatingPoint {
            model: row.id.to_string(),
            generation: row.generation.get(),
            created_unix_ms: row.created_at.0,
            elo: Some(interval(rating.estimate)),
            games: rating.games.get(),
            champion: champion == Some(row.id),
        })
    };
    Ok(GetRatingCurveResponse { points: models.into_iter().filter_map(point).collect() })
}

/// Returns the one that was found.
pub(super) fn only<T>(what: &'static str, name: &str, mut found: Vec<T>) -> Result<T, ListingFailure> {
    match (found.len(), found.pop()) {
        (1, Some(one)) => Ok(one),
        (0, _) | (_, None) => Err(ListingFailure::Unknown { what, name: name.to_owned() }),
        (count, _) => Err(ListingFailure::Ambiguous { what, name: name.to_owned(), count }),
    }
}
