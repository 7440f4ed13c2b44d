use rr_cluster::GrantUse;
use rr_proto::{Event, JobId, ParityGateChanged, UnixMillis};
use rr_storage::{GameParity, NewGame, StoreSnapshot};
use serde_json::json;

use super::*;
use crate::daemons::parity_gate::{grant_in_force, record_use, recorded_grant};
use crate::daemons::testing::{House, played, stored};
use crate::supervision::ChildSpec;

const NAME: &str = "parity-gate";
const HOUR: Duration = Duration::from_secs(3_600);

fn gate(house: &House, grant: Option<GrantWish>) -> ChildSpec {
    let (store, publisher, clock) = (house.store.clone(), house.publisher.clone(), house.clock.clone());
    ChildSpec::worker(NAME, move |start| {
        let args = ParityGateArgs {
            every: HOUR,
            grant: grant.clone(),
            store: store.clone(),
            publisher: publisher.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (ParityGateActor, args)
    })
}

fn wish() -> Option<GrantWish> {
    Some(GrantWish { holder: "test (flag --set)".to_owned(), lasts: HOUR })
}

async fn open(grant: Option<GrantWish>) -> House {
    let mut house = House::new();
    let child = gate(&house, grant);
    house.start(vec![child]).await;
    house
}

/// Has the gate look until it shows what is wanted.
async fn look(house: &House, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    let ask = || {
        house.tell(NAME, ParityGateMsg::Look);
        Some(house.shown(NAME)).filter(&wanted)
    };
    house.eventually(NAME, ask).await
}

fn pending(house: &House, seed: u64) -> NewGame {
    stored(&played("hex8_2p", seed), GameParity::Pending, house.now())
}

/// A record whose moves are fine but whose end is that of another game.
fn forged(house: &House, seed: u64) -> NewGame {
    let mut record = played("hex8_2p", seed);
    let result = record.result.as_mut().unwrap();
    result.eliminated[0] += 1;
    stored(&record, GameParity::Pending, house.now())
}

async fn parity(house: &House, game: &NewGame) -> GameParity {
    let id = game.id();
    house.store.query("game", move |s: &StoreSnapshot| s.game(id)).await.unwrap().unwrap().parity
}

async fn changes(house: &House, count: usize) -> Vec<ParityGateChanged> {
    let events = house.events_named("PARITY_GATE_CHANGED", count).await;
    events
        .into_iter()
        .map(|event| match event {
            Event::ParityGateChanged(event) => event,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn games_without_a_verdict_are_replayed_and_what_replays_otherwise_fails() {
    let house = open(None).await;
    let good: Vec<NewGame> = (0..3).map(|seed| pending(&house, seed)).collect();
    let garbage = NewGame { record: b"no record at all".to_vec(), ..pending(&house, 9) };
    let bad = vec![forged(&house, 3), garbage];
    house.append([good.clone(), bad.clone()].concat()).await;
    let shown = look(&house, |shown| shown["configs"]["hex8_2p"]["checked"] == json!(5)).await;
    assert_eq!(shown["configs"]["hex8_2p"]["state"], json!("Failed"), "{shown:#}");
    assert_eq!((&shown["replayed"], &shown["status"]), (&json!(5), &json!("healthy")));
    for game in &good {
        assert_eq!(parity(&house, game).await, GameParity::Passed);
    }
    for game in &bad {
        assert_eq!(parity(&house, game).await, GameParity::Failed);
    }
    let change = changes(&house, 1).await.pop().unwrap();
    assert_eq!((change.from, change.to), (ParityGateState::Pending, ParityGateState::Failed));
    assert_eq!((change.checked, change.failed), (Games(5), Games(2)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verdicts_given_at_the_store_count_and_a_kill_repeats_nothing() {
    let house = open(None).await;
    let judged = NewGame { parity: GameParity::Passed, ..pending(&house, 1) };
    house.append(vec![judged]).await;
    look(&house, |shown| shown["configs"]["hex8_2p"]["state"] == json!("Passed")).await;
    house.kill(NAME).await;
    house.append(vec![pending(&house, 2)]).await;
    let shown = look(&house, |shown| shown["configs"]["hex8_2p"]["checked"] == json!(2)).await;
    assert_eq!(shown["replayed"], json!(1));
    assert_eq!(changes(&house, 1).await.len(), 1, "the state is the same as before the kill");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_grant_is_recorded_shown_told_used_and_ends_without_renewal() {
    let house = open(wish()).await;
    let shown = house.until(NAME, |shown| shown["grant_in_force"] == json!(true)).await;
    assert_eq!(shown["grant"]["holder"], json!("test (flag --set)"));
    assert_eq!(shown["grant"]["name"], json!("training.allow_pending_gate"));
    house.append(vec![NewGame { parity: GameParity::Passed, ..pending(&house, 1) }]).await;
    look(&house, |shown| shown["configs"]["hex8_2p"]["checked"] == json!(1)).await;
    let change = changes(&house, 1).await.pop().unwrap();
    assert_eq!(change.bypass_until, Some(UnixMillis(house.now().0 + 3_600_000)));
    let run = GrantUse { job: JobId::derive(&[b"run"]), games: Games(7), at: house.now() };
    record_use(&house.store, run).await.unwrap();
    record_use(&house.store, run).await.unwrap();
    let grant = house.store.query("grant", recorded_grant).await.unwrap().unwrap();
    assert_eq!((grant.uses, &grant.newest_uses[..]), (1, &[run][..]));

    house.clock.advance(HOUR);
    let now = house.now();
    assert!(!house.store.query("grant", move |s| grant_in_force(s, now)).await.unwrap());
    look(&house, |shown| shown["grant_in_force"] == json!(false)).await;
    let end = changes(&house, 2).await.pop().unwrap();
    assert!(end.bypass_until.is_none() && end.reason.ends_with("has ended"), "{end:?}");
    house.kill(NAME).await;
    look(&house, |shown| shown["grant_in_force"] == json!(false)).await;
    assert_eq!(changes(&house, 2).await.len(), 2, "a restart neither renews it nor tells of its end again");
}

#[test]
fn a_start_without_the_key_takes_the_grant_back_and_the_next_with_it_gives_a_new_one() {
    let review = |recorded: Option<&RecordedGrant>, wish: Option<GrantWish>, now| {
        grant::review(recorded, wish.as_ref(), UnixMillis(now))
    };
    let first = review(None, wish(), 5).unwrap();
    assert_eq!(review(Some(&first), wish(), 6), None);
    let over = review(Some(&first), None, 7).unwrap();
    assert!(!over.grant.in_force(UnixMillis(7)) && over.end_told);
    let second = review(Some(&over), wish(), 8).unwrap();
    assert!(second.grant.in_force(UnixMillis(8)) && second.grant.from == UnixMillis(8));
}
