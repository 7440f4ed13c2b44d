//! From the configuration to the settings of games.

use rr_config::{EvaluationSection, SearchSection, SelfplaySection};
use rr_engine::board::GameConfig;
use rr_engine::search::{PlayoutCap, SearchBudget, SearchParams};
use rr_engine::selfplay::PlaySettings;

/// Returns how self-play games of a config are played with a budget, and with an exploration in hundredths of what is configured:
/// openings get hotter and longer with it.
pub fn self_play_settings(
    config: GameConfig,
    selfplay: &SelfplaySection,
    search: &SearchSection,
    (simulations, exploration): (u32, u32),
) -> PlaySettings {
    let sampled = u64::from(selfplay.opening_moves) * u64::from(exploration) / 100;
    PlaySettings {
        budget: SearchBudget::Simulations(simulations.max(1)),
        playout_cap: PlayoutCap {
            full_share: selfplay.full_search_share as f32,
            divisor: selfplay.fast_search_divisor,
        },
        params: search_params(config, search),
        sampled_plies: u32::try_from(sampled).unwrap_or(u32::MAX),
        temperature: (selfplay.opening_temperature * f64::from(exploration) / 100.0) as f32,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exploration_heats_and_lengthens_openings_and_a_hundred_changes_nothing() {
        let config: GameConfig = "hex8_2p".parse().unwrap();
        let (selfplay, search) = (SelfplaySection::default(), SearchSection::default());
        let play = |exploration| self_play_settings(config, &selfplay, &search, (64, exploration));
        let usual = play(100);
        assert_eq!(usual.sampled_plies, selfplay.opening_moves);
        assert_eq!(usual.temperature, selfplay.opening_temperature as f32);
        let hot = play(150);
        assert_eq!((hot.sampled_plies, hot.temperature), (12, 1.5));
        assert_eq!(PlaySettings { sampled_plies: 8, temperature: 1.0, ..hot }, usual, "nothing else moves");
    }
}
