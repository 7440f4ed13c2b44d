use std::sync::atomic::Ordering;
use std::time::Duration;

use ractor::RpcReplyPort;
use rr_actors::error::SupervisionError;
use rr_actors::supervision::{
    Address, Backoff, ChildSpec, NodeState, Restart, Strategy, SupervisorMsg, SupervisorSpec, TreePath,
};

use crate::probe::{Grove, ProbeMsg, SOON, knobs, path, probe};

type Outcome = Result<(), SupervisionError>;

async fn ask(grove: &Grove, request: impl FnOnce(RpcReplyPort<Outcome>) -> SupervisorMsg) -> Outcome {
    let root: Address<SupervisorMsg> = grove.tree.address(&TreePath::new("node"));
    root.call(request, SOON).await.unwrap()
}

async fn abc(strategy: Strategy) -> Grove {
    Grove::plant(|journal| {
        let spec = SupervisorSpec::new(strategy).backoff(Backoff::none());
        ["a", "b", "c"].iter().fold(spec, |spec, name| spec.child(probe(name, journal, &knobs())))
    })
    .await
}

#[tokio::test]
async fn a_held_child_stays_so_through_a_restart_of_its_group() {
    let grove = abc(Strategy::OneForAll).await;
    ask(&grove, |reply| SupervisorMsg::StopChild("b".into(), reply)).await.unwrap();
    assert_eq!(grove.node("b").state, NodeState::Held);
    grove.tell("a", ProbeMsg::Panic);
    grove.until_restarted("c", 1).await;
    assert_eq!(grove.node("b").state, NodeState::Held);
    ask(&grove, |reply| SupervisorMsg::StartChild("b".into(), reply)).await.unwrap();
    assert_eq!(grove.life("b").await, 2);
    ask(&grove, |reply| SupervisorMsg::StartChild("b".into(), reply)).await.unwrap();
    assert_eq!(grove.life("b").await, 2, "starting what runs changes nothing");
}

#[tokio::test]
async fn a_restart_by_hand_follows_the_strategy_and_costs_no_intensity() {
    let grove = Grove::plant(|journal| {
        let spec = SupervisorSpec::new(Strategy::RestForOne).intensity(0, Duration::from_secs(60));
        ["a", "b", "c"].iter().fold(spec, |spec, name| spec.child(probe(name, journal, &knobs())))
    })
    .await;
    grove.journal.take();
    for times in 1..=3 {
        ask(&grove, |reply| SupervisorMsg::RestartChild("b".into(), reply)).await.unwrap();
        assert_eq!(grove.node("c").restarts, times);
        assert_eq!(grove.journal.take(), ["-c", "-b", "+b", "+c"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_by_hand_that_fails_says_so_and_goes_on_trying() {
    let unlucky = knobs();
    let grove = Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne)
            .backoff(Backoff { immediate: 0, ..Backoff::default() })
            .child(probe("a", journal, &unlucky))
    })
    .await;
    unlucky.bad_starts.store(1, Ordering::SeqCst);
    let error = ask(&grove, |reply| SupervisorMsg::RestartChild("a".into(), reply)).await.unwrap_err();
    assert!(
        matches!(&error, SupervisionError::StartFailed { cause, .. } if cause == "a can't start"),
        "{error}"
    );
    grove.until_restarted("a", 1).await;
}

#[tokio::test]
async fn children_come_and_go() {
    let grove = abc(Strategy::OneForOne).await;
    let extra = probe("peer/7", &grove.journal, &knobs());
    ask(&grove, |reply| SupervisorMsg::AddChild(Box::new(extra.clone()), reply)).await.unwrap();
    let address = grove.at("peer/7");
    assert_eq!(address.call(ProbeMsg::Life, SOON).await, Ok(1));
    let twice =
        ask(&grove, |reply| SupervisorMsg::AddChild(Box::new(extra.clone()), reply)).await.unwrap_err();
    assert!(twice.to_string().contains("occurs twice"), "{twice}");

    grove.tell("peer/7", ProbeMsg::Panic);
    grove.until_restarted("peer/7", 1).await;
    ask(&grove, |reply| SupervisorMsg::RemoveChild("peer/7".into(), reply)).await.unwrap();
    assert_eq!(grove.tree.node(&path("peer/7")), None);
    assert!(address.current().is_none());

    ask(&grove, |reply| SupervisorMsg::AddChild(Box::new(extra), reply)).await.unwrap();
    assert_eq!(address.call(ProbeMsg::Life, SOON).await, Ok(3), "the old address finds the new child");
    assert_eq!(grove.node("peer/7").restarts, 0);
}

#[tokio::test]
async fn a_child_that_does_not_start_is_not_added() {
    let grove = abc(Strategy::OneForOne).await;
    let unlucky = knobs();
    unlucky.bad_starts.store(1, Ordering::SeqCst);
    let extra = probe("d", &grove.journal, &unlucky).restart(Restart::Permanent);
    let error =
        ask(&grove, |reply| SupervisorMsg::AddChild(Box::new(extra.clone()), reply)).await.unwrap_err();
    assert!(error.to_string().contains("node/d: did not start: d can't start"), "{error}");
    assert_eq!(grove.tree.node(&path("d")), None);
    ask(&grove, |reply| SupervisorMsg::AddChild(Box::new(extra), reply)).await.unwrap();
}

#[tokio::test]
async fn unknown_names_are_answered_with_the_known_ones() {
    let grove = abc(Strategy::OneForOne).await;
    let requests: [fn(String, RpcReplyPort<Outcome>) -> SupervisorMsg; 4] = [
        SupervisorMsg::StartChild,
        SupervisorMsg::StopChild,
        SupervisorMsg::RestartChild,
        SupervisorMsg::RemoveChild,
    ];
    for request in requests {
        let error = ask(&grove, |reply| request("d".into(), reply)).await.unwrap_err();
        assert_eq!(error.to_string(), "node: no child is called `d`; it has: a, b, c");
    }
}

#[tokio::test]
async fn a_snapshot_shows_the_subtree_in_starting_order() {
    let grove = Grove::plant(|journal| {
        let inner = SupervisorSpec::new(Strategy::OneForAll)
            .child(probe("z", journal, &knobs()))
            .child(probe("y", journal, &knobs()).restart(Restart::Transient));
        SupervisorSpec::new(Strategy::RestForOne)
            .child(probe("m", journal, &knobs()))
            .child(ChildSpec::supervisor("in", inner))
            .child(probe("a", journal, &knobs()))
    })
    .await;
    let shown: Vec<String> = grove.tree.snapshot().iter().map(|node| node.path.to_string()).collect();
    assert_eq!(shown, ["node", "node/m", "node/in", "node/in/z", "node/in/y", "node/a"]);
    let inner: Address<SupervisorMsg> = grove.tree.address(&path("in"));
    let below = inner.call(SupervisorMsg::Snapshot, SOON).await.unwrap();
    assert_eq!(below.len(), 3);
    assert_eq!(below[2].restart, Restart::Transient);
}
