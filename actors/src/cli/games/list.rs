//! `rr-admin games list`: the games that a node has stored, running or stopped.

use clap::Args;
use rr_proto::ConfigKey;
use rr_proto::admin::{Game, ListConfigsRequest, ListGamesRequest};

use crate::cli::admin::AdminFlags;
use crate::cli::calendar::utc_text;
use crate::cli::store::StoreSource;
use crate::cli::{Exit, Failure, TextTable};
use crate::rpc::{list_configs, list_games};

/// Games asked for at a time.
const PAGE: usize = 500;

/// Options of `rr-admin games list`.
#[derive(Debug, Args)]
pub struct ListGamesArgs {
    /// Only of this board config, such as hex8_2p (default: each that has games)
    config: Option<ConfigKey>,
    /// So many of each config, the newest
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    last: usize,
}

impl ListGamesArgs {
    /// Prints the newest stored games.
    ///
    /// # Errors
    /// When neither a node nor its store can be read.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let source = StoreSource::open(flags)?;
        let configs = match self.config {
            Some(config) => vec![config.to_string()],
            None => {
                let request = ListConfigsRequest::default();
                let listed = source.read(
                    |node| async move {
                        node.admin().list_configs(node.request(ListConfigsRequest::default())).await
                    },
                    |snapshot| list_configs(snapshot, &request),
                )?;
                listed.configs.into_iter().map(|config| config.config).collect()
            }
        };
        let mut games = Vec::new();
        for config in configs {
            games.extend(self.games(&source, &config)?);
        }
        flags.format().print(&games, || table(&games))?;
        Ok(Exit::Done)
    }

    fn games(&self, source: &StoreSource, config: &str) -> Result<Vec<Game>, Failure> {
        let (mut games, mut page_token): (Vec<Game>, String) = (Vec::new(), String::new());
        while games.len() < self.last {
            let page_size = u32::try_from((self.last - games.len()).min(PAGE)).unwrap_or(u32::MAX);
            let request = ListGamesRequest { config: config.to_owned(), page_size, page_token };
            let asked = request.clone();
            let page = source.read(
                |node| async move { node.admin().list_games(node.request(asked)).await },
                |snapshot| list_games(snapshot, &request),
            )?;
            games.extend(page.games);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        Ok(games)
    }
}

fn table(games: &[Game]) -> TextTable {
    let mut table = TextTable::new([
        "game", "config", "number", "plies", "samples", "source", "model", "parity", "finished",
    ]);
    for game in games {
        table.row([
            game.id.clone(),
            game.config.clone(),
            game.sequence.to_string(),
            game.plies.to_string(),
            game.samples.to_string(),
            game.source.clone(),
            game.model.chars().take(8).collect(),
            game.parity.clone(),
            utc_text(i64::try_from(game.finished_unix_ms / 1000).unwrap_or(i64::MAX)),
        ]);
    }
    table
}
