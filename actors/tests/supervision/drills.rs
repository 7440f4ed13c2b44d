use std::time::Duration;

use rr_actors::error::AddressError;
use rr_actors::supervision::{
    Backoff, ChildSpec, Fault, NodeState, Shutdown, Strategy, SupervisorMsg, SupervisorSpec,
};

use crate::probe::{Grove, ProbeMsg, SOON, knobs, path, probe};

async fn grove() -> Grove {
    Grove::plant(|journal| {
        let spec = SupervisorSpec::new(Strategy::OneForOne).backoff(Backoff::none());
        ["a", "b"].iter().fold(spec, |spec, name| {
            spec.child(probe(name, journal, &knobs()).shutdown(Shutdown::Within(Duration::from_millis(50))))
        })
    })
    .await
}

async fn restart_by_hand(grove: &Grove, name: &str) {
    let root = grove.tree.address(&path(""));
    let request = |reply| SupervisorMsg::RestartChild(name.to_owned(), reply);
    root.call(request, SOON).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_fault_in_a_handler_strikes_once_and_the_sibling_never_notices() {
    let grove = grove().await;
    for (life, fault, words) in [
        (1, Fault::PanicInHandle, "a drill makes the handler panic"),
        (2, Fault::ErrorInHandle, "a drill makes the handler fail"),
    ] {
        assert!(grove.tree.arm(&path("a"), fault));
        assert!(grove.at("a").call(ProbeMsg::Life, SOON).await.is_err(), "it dies with the request");
        let node = grove.until_restarted("a", life).await;
        assert_eq!(node.last_error.as_deref(), Some(words));
        assert_eq!(grove.life("a").await, life + 1);
    }
    assert_eq!(grove.node("a").load.panics, 1, "an error is no panic");
    assert_eq!((grove.life("b").await, grove.node("b").restarts), (1, 0));
}

#[tokio::test]
async fn a_fault_in_a_start_or_a_stop_is_mended() {
    let grove = grove().await;
    grove.tree.arm(&path("a"), Fault::PanicInStart);
    grove.tell("a", ProbeMsg::Panic);
    let node = grove.until_restarted("a", 1).await;
    assert_eq!(node.last_error.as_deref(), Some("a drill makes the start panic"));
    for fault in [Fault::PanicInStop, Fault::HangInStop] {
        grove.tree.arm(&path("a"), fault);
        restart_by_hand(&grove, "a").await;
        assert_eq!(grove.node("a").state, NodeState::Running, "{fault:?}");
    }
    assert_eq!(grove.life("a").await, 4);
    assert_eq!(grove.node("b").restarts, 0);
}

#[tokio::test]
async fn a_hang_holds_only_its_actor_and_a_kill_ends_it() {
    let grove = grove().await;
    grove.tree.arm(&path("a"), Fault::HangInHandle);
    grove.tell("a", ProbeMsg::Fail);
    grove.until_load("a", |load| load.busy_for.is_some()).await;
    assert_eq!(grove.life("b").await, 1);
    grove.tree.cell(&path("a")).unwrap().kill();
    grove.until_restarted("a", 1).await;
    assert_eq!(grove.life("a").await, 2);
}

#[tokio::test]
async fn what_is_disarmed_or_aimed_at_nobody_strikes_nobody() {
    let grove = grove().await;
    assert!(!grove.tree.arm(&path("nobody"), Fault::PanicInHandle));
    grove.tree.arm(&path("a"), Fault::PanicInHandle);
    grove.tree.disarm(&path("a"));
    assert_eq!(grove.life("a").await, 1);
}

#[tokio::test]
async fn everybody_answers_a_ping_supervisors_and_the_root_included() {
    let grove = Grove::plant(|journal| {
        let inner = SupervisorSpec::new(Strategy::OneForAll).child(probe("x", journal, &knobs()));
        SupervisorSpec::new(Strategy::OneForOne)
            .child(probe("a", journal, &knobs()))
            .child(ChildSpec::supervisor("in", inner))
    })
    .await;
    for _ in 0..20 {
        for name in ["", "a", "in", "in/x"] {
            grove.tree.ping(&path(name), SOON).await.unwrap();
        }
    }
    assert!(grove.tree.snapshot().iter().all(|node| node.restarts == 0), "{:#?}", grove.tree.snapshot());
    grove.tell("a", ProbeMsg::Hang);
    let late = grove.tree.ping(&path("a"), Duration::from_millis(30)).await.unwrap_err();
    assert!(matches!(late, AddressError::Timeout { .. }), "{late}");
    grove.tree.cell(&path("a")).unwrap().kill();
    grove.until_restarted("a", 1).await;
    grove.tree.arm(&path("in/x"), Fault::PanicInHandle);
    assert!(grove.tree.ping(&path("in/x"), SOON).await.is_err(), "a drill strikes idle actors too");
    grove.until_restarted("in/x", 1).await;
    assert!(matches!(grove.tree.ping(&path("nobody"), SOON).await, Err(AddressError::NotRunning { .. })));
    grove.fell().await.unwrap();
}
