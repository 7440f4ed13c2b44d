//! The binary form of a move.

use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::board::Cell;
use crate::rules::{Move, MoveKind};

/// Writes a move as its kind in the low five bits and one bit for each cell that is there, then `n`, then those cells.
pub(super) struct WireMove(pub(super) Move);

/// Bit of the first cell.
const CELL: u8 = 32;

impl Serialize for WireMove {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mv = self.0;
        let cells = [mv.from, mv.to, mv.via];
        let kind = MoveKind::ALL.iter().position(|&k| k == mv.kind).unwrap_or(0) as u8;
        let present = (0..3).filter(|&i| cells[i].is_some()).map(|i| CELL << i).sum::<u8>();
        let mut tuple = serializer.serialize_tuple(5)?;
        tuple.serialize_element(&(kind | present))?;
        tuple.serialize_element(&mv.n)?;
        for cell in cells.into_iter().filter(|c| c.is_some()) {
            tuple.serialize_element(&cell.0)?;
        }
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for WireMove {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple(5, MoveVisitor)
    }
}

struct MoveVisitor;

impl<'de> Visitor<'de> for MoveVisitor {
    type Value = WireMove;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a move")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<WireMove, A::Error> {
        let missing = || A::Error::custom("move cut short");
        let head: u8 = seq.next_element()?.ok_or_else(missing)?;
        let n: u8 = seq.next_element()?.ok_or_else(missing)?;
        let kind = MoveKind::ALL.get(usize::from(head & (CELL - 1)));
        let kind =
            *kind.ok_or_else(|| A::Error::custom(format!("unknown kind of move {}", head & (CELL - 1))))?;
        let mut cells = [Cell::NONE; 3];
        for (i, cell) in cells.iter_mut().enumerate() {
            if head & (CELL << i) != 0 {
                *cell = Cell(seq.next_element()?.ok_or_else(missing)?);
            }
        }
        Ok(WireMove(Move { kind, n, from: cells[0], to: cells[1], via: cells[2] }))
    }
}
