//! A small net learns a thousand real positions by heart, through shards, window, loader and training step.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_engine::action::{ActionList, PlayAction, PlayScratch, PlayState};
use rr_engine::board::GameConfig;
use rr_engine::player::{Agent, HeuristicAgent};
use rr_engine::record::{GameRecord, PlayerTag, SearchStats};
use rr_engine::rules::Rules;
use rr_onnx::{NetSize, Runtime};
use rr_train::{
    GameShard, JobData, ReplayData, RunControl, RunEnd, SampleArena, ShardRecords, ShardRef, TrainerLine,
    TrainingJob, WindowRequest, run_training, write_shard,
};

const CONFIG: &str = "hex8_2p";
/// Bitboard words of hex8.
const WORDS: usize = 1;
const SAMPLES: u64 = 1_000;
const BATCH: u32 = 64;
const EPOCHS: u64 = 32;

/// Plays random moves to the end and notes at every decision what the heuristic would have chosen.
fn game(seed: u64) -> GameRecord {
    let config: GameConfig = CONFIG.parse().unwrap();
    let rules = Rules::for_config(config);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut teacher = HeuristicAgent::repaired();
    let tags = vec![PlayerTag { name: "random".into(), model: String::new() }; usize::from(config.players)];
    let mut record = GameRecord::new(config, rules, seed, tags);
    let (mut scratch, mut list) = (PlayScratch::new(), ActionList::<WORDS>::new());
    let mut state = PlayState::initial(config, rules, &mut scratch).unwrap();
    record.moves.extend_from_slice(scratch.played());
    let layout = state.layout();
    while !state.is_over() {
        state.actions(&mut list);
        let best = teacher.choose(&state, list.actions(), &mut rng).unwrap();
        let site = record.next_site(state.slide().is_some());
        let stats = SearchStats::new(site, 16, true, [0.5, 0.5, 0.0, 0.0]);
        record.searches.push(stats.with_policy([list.key(layout, best)], &[1.0]));
        let action = list.actions()[rng.random_range(0..list.len())];
        state.apply(action, &mut scratch);
        if matches!(action, PlayAction::Move(_)) {
            record.moves.extend_from_slice(scratch.played());
        }
    }
    record.finish(state.position());
    record
}

fn shard(folder: &Path) -> ShardRef {
    let path = folder.join("games.rrs");
    let records = (0..30).map(|seed| game(seed).to_bytes().unwrap()).collect();
    let sha256 = write_shard(&path, &GameShard { config: CONFIG.to_owned(), records }).unwrap();
    ShardRef { path, sha256 }
}

/// Returns the policy and value loss that no net can go below: equal inputs may have different targets.
fn floor(arena: &SampleArena) -> f64 {
    type Inputs = (Vec<u16>, Vec<u32>);
    type Targets = BTreeMap<Vec<u16>, f64>;
    type Counted = (Targets, [f64; 4], f64);
    let mut inputs: BTreeMap<Inputs, Counted> = BTreeMap::new();
    for sample in (0..arena.len()).map(|i| arena.get(i)) {
        let numbers = sample.values.iter().chain(sample.globals).map(|v| v.to_bits()).collect();
        let (policy, value, count) = inputs.entry((sample.places.to_vec(), numbers)).or_default();
        for (action, probability) in sample.actions().filter(|(_, probability)| *probability > 0.0) {
            *policy.entry(action.to_vec()).or_default() += f64::from(probability);
        }
        value.iter_mut().zip(sample.value).for_each(|(sum, share)| *sum += f64::from(*share));
        *count += 1.0;
    }
    let missing = |sum: f64, count: f64| if sum > 0.0 { -sum * (sum / count).ln() } else { 0.0 };
    let lost = inputs.values().map(|(policy, value, count)| {
        policy.values().chain(value).map(|sum| missing(*sum, *count)).sum::<f64>()
    });
    lost.sum::<f64>() / arena.len() as f64
}

/// Trains and returns the mean policy and value loss of every epoch.
fn losses(job: &TrainingJob) -> Vec<f64> {
    let mut losses = Vec::new();
    let mut tell = |line: &TrainerLine| {
        if let TrainerLine::Progress { losses: parts, .. } = line {
            losses.push(parts.policy + parts.value);
        }
    };
    let stop = AtomicBool::new(false);
    let mut control = RunControl { stop: &stop, tell: &mut tell, clock: &|| Duration::from_secs(1) };
    let runtime = Runtime::load().expect("run `make runtime` before the tests of rr-train");
    let end = run_training(job, &runtime, &mut control);
    assert!(matches!(end, Ok(RunEnd::Completed(_))), "{end:?}");
    losses
}

#[test]
fn a_net_overfits_a_thousand_positions_of_real_games() {
    let folder = tempfile::tempdir().unwrap();
    let shards = vec![shard(folder.path())];
    let config = CONFIG.parse().unwrap();
    let request = WindowRequest { config, samples: SAMPLES, validation: 0.0 };
    let data = ReplayData::load(&ShardRecords { shards: shards.clone() }, &request).unwrap();
    let floor = floor(&data.training);
    assert!(data.summary.samples >= SAMPLES && floor < 0.05, "{:?}, floor {floor}", data.summary);

    let mut job = TrainingJob::new("overfit", config, JobData::Shards(shards), folder.path().join("out"));
    job.net = NetSize { value_channels: 32, value_hidden: 96, ..NetSize::new(2, 32) };
    let epoch = data.summary.samples.div_ceil(u64::from(BATCH));
    (job.window_samples, job.batch, job.steps) = (SAMPLES, BATCH, EPOCHS * epoch);
    let settings = &mut job.settings;
    (settings.schedule.peak, settings.schedule.warm_up, settings.schedule.end) = (4e-3, 20, 0.02);
    (settings.validation, settings.symmetries, settings.weight_decay) = (0.0, false, 0.0);
    (settings.clip, settings.report_every, settings.checkpoint_every) = (10.0, epoch, job.steps);
    // What is learned by heart is policy and value; the other heads would only compete for the few weights.
    (settings.losses.owner, settings.losses.margins, settings.losses.next_policy) = (0.0, 0.0, 0.0);
    // On one thread the result depends on the job alone.
    (settings.threads, settings.spike_factor) = (1, 100.0);
    let losses = losses(&job);
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!(first > 2.0 && last < floor + 0.15, "policy and value loss by epoch {losses:?}, floor {floor}");
}
