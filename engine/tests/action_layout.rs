//! The policy vector of every board: totals, sources, symmetries.
#![allow(clippy::unwrap_used)]

use rr_engine::action::{ActionLayout, ActionRef, SymmetryTable};
use rr_engine::board::{BoardKind, Cell, CellSet};

#[test]
fn totals_are_exact() {
    let want = [
        (BoardKind::Square8, 2_290),
        (BoardKind::Hex8, 1_777),
        (BoardKind::Square19, 26_127),
        (BoardKind::Hexagonal, 31_129),
    ];
    for (kind, total) in want {
        let layout = ActionLayout::of(kind);
        assert_eq!(layout.len(), total, "{kind}");
        assert_eq!(layout.sources().len(), total - 2);
        assert_eq!(layout.ray_pairs().len(), layout.ray_block().len());
    }
}

#[test]
fn blocks_follow_one_another_and_every_entry_has_its_own_name() {
    for kind in BoardKind::ALL {
        let layout = ActionLayout::of(kind);
        let g = layout.geometry();
        let mut entries = Vec::new();
        for c in g.cell_iter() {
            entries.extend((1..=3).map(|n| layout.place(c, n)));
        }
        for c in g.cell_iter() {
            entries.extend((0..g.axes()).map(|a| layout.line_all(c, a)));
        }
        for c in g.cell_iter() {
            entries.extend((0..g.axes()).map(|a| layout.line_min(c, a)));
        }
        entries.extend(g.cell_iter().map(|c| layout.territory(c)));
        entries.extend(g.cell_iter().map(|c| layout.eliminate(c)));
        for c in g.cell_iter() {
            for d in 0..g.directions() {
                entries.extend(g.ray(c, d).iter().map(|&to| layout.ray(c, to).unwrap()));
            }
        }
        entries.extend([layout.decline(), layout.swap()]);
        assert!(entries.into_iter().eq(0..layout.len()), "{kind}");
        assert_eq!(layout.ray_block().end, layout.decline());
    }
}

#[test]
fn cells_off_every_common_ray_have_no_entry() {
    for kind in BoardKind::ALL {
        let layout = ActionLayout::of(kind);
        let g = layout.geometry();
        for from in g.cell_iter().step_by(7) {
            for to in g.cell_iter() {
                assert_eq!(layout.ray(from, to).is_some(), g.direction_to(from, to).is_some(), "{kind}");
            }
        }
    }
}

#[test]
fn sources_are_distinct_and_in_range() {
    for kind in BoardKind::ALL {
        let layout = ActionLayout::of(kind);
        let planes = layout.planes();
        let mut flat: Vec<usize> =
            layout.sources().iter().map(|&(c, p)| c.index() * planes + usize::from(p)).collect();
        assert!(layout.sources().iter().all(|&(_, p)| usize::from(p) < planes));
        flat.sort_unstable();
        flat.dedup();
        assert_eq!(flat.len(), layout.len() - 2, "{kind}");
        for (i, &(from, _)) in layout.ray_pairs().iter().enumerate() {
            assert_eq!(layout.sources()[layout.ray_block().start + i].0, from);
        }
    }
}

#[test]
fn symmetries_permute_all_entries() {
    for kind in BoardKind::ALL {
        for length in [1, 3, 4, 9, 30] {
            let table = SymmetryTable::new(kind, length);
            assert_eq!(table.len(), kind.geometry().symmetries().len());
            for g in 0..table.len() {
                let mut images = table.entries(g).to_vec();
                images.sort_unstable();
                assert!(images.into_iter().eq(0..table.layout().len() as u32), "{kind} {length} {g}");
            }
            assert!(table.entries(0).iter().copied().eq(0..table.layout().len() as u32));
        }
    }
}

#[test]
fn symmetries_compose_like_their_cells() {
    for kind in [BoardKind::Square8, BoardKind::Hex8] {
        let table = SymmetryTable::new(kind, 3);
        for a in 0..table.len() {
            for b in 0..table.len() {
                let cells: Vec<Cell> =
                    table.symmetry(b).cells().iter().map(|&c| table.symmetry(a).cell(c)).collect();
                let both = (0..table.len()).find(|&g| table.symmetry(g).cells() == cells).unwrap();
                let entries = table.entries(b).iter().map(|&e| table.entries(a)[e as usize]);
                assert!(entries.eq(table.entries(both).iter().copied()), "{kind} {a} {b}");
            }
        }
    }
}

#[test]
fn a_line_window_maps_to_the_window_of_its_cells() {
    for kind in BoardKind::ALL {
        let layout = ActionLayout::of(kind);
        let geometry = layout.geometry();
        for length in [3, 4] {
            let table = SymmetryTable::new(kind, length);
            let window = |start: Cell, axis: usize| -> Option<Vec<Cell>> {
                let ray = geometry.ray(start, axis).get(..length - 1)?;
                let mut cells: Vec<Cell> = ray.iter().copied().chain([start]).collect();
                cells.sort();
                Some(cells)
            };
            for g in 0..table.len() {
                for start in geometry.cell_iter() {
                    for axis in 0..geometry.axes() {
                        let Some(cells) = window(start, axis) else { continue };
                        let mut want: Vec<Cell> = cells.iter().map(|&c| table.symmetry(g).cell(c)).collect();
                        want.sort();
                        let image = table.entries(g)[layout.line_min(start, axis)] as usize
                            - layout.line_min_block().start;
                        let (cell, axis) = (image / geometry.axes(), image % geometry.axes());
                        assert_eq!(window(Cell(cell as u16), axis), Some(want), "{kind} {g}");
                    }
                }
            }
        }
    }
}

#[test]
fn sets_take_the_mean_and_keep_it_under_symmetry() {
    let table = SymmetryTable::new(BoardKind::Hex8, 4);
    let layout = table.layout();
    let policy: Vec<f32> = (0..layout.len()).map(|i| (i as f32 * 0.37).sin()).collect();
    let cells: CellSet<1> = [Cell(3), Cell(17), Cell(44)].into_iter().collect();
    for action in [ActionRef::Entry(99), ActionRef::Region(cells), ActionRef::Line { axis: 1, cells }] {
        let mut entries = Vec::new();
        action.push_entries(layout, &mut entries);
        let mean = entries.iter().map(|&e| policy[e as usize]).sum::<f32>() / entries.len() as f32;
        assert!((action.logit(layout, &policy) - mean).abs() < 1e-6);
        for g in 0..table.len() {
            let mut turned = vec![0.0; layout.len()];
            table.permute_policy(g, &policy, &mut turned);
            let image = action.image(&table, g).logit(layout, &turned);
            assert!((image - action.logit(layout, &policy)).abs() < 1e-6, "{g}");
        }
    }
}
