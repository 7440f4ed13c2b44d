use std::sync::atomic::Ordering;
use std::time::Duration;

use rr_actors::supervision::{Backoff, NodeState, Strategy, SupervisorSpec};
use tokio::time::Instant;

use crate::probe::{Grove, ProbeMsg, knobs, probe};

fn seconds(immediate: u32) -> Backoff {
    Backoff {
        immediate,
        initial: Duration::from_secs(1),
        factor: 2.0,
        max: Duration::from_secs(5),
        jitter: 0.0,
        reset_after: Duration::from_secs(60),
    }
}

async fn waited(grove: &Grove, name: &str, times: u32) -> Duration {
    let before = Instant::now();
    grove.tell(name, ProbeMsg::Panic);
    grove.until_restarted(name, times).await;
    before.elapsed()
}

#[tokio::test(start_paused = true)]
async fn waits_grow_up_to_the_maximum_and_start_afresh_after_a_healthy_stretch() {
    let grove = Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne)
            .intensity(100, Duration::from_secs(1_000))
            .backoff(seconds(1))
            .child(probe("a", journal, &knobs()))
    })
    .await;
    let mut waits = Vec::new();
    for times in 1..=6 {
        waits.push(waited(&grove, "a", times).await.as_millis() / 100);
    }
    assert_eq!(waits, [0, 10, 20, 40, 50, 50]);
    tokio::time::sleep(Duration::from_secs(59)).await;
    assert_eq!(waited(&grove, "a", 7).await.as_secs(), 5);
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert_eq!(waited(&grove, "a", 8).await.as_millis() / 100, 0);
    assert_eq!(waited(&grove, "a", 9).await.as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_child_has_its_own_count() {
    let grove = Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne)
            .backoff(seconds(0))
            .child(probe("a", journal, &knobs()))
            .child(probe("b", journal, &knobs()).backoff(seconds(1)))
    })
    .await;
    assert_eq!(waited(&grove, "a", 1).await.as_secs(), 1);
    assert_eq!(waited(&grove, "a", 2).await.as_secs(), 2);
    assert_eq!(waited(&grove, "b", 1).await.as_millis() / 100, 0);
    assert_eq!(waited(&grove, "b", 2).await.as_secs(), 1);
    assert_eq!(waited(&grove, "a", 3).await.as_secs(), 4);
}

#[tokio::test(start_paused = true)]
async fn failed_starts_wait_as_well() {
    let unlucky = knobs();
    let grove = Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne).backoff(seconds(0)).child(probe("a", journal, &unlucky))
    })
    .await;
    unlucky.bad_starts.store(2, Ordering::SeqCst);
    assert_eq!(waited(&grove, "a", 1).await.as_secs(), 1 + 2 + 4);
}

#[tokio::test(start_paused = true)]
async fn a_waiting_actor_is_shown_and_not_reachable() {
    let grove = Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne).backoff(seconds(0)).child(probe("a", journal, &knobs()))
    })
    .await;
    let address = grove.at("a");
    grove.tell("a", ProbeMsg::Panic);
    let node = grove.until("a", |node| node.state == NodeState::BackingOff).await;
    assert_eq!(node.uptime, None);
    assert!(address.current().is_none());
    assert!(address.cast(ProbeMsg::Panic).unwrap_err().to_string().starts_with("node/a is not running"));
    address.wait_up(Duration::from_secs(2)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_earlier_failure_takes_over_a_waiting_rest() {
    let grove = Grove::plant(|journal| {
        let spec = SupervisorSpec::new(Strategy::RestForOne).backoff(seconds(0));
        ["a", "b", "c"].iter().fold(spec, |spec, name| spec.child(probe(name, journal, &knobs())))
    })
    .await;
    grove.journal.take();
    grove.tell("b", ProbeMsg::Panic); // b and c are due in 1 s
    grove.until("c", |node| node.state == NodeState::BackingOff).await;
    tokio::time::sleep(Duration::from_millis(900)).await;
    grove.tell("a", ProbeMsg::Panic); // all are due in 1 s from now
    grove.until("a", |node| node.state == NodeState::BackingOff).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(grove.journal.take(), ["-c"], "the first round has been taken over");
    grove.until_restarted("c", 1).await;
    assert_eq!(grove.journal.take(), ["+a", "+b", "+c"]);
}

#[tokio::test(start_paused = true)]
async fn a_later_failure_joins_the_round_of_its_group() {
    let grove = Grove::plant(|journal| {
        let spec = SupervisorSpec::new(Strategy::RestForOne).backoff(seconds(0));
        ["a", "b", "c"].iter().fold(spec, |spec, name| spec.child(probe(name, journal, &knobs())))
    })
    .await;
    grove.journal.take();
    grove.tell("a", ProbeMsg::Panic);
    grove.tell("b", ProbeMsg::Panic);
    grove.until_restarted("c", 1).await;
    let notes = grove.journal.take();
    assert_eq!(notes[notes.len() - 3..], ["+a", "+b", "+c"]);
    for name in ["a", "b", "c"] {
        assert_eq!(grove.node(name).restarts, 1, "{name}");
    }
}

#[tokio::test]
async fn a_single_fault_is_mended_at_once() {
    let grove = Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne)
            .intensity(usize::MAX, Duration::from_secs(1))
            .backoff(Backoff::none())
            .child(probe("a", journal, &knobs()))
    })
    .await;
    let address = grove.at("a");
    let mut waits = Vec::new();
    for life in 2..=200 {
        let before = std::time::Instant::now();
        address.cast(ProbeMsg::Panic).unwrap();
        while address.call(ProbeMsg::Life, crate::probe::SOON).await != Ok(life) {
            tokio::task::yield_now().await;
        }
        waits.push(before.elapsed());
    }
    waits.sort();
    let (median, p99) = (waits[waits.len() / 2], waits[waits.len() * 99 / 100]);
    println!("panic to serving again: median {median:?}, p99 {p99:?}");
    assert!(median < Duration::from_millis(20), "median {median:?}");
}
