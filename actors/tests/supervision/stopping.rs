use std::sync::atomic::Ordering;
use std::time::Duration;

use rr_actors::supervision::{Backoff, ChildSpec, NodeState, Shutdown, Strategy, SupervisorSpec};
use tokio::time::Instant;

use crate::probe::{Grove, Journal, ProbeMsg, knobs, probe};

#[tokio::test]
async fn a_tree_stops_in_reverse_order_to_the_leaves() {
    let grove = Grove::plant(|journal| {
        let inner = SupervisorSpec::new(Strategy::OneForOne)
            .child(probe("x", journal, &knobs()))
            .child(probe("y", journal, &knobs()));
        SupervisorSpec::new(Strategy::OneForOne)
            .child(probe("a", journal, &knobs()))
            .child(ChildSpec::supervisor("in", inner))
            .child(probe("c", journal, &knobs()))
    })
    .await;
    grove.journal.take();
    let (journal, tree) = (grove.journal.clone(), grove.tree.clone());
    assert_eq!(grove.fell().await, Ok(()));
    assert_eq!(journal.take_all(), ["-c", "xc", "-y", "xy", "-x", "xx", "-a", "xa"]);
    assert!(tree.snapshot().iter().all(|node| node.state == NodeState::Stopped && node.uptime.is_none()));
}

#[tokio::test(start_paused = true)]
async fn each_child_has_its_time_then_it_is_killed() {
    let (slow, stuck, hung) = (knobs(), knobs(), knobs());
    slow.stop_takes_ms.store(1_500, Ordering::SeqCst);
    stuck.hang_in_stop.store(true, Ordering::SeqCst);
    let limit = |seconds| Shutdown::Within(Duration::from_secs(seconds));
    let grove = Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne)
            .child(probe("slow", journal, &slow).shutdown(limit(2)))
            .child(probe("stuck", journal, &stuck).shutdown(limit(3)))
            .child(probe("hung", journal, &hung).shutdown(limit(4)))
            .child(probe("brutal", journal, &knobs()).shutdown(Shutdown::Kill))
    })
    .await;
    grove.tell("hung", ProbeMsg::Hang);
    tokio::time::sleep(Duration::from_millis(1)).await;
    grove.journal.take();
    let (journal, tree) = (grove.journal.clone(), grove.tree.clone());
    let before = Instant::now();
    assert_eq!(grove.fell().await, Ok(()));
    let took = before.elapsed();
    assert!((8_500..8_600).contains(&took.as_millis()), "4 s and 3 s until killed, 1.5 s in order: {took:?}");
    assert_eq!(journal.take_all(), ["xbrutal", "xhung", "xstuck", "-slow", "xslow"]);
    let errors: Vec<Option<String>> =
        tree.snapshot().into_iter().skip(1).map(|node| node.last_error).collect();
    let killed = |limit: &str| Some(format!("did not stop within {limit} and was killed"));
    assert_eq!(errors, [None, killed("3s"), killed("4s"), None]);
}

#[tokio::test(start_paused = true)]
async fn children_that_stop_together_take_as_long_as_the_slowest() {
    let grove = Grove::plant(|journal| {
        let spec = SupervisorSpec::new(Strategy::OneForOne).stop_together();
        (1..=5).fold(spec, |spec, number| {
            let slow = knobs();
            slow.stop_takes_ms.store(number * 800, Ordering::SeqCst);
            spec.child(probe(&number.to_string(), journal, &slow))
        })
    })
    .await;
    grove.journal.take();
    let (journal, before) = (grove.journal.clone(), Instant::now());
    grove.fell().await.unwrap();
    assert_eq!(before.elapsed().as_secs(), 4);
    assert_eq!(journal.take(), ["-1", "-2", "-3", "-4", "-5"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_waiting_restart() {
    let slow = Backoff { immediate: 0, initial: Duration::from_secs(100), jitter: 0.0, ..Backoff::default() };
    let slow = Backoff { max: Duration::from_secs(1_000), ..slow };
    let grove = Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne).backoff(slow).child(probe("a", journal, &knobs()))
    })
    .await;
    grove.tell("a", ProbeMsg::Panic);
    grove.until("a", |node| node.state == NodeState::BackingOff).await;
    grove.journal.take();
    let (journal, before) = (grove.journal.clone(), Instant::now());
    grove.fell().await.unwrap();
    assert!(before.elapsed() < Duration::from_secs(1));
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert_eq!(journal.take(), Vec::<String>::new());
}

#[tokio::test]
async fn a_killed_supervisor_takes_its_children_with_it_and_they_are_gone_before_the_next() {
    let grove = Grove::plant(|journal: &Journal| {
        let inner = SupervisorSpec::new(Strategy::OneForOne)
            .child(probe("x", journal, &knobs()))
            .child(probe("y", journal, &knobs()));
        SupervisorSpec::new(Strategy::OneForOne)
            .backoff(Backoff::none())
            .child(probe("a", journal, &knobs()))
            .child(ChildSpec::supervisor("in", inner))
    })
    .await;
    grove.journal.take_all();
    grove.tree.cell(&crate::probe::path("in")).unwrap().kill();
    grove.until_restarted("in/y", 1).await;
    let mut notes = grove.journal.take_all();
    notes[..2].sort();
    assert_eq!(notes, ["xx", "xy", "+x", "+y"]);
    assert_eq!(grove.node("in").restarts, 1);
    assert_eq!(grove.life("a").await, 1);
}
