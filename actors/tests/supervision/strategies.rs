use rr_actors::supervision::{Backoff, ChildSpec, NodeState, Strategy, SupervisorSpec};

use crate::probe::{Grove, Journal, ProbeMsg, knobs, probe};

fn abc(strategy: Strategy, journal: &Journal) -> SupervisorSpec {
    let spec = SupervisorSpec::new(strategy).backoff(Backoff::none());
    ["a", "b", "c"].iter().fold(spec, |spec, name| spec.child(probe(name, journal, &knobs())))
}

#[tokio::test]
async fn children_start_in_order() {
    let grove = Grove::plant(|journal| abc(Strategy::OneForOne, journal)).await;
    assert_eq!(grove.journal.take(), ["+a", "+b", "+c"]);
    let names: Vec<String> = grove.tree.snapshot().iter().map(|node| node.path.to_string()).collect();
    assert_eq!(names, ["node", "node/a", "node/b", "node/c"]);
}

#[tokio::test]
async fn one_for_one_restarts_only_the_one_that_died() {
    let grove = Grove::plant(|journal| abc(Strategy::OneForOne, journal)).await;
    grove.journal.take();
    grove.tell("b", ProbeMsg::Panic);
    let node = grove.until_restarted("b", 1).await;
    assert_eq!(node.last_error.as_deref(), Some("b was told to panic"));
    assert_eq!(grove.journal.take(), ["+b"]);
    assert_eq!((grove.life("a").await, grove.life("b").await, grove.life("c").await), (1, 2, 1));
}

#[tokio::test]
async fn one_for_all_stops_in_reverse_and_starts_in_order() {
    let grove = Grove::plant(|journal| abc(Strategy::OneForAll, journal)).await;
    grove.journal.take();
    grove.tell("b", ProbeMsg::Fail);
    grove.until_restarted("c", 1).await;
    assert_eq!(grove.journal.take(), ["-c", "-a", "+a", "+b", "+c"]);
    assert_eq!(grove.node("b").last_error.as_deref(), Some("b was told to fail"));
    assert_eq!(grove.node("a").last_error, None);
}

#[tokio::test]
async fn rest_for_one_leaves_those_before_alone() {
    let grove = Grove::plant(|journal| abc(Strategy::RestForOne, journal)).await;
    grove.journal.take();
    grove.tell("b", ProbeMsg::Panic);
    grove.until_restarted("c", 1).await;
    assert_eq!(grove.journal.take(), ["-c", "+b", "+c"]);
    assert_eq!(grove.life("a").await, 1);
}

#[tokio::test]
async fn an_actor_is_gone_before_its_successor_starts() {
    for strategy in [Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne] {
        let grove = Grove::plant(|journal| abc(strategy, journal)).await;
        grove.journal.take_all();
        grove.tell("a", ProbeMsg::Panic);
        grove.until_restarted("a", 1).await;
        let notes = grove.journal.take_all();
        let dropped = notes.iter().position(|note| note == "xa").unwrap();
        let started = notes.iter().position(|note| note == "+a").unwrap();
        assert!(dropped < started, "{strategy:?}: {notes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn siblings_keep_their_uptime() {
    let grove = Grove::plant(|journal| abc(Strategy::OneForOne, journal)).await;
    tokio::time::sleep(std::time::Duration::from_secs(100)).await;
    grove.tell("b", ProbeMsg::Panic);
    grove.until_restarted("b", 1).await;
    assert_eq!(grove.node("a").uptime.unwrap().as_secs(), 100);
    assert_eq!(grove.node("b").uptime.unwrap().as_secs(), 0);
    assert_eq!(grove.node("c").uptime.unwrap().as_secs(), 100);
    assert_eq!(grove.node("a").restarts, 0);
}

#[tokio::test]
async fn a_nested_supervisor_restarts_with_its_rest() {
    let grove = Grove::plant(|journal| {
        let inner = SupervisorSpec::new(Strategy::OneForOne)
            .backoff(Backoff::none())
            .child(probe("x", journal, &knobs()))
            .child(probe("y", journal, &knobs()));
        SupervisorSpec::new(Strategy::RestForOne)
            .backoff(Backoff::none())
            .child(probe("store", journal, &knobs()))
            .child(ChildSpec::supervisor("workers", inner))
            .child(probe("last", journal, &knobs()))
    })
    .await;
    assert_eq!(grove.journal.take(), ["+store", "+x", "+y", "+last"]);

    grove.tell("workers/x", ProbeMsg::Panic);
    grove.until_restarted("workers/x", 1).await;
    assert_eq!(grove.journal.take(), ["+x"], "the inner supervisor deals with it alone");

    grove.tell("store", ProbeMsg::Panic);
    grove.until_restarted("last", 1).await;
    assert_eq!(grove.journal.take(), ["-last", "-y", "-x", "+store", "+x", "+y", "+last"]);
    assert_eq!(grove.node("workers/x").restarts, 2);
    assert!(grove.tree.snapshot().iter().all(|node| node.state == NodeState::Running));
}
