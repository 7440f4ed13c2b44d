//! Settings with which a whole generation takes seconds.

use std::process::Command;

/// Settings of a network of one block.
const NET: &[(&str, &str)] =
    &[("net.preset", "tiny"), ("net.presets.tiny.blocks", "1"), ("net.presets.tiny.channels", "8")];

/// Settings of a loop that collects, trains, measures and promotes within seconds: what it learns is worth nothing.
const LOOP: &[(&str, &str)] = &[
    ("server.grpc_port", "0"),
    ("server.health_port", "0"),
    ("server.status_port", "0"),
    ("devices.providers", "cpu"),
    ("budget.throughput", "2"),
    ("budget.standard", "2"),
    ("budget.quality", "2"),
    ("budget.ultimate", "2"),
    ("budget.master", "2"),
    ("budget.bootstrap_simulations", "2,2,2"),
    ("search.considered_actions", "2"),
    ("selfplay.threads", "1"),
    ("selfplay.games_per_thread", "8"),
    ("selfplay.commit_games", "2"),
    ("selfplay.commit_ms", "50"),
    ("training.min_games", "8"),
    ("training.new_samples", "100"),
    ("training.batch_size", "32"),
    ("training.window_min_samples", "200"),
    ("training.min_steps", "10"),
    ("training.max_steps", "30"),
    ("training.warmup_steps", "2"),
    ("training.checkpoint_steps", "5"),
    ("training.threads", "1"),
    // A test that is generous to the candidate, so that promotions are part of what is tested.
    ("evaluation.elo0", "-800"),
    ("evaluation.elo1", "-600"),
    ("evaluation.first_elo1", "-600"),
    ("evaluation.alpha", "0.4"),
    ("evaluation.beta", "0.4"),
    ("evaluation.max_games", "12"),
    ("evaluation.concurrent_games", "4"),
    ("evaluation.simulations", "2"),
    ("evaluation.anchor_games", "4"),
    ("promotion.floor_gate", "none"),
    // With two simulations and a handful of games ratings are noise: no champion is called back for it.
    ("promotion.regression_minor", "5000"),
    ("promotion.regression_moderate", "6000"),
    ("promotion.regression_severe", "7000"),
    ("promotion.regression_critical", "8000"),
    ("supervision.backoff_max_ms", "500"),
];

/// Adds `--set key=value`.
pub fn set<'a>(command: &'a mut Command, key: &str, value: &str) -> &'a mut Command {
    command.arg("--set").arg(format!("{key}={value}"))
}

/// Adds the settings of a tiny network.
pub fn tiny_net(command: &mut Command) -> &mut Command {
    NET.iter().fold(command, |command, (key, value)| set(command, key, value))
}

/// Returns the settings of a tiny loop, for a node within the test's own process.
pub fn tiny_loop_settings() -> impl Iterator<Item = (&'static str, &'static str)> {
    NET.iter().chain(LOOP).copied()
}

/// Adds the settings of a tiny loop.
pub fn tiny_loop(command: &mut Command) -> &mut Command {
    LOOP.iter().fold(tiny_net(command), |command, (key, value)| set(command, key, value))
}
