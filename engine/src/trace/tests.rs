use std::{
    io::{BufReader, Write},
    path::Path,
};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

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
}

#[test]
fn five_players_are_refused_not_replayed() {
    let whole = format!("{HEADER}\n{PLY}\n{{\"end\":\"capped\",\"plies\":1}}\n");
    let five = whole.replace("\"players\":2", "\"players\":5");
    let report = verify_trace(TraceReader::new(five.as_bytes())).unwrap();
    assert!(report.first.unwrap().found.contains("2, 3 or 4"));
}
