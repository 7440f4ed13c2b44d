//! `rr-node loop`: one pass through the same tree that runs for good.

use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use rr_config::NodeRole;

use super::address_args::AddressArgs;
use super::board_args::{ChosenBoard, at_least_one};
use super::pass_summary::{PassSummary, watch_pass};
use super::run::{NodeSession, display_beside};
use crate::cli::{Exit, Failure, SharedArgs, load};

/// Options of `rr-node loop`.
#[derive(Debug, Args)]
pub struct LoopArgs {
    #[command(flatten)]
    board: ChosenBoard,
    /// Games to play before the training (default: loop.selfplay_games)
    #[arg(long)]
    selfplay_games: Option<u64>,
    #[command(flatten)]
    addresses: AddressArgs,
}

impl LoopArgs {
    /// Plays, trains, measures, promotes or refuses, and prints what came of it.
    ///
    /// # Errors
    /// What stands against the start, or a pass that was stopped or failed.
    pub fn run(&self, shared: &SharedArgs, before: &AddressArgs) -> Result<Exit, Failure> {
        let mut layers = self.addresses.or(before).set(self.board.over(shared.layers()?)?);
        if let Some(games) = self.selfplay_games {
            at_least_one("--selfplay-games", games)?;
            layers = layers.flag("--selfplay-games", "loop.selfplay_games", games.to_string());
        }
        let loaded = load(&layers)?;
        let role = loaded.settings.node.effective_role();
        if role != NodeRole::All {
            let message = format!(
                "a pass needs everything on one machine, and the role is {}; use the role all",
                role.name()
            );
            return Err(Failure::new(Exit::Usage, message));
        }
        let games = loaded.settings.pass.selfplay_games;
        let session = NodeSession::new(layers, Some(games), display_beside(shared.output))?;
        let summary: Arc<Mutex<Option<PassSummary>>> = Arc::default();
        let found = Arc::clone(&summary);
        let exit = session.run(move |node| {
            let watched = watch_pass(node);
            async move {
                let pass = watched.await;
                let exit = if pass.failed() { Exit::Negative } else { Exit::Done };
                *found.lock().unwrap_or_else(PoisonError::into_inner) = Some(pass);
                exit
            }
        })?;
        match summary.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(summary) => {
                summary.print(shared.output)?;
                Ok(exit)
            }
            None => {
                eprintln!("rr-node: the pass was stopped; the same command goes on with what is stored");
                Ok(exit)
            }
        }
    }
}
