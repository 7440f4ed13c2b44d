use std::time::Duration;

use rr_actors::supervision::{
    Backoff, ChildSpec, NodeState, Strategy, SupervisorSpec, Watchdog, WatchdogArgs,
};
use rr_proto::ErrorCode;
use tokio::time::Instant;

use crate::probe::{Grove, ProbeMsg, SOON, knobs, path, probe};

const EVERY: Duration = Duration::from_secs(30);
const LIMIT: Duration = Duration::from_secs(600);

fn watchdog() -> ChildSpec {
    ChildSpec::worker("watchdog", |start| {
        let args = WatchdogArgs {
            tree: start.tree.clone(),
            every: EVERY,
            limit: LIMIT,
            myself: start.address(),
            observer: start.observer(),
        };
        (Watchdog, args)
    })
}

async fn grove() -> Grove {
    Grove::plant(|journal| {
        let inner = SupervisorSpec::new(Strategy::OneForAll)
            .backoff(Backoff::none())
            .child(probe("x/1", journal, &knobs()))
            .child(probe("y", journal, &knobs()));
        SupervisorSpec::new(Strategy::OneForOne)
            .backoff(Backoff::none())
            .child(probe("a", journal, &knobs()))
            .child(ChildSpec::supervisor("in", inner))
            .child(watchdog())
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_hung_handler_is_found_named_and_restarted_by_its_own_supervisor() {
    let grove = grove().await;
    let before = Instant::now();
    grove.tell("in/x/1", ProbeMsg::Hang);
    let waiting = grove.at("in/x/1");
    let stuck = tokio::spawn(async move { waiting.call(ProbeMsg::Life, Duration::from_secs(9_000)).await });
    let node = grove.until_restarted("in/x/1", 1).await;
    let after = before.elapsed();
    assert!(after >= LIMIT && after <= LIMIT + 3 * EVERY, "{after:?}");
    assert_eq!(node.error_code, Some(ErrorCode::TimedOut));
    assert!(node.last_error.unwrap().contains("was at one message for 600s"), "the error says why");
    assert!(stuck.await.unwrap().is_err(), "who waited for it is told");
    assert_eq!(grove.life("in/x/1").await, 2);
    grove.until_restarted("in/y", 1).await; // what must restart with it
    assert_eq!(grove.node("a").restarts, 0);
    let shown = grove.tree.observed(&path("watchdog")).unwrap();
    assert_eq!((&shown["hung"], &shown["last_hung"]), (&1.into(), &"node/in/x/1".into()));
}

#[tokio::test(start_paused = true)]
async fn an_actor_that_is_busy_without_end_but_not_at_one_message_is_left_alone() {
    let grove = grove().await;
    for _ in 0..100 {
        assert_eq!(grove.at("a").call(ProbeMsg::Life, SOON).await, Ok(1));
        tokio::time::sleep(Duration::from_secs(29)).await;
    }
    assert_eq!(grove.node("a").restarts, 0);
    assert_eq!(grove.node("a").state, NodeState::Running);
    assert_eq!(grove.tree.observed(&path("watchdog")).unwrap()["hung"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_stop_of_its_own_that_hangs_is_found_too() {
    let knobs = knobs();
    let grove = Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne)
            .backoff(Backoff::none())
            .child(probe("a", journal, &knobs))
            .child(watchdog())
    })
    .await;
    knobs.hang_in_stop.store(true, std::sync::atomic::Ordering::SeqCst);
    grove.tell("a", ProbeMsg::End);
    grove.until_restarted("a", 1).await;
}
