use std::fs;

use proptest::prelude::*;

use super::*;
use crate::{ExecutionProvider, LogLevel, NodeRole, configuration_manual};

fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn errors(layers: &ConfigLayers) -> Vec<String> {
    layers.load().expect_err("it is refused").0.iter().map(ToString::to_string).collect()
}

fn with_file(text: &str) -> (tempfile::TempDir, ConfigLayers) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ringrift.toml");
    fs::write(&path, text).unwrap();
    (folder, ConfigLayers::new().file(path))
}

#[test]
fn the_defaults_are_the_demo_and_break_no_rule() {
    let loaded = ConfigLayers::new().load().unwrap();
    let settings = &loaded.settings;
    assert_eq!(settings, &Settings::default());
    assert_eq!(settings.pass.config_key(), "hex8_2p");
    assert_eq!(settings.net.shape().map(|shape| (shape.blocks, shape.channels)), Some((4, 48)));
    assert_eq!(settings.server.grpc_addr().to_string(), "127.0.0.1:8780");
    assert_eq!(settings.server.health_addr().to_string(), "127.0.0.1:8790");
    assert_eq!(settings.server.status_addr().to_string(), "127.0.0.1:8770");
    assert_eq!(settings.promotion.floors.len(), 12);
    assert_eq!(
        settings.promotion.floor("hex8_4p").map(|floor| (floor.random, floor.heuristic)),
        Some((0.60, 0.50))
    );
    assert!(loaded.rows().iter().all(|row| row.origin == Origin::Default));
}

#[test]
fn file_environment_and_flags_win_in_this_order() {
    let (_folder, layers) = with_file(
        "[training]\nbatch_size = 64\nmin_steps = 5\n[log]\nlevel = \"debug\"\n[node]\nid = \"7\"\n",
    );
    let loaded = layers
        .environment(env(&[
            ("RINGRIFT_LOG_LEVEL", "WARN"),
            ("RINGRIFT_TRAINING__MIN_STEPS", "6"),
            ("PATH", "/bin"),
        ]))
        .flag("--min-steps", "training.min_steps", "7")
        .load()
        .unwrap();
    assert_eq!(loaded.settings.training.batch_size, 64);
    assert_eq!(loaded.settings.training.min_steps, 7);
    assert_eq!(loaded.settings.log.level, LogLevel::Warn);
    assert_eq!(loaded.settings.node.id.as_deref(), Some("7"));
    assert_eq!(loaded.origin("training.min_steps"), Origin::Flag("--min-steps".to_owned()));
    assert_eq!(loaded.origin("log.level"), Origin::Environment("RINGRIFT_LOG_LEVEL".to_owned()));
    assert!(loaded.origin("training.batch_size").to_string().ends_with("ringrift.toml"));
    let row = loaded.rows().into_iter().find(|row| row.key == "log.level").unwrap();
    assert_eq!(row.value, "\"warn\"");
}

#[test]
fn the_documented_variables_reach_their_keys() {
    let loaded = ConfigLayers::new()
        .environment(env(&[
            ("RINGRIFT_NODE_ID", "42"),
            ("RINGRIFT_IS_COORDINATOR", "true"),
            ("RINGRIFT_ALLOW_PENDING_GATE", "1"),
            ("RINGRIFT_STALENESS_WEIGHT", "1"),
            ("RINGRIFT_ELO_VELOCITY_WEIGHT", "0.1"),
            ("RINGRIFT_CURRICULUM_WEIGHT", "0.1"),
            ("RINGRIFT_QUALITY_WEIGHT", "0.1"),
            ("RINGRIFT_DIVERSITY_WEIGHT", "0.1"),
            ("RINGRIFT_VOI_WEIGHT", "0.1"),
            ("RINGRIFT_DATA_SYNC_INTERVAL", "90"),
            ("RINGRIFT_EVENT_HANDLER_TIMEOUT", "300.0"),
            ("RINGRIFT_HEALTH_CHECK_INTERVAL", "15"),
            ("RINGRIFT_HEALTH_PORT", "9000"),
            ("RINGRIFT_GRPC_PORT", "9001"),
            ("RINGRIFT_DEVICES__PROVIDERS", "cuda, cpu"),
            ("RINGRIFT_PROMOTION__FLOORS__HEX8_2P__RANDOM", "0.8"),
            ("RINGRIFT_SELFPLAY__SEED", ""),
        ]))
        .load()
        .unwrap();
    let settings = loaded.settings;
    assert_eq!(settings.node.id.as_deref(), Some("42"));
    assert_eq!(settings.node.effective_role(), NodeRole::Coordinator);
    assert!(settings.training.allow_pending_gate);
    assert_eq!(settings.scheduler.staleness_weight, 1.0);
    assert_eq!(settings.scheduler.voi_weight, 0.1);
    assert_eq!((settings.sync.interval_seconds, settings.events.handler_timeout_seconds), (90, 300));
    assert_eq!(settings.supervision.health_check_seconds, 15);
    assert_eq!((settings.server.health_port, settings.server.grpc_port), (9000, 9001));
    assert_eq!(settings.devices.providers, [ExecutionProvider::Cuda, ExecutionProvider::Cpu]);
    assert_eq!(settings.promotion.floor("hex8_2p").unwrap().random, 0.8);
}

#[test]
fn an_unknown_key_is_named_with_its_file_and_the_nearest_one() {
    let (folder, layers) = with_file("[training]\nbatchsize = 64\n[selfplai]\nthreads = 1\n");
    let path = folder.path().join("ringrift.toml");
    assert_eq!(
        errors(&layers),
        [
            format!(
                "unknown key `selfplai.threads` in file {}; did you mean `selfplay.threads`?",
                path.display()
            ),
            format!(
                "unknown key `training.batchsize` in file {}; did you mean `training.batch_size`?",
                path.display()
            ),
        ]
    );
}

#[test]
fn an_unknown_variable_or_flag_is_named_with_the_nearest_one() {
    let layers = ConfigLayers::new().environment(env(&[
        ("RINGRIFT_STALENES_WEIGHT", "0.3"),
        ("RINGRIFT_TRAINING__BATCHSIZE", "3"),
        ("RINGRIFTY", "3"),
    ]));
    assert_eq!(
        errors(&layers),
        [
            "unknown environment variable RINGRIFT_STALENES_WEIGHT; did you mean `RINGRIFT_STALENESS_WEIGHT`?",
            "unknown environment variable RINGRIFT_TRAINING__BATCHSIZE; did you mean `RINGRIFT_TRAINING__BATCH_SIZE`?",
        ]
    );
    let layers = ConfigLayers::new().flag("--set", "net.presett", "large");
    assert_eq!(errors(&layers), ["unknown key `net.presett` in flag --set; did you mean `net.preset`?"]);
}

#[test]
fn bad_values_are_all_named_with_key_origin_and_what_would_be_right() {
    let layers = ConfigLayers::new()
        .environment(env(&[("RINGRIFT_HEALTH_PORT", "99999"), ("RINGRIFT_LOG_LEVEL", "inof")]))
        .flag("--batch-size", "training.batch_size", "many")
        .flag("--role", "node.role", "trainr")
        .flag("--grpc-addr", "server.grpc_host", "localhost:1")
        .flag("--enabled", "selfplay.enabled", "maybe");
    assert_eq!(
        errors(&layers),
        [
            "bad value for `server.health_port` in environment variable RINGRIFT_HEALTH_PORT: 99999 is not a whole number that fits u16",
            "bad value for `log.level` in environment variable RINGRIFT_LOG_LEVEL: `inof` is none of error, warn, info, debug, trace; did you mean `info`?",
            "bad value for `training.batch_size` in flag --batch-size: \"many\" is not a whole number that fits u32",
            "bad value for `node.role` in flag --role: `trainr` is none of all, coordinator, gpu, trainer, voter; did you mean `trainer`?",
            "bad value for `server.grpc_host` in flag --grpc-addr: \"localhost:1\": invalid IP address syntax",
            "bad value for `selfplay.enabled` in flag --enabled: \"maybe\" is not true or false",
        ]
    );
}

#[test]
fn broken_rules_are_named_with_the_value_and_its_origin() {
    let layers = ConfigLayers::new()
        .flag("--board", "loop.board", "hex9")
        .flag("--players", "loop.players", "5")
        .flag("--selfplay-games", "loop.selfplay_games", "0")
        .environment(env(&[("RINGRIFT_GRPC_PORT", "8790"), ("RINGRIFT_QUALITY_WEIGHT", "2")]));
    assert_eq!(
        errors(&layers),
        [
            "`loop.board` = \"hex9\" in flag --board names no board; did you mean `hex8`?",
            "`loop.players` = 5 in flag --players must be 2, 3 or 4",
            "`loop.selfplay_games` = 0 in flag --selfplay-games must be at least 1",
            "`scheduler.quality_weight` = 2.0 in environment variable RINGRIFT_QUALITY_WEIGHT must be between 0 and 1",
            "`server.health_port` = 8790 in the defaults is the same address as server.grpc_port",
        ]
    );
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_named() {
    let missing = errors(&ConfigLayers::new().file("/nowhere/ringrift.toml"));
    assert_eq!(
        missing,
        [
            "cannot read the configuration file /nowhere/ringrift.toml: it does not exist; check --config-file or RINGRIFT_CONFIG_FILE"
        ]
    );
    let (_folder, layers) = with_file("[training\nbatch_size = 1");
    assert!(errors(&layers)[0].contains("line 1"), "{}", errors(&layers)[0]);
    let (_folder, layers) = with_file("training = 3\n");
    assert!(errors(&layers)[0].ends_with("it is a section; write [training] and its keys under it"));
    let layers = ConfigLayers::new().environment(env(&[("RINGRIFT_CONFIG_FILE", "/nowhere/else.toml")]));
    assert!(errors(&layers)[0].contains("/nowhere/else.toml"));
}

#[test]
fn presets_can_be_added_and_must_be_whole() {
    let (_folder, layers) =
        with_file("[net]\npreset = \"mine\"\n[net.presets.mine]\nblocks = 2\nchannels = 16\n");
    let shape = layers.load().unwrap().settings.net.shape().unwrap();
    assert_eq!((shape.blocks, shape.channels), (2, 16));
    let (_folder, layers) = with_file("[net.presets.mine]\nblocks = 2\n");
    assert!(errors(&layers)[0].contains("lacks `channels`"), "{}", errors(&layers)[0]);
    let (_folder, layers) = with_file("[net.presets.mine]\nblocks = 2\nchanels = 16\n");
    let all = errors(&layers).join("\n");
    assert!(
        all.contains("unknown key `net.presets.mine.chanels`") && all.contains("did you mean `net.presets."),
        "{all}"
    );
    let layers = ConfigLayers::new().flag("--net", "net.preset", "smal");
    assert!(errors(&layers)[0].ends_with("names no preset; did you mean `small`?"));
}

#[test]
fn the_data_folder_is_found_or_asked_for() {
    let loaded = ConfigLayers::new().load().unwrap();
    let dir =
        |xdg: Option<&str>, home: Option<&str>| loaded.data_dir(xdg.map(Path::new), home.map(Path::new));
    assert_eq!(dir(Some("/data"), Some("/home/a")).unwrap(), Path::new("/data/ringrift"));
    assert_eq!(dir(Some("relative"), Some("/home/a")).unwrap(), Path::new("/home/a/.local/share/ringrift"));
    assert_eq!(dir(None, Some("/home/a")).unwrap(), Path::new("/home/a/.local/share/ringrift"));
    assert!(dir(None, None).unwrap_err().to_string().contains("give one with --data-dir PATH"));
    let given = ConfigLayers::new().flag("--data-dir", "storage.data_dir", "/x").load().unwrap();
    assert_eq!(given.data_dir(None, None).unwrap(), Path::new("/x"));
}

#[test]
fn a_node_without_a_name_takes_its_host_s() {
    let mut node = Settings::default().node;
    assert_eq!(node.resolved_id("gpu 1.lab\n"), "gpu-1.lab");
    assert_eq!(node.resolved_id("  "), "node");
    node.id = Some("mine".to_owned());
    assert_eq!(node.resolved_id("gpu"), "mine");
}

#[test]
fn every_key_can_be_set_by_its_generic_variable_to_its_own_default() {
    let keys = Keys::new().unwrap();
    let variables: Vec<_> = keys
        .defaults
        .iter()
        .filter(|(_, value)| !matches!(value, Value::Empty(..)))
        .map(|(key, value)| (crate::keys::variable(key), text::show(value).trim_matches('"').to_owned()))
        .filter(|(_, value)| value != "[]")
        .collect();
    assert!(variables.len() > 100);
    assert_eq!(ConfigLayers::new().environment(variables).load().unwrap().settings, Settings::default());
}

#[test]
fn every_named_variable_sets_a_key_and_every_key_is_documented() {
    let keys = Keys::new().unwrap();
    for (name, key) in crate::keys::NAMED {
        assert!(keys.contains(key), "{name} sets {key}, which does not exist");
    }
    let documented: Vec<String> = Settings::DOCS
        .iter()
        .flat_map(|s| s.keys.iter().map(|doc| format!("{}.{}", s.name, doc.key)))
        .collect();
    for key in keys.defaults.keys() {
        assert!(documented.iter().any(|doc| key == doc || key.starts_with(&format!("{doc}."))), "{key}");
    }
}

#[test]
fn the_manual_in_docs_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
    let manual = configuration_manual().unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, &manual).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(written == manual, "docs/configuration.md is stale; run UPDATE_DOCS=1 cargo test -p rr-config");
}

proptest! {
    #[test]
    fn arbitrary_files_never_panic(text in "[a-z_\\[\\]=.\"0-9\n ]{0,200}") {
        let (_folder, layers) = with_file(&text);
        let _ = layers.load();
    }

    #[test]
    fn arbitrary_values_never_panic(value in ".{0,30}", pick: prop::sample::Index) {
        let keys = Keys::new().unwrap();
        let key = keys.defaults.keys().nth(pick.index(keys.defaults.len())).unwrap().clone();
        let _ = ConfigLayers::new().flag("--set", &key, value).load();
    }
}

#[test]
fn variables_of_opentelemetry_count_where_nothing_else_gives_the_key() {
    let (_folder, layers) = with_file("[trace]\nservice_name = \"ours\"\n");
    let loaded = layers
        .environment(env(&[
            ("OTEL_SERVICE_NAME", "theirs"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
        ]))
        .load()
        .unwrap();
    let trace = &loaded.settings.trace;
    assert_eq!((trace.service_name.as_str(), trace.timeout_seconds), ("ours", 10));
    assert_eq!(trace.endpoint.as_deref(), Some("http://collector:4317"));
    assert_eq!(
        loaded.origin("trace.endpoint"),
        Origin::Environment("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned())
    );
}
