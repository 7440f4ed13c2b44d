//! Promotion, and the way back from it.

use ractor::Actor;
use rr_actors::leader::{PromotionActor, PromotionArgs, PromotionMsg};
use rr_actors::supervision::TreePath;
use rr_cluster::{PromotionOrder, RegressionPolicy, RollBackOrder};
use rr_proto::{Event, Generation, JobId, RegressionLevel, UnixMillis};
use rr_storage::ChampionRow;

use super::house::{House, Plan};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_champion_that_returns_gets_a_new_number_and_an_event() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), Plan::new(0)).await;
    let (start, next, key) = (house.model(1).await, house.model(2).await, house.key());
    let row = ChampionRow {
        model: start,
        previous: None,
        generation: Generation::ZERO,
        evaluation: None,
        since: UnixMillis(1),
    };
    let installed = house.store.commit("start", move |write| write.swap_champion(key, None, &row)).await;
    let _ = installed.unwrap();
    let args = PromotionArgs {
        store: house.store.clone(),
        publisher: house.publisher.clone(),
        regression: RegressionPolicy::default(),
        clock: house.clock.clone(),
    };
    let (promotion, ended) = Actor::spawn(None, PromotionActor, args).await.unwrap();
    let order = PromotionOrder {
        evaluation: JobId::derive(&[b"evaluation"]),
        attempt: 1,
        candidate: next,
        expected: start,
        generation: Generation(1),
    };
    promotion.cast(PromotionMsg::Promote { config: key, order }).unwrap();
    // The second order is the repetition of one whose answer was lost.
    for _ in 0..2 {
        let order = RollBackOrder { job: JobId::derive(&[b"roll back"]), from: next, to: start };
        let asker = house.tree.address(&TreePath::new("nobody"));
        let back = PromotionMsg::RollBack { config: key, order, generation: Generation(2), asker };
        promotion.cast(back).unwrap();
    }
    promotion.drain().unwrap();
    ended.await.unwrap();

    let champion = house.store.query("champion", move |snapshot| snapshot.champion(key)).await;
    let champion = champion.unwrap().unwrap();
    assert_eq!((champion.model, champion.previous), (start, Some(next)));
    assert_eq!((champion.generation, champion.evaluation), (Generation(2), None));
    let events = house.events().await;
    let names: Vec<_> = events.iter().map(Event::name).collect();
    assert_eq!(names, ["MODEL_PROMOTED", "PROMOTION_ROLLED_BACK"]);
    let Some(Event::PromotionRolledBack(event)) = events.last() else { panic!("{events:?}") };
    assert_eq!((event.from, event.to, event.generation), (next, start, Generation(2)));
    assert_eq!(event.level, Some(RegressionLevel::Critical));
    house.close().await;
}
