//! Reading models, ratings and games from a snapshot of the store, as the administration tells them.

use std::cmp::Reverse;

use rr_cluster::RatedPlayer;
use rr_proto::admin::{
    ConfigStatus, Game, ListGamesRequest, ListGamesResponse, ListModelsRequest, ListModelsResponse,
    ListRatingsRequest, ListRatingsResponse, Model, Rating, RatingInterval,
};
use rr_proto::{ConfigKey, ModelId, RatingEstimate};
use rr_storage::{GameOrigin, GameParity, GameRow, ModelRow, StoreSnapshot};

use super::listing_failure::ListingFailure;
use super::page;
use crate::leader::config::ConfigReport;
use crate::leader::fit_ratings;

/// Lists models, newest first.
///
/// # Errors
/// [`ListingFailure`], naming what was asked wrongly or what failed.
pub fn list_models(
    snapshot: &StoreSnapshot,
    request: &ListModelsRequest,
) -> Result<ListModelsResponse, ListingFailure> {
    let configs = match request.config.as_str() {
        "" => ConfigKey::ALL.to_vec(),
        key => vec![key.parse::<ConfigKey>()?],
    };
    let (mut rows, mut champions) = (Vec::new(), Vec::new());
    for config in configs {
        champions.extend(snapshot.champion(config)?.map(|champion| champion.model));
        rows.extend(snapshot.models(config)?);
    }
    let key = |row: &ModelRow| (Reverse(row.created_at.0), row.id);
    rows.sort_by_key(key);
    let listing = ["models", request.config.as_str()];
    let after = page::after(&listing, &request.page_token, model_key)?;
    let token = |row: &ModelRow| page::write_token(&listing, &format!("{}-{}", row.created_at.0, row.id));
    let (page, next_page_token) = page::cut(rows, page::rows(request.page_size), after, key, token);
    let models = page.into_iter().map(|row| model(row, &champions)).collect();
    Ok(ListModelsResponse { models, next_page_token })
}

fn model_key(key: &str) -> Option<(Reverse<u64>, ModelId)> {
    let (created, id) = key.split_once('-')?;
    Some((Reverse(created.parse().ok()?), id.parse().ok()?))
}

pub(super) fn model(row: ModelRow, champions: &[ModelId]) -> Model {
    Model {
        id: row.id.to_string(),
        config: row.config.to_string(),
        parent: row.parent.map_or_else(String::new, |parent| parent.to_string()),
        generation: row.generation.get(),
        training_steps: row.steps.get(),
        created_unix_ms: row.created_at.0,
        size_bytes: row.file_bytes,
        champion: champions.contains(&row.id),
        card_json: row.card_json,
    }
}

/// Lists the ratings of a config, strongest first.
///
/// # Errors
/// As [`list_models`].
pub fn list_ratings(
    snapshot: &StoreSnapshot,
    request: &ListRatingsRequest,
) -> Result<ListRatingsResponse, ListingFailure> {
    let config: ConfigKey = request.config.parse()?;
    let champion = snapshot.champion(config)?.map(|row| row.model);
    let ranked = fit_ratings(snapshot, config)?.ranked();
    let listing = ["ratings", config.as_str()];
    let after = page::after(&listing, &request.page_token, |key| key.parse().ok())?;
    let rows: Vec<(u64, Rating)> = (1..)
        .zip(ranked)
        .map(|(rank, (player, rating))| {
            let champion = champion.is_some_and(|model| player == RatedPlayer::Model(model));
            let elo = Some(interval(rating.estimate));
            (rank, Rating { player: player.to_string(), elo, games: rating.games.get(), champion })
        })
        .collect();
    let size = page::rows(request.page_size);
    let token = |row: &(u64, Rating)| page::write_token(&listing, &row.0.to_string());
    let (page, next_page_token) = page::cut(rows, size, after, |row| row.0, token);
    Ok(ListRatingsResponse { ratings: page.into_iter().map(|row| row.1).collect(), next_page_token })
}

/// Lists the games of a config, newest first.
///
/// # Errors
/// As [`list_models`].
pub fn list_games(
    snapshot: &StoreSnapshot,
    request: &ListGamesRequest,
) -> Result<ListGamesResponse, ListingFailure> {
    let config: ConfigKey = request.config.parse()?;
    let listing = ["games", config.as_str()];
    let end = match page::after(&listing, &request.page_token, |key| key.parse().ok())? {
        Some(last) => last,
        None => snapshot.game_totals(config)?.games.get(),
    };
    let start = end.saturating_sub(page::rows(request.page_size) as u64);
    let mut games = Vec::new();
    for entry in snapshot.games(config, start..end)?.into_iter().rev() {
        let Some(row) = snapshot.game(entry.id)? else { continue };
        games.push(game(&row));
    }
    let next_page_token = match start {
        0 => String::new(),
        start => page::write_token(&listing, &start.to_string()),
    };
    Ok(ListGamesResponse { games, next_page_token })
}

/// Describes a game.
pub(super) fn game(row: &GameRow) -> Game {
    Game {
        id: row.id.to_string(),
        config: row.config.to_string(),
        sequence: row.sequence,
        plies: u32::try_from(row.plies.get()).unwrap_or(u32::MAX),
        samples: u32::try_from(row.samples.get()).unwrap_or(u32::MAX),
        source: match row.source {
            GameOrigin::SelfPlay => "selfplay",
            GameOrigin::Arena => "arena",
            GameOrigin::Import => "import",
        }
        .to_owned(),
        model: row.models.first().map_or_else(String::new, ToString::to_string),
        parity: match row.parity {
            GameParity::Pending => "pending",
            GameParity::Passed => "passed",
            GameParity::Failed => "failed",
        }
        .to_owned(),
        finished_unix_ms: row.finished_at.0,
    }
}

/// Says how far a config is, from its own report.
pub fn config_status(report: &ConfigReport, positions_per_second: f64) -> ConfigStatus {
    ConfigStatus {
        config: report.config.to_string(),
        stage: report.stage.to_owned(),
        games: report.games.get(),
        samples: report.samples.get(),
        generation: report.generation.get(),
        champion: report.champion.map_or_else(String::new, |model| model.to_string()),
        elo: report.rating.map(interval),
        positions_per_second,
        new_samples: report.new_samples.get(),
        simulations: report.simulations,
        failures: report.failures,
        refusals: report.refusals,
        progress: None,
    }
}

/// Describes a rating with its interval.
pub(super) fn interval(estimate: RatingEstimate) -> RatingInterval {
    RatingInterval { elo: estimate.elo.get(), low: estimate.low.get(), high: estimate.high.get() }
}
