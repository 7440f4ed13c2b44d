//! The three places that name boards and configs agree: the engine plays them, the wire types carry them, the configuration
//! takes them.

#![allow(clippy::unwrap_used)] // helpers of tests, which fail by panicking

mod used;

use std::collections::BTreeSet;

use rr_config::{ConfigLayers, Settings};
use rr_engine::board::{BoardKind, GameConfig};
use rr_onnx::{NetSize, NetSpec};
use rr_proto::ConfigKey;

#[test]
fn the_twelve_keys_are_the_engines_configs() {
    let engine: Vec<String> = GameConfig::ALL.iter().map(|config| config.key()).collect();
    let wire: Vec<String> = ConfigKey::ALL.iter().map(|key| key.as_str().to_owned()).collect();
    assert_eq!(engine.iter().collect::<BTreeSet<_>>(), wire.iter().collect::<BTreeSet<_>>());
    assert_eq!(engine.len(), 12);
    for config in GameConfig::ALL {
        let key: ConfigKey = config.key().parse().unwrap();
        assert_eq!((key.board(), key.players()), (config.board.name(), config.players));
        assert_eq!(key.as_str().parse::<GameConfig>().unwrap(), config);
    }
}

#[test]
fn floors_of_promotion_name_exactly_the_configs() {
    let floors: BTreeSet<String> = Settings::default().promotion.floors.keys().cloned().collect();
    let engine: BTreeSet<String> = GameConfig::ALL.iter().map(|config| config.key()).collect();
    assert_eq!(floors, engine);
}

#[test]
fn the_configuration_takes_every_board_of_the_engine_and_no_other() {
    let load = |board: &str, players: &str| {
        ConfigLayers::new()
            .flag("--board", "loop.board", board)
            .flag("--players", "loop.players", players)
            .flag("--data-dir", "storage.data_dir", "/tmp/unused")
            .load()
    };
    for config in GameConfig::ALL {
        let loaded = load(config.board.name(), &config.players.to_string()).unwrap();
        assert_eq!(loaded.settings.pass.config_key(), config.key());
    }
    for (board, players, hint) in
        [("hex9", "2", "hex8"), ("hex8", "5", "loop.players"), ("hex8", "1", "loop.players")]
    {
        let error = load(board, players).unwrap_err().to_string();
        assert!(error.contains(hint), "{board} with {players} players: {error}");
        assert!(
            board.parse::<BoardKind>().is_err()
                || GameConfig::new(board.parse().unwrap(), players.parse().unwrap()).is_err()
        );
    }
}

#[test]
fn every_board_has_a_network() {
    for board in BoardKind::ALL {
        let spec = NetSpec::for_board(board, NetSize::new(1, 8)).unwrap();
        assert_eq!((spec.board(), spec.cells()), (board.name(), board.geometry().cells()));
    }
}

#[test]
fn the_default_config_exists() {
    let key = Settings::default().pass.config_key();
    assert!(key.parse::<ConfigKey>().is_ok() && key.parse::<GameConfig>().is_ok(), "{key}");
}
