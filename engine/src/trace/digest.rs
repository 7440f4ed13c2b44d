//! Digests that traces carry instead of the text itself.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::{
    board::BoardShape,
    rules::{Phase, Player, Position},
};

/// Returns the first 16 hex digits of a text's SHA-256.
fn short_sha256(text: &[u8]) -> String {
    let mut hex = String::with_capacity(16);
    for byte in &Sha256::digest(text)[..8] {
        // Writing to a `String` cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Returns the digest of a canonical position text.
pub fn state_digest(text: &str) -> String {
    short_sha256(text.as_bytes())
}

/// Returns the digest of a list of move strings; sorts it.
pub fn moves_digest(moves: &mut [String]) -> String {
    moves.sort_unstable();
    short_sha256(moves.join("\n").as_bytes())
}

/// Returns the reference engine's own digest of a position.
///
/// # Source
/// Golden games' format page, section 2: two multiplicative 32-bit lanes over a text without ring order.
pub fn upstream_digest<const W: usize>(position: &Position<W>) -> String {
    let text = upstream_text(position);
    let (mut a, mut b) = (0xDEAD_BEEFu32, 0x41C6_CE57u32);
    for byte in text.bytes() {
        a = (a ^ u32::from(byte)).wrapping_mul(2_654_435_761);
        b = (b ^ u32::from(byte)).wrapping_mul(1_597_334_677);
    }
    let fold = |x: u32, y: u32| {
        (x ^ (x >> 16)).wrapping_mul(2_246_822_507) ^ (y ^ (y >> 13)).wrapping_mul(3_266_489_909)
    };
    let a = fold(a, b);
    let b = fold(b, a);
    format!("{b:08x}{a:08x}")
}

fn upstream_text<const W: usize>(position: &Position<W>) -> String {
    let (g, board) = (position.geometry(), position.board());
    let has_third = matches!(g.descriptor().shape, BoardShape::Hex { .. });
    let key = |cell| {
        let (x, y) = g.coords(cell);
        if has_third { format!("{x},{y},{}", -x - y) } else { format!("{x},{y}") }
    };
    let pending = u8::from(position.pending_line_elimination());
    let meta = if position.is_over() {
        format!("0:{}:completed:0", Phase::GameOver)
    } else {
        format!("{}:{}:active:{pending}", position.mover(), position.phase())
    };
    let players = Player::all(position.players()).map(|p| {
        format!("{p}:{}:{}:{}", position.rings_in_hand(p), position.eliminated(p), position.territory(p))
    });
    let stacks = board
        .stacks()
        .iter()
        .filter_map(|c| board.stack(c).map(|s| format!("{}:{}:{}:{}", key(c), s.owner(), s.height, s.cap())));
    let markers = board.all_markers().iter().filter_map(|c| Some(format!("{}:{}", key(c), board.marker(c)?)));
    let collapsed =
        board.all_collapsed().iter().filter_map(|c| Some(format!("{}:{}", key(c), board.territory(c)?)));
    let join = |items: &mut dyn Iterator<Item = String>| {
        let mut items: Vec<String> = items.collect();
        items.sort_unstable();
        items.join("|")
    };
    let (players, mut stacks, mut markers, mut collapsed) = (players, stacks, markers, collapsed);
    [meta, join(&mut { players }), join(&mut stacks), join(&mut markers), join(&mut collapsed)].join("#")
}
