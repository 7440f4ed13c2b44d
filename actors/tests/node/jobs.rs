//! Jobs of a node: shown while they run, called off, and the loop that goes on after it.

use std::time::Duration;

use rr_proto::ErrorCode;
use rr_proto::admin::{
    CancelJobRequest, DrainRequest, EventSelection, GetJobRequest, Job, ListEventsRequest, ListJobsRequest,
};
use tonic::{Code, Request};

use crate::asked::{Asked, eventually, refused};

/// Settings of a loop that trains soon, again and again.
const LOOP: [(&str, &str); 9] = [
    ("selfplay.while_training", "continue"),
    ("selfplay.commit_games", "1"),
    ("training.min_games", "2"),
    ("training.new_samples", "20"),
    ("training.batch_size", "8"),
    ("training.min_steps", "1"),
    ("training.warmup_steps", "1"),
    ("training.threads", "1"),
    ("training.checkpoint_steps", "5"),
];

async fn jobs(asked: &Asked) -> Vec<Job> {
    asked.client.jobs().list_jobs(ListJobsRequest::default()).await.unwrap().into_inner().jobs
}

/// Waits for a job of a kind that is not one of these.
async fn another(asked: &Asked, kind: &str, but: &[&str]) -> Job {
    eventually(async || {
        let found =
            jobs(asked).await.into_iter().find(|job| job.kind == kind && !but.contains(&job.id.as_str()));
        found.filter(|job| job.state == "running")
    })
    .await
}

async fn cancel(asked: &Asked, id: &str) -> Result<Job, tonic::Status> {
    let request = CancelJobRequest { id: id.to_owned() };
    asked.client.jobs().cancel_job(request).await.map(|answer| answer.into_inner().job.unwrap())
}

async fn cancelled_events(asked: &Asked, kind: &str) -> usize {
    let selection = Some(EventSelection { kinds: vec![kind.to_owned()], ..EventSelection::default() });
    let request = ListEventsRequest { selection, ..ListEventsRequest::default() };
    let events = asked.client.events().list_events(request).await.unwrap().into_inner().events;
    events.iter().filter(|event| event.payload_json.to_uppercase().contains("CANCELLED")).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_training_that_is_called_off_is_gone_and_the_loop_goes_on() {
    // A network whose steps take long enough for somebody to change their mind.
    let long = [
        ("net.presets.demo.blocks", "6"),
        ("net.presets.demo.channels", "96"),
        ("training.new_samples", "400"),
        ("training.batch_size", "128"),
        ("training.uses_per_sample", "16"),
        ("training.checkpoint_steps", "1"),
    ];
    let own: Vec<_> = LOOP.into_iter().chain(long).collect();
    let asked = Asked::start_with(&own, |_| {}).await;
    let first = another(&asked, "training", &[]).await;
    eventually(async || {
        let request = GetJobRequest { id: first.id[..8].to_owned() };
        let job = asked.client.jobs().get_job(request).await.unwrap().into_inner().job.unwrap();
        job.checkpoint_step
    })
    .await;

    // It keeps the node from being empty.
    let mut drain = Request::new(DrainRequest { wait: true });
    drain.set_timeout(Duration::from_secs(2));
    let (code, reason, message) = refused(asked.client.control().drain(drain).await);
    assert_eq!((code, reason), (Code::DeadlineExceeded, ErrorCode::TimedOut));
    assert!(message.contains(&format!("training {}", first.id)), "{message}");
    asked.client.control().resume(rr_proto::admin::ResumeRequest {}).await.unwrap();

    let runs = asked.folder.path().join("data/runs").join(&first.id);
    let state = |job: &Job| job.state.clone();
    assert_eq!(state(&cancel(&asked, &first.id[..8]).await.unwrap()), "cancelled");
    assert!(!runs.exists(), "{}", runs.display());
    assert_eq!(cancelled_events(&asked, "TRAINING_FAILED").await, 1);
    let (code, reason, message) = refused(cancel(&asked, &first.id).await);
    assert_eq!((code, reason), (Code::FailedPrecondition, ErrorCode::Refused));
    assert!(message.contains("ended"), "{message}");
    for unknown in ["ffffffffffffffffffffffffffffffff", "zz", ""] {
        let (code, ..) = refused(cancel(&asked, unknown).await);
        assert_eq!(code, Code::NotFound, "{unknown}");
    }

    let second = another(&asked, "training", &[&first.id]).await;
    assert_eq!(second.attempt, 1);
    let request = GetJobRequest { id: first.id.clone() };
    let job = asked.client.jobs().get_job(request).await.unwrap().into_inner().job.unwrap();
    assert_eq!((job.state.as_str(), job.checkpoint_step), ("cancelled", None));
    assert!(asked.tree().await.iter().all(|actor| actor.restarts == 0), "nobody died of it");
    asked.node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_evaluation_that_is_called_off_is_gone_and_the_loop_goes_on() {
    let long = [
        ("training.max_steps", "2"),
        ("evaluation.max_games", "20000"),
        ("evaluation.simulations", "200"),
        ("evaluation.alpha", "0.001"),
        ("evaluation.beta", "0.001"),
    ];
    let own: Vec<_> = LOOP.into_iter().chain(long).collect();
    let asked = Asked::start_with(&own, |_| {}).await;
    let evaluation = another(&asked, "evaluation", &[]).await;
    let training = jobs(&asked).await.into_iter().find(|job| job.kind == "training").unwrap();
    assert_eq!(training.state, "completed");
    assert_eq!(cancel(&asked, &evaluation.id).await.unwrap().state, "cancelled");
    assert_eq!(cancelled_events(&asked, "EVALUATION_FAILED").await, 1);
    let next = eventually(async || {
        jobs(&asked).await.into_iter().find(|job| job.kind == "training" && job.id != training.id)
    });
    let next = next.await;
    assert_ne!(next.state, "failed");
    let row = jobs(&asked).await.into_iter().find(|job| job.id == evaluation.id).unwrap();
    assert_eq!(row.state, "cancelled");
    assert!(asked.tree().await.iter().all(|actor| actor.restarts == 0), "nobody died of it");
    asked.node.stop().await.unwrap();
}
