use std::time::Duration;

use rr_actors::supervision::{Backoff, Ladder, NodeState, Strategy, SupervisorSpec, Tier};
use tokio::time::Instant;

use crate::probe::{Grove, ProbeMsg, knobs, probe};

fn ladder() -> Ladder {
    Ladder {
        backoff: Backoff {
            immediate: 1,
            initial: Duration::from_secs(5),
            factor: 2.0,
            max: Duration::from_secs(20),
            jitter: 0.0,
            reset_after: Duration::from_secs(7_200),
        },
        normal: 2,
        elevated: 4,
        degraded: Duration::from_secs(1_800),
        hourly: 6,
        failed: Duration::from_secs(86_400),
    }
}

async fn grove() -> Grove {
    Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::RestForOne)
            .intensity(0, Duration::from_secs(1_000))
            .child(probe("a", journal, &knobs()).ladder(ladder()))
            .child(probe("b", journal, &knobs()))
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn it_never_costs_its_supervisor_or_its_siblings_anything() {
    let grove = grove().await;
    let mut seen = Vec::new();
    for times in 1..=6 {
        let before = Instant::now();
        grove.tell("a", ProbeMsg::Panic);
        let node = grove.until_restarted("a", times).await;
        seen.push((node.tier, before.elapsed().as_secs()));
    }
    use Tier::{Degraded, Elevated, Normal};
    assert_eq!(
        seen,
        [(Normal, 0), (Normal, 5), (Elevated, 10), (Elevated, 20), (Degraded, 1_800), (Degraded, 1_800)]
    );
    assert_eq!((grove.life("b").await, grove.node("b").restarts), (1, 0));
    assert!(!grove.done.is_finished(), "an intensity of 0 would have ended the tree at the first failure");
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_too_often_is_left_alone_for_a_day_and_then_tried_again() {
    let grove = Grove::plant(|journal| {
        let quick = Ladder { normal: 100, backoff: Backoff::none(), ..ladder() };
        SupervisorSpec::new(Strategy::OneForOne).child(probe("a", journal, &knobs()).ladder(quick))
    })
    .await;
    for times in 1..=6 {
        grove.tell("a", ProbeMsg::Panic);
        grove.until_restarted("a", times).await;
    }
    let before = Instant::now();
    grove.tell("a", ProbeMsg::Panic);
    let node = grove.until("a", |node| node.state == NodeState::Failed).await;
    assert_eq!(node.tier, Tier::Failed);
    tokio::time::sleep(Duration::from_secs(86_000)).await;
    assert_eq!(grove.node("a").state, NodeState::Failed);
    grove.until_restarted("a", 7).await;
    assert_eq!(before.elapsed().as_secs(), 86_400);
}
