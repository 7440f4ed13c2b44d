use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_actors::supervision::{Backoff, ChildSpec, NodeState, Shutdown, Strategy, SupervisorSpec};

use crate::probe::{Grove, Journal, ProbeMsg, SOON, knobs, path, probe};

const LEAVES: [&str; 6] = ["store", "bus", "devices/cpu", "devices/gpu", "workers/x", "workers/y"];

fn node(journal: &Journal) -> SupervisorSpec {
    let calm = |strategy| {
        SupervisorSpec::new(strategy).backoff(Backoff::none()).intensity(usize::MAX, Duration::from_secs(1))
    };
    let leaf =
        |name: &str| probe(name, journal, &knobs()).shutdown(Shutdown::Within(Duration::from_millis(50)));
    calm(Strategy::RestForOne)
        .child(leaf("store"))
        .child(leaf("bus"))
        .child(ChildSpec::supervisor(
            "devices",
            calm(Strategy::OneForAll).child(leaf("cpu")).child(leaf("gpu")),
        ))
        .child(ChildSpec::supervisor("workers", calm(Strategy::OneForOne).child(leaf("x")).child(leaf("y"))))
}

/// Whatever dies however, in whatever order, the tree comes back in the same shape and every actor answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shape_survives_a_storm() {
    let grove = Grove::plant(node).await;
    let shape = |grove: &Grove| -> Vec<String> {
        grove.tree.snapshot().iter().map(|node| node.path.to_string()).collect()
    };
    let before = shape(&grove);
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for _ in 0..300 {
        let name = LEAVES[rng.random_range(0..LEAVES.len())];
        let address = grove.at(name);
        match rng.random_range(0..6) {
            0 => drop(address.cast(ProbeMsg::Panic)),
            1 => drop(address.cast(ProbeMsg::Fail)),
            2 => drop(address.cast(ProbeMsg::End)),
            3 => drop(address.cast(ProbeMsg::Hang).map(|()| kill(&grove, name))),
            4 => kill(&grove, name),
            _ => kill(&grove, ["devices", "workers"][rng.random_range(0..2)]),
        }
        if rng.random_bool(0.3) {
            tokio::time::sleep(Duration::from_micros(rng.random_range(0..2_000))).await;
        }
    }
    let calm = async {
        // a kill may still be on its way when an actor answers, so all have to answer in one round
        while !all_answer(&grove).await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let outcome = tokio::time::timeout(SOON, calm).await;
    assert!(outcome.is_ok(), "{:#?}", grove.tree.snapshot());
    assert_eq!(shape(&grove), before);
    grove.fell().await.unwrap();
}

async fn all_answer(grove: &Grove) -> bool {
    for name in LEAVES {
        if grove.at(name).call(ProbeMsg::Life, SOON).await.is_err() {
            return false;
        }
    }
    grove.tree.snapshot().iter().all(|node| node.state == NodeState::Running)
}

/// Every start in the journal is answered by exactly one drop before the next start of the same name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_actor_ever_lives_twice_at_once() {
    let grove = Grove::plant(node).await;
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    for _ in 0..200 {
        kill(&grove, [&LEAVES[..], &["devices", "workers"]].concat()[rng.random_range(0..8)]);
        tokio::time::sleep(Duration::from_micros(rng.random_range(0..1_000))).await;
    }
    let journal = grove.journal.clone();
    grove.fell().await.unwrap();
    let notes = journal.take_all();
    for name in ["store", "bus", "cpu", "gpu", "x", "y"] {
        let mut alive = 0;
        for (at, note) in notes.iter().enumerate().filter(|(_, note)| &note[1..] == name) {
            alive += match &note[..1] {
                "+" => 1,
                "x" => -1,
                _ => 0,
            };
            assert!((0..=1).contains(&alive), "{name}: {:?}", &notes[at.saturating_sub(30)..=at]);
        }
        assert_eq!(alive, 0, "{name}");
    }
}

fn kill(grove: &Grove, name: &str) {
    if let Some(cell) = grove.tree.cell(&path(name)) {
        cell.kill();
    }
}
