//! From the configuration to the settings of games.

use rr_config::{EvaluationSection, SearchSection, SelfplaySection};
use rr_engine::board::GameConfig;
use rr_engine::search::{PlayoutCap, SearchBudget, SearchParams};
use rr_engine::selfplay::PlaySettings;

/// Returns how self-play games of a config are played with a budget.
pub fn self_play_settings(
    config: GameConfig,
    selfplay: &SelfplaySection,
    search: &SearchSection,
    simulations: u32,
) -> PlaySettings {
    PlaySettings {
        budget: SearchBudget::Simulations(simulations.max(1)),
        playout_cap: PlayoutCap {
            full_share: selfplay.full_search_share as f32,
            divisor: selfplay.fast_search_divisor,
        },
        params: search_params(config, search),
        sampled_plies: selfplay.opening_moves,
        temperature: selfplay.opening_temperature as f32,
        max_plies: selfplay.max_plies,
    }
}

/// Returns how evaluation games of a config are played: the search of self-play at full budget, without noise and sampling.
pub fn evaluation_settings(
    config: GameConfig,
    evaluation: &EvaluationSection,
    search: &SearchSection,
    simulations: u32,
) -> PlaySettings {
    PlaySettings {
        budget: SearchBudget::Simulations(simulations.max(1)),
        playout_cap: PlayoutCap::OFF,
        params: search_params(config, search).without_noise(),
        sampled_plies: 0,
        temperature: 1.0, // nothing is sampled
        max_plies: evaluation.max_plies,
    }
}

fn search_params(config: GameConfig, search: &SearchSection) -> SearchParams {
    let large = config.board.descriptor().words > 1;
    let considered = if large { search.considered_actions_large } else { search.considered_actions };
    let shape = if large { SearchParams::large_board() } else { SearchParams::default() };
    SearchParams {
        considered: considered as usize,
        value_scale: search.value_scale as f32,
        rescale_values: search.rescale_values,
        maxvisit_init: search.maxvisit_init as f32,
        reuse_tree: search.reuse_tree,
        ..shape
    }
}
