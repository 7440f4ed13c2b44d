use std::fs;
use std::path::Path;

use rr_engine::record::GameRecord;
use rr_proto::{ConfigKey, NewGamesAvailable};
use rr_storage::{GameParity, StoreSnapshot};
use rr_train::{GameShard, write_shard};
use serde_json::json;

use super::*;
use crate::daemons::testing::{House, played, stored};
use crate::supervision::ChildSpec;

const NAME: &str = "data-pipeline";

async fn open(settings: SyncSection) -> House {
    let mut house = House::new();
    let (store, publisher, permit) = (house.store.clone(), house.publisher.clone(), house.permit.clone());
    let (clock, inbox) = (house.clock.clone(), house.folder.path().join("inbox"));
    let child = ChildSpec::worker(NAME, move |start| {
        let args = DataPipelineArgs {
            settings: settings.clone(),
            soon: Duration::from_secs(3_600),
            inbox: inbox.clone(),
            store: store.clone(),
            publisher: publisher.clone(),
            node: NodeId::new("test").unwrap(),
            permit: permit.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (DataPipelineActor, args)
    });
    house.start(vec![child]).await;
    house.until(NAME, |shown| shown["rounds"] == json!(1)).await;
    house
}

fn inbox(house: &House) -> std::path::PathBuf {
    house.folder.path().join("inbox")
}

fn write(path: &Path, games: &[GameRecord]) {
    let records = games.iter().map(|game| game.to_bytes().unwrap()).collect();
    write_shard(path, &GameShard { config: games[0].config.key(), records }).unwrap();
}

fn games(seeds: std::ops::Range<u64>) -> Vec<GameRecord> {
    seeds.map(|seed| played("hex8_2p", seed)).collect()
}

/// Has a round done after so many seconds, and waits for its end.
async fn round(house: &House, seconds: u64) -> serde_json::Value {
    house.clock.advance(Duration::from_secs(seconds));
    let before = house.shown(NAME)["rounds"].clone();
    house.tell(NAME, DataPipelineMsg::Look);
    house.until(NAME, |shown| shown["rounds"] != before).await
}

async fn total(house: &House) -> Games {
    let config: ConfigKey = "hex8_2p".parse().unwrap();
    house.store.query("totals", move |s: &StoreSnapshot| s.game_totals(config)).await.unwrap().games
}

async fn new_games(house: &House) -> Vec<NewGamesAvailable> {
    let events = house.events().await.into_iter();
    events
        .filter_map(|event| match event {
            Event::NewGamesAvailable(event) => Some(event),
            _ => None,
        })
        .collect()
}

async fn last_failure(house: &House) -> DataSyncFailed {
    match house.events_named("DATA_SYNC_FAILED", 1).await.pop() {
        Some(Event::DataSyncFailed(event)) => event,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shard_that_rests_is_stored_told_of_and_put_away() {
    let house = open(SyncSection::default()).await;
    write(&inbox(&house).join("a.rrs"), &games(0..3));
    let shown = round(&house, 60).await;
    assert_eq!((&shown["waiting"], &shown["files"]), (&json!(1), &json!(0)), "it may still be written");
    let shown = round(&house, 5).await;
    assert_eq!((&shown["games"], &shown["files"], &shown["waiting"]), (&json!(3), &json!(1), &json!(0)));
    assert_eq!(total(&house).await, Games(3));
    let told = new_games(&house).await;
    assert_eq!((told.len(), told[0].new_games, told[0].total_games), (1, Games(3), Games(3)));
    assert!(inbox(&house).join("done/a.rrs").exists() && !inbox(&house).join("a.rrs").exists());
    let events = house.events_named("DATA_SYNC_COMPLETED", 2).await;
    let Some(Event::DataSyncCompleted(event)) = events.last() else { panic!("{events:?}") };
    assert!(event.games == Games(3) && event.bytes > 0, "{event:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_stored_before_a_kill_is_not_stored_again_and_its_file_still_goes() {
    let house = open(SyncSection::default()).await;
    // As a kill between the commit and the renaming leaves it.
    let record = played("hex8_2p", 1);
    house.append(vec![stored(&record, GameParity::Passed, house.now())]).await;
    write(&inbox(&house).join("a.rrs"), &[record, played("hex8_2p", 2)]);
    round(&house, 60).await;
    house.kill(NAME).await;
    house.until(NAME, |shown| shown["rounds"] == json!(1)).await;
    let shown = round(&house, 5).await;
    assert_eq!((&shown["games"], &shown["known"]), (&json!(1), &json!(1)), "{shown:#}");
    assert_eq!(total(&house).await, Games(2));
    assert!(inbox(&house).join("done/a.rrs").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_file_waits_a_round_for_its_writer_and_then_goes_to_quarantine_with_its_reason() {
    let house = open(SyncSection::default()).await;
    let path = inbox(&house).join("a.rrs");
    write(&path, &games(0..2));
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 9]).unwrap();
    round(&house, 60).await;
    let shown = round(&house, 5).await;
    assert_eq!((&shown["waiting"], &shown["quarantined"]), (&json!(1), &json!(0)), "its writer may be slow");
    let shown = round(&house, 60).await;
    assert_eq!((&shown["quarantined"], &shown["failures_in_a_row"]), (&json!(1), &json!(1)));
    assert_eq!(fs::read(inbox(&house).join("quarantine/a.rrs")).unwrap(), whole[..whole.len() - 9]);
    let reason = fs::read_to_string(inbox(&house).join("quarantine/a.rrs.reason.txt")).unwrap();
    assert!(reason.contains("a.rrs") && reason.contains("corrupt"), "{reason}");
    let failed = last_failure(&house).await;
    assert_eq!((failed.failure.code, failed.consecutive), (ErrorCode::BadGame, 1), "{failed:?}");
    let shown = round(&house, 60).await;
    assert_eq!((&shown["failures_in_a_row"], &shown["status"]), (&json!(0), &json!("healthy")));
    assert_eq!(total(&house).await, Games(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_writer_that_ends_in_time_loses_nothing() {
    let house = open(SyncSection::default()).await;
    let path = inbox(&house).join("a.rrs");
    write(&path, &games(0..2));
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    round(&house, 60).await;
    round(&house, 6).await;
    fs::write(&path, &whole).unwrap();
    round(&house, 60).await;
    let shown = round(&house, 6).await;
    assert_eq!((&shown["games"], &shown["quarantined"]), (&json!(2), &json!(0)), "{shown:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn good_games_of_a_partly_bad_file_are_taken_and_the_rest_is_kept() {
    let house = open(SyncSection::default()).await;
    let mut bad = played("hex8_2p", 7);
    bad.result = None;
    write(&inbox(&house).join("a.rrs"), &[played("hex8_2p", 6), bad]);
    round(&house, 60).await;
    let shown = round(&house, 5).await;
    assert_eq!(
        (&shown["games"], &shown["quarantined"]),
        (&json!(1), &json!(0)),
        "what is good is taken at once"
    );
    let shown = round(&house, 60).await;
    assert_eq!((&shown["games"], &shown["known"], &shown["quarantined"]), (&json!(1), &json!(1), &json!(1)));
    let reason = fs::read_to_string(inbox(&house).join("quarantine/a.rrs.reason.txt")).unwrap();
    assert!(reason.contains("game 2: it was not played to its end"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_folders_are_only_read_and_one_that_is_missing_stops_none_of_the_others() {
    let place = tempfile::tempdir().unwrap();
    let (here, gone) = (place.path().join("here"), place.path().join("gone"));
    fs::create_dir(&here).unwrap();
    write(&here.join("a.rrs"), &games(0..2));
    fs::write(here.join("b.rrg"), "nonsense").unwrap();
    let sources = vec![gone.clone(), here.clone()];
    let house = open(SyncSection { sources, ..SyncSection::default() }).await;
    round(&house, 5).await;
    let shown = round(&house, 60).await;
    assert_eq!((&shown["games"], &shown["quarantined"]), (&json!(2), &json!(1)), "{shown:#}");
    assert!(here.join("a.rrs").exists() && here.join("b.rrg").exists());
    let failed = last_failure(&house).await;
    assert!(failed.failure.message.contains(gone.to_str().unwrap()), "{failed:?}");
    assert_eq!(shown["failures_in_a_row"], json!(3), "the first round counts too");
    fs::create_dir(&gone).unwrap();
    let shown = round(&house, 60).await;
    assert_eq!(
        (&shown["known"], &shown["failures_in_a_row"]),
        (&json!(0), &json!(0)),
        "nothing is read twice"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_taken_in_while_the_disk_is_short() {
    let house = open(SyncSection::default()).await;
    write(&inbox(&house).join("a.rrs"), &games(0..1));
    house.permit.hold(HoldReason::Disk, "96 % of the disk is in use");
    house.clock.advance(Duration::from_secs(60));
    house.tell(NAME, DataPipelineMsg::Look);
    house.until(NAME, |shown| shown["held"] == json!("96 % of the disk is in use")).await;
    assert!(inbox(&house).join("a.rrs").exists());
    house.permit.release(HoldReason::Disk);
    round(&house, 60).await;
    let shown = round(&house, 5).await;
    assert_eq!((&shown["games"], &shown["held"]), (&json!(1), &json!(null)), "{shown:#}");
}
