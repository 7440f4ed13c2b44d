use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use proptest::prelude::*;

use super::*;
use crate::error::TraceError;

const HEADER: &str = r#"{"h":1,"v":1,"board":"square8","players":2,"seed":1,"policy":"T","swap":false,"ringsPerPlayer":18,"lineBase":3,"lineEff":4,"victoryThreshold":18,"territoryMin":33,"lpsRounds":3,"sh":"56d3ebcd0e89a704","uh":"64d970e91e560723"}"#;
const PLY: &str = r#"{"i":0,"m":{"t":"place_ring","p":1,"to":"1,4","n":1},"n":192,"lh":"a5a2566c7de35723","st":"active","ph":"movement","pl":1,"sh":"0000000000000000"}"#;

fn read(text: &str) -> Result<Vec<TraceGame>, TraceError> {
    TraceReader::new(text.as_bytes()).collect()
}

#[test]
fn broken_files_say_why() {
    let whole = format!("{HEADER}\n{PLY}\n{{\"end\":\"capped\",\"plies\":1}}\n");
    assert_eq!(read(&whole).unwrap().len(), 1);
    assert!(matches!(read(&format!("{HEADER}\n{PLY}\n")), Err(TraceError::Truncated { .. })));
    assert!(matches!(read(&whole[..HEADER.len() + 60]), Err(TraceError::Truncated { line: 2 })));
    assert!(matches!(read(&whole.replace("\"lh\"", "\"xx\"")), Err(TraceError::Corrupt { line: 2, .. })));
    assert!(matches!(
        read(&whole.replace("plies\":1", "plies\":2")),
        Err(TraceError::Corrupt { line: 3, .. })
    ));
    assert!(matches!(
        read(&whole.replace("\"v\":1", "\"v\":2")),
        Err(TraceError::Version { version: 2, .. })
    ));
    assert!(matches!(read("PK\x03\x04"), Err(TraceError::Foreign { line: 1, .. })));
    assert!(matches!(read("{\"a\":1}\n"), Err(TraceError::Foreign { line: 1, .. })));
    assert!(matches!(read(&whole.replace("square8", "square9")), Err(TraceError::Foreign { line: 1, .. })));
}

/// Compresses, spoils the bytes, and reads what is left.
fn read_spoiled(text: &str, spoil: impl FnOnce(&mut Vec<u8>)) -> Result<Vec<TraceGame>, TraceError> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    let mut bytes = packed.finish().unwrap();
    spoil(&mut bytes);
    TraceReader::new(BufReader::new(MultiGzDecoder::new(bytes.as_slice()))).collect()
}

#[test]
fn spoiled_archives_say_why() {
    let whole = format!("{HEADER}\n{PLY}\n{{\"end\":\"capped\",\"plies\":1}}\n");
    assert_eq!(read_spoiled(&whole, |_| {}).unwrap().len(), 1);
    let cut = read_spoiled(&whole, |bytes| bytes.truncate(bytes.len() - 12)).unwrap_err();
    assert!(matches!(cut, TraceError::Truncated { .. }), "{cut}");
    let flipped = read_spoiled(&whole, |bytes| {
        let crc = bytes.len() - 8;
        bytes[crc] ^= 1;
    });
    assert!(matches!(flipped, Err(TraceError::Corrupt { .. })), "{flipped:?}");
    assert!(matches!(
        TraceReader::new(&[0xFFu8, 0xFE, 0x00][..]).next(),
        Some(Err(TraceError::Foreign { .. }))
    ));
    assert!(matches!(open_trace(Path::new("/no/such/trace")), Err(TraceError::Read { .. })));
}

#[test]
fn a_divergence_shows_both_sides() {
    let whole = format!("{HEADER}\n{PLY}\n{{\"end\":\"capped\",\"plies\":1}}\n");
    let report = verify_trace(TraceReader::new(whole.as_bytes())).unwrap();
    assert_eq!((report.games, report.plies, report.divergences), (1, 0, 1));
    let first = report.first.unwrap();
    assert_eq!((first.kind, first.game, first.ply), (DivergenceKind::State, 1, 0));
    assert_eq!(first.found_moves.len(), 192);
    assert!(first.found_state.starts_with("RR1 square8 2\nS active movement 1 0\n"));
    // Where the lists differ the move is played all the same, so that both states are those after it.
    let lists = whole.replace("\"n\":192", "\"n\":191");
    let first = verify_trace(TraceReader::new(lists.as_bytes())).unwrap().first.unwrap();
    assert_eq!((first.kind, first.found_moves.len()), (DivergenceKind::LegalMoves, 192));
    assert!(first.found_state.starts_with("RR1 square8 2\nS active movement 1 0\n"));
    // Where it cannot be played the state is the one before it.
    let illegal = whole.replace("\"to\":\"1,4\"", "\"to\":\"9,9\"");
    let first = verify_trace(TraceReader::new(illegal.as_bytes())).unwrap().first.unwrap();
    assert_eq!(first.kind, DivergenceKind::RecordedMove);
    assert!(first.found_state.starts_with("RR1 square8 2\nS active ring_placement 1 0\n"));
}

#[test]
fn five_players_are_refused_not_replayed() {
    let whole = format!("{HEADER}\n{PLY}\n{{\"end\":\"capped\",\"plies\":1}}\n");
    let five = whole.replace("\"players\":2", "\"players\":5");
    let report = verify_trace(TraceReader::new(five.as_bytes())).unwrap();
    assert!(report.first.unwrap().found.contains("2, 3 or 4"));
}

/// Returns the compact golden games of hex8 with three players, which hold recoveries, regions and lines.
fn golden_lines() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/hex8_3p.jsonl.gz");
    open_text(&path).unwrap().lines().map(Result::unwrap).collect()
}

/// Replays whatever can be read.
fn replay_all(text: &[u8]) {
    for game in TraceReader::new(text) {
        let Ok(game) = game else { return };
        verify_game(&game);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        replay_all(&bytes);
        replay_all(&[HEADER.as_bytes(), b"\n", &bytes].concat());
        let _ = verify_perft(bytes.as_slice(), 1_000);
    }

    #[test]
    fn damaged_games_are_read_or_refused(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u8..3), 1..4),
    ) {
        const ALPHABET: &[u8] = b"0123456789,;:-\"{}[]aelnoprst_";
        // The header and the first plies: what is damaged late is reached by few games.
        let mut lines = golden_lines();
        lines.truncate(80);
        lines.push("{\"end\":\"capped\",\"plies\":79}".to_owned());
        let mut bytes = lines.join("\n").into_bytes();
        for (at, with, how) in edits {
            let (at, with) = (at.index(bytes.len()), ALPHABET[with.index(ALPHABET.len())]);
            match how {
                0 => bytes[at] = with,
                1 => bytes.insert(at, with),
                _ => drop(bytes.remove(at)),
            }
        }
        replay_all(&bytes);
    }

    #[test]
    fn any_rules_and_moves_are_replayed_or_refused(
        (rings, lines, victory, territory) in (0u16..200, 0u8..40, 0u16..300, 0u16..500),
        fields in proptest::collection::vec("[0-9,;a-z_-]{0,12}", 10),
        kind in proptest::sample::select(crate::rules::MoveKind::ALL.to_vec()),
    ) {
        let mut game = read(&format!("{HEADER}\n{PLY}\n{{\"end\":\"capped\",\"plies\":1}}\n")).unwrap().remove(0);
        (game.header.rings_per_player, game.header.line_base) = (rings, lines);
        (game.header.victory_threshold, game.header.territory_min) = (victory, territory);
        verify_game(&game);
        // With the recorded rings the game begins as recorded, and the move is looked at.
        game.header.rings_per_player = 18;
        let some = |i: usize| Some(fields[i].clone());
        game.plies[0].m = TraceMove {
            t: kind.name().to_owned(),
            p: 1,
            f: some(0),
            to: some(1),
            c: some(2),
            n: Some(rings as u8),
            line: some(3),
            col: some(4),
            reg: some(5),
            ctx: some(6),
            mode: some(7),
            opt: Some(lines),
            x: some(8),
        };
        verify_game(&game);
    }
}
