use proptest::prelude::*;
use rr_engine::record::{Expander, TrainingSample};
use rr_engine::rules::Rules;
use rr_onnx::NetSize;

use super::*;
use crate::testing::game;

struct Fixture {
    arena: SampleArena,
    layout: BatchLayout,
    expander: Expander,
    record: rr_engine::record::GameRecord,
}

fn fixture(key: &str, seed: u64, regions: usize) -> Fixture {
    let record = game(key, seed);
    let line = Rules::for_config(record.config).line_effective;
    let mut expander = Expander::new(record.config.board, line);
    let mut arena = SampleArena::default();
    expander.expand(&record, |_| Some(0), |sample| arena.push(sample, !arena.is_empty())).unwrap();
    let spec = NetSpec::for_board(record.config.board, NetSize::new(1, 4)).unwrap();
    let table = SymmetryTable::new(record.config.board, usize::from(line));
    Fixture { arena, layout: BatchLayout::new(spec, table, regions, 0.0), expander, record }
}

/// Expands one search of the game under a symmetry, without the arena.
fn expanded(fixture: &mut Fixture, index: usize, g: usize) -> TrainingSample {
    let (mut at, mut found) = (0, None);
    let choose = |_: &_| {
        at += 1;
        (at - 1 == index).then_some(g)
    };
    fixture.expander.expand(&fixture.record, choose, |sample| found = Some(sample.clone())).unwrap();
    found.unwrap()
}

/// Checks one row against the sample that the engine expands under the same symmetry.
fn check_row(fixture: &mut Fixture, index: usize, g: usize) {
    let batch = fixture.layout.write(&fixture.arena, &[Draw { sample: index as u32, symmetry: g as u8 }]);
    let sample = expanded(fixture, index, g);
    assert_eq!(batch.cells, sample.cells);
    assert_eq!(batch.globals, sample.globals);
    assert_eq!(batch.value_target, sample.value);
    assert_eq!(batch.margins_target, sample.margins);
    for (cell, owner) in sample.owner.iter().enumerate() {
        let row = &batch.owner_target[cell * 5..cell * 5 + 5];
        assert!(row.iter().enumerate().all(|(slot, v)| *v == f32::from(slot == usize::from(*owner))));
    }
    let entries = fixture.layout.spec.entries();
    let legal = batch.policy_mask.iter().filter(|m| **m).count();
    assert_eq!(legal, sample.policy.len(), "actions at {index}");
    for (action, probability) in sample.policy.actions() {
        if let [entry] = action {
            assert!(batch.policy_mask[*entry as usize]);
            let target = batch.policy_target[*entry as usize];
            assert!((target - if sample.has_policy { probability } else { 0.0 }).abs() < 1e-5);
        }
    }
    let total: f32 = batch.policy_target.iter().sum();
    assert_eq!(batch.policy_weight[0], f32::from(sample.has_policy));
    assert!((total - batch.policy_weight[0]).abs() < 1e-4, "{total}");
    let width = fixture.layout.groups.width;
    for (region, row) in batch.region_map.chunks(width).enumerate() {
        let sum: f32 = row.iter().sum();
        let used = batch.policy_mask[entries + region];
        assert!((sum - f32::from(used)).abs() < 1e-5, "region {region} of {index}: {sum}");
    }
}

#[test]
fn batches_equal_the_engine_s_samples_under_every_symmetry() {
    for key in ["square8_2p", "hex8_3p"] {
        let mut fixture = fixture(key, 5, 40);
        let (samples, symmetries) = (fixture.arena.len(), fixture.layout.symmetries());
        for index in 0..samples {
            check_row(&mut fixture, index, index % symmetries);
        }
    }
}

#[test]
fn large_boards_too() {
    for key in ["square19_2p", "hexagonal_2p"] {
        let mut fixture = fixture(key, 1, 64);
        let last = fixture.arena.len() - 1;
        for index in [0, last / 3, last / 2, last] {
            check_row(&mut fixture, index, 3);
        }
    }
}

#[test]
fn the_next_decision_s_policy_is_the_next_sample_s() {
    let fixture = fixture("square8_2p", 9, 16);
    let mut taught = 0;
    for index in 0..fixture.arena.len() {
        let draw = |sample| [Draw { sample: sample as u32, symmetry: 2 }];
        let batch = fixture.layout.write(&fixture.arena, &draw(index));
        let total: f32 = batch.next_target.iter().sum();
        assert!((total - batch.next_weight[0]).abs() < 1e-4);
        if batch.next_weight[0] == 1.0 {
            taught += 1;
            let next = fixture.layout.write(&fixture.arena, &draw(index + 1));
            assert_eq!(next.policy_weight[0], 1.0);
            let entries = fixture.layout.spec.entries();
            assert!(batch.next_mask.iter().zip(&next.policy_mask[..entries]).all(|(a, b)| a == b));
        }
    }
    assert!(taught > 0);
    let last = fixture.arena.len() - 1;
    assert!(fixture.arena.next(last).is_none());
}

#[test]
fn regions_without_room_are_left_out_and_the_rest_still_sums_to_one() {
    for seed in 0..6 {
        let fixture = fixture("square8_2p", seed, 1);
        for index in 0..fixture.arena.len() {
            let batch = fixture.layout.write(&fixture.arena, &[Draw { sample: index as u32, symmetry: 0 }]);
            let total: f32 = batch.policy_target.iter().sum();
            assert!((total - batch.policy_weight[0]).abs() < 1e-4);
            let masked = batch.policy_target.iter().zip(&batch.policy_mask).all(|(t, m)| *m || *t == 0.0);
            assert!(masked);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn rows_do_not_depend_on_their_neighbours(seed in 0u64..100, rows in 2usize..9) {
        let fixture = fixture("hex8_2p", seed, 8);
        let count = fixture.arena.len();
        let draws: Vec<Draw> =
            (0..rows).map(|r| Draw { sample: (r * 7 % count) as u32, symmetry: (r % 12) as u8 }).collect();
        let together = fixture.layout.write(&fixture.arena, &draws);
        for (row, draw) in draws.iter().enumerate() {
            let alone = fixture.layout.write(&fixture.arena, &[*draw]);
            let part = |all: &[f32], one: &[f32]| all[row * one.len()..(row + 1) * one.len()] == *one;
            prop_assert!(part(&together.cells, &alone.cells));
            prop_assert!(part(&together.policy_target, &alone.policy_target));
            prop_assert!(part(&together.region_map, &alone.region_map));
        }
    }
}

/// Prints how fast batches are written; run with `--ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a check"]
fn measure_writing() {
    for key in ["hex8_2p", "square8_2p", "hexagonal_2p"] {
        let fixture = fixture(key, 1, 8);
        let count = fixture.arena.len();
        let draws: Vec<Draw> =
            (0..256).map(|r| Draw { sample: (r * 7 % count) as u32, symmetry: (r % 8) as u8 }).collect();
        let start = std::time::Instant::now();
        let rounds = 20;
        for _ in 0..rounds {
            std::hint::black_box(fixture.layout.write(&fixture.arena, &draws));
        }
        let rate = f64::from(rounds) * 256.0 / start.elapsed().as_secs_f64();
        println!("{key}: {rate:.0} samples/s, {} bytes a sample in memory", fixture.arena.bytes() / count);
    }
}
