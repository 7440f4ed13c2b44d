use std::time::Duration;

use rr_actors::error::AddressError;
use rr_actors::supervision::{Backoff, Mailbox, Strategy, SupervisorSpec, Ticker};
use serde_json::json;

use crate::probe::{Grove, ProbeMsg, SOON, knobs, path, probe};

async fn grove(mailbox: Mailbox) -> Grove {
    Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne)
            .backoff(Backoff::none())
            .child(probe("a", journal, &knobs()).mailbox(mailbox))
    })
    .await
}

#[tokio::test]
async fn counts_go_over_all_lives_and_depth_is_of_the_present_one() {
    let grove = grove(Mailbox::unbounded()).await;
    for _ in 0..5 {
        assert_eq!(grove.life("a").await, 1);
    }
    // the answer comes from within the handler, which ends a moment later
    let load = grove.until_load("a", |load| load.handled == 5).await;
    assert_eq!((load.mailbox_depth, load.panics, load.shed, load.mailbox_bound), (0, 0, 0, None));
    grove.tell("a", ProbeMsg::Panic);
    grove.tell("a", ProbeMsg::End); // lost with the life
    grove.until_restarted("a", 1).await;
    assert_eq!(grove.life("a").await, 2);
    let load = grove.until_load("a", |load| load.handled == 7).await;
    assert_eq!((load.mailbox_depth, load.panics), (0, 1));
    assert!(load.longest_handler <= load.in_handlers);
}

#[tokio::test]
async fn a_stuck_actor_shows_what_waits_and_for_how_long() {
    let grove = grove(Mailbox::unbounded()).await;
    grove.tell("a", ProbeMsg::Hang);
    (0..3).for_each(|_| grove.tell("a", ProbeMsg::End));
    let stuck = grove.until_load("a", |load| load.busy_for.is_some() && load.mailbox_depth == 3).await;
    let later = grove.until_load("a", |load| load.busy_for > stuck.busy_for).await;
    assert!(later.mailbox_lag >= stuck.mailbox_lag);
    grove.tree.cell(&path("a")).unwrap().kill();
    let node = grove.until_restarted("a", 1).await;
    assert_eq!((node.load.mailbox_depth, node.load.busy_for), (0, None));
}

#[tokio::test]
async fn a_full_mailbox_refuses_or_drops_and_counts() {
    for (mailbox, refuses) in [(Mailbox::refusing(2), true), (Mailbox::dropping_newest(2), false)] {
        let grove = grove(mailbox).await;
        grove.tell("a", ProbeMsg::Hang);
        grove.until_load("a", |load| load.busy_for.is_some() && load.mailbox_depth == 0).await;
        (0..2).for_each(|_| grove.tell("a", ProbeMsg::End));
        let full = AddressError::Full { path: path("a"), bound: 2 };
        let sent = grove.at("a").cast(ProbeMsg::End);
        assert_eq!(sent, if refuses { Err(full.clone()) } else { Ok(()) });
        assert_eq!(
            grove.at("a").call(ProbeMsg::Life, SOON).await,
            Err(full),
            "who waits is told in any case"
        );
        let load = grove.node("a").load;
        assert_eq!((load.mailbox_depth, load.shed, load.mailbox_bound), (2, 2, Some(2)));
        grove.tree.cell(&path("a")).unwrap().kill();
        grove.until_restarted("a", 1).await;
        assert_eq!(grove.life("a").await, 2, "a new life has an empty mailbox");
        assert_eq!(grove.node("a").load.shed, 2);
    }
}

#[tokio::test]
async fn an_actor_shows_its_state_and_the_picture_outlives_it() {
    let grove = grove(Mailbox::unbounded()).await;
    assert_eq!(grove.tree.observed(&path("a")), None);
    let observer = grove.tree.observer(&path("a"));
    observer.show(json!({ "games": 7 }));
    grove.tell("a", ProbeMsg::Panic);
    grove.until_restarted("a", 1).await;
    assert_eq!(grove.tree.observed(&path("a")), Some(json!({ "games": 7 })));
    observer.show(json!({ "games": 8 }));
    assert_eq!(grove.tree.observed(&path("a")), Some(json!({ "games": 8 })));
}

#[tokio::test(start_paused = true)]
async fn ticks_are_counted_and_end_with_their_ticker() {
    let grove = grove(Mailbox::unbounded()).await;
    let ticker = Ticker::every(&grove.at("a"), Duration::from_secs(1), || ProbeMsg::Tick);
    tokio::time::sleep(Duration::from_millis(5_500)).await;
    assert_eq!(grove.node("a").load.handled, 5);
    drop(ticker);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(grove.node("a").load.handled, 5);
}
