use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use rr_engine::record::GameRecord;
use rr_storage::{GameOrigin, GameParity};
use rr_train::{GameShard, write_shard};

use super::*;
use crate::daemons::testing::played;

const NOW: UnixMillis = UnixMillis(9_000_000_000_000);
const MAX: u64 = 1 << 20;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join("file");
        fs::write(&path, content).unwrap();
        path
    }

    fn shard(&self, config: &str, records: Vec<Vec<u8>>) -> PathBuf {
        let path = self.0.path().join("games.rrs");
        write_shard(&path, &GameShard { config: config.to_owned(), records }).unwrap();
        path
    }
}

fn bytes(record: &GameRecord) -> Vec<u8> {
    record.to_bytes().unwrap()
}

fn bad(path: &Path) -> String {
    match read_games(path, MAX, NOW) {
        Err(ReadFailure::Bad(cause)) => cause,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_shard_a_record_and_a_text_hold_the_same_game() {
    let (place, text, game) = (Place::new(), Place::new(), played("square8_3p", 4));
    let shard = place.shard("square8_3p", vec![bytes(&game)]);
    let forms = [shard, place.file(bytes(&game)), text.file(game.to_text())];
    let read = forms.map(|path| read_games(&path, MAX, NOW).unwrap());
    for file in &read {
        assert_eq!(file.games.len(), 1);
        let stored = &file.games[0];
        assert_eq!(stored.id(), read[0].games[0].id());
        assert_eq!((stored.source, stored.parity), (GameOrigin::Import, GameParity::Passed));
        assert_eq!(stored.samples.0, game.searches.len() as u64);
        assert!(stored.finished_at < NOW && file.bytes > 0 && file.fault().is_none(), "{file:?}");
    }
}

#[test]
fn every_kind_of_bad_file_is_named_and_none_is_taken() {
    let place = Place::new();
    let good = bytes(&played("hex8_2p", 1));
    assert_eq!(bad(&place.file("")), "it is empty");
    assert!(bad(&place.file(&good[..good.len() - 5])).contains("cut short"));
    assert!(bad(&place.file("SQLite format 3 and more")).contains("not a game record"));
    assert!(bad(&place.file("{\"h\":1}\n")).contains("trace"));
    assert!(bad(&place.file(vec![0; 2 << 20])).contains("sync.max_file_mb"));
    assert!(bad(&place.file("[RingRift \"99\"]\n")).contains("version"));
    let shard = place.shard("hex8_2p", vec![good]);
    let whole = fs::read(&shard).unwrap();
    assert!(bad(&place.file(&whole[..whole.len() - 1])).contains("corrupt"));
    let mut newer = whole.clone();
    newer[8] = 9;
    assert!(bad(&place.file(newer)).contains("format 9"));
    let mut huge = whole.clone();
    huge[12..20].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(bad(&place.file(huge)).contains("smaller shards"));
    assert!(bad(&place.file(&whole[..14])).contains("cut short"));
    assert!(bad(&place.shard("hex8_2p", vec![])).contains("no games"));
    let missing = read_games(&place.0.path().join("none"), MAX, NOW);
    assert!(matches!(missing, Err(ReadFailure::Unreadable(_))), "{missing:?}");
}

#[test]
fn games_that_can_t_be_trusted_are_left_out_one_by_one() {
    let mut other_end = played("hex8_2p", 2);
    other_end.result.as_mut().unwrap().territory[1] += 1;
    let mut unfinished = played("hex8_2p", 3);
    unfinished.result = None;
    let mut other_rules = played("hex8_2p", 4);
    other_rules.rules.line_effective += 1;
    let mut no_choice = played("hex8_2p", 5);
    no_choice.searches[0].site.option = true;
    let games = [played("hex8_2p", 1), other_end, unfinished, other_rules, no_choice, played("hex8_3p", 6)];
    let mut records: Vec<_> = games.iter().map(bytes).collect();
    records.push(b"garbage".to_vec());
    let place = Place::new();
    let read = read_games(&place.shard("hex8_2p", records), MAX, NOW).unwrap();
    assert_eq!(read.games.len(), 1);
    let causes = [
        "its replay ends",
        "not played to its end",
        "other rules",
        "can't be trained on",
        "the shard says hex8_2p",
        "not a game record",
    ];
    assert_eq!(read.faults.len(), causes.len(), "{:?}", read.faults);
    for (number, (fault, cause)) in (2..).zip(read.faults.iter().zip(causes)) {
        assert!(fault.starts_with(&format!("game {number}: ")) && fault.contains(cause), "{fault}");
    }
    assert!(read.fault().unwrap().starts_with("6 of 7 games are not taken:"), "{:?}", read.fault());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_damaged_shard_never_panics_and_never_brings_a_game(at: prop::sample::Index, bit in 0u8..8, cut: prop::sample::Index) {
        let place = Place::new();
        let mut content = fs::read(place.shard("hex8_2p", vec![vec![1, 2, 3], vec![]])).unwrap();
        let at = at.index(content.len());
        content[at] ^= 1 << bit;
        content.truncate(content.len() - cut.index(content.len()));
        let read = read_games(&place.file(content), MAX, NOW);
        prop_assert!(read.map_or(0, |read| read.games.len()) == 0);
    }
}
