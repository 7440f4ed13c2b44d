//! Made-up boards, nets and batches for tests.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::autodiff::NeighborTable;
use crate::net::{FeatureCounts, NetSize, NetSpec, PolicySource, PolicyTable, SLOTS};
use crate::session::{Runtime, StepBatch};

/// Loads the runtime that `make runtime` installed.
pub(crate) fn runtime() -> Runtime {
    Runtime::load().expect("run `make runtime` before the tests of rr-onnx")
}

pub(crate) fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// A square board: own cell first, then the eight neighbours in some order.
pub(crate) fn square(side: i32) -> Board {
    let steps = [(0, 0), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];
    let cells: Vec<(i32, i32)> = (0..side).flat_map(|x| (0..side).map(move |y| (x, y))).collect();
    table(&cells, &steps)
}

/// A hexagonal board of the given radius: own cell first, then the six neighbours.
pub(crate) fn hexagon(radius: i32) -> Board {
    let steps = [(0, 0), (1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)];
    let range = -radius..=radius;
    let cells: Vec<(i32, i32)> = range.clone().flat_map(|q| range.clone().map(move |r| (q, r))).collect();
    let cells: Vec<_> = cells.into_iter().filter(|(q, r)| (q + r).abs() <= radius).collect();
    table(&cells, &steps)
}

/// A neighbour table with the coordinates of its cells.
pub(crate) type Board = (NeighborTable, Vec<(i8, i8)>);

fn table(cells: &[(i32, i32)], steps: &[(i32, i32)]) -> Board {
    let find = |x, y| cells.iter().position(|&c| c == (x, y)).unwrap_or(cells.len()) as u16;
    let reads: Vec<u16> =
        cells.iter().flat_map(|&(x, y)| steps.iter().map(move |&(dx, dy)| find(x + dx, y + dy))).collect();
    let table = NeighborTable::new(cells.len(), steps.len(), &reads).expect("a well-formed table");
    (table, cells.iter().map(|&(x, y)| (x as i8, y as i8)).collect())
}

/// A policy of two planes per cell (the first one territory), two globals, and some pairs where asked for.
pub(crate) fn policy(cells: usize, pairs: bool) -> PolicyTable {
    let mut sources: Vec<PolicySource> =
        (0..cells as u16).map(|cell| PolicySource::Plane { cell, plane: 0 }).collect();
    // The second plane leaves cells out and runs backwards, as ray planes do at the rim.
    sources.extend((0..cells as u16).rev().step_by(2).map(|cell| PolicySource::Plane { cell, plane: 1 }));
    if pairs {
        let pair = |i: u16| PolicySource::Pair { from: i * 3 % cells as u16, to: i };
        sources.extend((0..cells as u16).map(pair));
    }
    sources.extend([PolicySource::Global(0), PolicySource::Global(1)]);
    let territory: Vec<u32> = (0..cells as u32).collect();
    PolicyTable::new(cells, &sources, &territory).expect("a well-formed policy table")
}

/// A net with 5 features per cell and 6 per position, of which the first four say who is present.
pub(crate) fn spec((table, coords): Board, pairs: bool, size: NetSize) -> NetSpec {
    let policy = policy(table.cells(), pairs);
    let features = FeatureCounts { cell: 5, global: 6, present: [1, 2, 3, 4], version: 1 };
    NetSpec::new("test", (table, &coords), features, policy, size).expect("a well-formed net")
}

/// A batch of random samples whose targets are distributions over legal actions.
pub(crate) fn batch(spec: &NetSpec, rows: usize, regions: usize, seed: u64) -> StepBatch {
    let mut rng = rng(seed);
    let mut batch = StepBatch::zeros(spec, rows, regions);
    let mut fill = |values: &mut [f32]| values.iter_mut().for_each(|v| *v = rng.random::<f32>());
    fill(&mut batch.cells);
    fill(&mut batch.globals);
    fill(&mut batch.margins_target);
    fill(&mut batch.policy_target);
    fill(&mut batch.next_target);
    fill(&mut batch.value_target);
    fill(&mut batch.owner_target);
    let (features, cells, entries) = (spec.features(), spec.cells(), spec.entries());
    for (row, globals) in batch.globals.chunks_mut(features.global).enumerate() {
        let players = 2 + row % 3;
        for slot in 0..SLOTS {
            globals[features.present[slot]] = f32::from(u8::from(slot < players));
            if slot >= players {
                batch.value_target[row * SLOTS + slot] = 0.0;
            }
        }
        batch.policy_weight[row] = if row % 4 == 3 { 0.0 } else { 1.0 };
        batch.next_weight[row] = if row % 3 == 2 { 0.0 } else { 1.0 };
    }
    for (region, map) in batch.region_map.chunks_mut(cells).enumerate() {
        map.iter_mut()
            .enumerate()
            .for_each(|(i, v)| *v = f32::from(u8::from(i % regions == region % regions)));
        normalize(map);
    }
    batch.value_target.chunks_mut(SLOTS).for_each(normalize);
    batch.owner_target.chunks_mut(SLOTS + 1).for_each(normalize);
    legal(&mut batch.policy_target, &mut batch.policy_mask, entries + regions);
    legal(&mut batch.next_target, &mut batch.next_mask, entries);
    batch
}

/// Keeps a third of the entries of each row and makes them sum to one.
fn legal(target: &mut [f32], mask: &mut [bool], width: usize) {
    for (row, (targets, mask)) in target.chunks_mut(width).zip(mask.chunks_mut(width)).enumerate() {
        for (i, (t, m)) in targets.iter_mut().zip(mask.iter_mut()).enumerate() {
            *m = (i + row) % 3 == 0;
            // Sharp targets, so that a net that learns them gets near zero.
            *t = if *m { t.powi(4) } else { 0.0 };
        }
        normalize(targets);
    }
}

fn normalize(values: &mut [f32]) {
    let total: f32 = values.iter().sum();
    values.iter_mut().for_each(|v| *v /= total);
}
