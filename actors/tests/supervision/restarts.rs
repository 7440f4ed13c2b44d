use std::sync::atomic::Ordering;
use std::time::Duration;

use rr_actors::supervision::{Backoff, NodeState, Restart, Strategy, SupervisorSpec};

use crate::probe::{Grove, Knobs, ProbeMsg, SOON, knobs, path, probe};

async fn one(restart: Restart, knobs: std::sync::Arc<Knobs>) -> Grove {
    Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne)
            .backoff(Backoff::none())
            .child(probe("a", journal, &knobs).restart(restart))
            .child(probe("b", journal, &crate::probe::knobs()))
    })
    .await
}

#[tokio::test]
async fn permanent_comes_back_from_everything() {
    let grove = one(Restart::Permanent, knobs()).await;
    for (times, message) in [(1, ProbeMsg::End), (2, ProbeMsg::Fail), (3, ProbeMsg::Panic)] {
        grove.tell("a", message);
        grove.until_restarted("a", times).await;
    }
    grove.tree.cell(&path("a")).unwrap().kill();
    let node = grove.until_restarted("a", 4).await;
    assert_eq!(node.last_error.as_deref(), Some("killed"));
    assert_eq!(grove.life("b").await, 1);
}

#[tokio::test]
async fn transient_comes_back_from_failures_only() {
    let grove = one(Restart::Transient, knobs()).await;
    for (times, message) in [(1, ProbeMsg::Fail), (2, ProbeMsg::Panic)] {
        grove.tell("a", message);
        grove.until_restarted("a", times).await;
    }
    grove.tree.cell(&path("a")).unwrap().kill();
    grove.until_restarted("a", 3).await;
    grove.tell("a", ProbeMsg::End);
    grove.until("a", |node| node.state == NodeState::Stopped).await;
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(grove.node("a").restarts, 3);
}

#[tokio::test]
async fn temporary_is_forgotten() {
    for message in [ProbeMsg::End, ProbeMsg::Panic] {
        let grove = one(Restart::Temporary, knobs()).await;
        grove.tell("a", message);
        let mut changes = grove.tree.changes();
        while grove.tree.node(&path("a")).is_some() {
            changes.changed().await.unwrap();
        }
        assert_eq!(grove.life("b").await, 1);
    }
}

#[tokio::test]
async fn a_group_restart_forgets_temporaries_and_brings_back_ended_transients() {
    let grove = Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForAll)
            .backoff(Backoff::none())
            .child(probe("a", journal, &knobs()))
            .child(probe("t", journal, &knobs()).restart(Restart::Temporary))
            .child(probe("n", journal, &knobs()).restart(Restart::Transient))
    })
    .await;
    grove.tell("n", ProbeMsg::End);
    grove.until("n", |node| node.state == NodeState::Stopped).await;
    grove.journal.take();
    grove.tell("a", ProbeMsg::Panic);
    grove.until_restarted("n", 1).await;
    assert_eq!(grove.journal.take(), ["-t", "+a", "+n"]);
    assert_eq!(grove.tree.node(&path("t")), None);
}

#[tokio::test]
async fn a_panic_in_pre_start_is_tried_again() {
    let knobs = knobs();
    let grove = one(Restart::Permanent, knobs.clone()).await;
    knobs.bad_starts.store(3, Ordering::SeqCst);
    grove.tell("a", ProbeMsg::Panic);
    let node = grove.until_restarted("a", 1).await;
    assert_eq!(node.last_error.as_deref(), Some("a can't start"));
    assert_eq!(grove.life("a").await, 2);
}

#[tokio::test]
async fn a_panic_in_post_start_is_a_failure() {
    let knobs = knobs();
    let grove = one(Restart::Transient, knobs.clone()).await;
    assert_eq!(grove.life("a").await, 1, "its own post_start is over");
    knobs.panic_after_start.store(true, Ordering::SeqCst);
    grove.tell("a", ProbeMsg::Panic);
    grove.until("a", |node| node.restarts == 2 && node.state == NodeState::Running).await;
    assert_eq!(grove.life("a").await, 3);
}

#[tokio::test]
async fn a_panic_in_post_stop_is_a_failure_too() {
    let knobs = knobs();
    let grove = one(Restart::Transient, knobs.clone()).await;
    knobs.panic_in_stop.store(true, Ordering::SeqCst);
    grove.tell("a", ProbeMsg::End);
    let node = grove.until_restarted("a", 1).await;
    assert_eq!(node.last_error.as_deref(), Some("a can't stop"));
}

#[tokio::test(start_paused = true)]
async fn a_start_that_never_ends_is_given_up() {
    let knobs = knobs();
    let grove = one(Restart::Permanent, knobs.clone()).await;
    knobs.stuck_starts.store(1, Ordering::SeqCst);
    grove.tell("a", ProbeMsg::Panic);
    let node = grove.until_restarted("a", 1).await;
    assert_eq!(node.last_error.as_deref(), Some("the start took longer than 30s"));
}

#[tokio::test]
async fn a_hung_handler_yields_to_a_kill() {
    let grove = one(Restart::Permanent, knobs()).await;
    grove.tell("a", ProbeMsg::Hang);
    let late = grove.at("a").call(ProbeMsg::Life, Duration::from_millis(20)).await;
    assert!(late.unwrap_err().to_string().contains("did not answer within 20ms"));
    grove.tree.cell(&path("a")).unwrap().kill();
    grove.until_restarted("a", 1).await;
    assert_eq!(grove.at("a").call(ProbeMsg::Life, SOON).await, Ok(2));
}
