//! A node within the test's own process, with a loop that is small enough for a test.

use std::path::Path;

use rr_actors::display::DisplayStyle;
use rr_actors::log_control::LogControl;
use rr_actors::node::NodePlan;
use rr_config::ConfigLayers;

/// Settings of a tiny loop.
const TINY: [(&str, &str); 7] = [
    ("server.grpc_port", "0"),
    ("selfplay.threads", "2"),
    ("selfplay.games_per_thread", "2"),
    ("selfplay.simulations", "2"),
    ("net.presets.demo.blocks", "1"),
    ("net.presets.demo.channels", "8"),
    ("devices.providers", "[\"cpu\"]"),
];

/// Plans a node on a folder, with a tiny loop and some settings of its own.
pub fn plan(folder: &Path, own: &[(&str, &str)]) -> NodePlan {
    let set = |layers: ConfigLayers, (key, value): &(&str, &str)| layers.flag("--set", key, *value);
    let layers = TINY.iter().chain(own).fold(ConfigLayers::new(), set);
    let loaded = layers.load().unwrap();
    NodePlan {
        setting_rows: loaded.rows(),
        settings: loaded.settings,
        data_dir: folder.join("data"),
        program: env!("CARGO_BIN_EXE_rr-node").into(),
        display: DisplayStyle::Off,
        log: LogControl::foreign(),
        pass_games: None,
    }
}
