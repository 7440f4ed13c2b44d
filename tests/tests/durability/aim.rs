//! The moments at which a node is killed.
use std::time::Duration;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rr_tests::{RunningNode, Signal, send};

/// Longest time that the loop may take to reach a phase, however slow the machine is.
const PHASE: Duration = Duration::from_secs(60);

/// Names a phase of the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aim {
    /// The first moments, before or while the tree starts.
    Start,
    /// Games are played and stored.
    SelfPlay,
    /// A network is trained.
    Training,
    /// A finished network is stored.
    Trained,
    /// A candidate is measured.
    Evaluation,
    /// A proven candidate becomes champion.
    Promotion,
    /// The loop begins anew.
    Promoted,
    /// The training process alone is killed; the node has to notice, and is killed after that.
    Trainer,
}

impl Aim {
    pub const ALL: [Self; 8] = [
        Self::SelfPlay,
        Self::Training,
        Self::Evaluation,
        Self::Promotion,
        Self::Trainer,
        Self::Trained,
        Self::Start,
        Self::Promoted,
    ];

    /// Waits for the phase and then for a random time within it.
    ///
    /// # Panics
    /// Where the loop does not come to it: it stands still, or the node ended.
    pub fn wait(self, node: &mut RunningNode, rng: &mut ChaCha8Rng) {
        let (line, longest_ms) = match self {
            Self::Start => return pause(rng, 400),
            Self::SelfPlay => ("the node runs", 900),
            Self::Training => ("TRAINING_STARTED", 600),
            Self::Trained => ("TRAINING_COMPLETED", 15),
            Self::Evaluation => ("EVALUATION_STARTED", 500),
            Self::Promotion => ("EVALUATION_COMPLETED", 15),
            Self::Promoted => ("MODEL_PROMOTED", 15),
            Self::Trainer => return kill_trainer(node, rng),
        };
        expect(node, line);
        pause(rng, longest_ms);
    }
}

fn expect(node: &mut RunningNode, words: &str) {
    if node.hear(words, PHASE).is_none() {
        panic!("the loop did not come to {words}; the node said:\n{}", node.text());
    }
}

fn pause(rng: &mut ChaCha8Rng, longest_ms: u64) {
    std::thread::sleep(Duration::from_millis(rng.random_range(0..=longest_ms)));
}

/// Kills the training process, waits until the node says so, and until the run was completed all the same.
fn kill_trainer(node: &mut RunningNode, rng: &mut ChaCha8Rng) {
    for _ in 0..20 {
        let trainer = node.until(PHASE, |node| node.trainers().first().copied());
        let trainer = trainer.unwrap_or_else(|| panic!("nothing was trained:\n{}", node.text()));
        pause(rng, 250);
        send(trainer, Signal::Kill);
        // It may have ended by itself a moment before; then the next run is waited for.
        if node.hear("TRAINING_FAILED", Duration::from_secs(2)).is_some() {
            return expect(node, "TRAINING_COMPLETED");
        }
    }
    panic!("the training process was never hit:\n{}", node.text());
}
