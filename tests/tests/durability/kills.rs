//! The kills themselves.
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_proto::ConfigKey;
use rr_tests::{RunningNode, Signal, StoreFacts, rr_node, tiny_loop};

use crate::acknowledged::Acknowledged;
use crate::aim::Aim;

/// How often each phase is aimed at.
const ROUNDS: usize = 3;
/// How long a stop in order may take.
const STOP: Duration = Duration::from_secs(30);

fn start(folder: &Path) -> RunningNode {
    let mut command = rr_node();
    RunningNode::start(tiny_loop(&mut command), folder)
}

#[test]
fn nothing_acknowledged_is_lost_and_the_loop_goes_on() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("data");
    let key: ConfigKey = "hex8_2p".parse().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(0x6b69_6c6c);
    let mut facts: Option<StoreFacts> = None;
    let mut kills = BTreeMap::<Aim, usize>::new();
    let mut said = Vec::new();
    for aim in Aim::ALL.iter().cycle().take(ROUNDS * Aim::ALL.len()) {
        let mut node = start(&folder);
        aim.wait(&mut node, &mut rng);
        let ending = node.kill();
        assert_eq!(ending.code, None, "aiming at {aim:?} it ended by itself:\n{}", ending.text);
        *kills.entry(*aim).or_default() += 1;
        said.push(Acknowledged::read(&ending.text));
        // Now and then the next node starts at once, beside what the killed one left running.
        if rng.random_ratio(1, 4) || !folder.join("RINGRIFT").exists() {
            continue;
        }
        let now = StoreFacts::read_after(&folder, key, facts.as_ref());
        said.drain(..).for_each(|promise| promise.check(&now));
        facts = Some(now);
    }
    assert!(kills.values().sum::<usize>() >= 20, "{kills:?}");

    let facts = finish(&folder, key, facts.as_ref(), said);
    assert!(facts.generation() >= 3, "the loop made no progress: generation {}", facts.generation());
    assert!(
        facts.models.len() > ROUNDS && facts.games_by_evaluation().len() >= 3,
        "{:?}",
        facts.games_by_evaluation()
    );
}

/// Lets the loop turn once more without a kill, stops it in order, and looks at everything a last time.
fn finish(folder: &Path, key: ConfigKey, before: Option<&StoreFacts>, said: Vec<Acknowledged>) -> StoreFacts {
    let mut node = start(folder);
    let promoted = node.hear("EVALUATION_COMPLETED", Duration::from_secs(90));
    assert!(promoted.is_some(), "the loop stands still:\n{}", node.text());
    node.signal(Signal::Terminate);
    let ending = node.end(STOP);
    assert_eq!(ending.code, Some(0), "{}", ending.text);
    let facts = StoreFacts::read_after(folder, key, before);
    said.iter().for_each(|promise| promise.check(&facts));
    Acknowledged::read(&ending.text).check(&facts);
    let left: Vec<_> =
        std::fs::read_dir(folder.join("tmp")).unwrap().flatten().map(|entry| entry.path()).collect();
    assert!(left.is_empty(), "unfinished files are left: {left:?}");
    facts
}
