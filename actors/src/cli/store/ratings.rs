//! `rr-admin ratings`.

use clap::Args;
use rr_proto::ConfigKey;
use rr_proto::admin::{ListRatingsRequest, Rating};

use super::source::StoreSource;
use crate::cli::{Exit, Failure, OutputFormat, SharedArgs, TextTable};
use crate::rpc::list_ratings;

/// Ratings asked for at a time.
const PAGE: u32 = 500;

/// Options of `rr-admin ratings`.
#[derive(Debug, Args)]
pub struct ListRatingsArgs {
    /// Board config, such as hex8_2p
    config: ConfigKey,
}

impl ListRatingsArgs {
    /// Prints the ratings of a config, strongest first.
    ///
    /// # Errors
    /// When neither the node nor its store can be read.
    pub fn run(&self, shared: &SharedArgs) -> Result<Exit, Failure> {
        let mut source = StoreSource::open(shared)?;
        let (mut ratings, mut page_token): (Vec<Rating>, String) = (Vec::new(), String::new());
        loop {
            let request = ListRatingsRequest { config: self.config.to_string(), page_size: PAGE, page_token };
            let asked = request.clone();
            let page = source.read(
                |mut client| async move { client.list_ratings(asked).await },
                |snapshot| list_ratings(snapshot, &request),
            )?;
            ratings.extend(page.ratings);
            if page.next_page_token.is_empty() {
                break;
            }
            page_token = page.next_page_token;
        }
        print(&ratings, shared.output)?;
        Ok(Exit::Done)
    }
}

fn print(ratings: &[Rating], format: OutputFormat) -> Result<(), Failure> {
    if format == OutputFormat::Json {
        let row = |rating: &Rating| {
            let elo = rating.elo.unwrap_or_default();
            serde_json::json!({
                "player": rating.player,
                "elo": elo.elo,
                "low": elo.low,
                "high": elo.high,
                "games": rating.games,
                "champion": rating.champion,
            })
        };
        let rows: Vec<serde_json::Value> = ratings.iter().map(row).collect();
        let text =
            serde_json::to_string_pretty(&rows).map_err(|error| Failure::new(Exit::Software, error))?;
        println!("{text}");
        return Ok(());
    }
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
    print!("{table}");
    Ok(())
}
