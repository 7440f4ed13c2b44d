use std::sync::atomic::Ordering;
use std::time::Duration;

use rr_actors::error::SupervisionError;
use rr_actors::supervision::{Backoff, ChildSpec, NodeState, Strategy, Supervisor, SupervisorSpec};
use rr_proto::ErrorCode;

use crate::probe::{Grove, Journal, ProbeMsg, knobs, path, probe, tree};

fn strict(strategy: Strategy) -> SupervisorSpec {
    SupervisorSpec::new(strategy).backoff(Backoff::none()).intensity(1, Duration::from_secs(10))
}

#[tokio::test]
async fn one_restart_too_many_stops_the_children_and_fails_upwards() {
    let grove = Grove::plant(|journal| {
        let inner = strict(Strategy::OneForOne).child(probe("x", journal, &knobs())).child(probe(
            "y",
            journal,
            &knobs(),
        ));
        strict(Strategy::OneForOne)
            .child(probe("a", journal, &knobs()))
            .child(ChildSpec::supervisor("in", inner))
    })
    .await;
    grove.tell("in/x", ProbeMsg::Panic);
    grove.until_restarted("in/x", 1).await;
    grove.journal.take();
    grove.tell("in/x", ProbeMsg::Panic);
    grove.until_restarted("in", 1).await;
    grove.until_restarted("in/y", 1).await;
    assert_eq!(grove.journal.take(), ["-y", "+x", "+y"], "y was stopped in order, then both were started");
    let error = grove.node("in").last_error.unwrap();
    assert!(
        error.contains("2 restarts within 10s exceed the limit of 1") && error.contains("x was told"),
        "{error}"
    );
    assert_eq!(grove.life("a").await, 1);
    assert_eq!(grove.node("in/x").restarts, 2);

    grove.tell("in/y", ProbeMsg::Panic);
    grove.until_restarted("in/y", 2).await;
    assert_eq!(grove.node("in").restarts, 1, "the new supervisor counts afresh");
}

#[tokio::test]
async fn the_root_ends_with_the_cause() {
    let mut grove = Grove::plant(|journal| {
        let inner = strict(Strategy::OneForAll).intensity(0, Duration::from_secs(1)).child(probe(
            "x",
            journal,
            &knobs(),
        ));
        strict(Strategy::OneForOne)
            .intensity(0, Duration::from_secs(1))
            .child(probe("a", journal, &knobs()))
            .child(ChildSpec::supervisor("in", inner))
    })
    .await;
    grove.journal.take();
    grove.tell("in/x", ProbeMsg::Fail);
    let error = (&mut grove.done).await.unwrap().unwrap_err();
    let SupervisionError::RootFailed { path: root, cause, .. } = &error else { panic!("{error}") };
    assert_eq!((root, cause.contains("x was told to fail")), (&path(""), true), "{error}");
    assert_eq!(grove.journal.take(), ["-a"]);
    assert!(grove.tree.snapshot().iter().all(|node| node.state == NodeState::Stopped));
    assert!(grove.at("a").current().is_none());
}

#[tokio::test]
async fn the_class_of_the_failure_comes_all_the_way_up() {
    let mut grove = Grove::plant(|journal| {
        let inner = strict(Strategy::OneForAll).intensity(0, Duration::from_secs(1)).child(probe(
            "x",
            journal,
            &knobs(),
        ));
        strict(Strategy::OneForOne)
            .intensity(0, Duration::from_secs(1))
            .child(ChildSpec::supervisor("in", inner))
    })
    .await;
    grove.tell("in/x", ProbeMsg::DiskFull);
    let error = (&mut grove.done).await.unwrap().unwrap_err();
    assert_eq!(error.code(), ErrorCode::DiskFull, "{error}");
    assert_eq!(grove.node("in/x").error_code, Some(ErrorCode::DiskFull));
}

#[tokio::test(start_paused = true)]
async fn the_window_slides() {
    let grove =
        Grove::plant(|journal| strict(Strategy::OneForOne).child(probe("x", journal, &knobs()))).await;
    for times in 1..=20 {
        grove.tell("x", ProbeMsg::Panic);
        grove.until_restarted("x", times).await;
        tokio::time::sleep(Duration::from_millis(10_001)).await;
    }
    assert!(!grove.done.is_finished());
}

#[tokio::test]
async fn a_child_that_never_starts_again_exceeds_the_intensity() {
    let unlucky = knobs();
    let grove =
        Grove::plant(|journal| strict(Strategy::RestForOne).child(probe("x", journal, &unlucky))).await;
    unlucky.bad_starts.store(u32::MAX, Ordering::SeqCst);
    grove.tell("x", ProbeMsg::Panic);
    let error = grove.done.await.unwrap().unwrap_err().to_string();
    assert!(error.contains("x can't start"), "{error}");
}

#[tokio::test]
async fn a_first_start_that_fails_stops_those_before_it() {
    let (tree, journal, unlucky) = (tree(), Journal::default(), knobs());
    unlucky.bad_starts.store(1, Ordering::SeqCst);
    let inner = strict(Strategy::OneForOne)
        .child(probe("x", &journal, &knobs()))
        .child(probe("y", &journal, &unlucky));
    let spec = strict(Strategy::OneForOne)
        .child(probe("a", &journal, &knobs()))
        .child(ChildSpec::supervisor("in", inner));
    let error = Supervisor::start_root("node", spec, &tree, 1).await.unwrap_err().to_string();
    assert!(error.contains("node/in/y") && error.contains("y can't start"), "{error}");
    assert_eq!(journal.take(), ["+a", "+x", "-x", "-a"]);
    assert!(tree.snapshot().iter().all(|node| node.state == NodeState::Stopped), "{:#?}", tree.snapshot());
}

#[tokio::test]
async fn a_bad_child_list_is_refused() {
    let journal = Journal::default();
    for (names, word) in
        [(["a", "a"], "occurs twice"), (["a", ""], "not a name"), (["a", "b/"], "not a name")]
    {
        let spec = names
            .iter()
            .fold(strict(Strategy::OneForOne), |spec, name| spec.child(probe(name, &journal, &knobs())));
        let error = Supervisor::start_root("node", spec, &tree(), 1).await.unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    assert_eq!(journal.take(), Vec::<String>::new());
}
