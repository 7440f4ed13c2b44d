//! The arena.

use std::time::Duration;

use rr_actors::workers::arena::{ArenaMsg, MatchPart, MatchPlan};
use rr_cluster::{RatedPlayer, SprtParams};
use rr_engine::search::SearchBudget;
use rr_engine::selfplay::PlaySettings;
use rr_proto::{ErrorCode, Event, ModelId, SprtVerdict, UnixMillis};
use rr_storage::{JobKind, JobRow, JobState, MatchRow};

use super::arena_order::{order, quick};
use super::house::{House, Plan, SOON};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_evaluation_ends_with_report_card_rating_and_one_event() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), Plan::new(0)).await;
    let (candidate, champion) = (house.model(1).await, house.model(2).await);
    let order = order(candidate, champion, quick(2));
    // The loop has written the order down before the arena hears of it.
    let waiting = JobRow {
        id: order.job,
        kind: JobKind::Evaluation,
        config: house.key(),
        state: JobState::Queued,
        attempt: 1,
        created_at: UnixMillis(7),
        updated_at: UnixMillis(7),
        detail: Vec::new(),
    };
    house.store.put_job(waiting).await.unwrap();
    let report = house.evaluated(order).await;
    let row = house.store.query("job", move |snapshot| snapshot.job(order.job)).await.unwrap().unwrap();
    assert_eq!((row.state, row.created_at), (JobState::Completed, UnixMillis(7)));
    assert!(report.score().games.0 >= 2);
    assert_ne!(report.score().sprt.verdict, SprtVerdict::Undecided);
    let rejected = report.score().sprt.verdict == SprtVerdict::Rejected;
    assert_eq!(report.vs_random().map(|record| record.games().0), (!rejected).then_some(4));
    assert_eq!(report.vs_heuristic().map(|record| record.games().0), (!rejected).then_some(4));
    let card = house.store.query("card", move |s| s.model(candidate)).await.unwrap().unwrap().card_json;
    let card: rr_onnx::ModelCard = serde_json::from_str(&card).unwrap();
    assert_eq!(card.origin.evaluation["job"], order.job.to_string());
    assert_eq!(house.count_events("EVALUATION_STARTED").await, 1);
    assert_eq!(house.count_events("EVALUATION_COMPLETED").await, 1);
    let events = house.events().await;
    let Some(Event::EvaluationCompleted(event)) = events.last() else { panic!("{events:?}") };
    assert_eq!(u64::from(event.versus_champion.games()), report.score().games.0);
    let matches = house.matches().await;
    assert!(matches.len() as u32 >= event.games.get());
    assert!(matches.iter().all(|row| row.job == Some(order.job) && row.places.len() == 2));
    let key = house.key();
    let table = house.store.query("fit", move |s| rr_actors::leader::fit_ratings(s, key)).await.unwrap();
    let rating = table.get(&RatedPlayer::Model(candidate)).unwrap().estimate;
    assert_eq!(rating, event.rating);
    // Ordered again, nothing happens.
    house.arena().cast(ArenaMsg::Evaluate { config: house.config, order }).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(house.count_events("EVALUATION_COMPLETED").await, 1);
    assert_eq!(house.matches().await.len(), matches.len());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_evaluation_goes_on_and_comes_to_the_same_report() {
    // Undecided to the end, so that both runs play all games.
    let sprt = SprtParams { alpha: 0.001, beta: 0.001, max_games: 40, ..quick(2) };
    let mut reports = Vec::new();
    for kills in [0, 2] {
        let folder = tempfile::tempdir().unwrap();
        let house = House::open(folder.path(), Plan::new(0)).await;
        let order = order(house.model(1).await, house.model(2).await, sprt);
        for kill in 1..=kills {
            house.until_matches(8 * kill, order).await;
            house.arena().wait_up(SOON).await.unwrap().kill();
        }
        reports.push(house.evaluated(order).await);
        house.close().await;
    }
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[0].score().games.0, 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn finished_openings_come_from_the_match_log() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), Plan::new(0)).await;
    let (candidate, champion) = (house.model(1).await, house.model(2).await);
    let order = order(candidate, champion, quick(2));
    let plan = MatchPlan {
        config: house.config,
        job: order.job,
        part: MatchPart::Champion,
        candidate,
        champion,
        openings: 12,
        opening_plies: 4,
        seed: 0,
        settings: PlaySettings::evaluation(SearchBudget::Simulations(4)),
    };
    // The candidate is said to have won every game: were one played again, it could not be so.
    let row = |game: u64| MatchRow {
        id: plan.match_id(game),
        config: house.key(),
        job: Some(order.job),
        seats: plan.seats(game),
        places: if plan.candidate_seat(game) == 0 { vec![1, 2] } else { vec![2, 1] },
        game: None,
        played_at: UnixMillis(1),
    };
    let _ = house.store.append_matches((0..plan.games()).map(row).collect()).await.unwrap();
    let report = house.evaluated(order).await;
    assert_eq!(report.score().sprt.verdict, SprtVerdict::Accepted);
    assert!((report.score().mean - 1.0).abs() < 1e-9);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_players_sit_in_every_seat() {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = Plan::new(0);
    plan.config = "hex8_3p".parse().unwrap();
    plan.evaluation.anchor_games = 3;
    let house = House::open(folder.path(), plan).await;
    let sprt = SprtParams { max_games: 6, ..quick(3) };
    let order = order(house.model(1).await, house.model(2).await, sprt);
    let report = house.evaluated(order).await;
    assert_eq!(report.score().games.0 % 3, 0);
    for row in house.matches().await {
        assert_eq!(row.seats.iter().filter(|seat| **seat == order.candidate.to_string()).count(), 1);
        assert_eq!(row.places.len(), 3);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_model_and_a_deadline_are_failures_with_reasons() {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = Plan::new(0);
    plan.evaluation.deadline_seconds = 1;
    plan.evaluation.simulations = 2_000;
    let house = House::open(folder.path(), plan).await;
    let (candidate, champion) = (house.model(1).await, house.model(2).await);
    let lost = order(ModelId::of(b"nobody"), champion, quick(2));
    let late = rr_cluster::EvaluationOrder {
        job: rr_proto::JobId::derive(&[b"late"]),
        ..order(candidate, champion, quick(2))
    };
    house.arena().cast(ArenaMsg::Evaluate { config: house.config, order: lost }).unwrap();
    house.arena().cast(ArenaMsg::Evaluate { config: house.config, order: late }).unwrap();
    let deadline = tokio::time::Instant::now() + SOON;
    while house.count_events("EVALUATION_FAILED").await < 2 {
        assert!(tokio::time::Instant::now() < deadline, "{:?}", house.events().await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let events = house.events().await;
    let failures: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::EvaluationFailed(failed) => Some((failed.failure.code, failed.games)),
            _ => None,
        })
        .collect();
    assert_eq!(failures, [(ErrorCode::NotFound, 0), (ErrorCode::TimedOut, 0)]);
    assert!(house.arena_status.borrow().is_none());
    for job in [lost.job, late.job] {
        let row = house.store.query("job", move |snapshot| snapshot.job(job)).await.unwrap().unwrap();
        assert_eq!(row.state, JobState::Failed, "{job}");
    }
    house.close().await;
}
