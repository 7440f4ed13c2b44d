use super::*;
use crate::with_board_width;

#[test]
fn cell_counts_and_order() {
    for (kind, n) in BoardKind::ALL.into_iter().zip([64, 361, 61, 469]) {
        let g = kind.geometry();
        assert_eq!(g.cells(), n);
        let coords: Vec<_> = g.cell_iter().map(|c| g.coords(c)).collect();
        assert!(coords.is_sorted());
        assert!(g.cell_iter().all(|c| g.cell_at(g.coords(c).0, g.coords(c).1) == Some(c)));
        assert_eq!(g.cell_at(19, 0), None);
        assert_eq!(g.cell_at(-13, 0), None);
        assert_eq!(g.cell_at(100, -100), None);
    }
}

#[test]
fn rays_neighbours_and_opposites_agree() {
    for kind in BoardKind::ALL {
        let g = kind.geometry();
        for cell in g.cell_iter() {
            for d in 0..g.directions() {
                assert_eq!(g.neighbor(cell, d), g.ray(cell, d).first().copied());
                if let Some(n) = g.neighbor(cell, d) {
                    assert_eq!(g.neighbor(n, g.opposite(d)), Some(cell));
                }
                for (i, &to) in g.ray(cell, d).iter().enumerate() {
                    assert_eq!(g.direction_to(cell, to), Some((d, i + 1)));
                }
                with_board_width!(kind, W => {
                    let mask: CellSet<W> = g.ray(cell, d).iter().copied().collect();
                    assert_eq!(mask, g.ray_mask::<W>(cell, d));
                });
            }
        }
    }
}

#[test]
fn symmetries_are_distinct_bijections_that_keep_rays() {
    for kind in BoardKind::ALL {
        let g = kind.geometry();
        assert_eq!(g.symmetries().len(), if g.directions() == 8 { 8 } else { 12 });
        assert!(g.cell_iter().all(|c| g.symmetries()[0].cell(c) == c));
        for (i, s) in g.symmetries().iter().enumerate() {
            assert!(g.symmetries()[..i].iter().all(|t| t != s));
            let mut images: Vec<_> = s.cells().to_vec();
            images.sort();
            assert!(images.into_iter().eq(g.cell_iter()));
            for cell in g.cell_iter() {
                for d in 0..g.directions() {
                    let image: Vec<_> = g.ray(cell, d).iter().map(|&c| s.cell(c)).collect();
                    assert_eq!(image, g.ray(s.cell(cell), s.direction(d)));
                }
            }
        }
    }
}

#[test]
fn territory_neighbours_are_orthogonal_on_squares() {
    let g = BoardKind::Square8.geometry();
    let corner: CellSet<1> = g.territory_mask(g.cell_at(0, 0).unwrap());
    assert_eq!(corner.iter().map(|c| g.coords(c)).collect::<Vec<_>>(), [(0, 1), (1, 0)]);
    let g = BoardKind::Hex8.geometry();
    let centre = g.cell_at(0, 0).unwrap();
    assert_eq!(g.territory_mask::<1>(centre), g.neighbor_mask::<1>(centre));
}

#[test]
fn taps_start_with_the_cell_and_mark_the_edge() {
    let g = BoardKind::Hex8.geometry();
    assert_eq!(g.taps().len(), 61 * 7);
    for cell in g.cell_iter() {
        let row = &g.taps()[cell.index() * 7..][..7];
        assert_eq!(row[0], cell.0);
        for d in 0..6 {
            assert_eq!(row[1 + d], g.neighbor(cell, d).map_or(61, |c| c.0));
        }
    }
}

#[test]
fn sets_behave_like_sets() {
    let mut set = CellSet::<6>::EMPTY;
    for i in [0u16, 63, 64, 200, 360] {
        set.insert(Cell(i));
    }
    assert_eq!(set.len(), 5);
    assert_eq!(set.iter().map(|c| c.0).collect::<Vec<_>>(), [0, 63, 64, 200, 360]);
    assert_eq!((set.first(), set.last()), (Some(Cell(0)), Some(Cell(360))));
    let mut copy = set;
    copy.remove(Cell(64));
    assert!(copy.is_subset(&set) && !set.is_subset(&copy) && copy.intersects(&set));
    assert_eq!(set.without(&copy), CellSet::single(Cell(64)));
    assert_eq!(copy.pop_first(), Some(Cell(0)));
    assert!((set & !set).is_empty());
}

#[test]
fn names_and_keys_round_trip() {
    for config in GameConfig::ALL {
        assert_eq!(config.key().parse::<GameConfig>().unwrap(), config);
    }
    assert_eq!("hex8_2p".parse::<GameConfig>().unwrap().board, BoardKind::Hex8);
    for bad in ["hex8_5p", "hex8", "hex9_2p", "hex8_p", "hex8_2", "_2p", ""] {
        assert!(bad.parse::<GameConfig>().is_err(), "{bad}");
    }
}
