//! From a finished game of a fleet to its record.

use super::driver::FleetModel;
use super::finished_game::FinishedGame;
use super::settings::{GameTask, SeatPlan};
use crate::action::{ActionList, PlayAction, PlayScratch, PlayState};
use crate::record::{GameRecord, PlayerTag, SearchStats};
use crate::search::Utilities;

/// Holds a finished RingRift game as it is stored, with what only a running fleet knows.
#[derive(Clone, Debug, PartialEq)]
pub struct CompletedGame {
    /// What was asked for.
    pub task: GameTask,
    /// The game and its search statistics.
    pub record: GameRecord,
    /// Utilities by the seat that a player sat in; equal shares where the game was cut off.
    pub utilities: Utilities,
    /// Whether the game was cut off for its length; its record then has no result.
    pub adjudicated: bool,
    /// Decisions, which forced moves are not.
    pub decisions: u32,
    /// Simulations of all searches.
    pub simulations: u64,
}

impl CompletedGame {
    /// Replays the decisions of a game from its start and writes them down.
    pub(super) fn of<const W: usize>(
        start: &PlayState<W>,
        game: FinishedGame<PlayState<W>>,
        models: &[FleetModel],
    ) -> Self {
        let position = start.position();
        let tags = game.task.seats[..start.players()].iter().map(|plan| tag(*plan, models)).collect();
        let mut record = GameRecord::new(position.config(), *position.rules(), game.task.seed(), tags);
        let (mut state, mut scratch) = (start.clone(), PlayScratch::new());
        let (mut list, mut places) = (ActionList::new(), Vec::new());
        for ply in &game.plies {
            if let Some(search) = &ply.search {
                let result = &search.result;
                let site = record.next_site(state.slide().is_some());
                let value = by_colour(&state, result.root);
                let mut stats = SearchStats::new(site, result.simulations, search.full, value);
                if search.full {
                    state.actions(&mut list);
                    sort_places(list.actions(), &mut places);
                    let mut probabilities = vec![0.0; list.len()];
                    for entry in &result.actions {
                        if let Ok(at) = places.binary_search_by_key(&entry.action, |place| place.0) {
                            probabilities[places[at].1] = entry.improved;
                        }
                    }
                    let keys = (0..list.len()).map(|place| list.key(state.layout(), place));
                    stats = stats.with_policy(keys, &probabilities);
                }
                record.searches.push(stats);
            }
            state.apply(ply.action, &mut scratch);
            record.moves.extend_from_slice(scratch.played());
        }
        record.finish(state.position());
        Self {
            record,
            utilities: game.utilities,
            adjudicated: game.adjudicated,
            decisions: game.plies.len() as u32,
            simulations: game.simulations,
            task: game.task,
        }
    }
}

fn tag(plan: SeatPlan, models: &[FleetModel]) -> PlayerTag {
    match plan {
        SeatPlan::Model(model) => {
            let id = models.get(model).map_or_else(String::new, |model| model.id.clone());
            PlayerTag { name: "gumbel".to_owned(), model: id }
        }
        SeatPlan::Agent(kind) => PlayerTag { name: kind.name().to_owned(), model: String::new() },
    }
}

/// Turns utilities by player into utilities by colour, which differ after sides were swapped (S21).
fn by_colour<const W: usize>(state: &PlayState<W>, mut utilities: Utilities) -> Utilities {
    if state.position().swap_used() {
        utilities.swap(0, 1);
    }
    utilities
}

fn sort_places(actions: &[PlayAction], places: &mut Vec<(PlayAction, usize)>) {
    places.clear();
    places.extend(actions.iter().enumerate().map(|(place, action)| (*action, place)));
    places.sort_unstable();
}
