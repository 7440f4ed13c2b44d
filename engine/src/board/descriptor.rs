//! What distinguishes one board from another.

use super::BoardKind;

/// Gives the shape of a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoardShape {
    /// `size` x `size` squares, coordinates from 0.
    Square {
        /// Squares along an edge.
        size: i8,
    },
    /// All axial coordinates (q, r) with |q|, |r|, |q + r| at most `radius`.
    Hex {
        /// Steps from the centre to a corner.
        radius: i8,
    },
}

/// Describes a board: its shape and the rule parameters that go with it.
///
/// # Source
/// RR-CANON-R001, R020, R120; recorded values in the golden games' headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardDescriptor {
    /// Name as written in keys and files.
    pub name: &'static str,
    /// Shape and size.
    pub shape: BoardShape,
    /// Words of 64 bits in this board's [`CellSet`](super::CellSet).
    pub words: usize,
    /// Rings each player starts with.
    pub rings_per_player: u16,
    /// Shortest run of markers that detection reports (S2).
    pub line_base: u8,
    /// Length that earns the reward, with 2, 3 and 4 players.
    pub line_effective: [u8; 3],
    /// Whether border markers of a region spread over all eight neighbours (S7).
    pub border_spreads: bool,
}

const SQUARE8: BoardDescriptor = BoardDescriptor {
    name: "square8",
    shape: BoardShape::Square { size: 8 },
    words: 1,
    rings_per_player: 18,
    line_base: 3,
    line_effective: [4, 3, 3],
    border_spreads: true,
};

const SQUARE19: BoardDescriptor = BoardDescriptor {
    name: "square19",
    shape: BoardShape::Square { size: 19 },
    words: 6,
    rings_per_player: 72,
    line_base: 4,
    line_effective: [4, 4, 4],
    border_spreads: true,
};

const HEX8: BoardDescriptor = BoardDescriptor {
    name: "hex8",
    shape: BoardShape::Hex { radius: 4 },
    words: 1,
    rings_per_player: 18,
    line_base: 4,
    line_effective: [4, 3, 3],
    border_spreads: false,
};

const HEXAGONAL: BoardDescriptor = BoardDescriptor {
    name: "hexagonal",
    shape: BoardShape::Hex { radius: 12 },
    words: 8,
    rings_per_player: 96,
    line_base: 4,
    line_effective: [4, 4, 4],
    border_spreads: false,
};

impl BoardDescriptor {
    /// Returns the descriptor of a board.
    pub fn of(kind: BoardKind) -> &'static BoardDescriptor {
        match kind {
            BoardKind::Square8 => &SQUARE8,
            BoardKind::Square19 => &SQUARE19,
            BoardKind::Hex8 => &HEX8,
            BoardKind::Hexagonal => &HEXAGONAL,
        }
    }
}

impl BoardKind {
    /// Returns what distinguishes this board from the others.
    pub fn descriptor(self) -> &'static BoardDescriptor {
        BoardDescriptor::of(self)
    }
}

impl BoardShape {
    /// Returns the unit steps in the order of direction numbers; direction `d + n/2` is opposite to `d`.
    pub(super) fn steps(self) -> &'static [(i8, i8)] {
        match self {
            BoardShape::Square { .. } => {
                &[(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]
            }
            BoardShape::Hex { .. } => &[(1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)],
        }
    }

    /// Returns the directions that bound territory: orthogonal on squares, all on hexes.
    pub(super) fn territory_directions(self) -> &'static [usize] {
        match self {
            BoardShape::Square { .. } => &[0, 2, 4, 6],
            BoardShape::Hex { .. } => &[0, 1, 2, 3, 4, 5],
        }
    }

    /// Returns one direction per line axis in the order in which the reference scans them (S10).
    pub(super) fn line_scan_directions(self) -> &'static [usize] {
        match self {
            BoardShape::Square { .. } => &[0, 2, 1, 7],
            BoardShape::Hex { .. } => &[0, 5, 4],
        }
    }

    /// Returns the range of either coordinate.
    pub(super) fn range(self) -> std::ops::RangeInclusive<i8> {
        match self {
            BoardShape::Square { size } => 0..=size - 1,
            BoardShape::Hex { radius } => -radius..=radius,
        }
    }

    /// Returns whether a point inside the coordinate range is a cell.
    pub(super) fn holds(self, x: i8, y: i8) -> bool {
        let range = self.range();
        range.contains(&x)
            && range.contains(&y)
            && match self {
                BoardShape::Square { .. } => true,
                BoardShape::Hex { .. } => range.contains(&(x + y)),
            }
    }

    /// Returns the images of a point under every symmetry, the identity first.
    pub(super) fn images(self, x: i8, y: i8) -> Vec<(i8, i8)> {
        match self {
            BoardShape::Square { size } => {
                let m = size - 1;
                let turn = |(a, b): (i8, i8)| (m - b, a);
                orbit((x, y), 4, turn, |(a, b)| (b, a))
            }
            BoardShape::Hex { .. } => orbit((x, y), 6, |(q, r)| (-r, q + r), |(q, r)| (r, q)),
        }
    }
}

/// Lists `n` rotations of a point, then `n` rotations of its mirror image.
fn orbit(
    point: (i8, i8),
    n: usize,
    turn: impl Fn((i8, i8)) -> (i8, i8),
    mirror: impl Fn((i8, i8)) -> (i8, i8),
) -> Vec<(i8, i8)> {
    let mut images = Vec::with_capacity(2 * n);
    for start in [point, mirror(point)] {
        let mut p = start;
        for _ in 0..n {
            images.push(p);
            p = turn(p);
        }
    }
    images
}
