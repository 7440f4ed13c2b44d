use rr_cluster::{
    AnchorFloors, AnchorRecord, CurriculumOutcome, EvaluationReport, OpeningScore, Sprt, SprtParams,
};
use rr_proto::{
    Elo, Event, Games, Generation, JobId, ModelId, ModelPromoted, PromotionRolledBack, RatingEstimate,
    UnixMillis,
};
use rr_storage::{JobKind, JobRow, JobState};

use super::*;
use crate::leader::tests::{House, hex};
use crate::supervision::ChildSpec;

async fn open() -> House {
    let house = House::open().await;
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let clock = house.clock.clone();
    let daemon = ChildSpec::worker("curriculum", move |start| {
        let args = CurriculumArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: [(hex(), AnchorFloors { vs_random: 0.9, vs_heuristic: 0.85 })].into(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (CurriculumActor, args)
    });
    house.start(daemon).await;
    house
}

fn models() -> (ModelId, ModelId) {
    (ModelId::of(b"before"), ModelId::of(b"champion"))
}

/// Stores the report of an evaluation in which the candidate beat random every time and the heuristic often.
async fn report(house: &House) -> JobId {
    let (before, champion) = models();
    let mut test = Sprt::new(SprtParams::against_random_start(2)).unwrap();
    test.record(OpeningScore::from_shares(2, &[Some(1); 2]).unwrap());
    let record = |won: f64| AnchorRecord::new(won, Games(64)).unwrap();
    let report = EvaluationReport::new(champion, before, &test).unwrap();
    let report = report.with_random(record(64.0)).with_heuristic(record(50.0));
    let id = JobId::derive(&[b"evaluation"]);
    let row = JobRow {
        id,
        kind: JobKind::Evaluation,
        config: hex(),
        state: JobState::Completed,
        attempt: 1,
        created_at: UnixMillis(1),
        updated_at: UnixMillis(2),
        detail: postcard::to_stdvec(&report).unwrap(),
    };
    house.store.put_job(row).await.unwrap();
    id
}

fn promoted(evaluation: JobId, generation: u32) -> ModelPromoted {
    let (before, champion) = models();
    ModelPromoted {
        config: hex(),
        model: champion,
        previous: Some(before),
        generation: Generation(generation),
        evaluation,
        rating: RatingEstimate::default(),
        gain: Elo(10.0),
    }
}

async fn mastered(house: &House, opponent: &'static str) -> bool {
    let read = |snapshot: &rr_storage::StoreSnapshot| snapshot.fact::<StoredMastery>(StoredMastery::FACT);
    house.store.query("mastered", read).await.unwrap().is_some_and(|known| known.has(hex(), opponent))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_anchor_that_is_surely_beaten_is_told_once_and_takes_games_from_the_config() {
    let house = open().await;
    let job = report(&house).await;
    house.publish(promoted(job, 1)).await;
    house.publish(promoted(job, 2)).await;
    let told = house.until("CURRICULUM_REBALANCED", 1).await;
    let Event::CurriculumRebalanced(told) = &told[0] else { panic!("{told:?}") };
    assert_eq!((told.trigger.as_str(), told.weights[0].weight), ("OPPONENT_MASTERED", 0.9));
    house.settle().await;
    let told = house.until("OPPONENT_MASTERED", 1).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let Event::OpponentMastered(told) = &told[0] else { panic!("{told:?}") };
    assert_eq!((told.opponent.as_str(), told.score, told.games), ("random", 1.0, Games(64)));
    assert!(mastered(&house, "random").await && !mastered(&house, "heuristic").await);
    // A champion that falls is measured in full again.
    let (before, champion) = models();
    let back = PromotionRolledBack {
        config: hex(),
        from: champion,
        to: before,
        generation: Generation(3),
        level: None,
        reason: "test".to_owned(),
    };
    house.publish(back).await;
    house.settle().await;
    assert!(!mastered(&house, "random").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outcomes_move_the_weight_and_a_restart_goes_on_from_it() {
    let house = open().await;
    let curriculum = house.daemon::<CurriculumMsg>("curriculum");
    let refused = || CurriculumMsg::Rebalance { config: hex(), outcome: CurriculumOutcome::Refused };
    curriculum.cast(refused()).unwrap();
    house.until("CURRICULUM_REBALANCED", 1).await;
    house.restart::<CurriculumMsg>("curriculum").await;
    curriculum.cast(refused()).unwrap();
    let told = house.until("CURRICULUM_REBALANCED", 2).await;
    let Event::CurriculumRebalanced(told) = &told[1] else { panic!("{told:?}") };
    assert_eq!(told.revision, 2);
    assert!((told.weights[0].weight - 1.2).abs() < 1e-9, "{told:?}");
}
