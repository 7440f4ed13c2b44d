//! `rr-admin ratings`.

use clap::{Args, Subcommand};
use rr_proto::ConfigKey;
use rr_proto::admin::{GetRatingCurveRequest, ListRatingsRequest, Rating, RatingPoint};

use super::source::StoreSource;
use crate::cli::admin::AdminFlags;
use crate::cli::{Exit, Failure, TextTable};
use crate::rpc::{list_ratings, rating_curve};

/// Ratings asked for at a time.
const PAGE: u32 = 500;

/// `rr-admin ratings`: `rr-admin ratings hex8_2p` is short for its list.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct RatingsNoun {
    #[command(subcommand)]
    command: Option<RatingsCommand>,
    /// Board config, such as hex8_2p
    #[arg(required = true)]
    config: Option<ConfigKey>,
}

/// Commands about ratings.
#[derive(Debug, Subcommand)]
pub enum RatingsCommand {
    /// List the ratings of a board config, strongest first
    List(RatedConfigArgs),
    /// Show the ratings of its models in the order in which they were made
    Curve(RatedConfigArgs),
}

/// Options of the commands about ratings.
#[derive(Debug, Args)]
pub struct RatedConfigArgs {
    /// Board config, such as hex8_2p
    config: ConfigKey,
}

impl RatingsNoun {
    /// Prints the ratings of a config.
    ///
    /// # Errors
    /// When neither the node nor its store can be read.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        match (&self.command, self.config) {
            (Some(RatingsCommand::Curve(args)), _) => curve(args.config, flags),
            (Some(RatingsCommand::List(args)), _) => list(args.config, flags),
            (None, Some(config)) => list(config, flags),
            (None, None) => Err(Failure::new(Exit::Usage, "name a board config, such as hex8_2p")),
        }
    }
}

fn list(config: ConfigKey, flags: &AdminFlags) -> Result<Exit, Failure> {
    let source = StoreSource::open(flags)?;
    let (mut ratings, mut page_token): (Vec<Rating>, String) = (Vec::new(), String::new());
    loop {
        let request = ListRatingsRequest { config: config.to_string(), page_size: PAGE, page_token };
        let asked = request.clone();
        let page = source.read(
            |node| async move { node.admin().list_ratings(node.request(asked)).await },
            |snapshot| list_ratings(snapshot, &request),
        )?;
        ratings.extend(page.ratings);
        if page.next_page_token.is_empty() {
            break;
        }
        page_token = page.next_page_token;
    }
    let rows: Vec<serde_json::Value> = ratings.iter().map(flat).collect();
    flags.format().print(&rows, || table(&ratings))?;
    Ok(Exit::Done)
}

fn curve(config: ConfigKey, flags: &AdminFlags) -> Result<Exit, Failure> {
    let source = StoreSource::open(flags)?;
    let request = GetRatingCurveRequest { config: config.to_string() };
    let asked = request.clone();
    let points = source
        .read(
            |node| async move { node.admin().get_rating_curve(node.request(asked)).await },
            |snapshot| rating_curve(snapshot, &request),
        )?
        .points;
    flags.format().print(&points, || curve_table(&points))?;
    Ok(Exit::Done)
}

fn flat(rating: &Rating) -> serde_json::Value {
    let elo = rating.elo.unwrap_or_default();
    serde_json::json!({
        "player": rating.player,
        "elo": elo.elo,
        "low": elo.low,
        "high": elo.high,
        "games": rating.games,
        "champion": rating.champion,
    })
}

fn table(ratings: &[Rating]) -> TextTable {
    let mut table = TextTable::new(["player", "elo", "95 % interval", "games", "champion"]);
    for rating in ratings {
        let elo = rating.elo.unwrap_or_default();
        table.row([
            rating.player.clone(),
            format!("{:.0}", elo.elo),
            format!("{:.0} to {:.0}", elo.low, elo.high),
            rating.games.to_string(),
            if rating.champion { "yes" } else { "" }.to_owned(),
        ]);
    }
    table
}

fn curve_table(points: &[RatingPoint]) -> TextTable {
    let mut table = TextTable::new(["model", "generation", "elo", "low", "high", "games", "champion"]);
    for point in points {
        let elo = point.elo.unwrap_or_default();
        table.row([
            point.model.chars().take(12).collect(),
            point.generation.to_string(),
            format!("{:.0}", elo.elo),
            format!("{:.0}", elo.low),
            format!("{:.0}", elo.high),
            point.games.to_string(),
            if point.champion { "yes" } else { "" }.to_owned(),
        ]);
    }
    table
}
