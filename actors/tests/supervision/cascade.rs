use std::sync::Arc;
use std::time::Duration;

use rr_actors::SystemClock;
use rr_actors::supervision::{
    ActorTree, Backoff, CascadePolicy, NodeState, Strategy, SupervisorMsg, SupervisorSpec,
};
use tokio::time::Instant;

use crate::probe::{Grove, ProbeMsg, SOON, knobs, probe};

/// Two critical children and two others; the breaker opens at the third restart.
async fn grove() -> Grove {
    let policy = CascadePolicy {
        window: Duration::from_secs(300),
        open: Duration::from_secs(120),
        lead: Duration::from_secs(5),
        thresholds: [2; 4],
    };
    Grove::plant_on(ActorTree::with_cascade(Arc::new(SystemClock::new()), policy), |journal| {
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .intensity(100, Duration::from_secs(1_000))
            .backoff(Backoff::none());
        ["c", "d", "x", "y"]
            .iter()
            .fold(spec, |spec, name| spec.child(probe(name, journal, &knobs()).critical(*name < "e")))
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_lets_all_rest_and_then_the_critical_start_first() {
    let grove = grove().await;
    for times in 1..=2 {
        grove.tell("x", ProbeMsg::Panic);
        grove.until_restarted("x", times).await;
    }
    assert_eq!((grove.tree.cascade().restarts, grove.tree.cascade().open_for), (2, None));
    let opened = Instant::now();
    grove.tell("x", ProbeMsg::Panic);
    grove.until("x", |node| node.state == NodeState::BackingOff).await;
    assert_eq!(grove.tree.cascade().open_for, Some(Duration::from_secs(120)));
    tokio::time::sleep(Duration::from_secs(60)).await;
    grove.tell("c", ProbeMsg::Panic); // fails while all rests
    grove.until_restarted("c", 1).await;
    assert_eq!(opened.elapsed().as_secs(), 120);
    assert_eq!(grove.node("x").state, NodeState::BackingOff, "the critical one went first");
    grove.until_restarted("x", 3).await;
    assert_eq!(opened.elapsed().as_secs(), 125);
    let cascade = grove.tree.cascade();
    assert_eq!((cascade.open_for, cascade.opened), (None, 1));
    assert_eq!(grove.life("d").await, 1, "who did not fail was left alone");
}

#[tokio::test(start_paused = true)]
async fn an_operator_may_restart_all_the_same() {
    let grove = grove().await;
    for times in 1..=2 {
        grove.tell("x", ProbeMsg::Panic);
        grove.until_restarted("x", times).await;
    }
    grove.tell("x", ProbeMsg::Panic);
    grove.until("x", |node| node.state == NodeState::BackingOff).await;
    let request = |reply| SupervisorMsg::RestartChild("x".to_owned(), reply);
    let root = grove.tree.address(&crate::probe::path(""));
    root.call(request, SOON).await.unwrap().unwrap();
    assert_eq!(grove.node("x").state, NodeState::Running);
    tokio::time::sleep(Duration::from_secs(500)).await;
    assert_eq!(grove.node("x").restarts, 3, "the round that waited has been taken over");
}
