//! Whether a node's device should have work now.

use rr_proto::ConfigKey;

use crate::node::StatusBoard;
use crate::permit::{WorkKind, WorkPermit};

/// Says whether a device should have work, and why or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkExpected {
    /// It should: this config is to be played, or is measured.
    Yes {
        /// Which one.
        config: ConfigKey,
        /// What the config is at.
        stage: &'static str,
    },
    /// It need not, for this reason.
    No(&'static str),
}

/// Knows what a node is at; a test says what it likes.
pub trait WorkView: Send + Sync + 'static {
    /// Says whether the device should have work now.
    fn expected(&self) -> WorkExpected;
}

/// Reads it from what everybody shows.
#[derive(Debug, Clone)]
pub struct BoardView {
    /// The newest counts.
    pub board: StatusBoard,
    /// What holds work.
    pub permit: WorkPermit,
    /// Whether self-play waits while a network is trained or measured.
    pub pause_while_busy: bool,
}

impl WorkView for BoardView {
    fn expected(&self) -> WorkExpected {
        if !self.permit.allows(WorkKind::SelfPlay) || !self.permit.allows(WorkKind::Evaluation) {
            return WorkExpected::No("work is held");
        }
        let reports = self.board.configs.iter().filter_map(|(_, report)| report.borrow().clone());
        for report in reports.filter(|report| report.champion.is_some()) {
            let (config, stage) = (report.config, report.stage);
            let plays = !self.board.self_play.is_empty();
            match stage {
                "evaluating" => return WorkExpected::Yes { config, stage },
                "collecting" if plays => return WorkExpected::Yes { config, stage },
                _ if plays && !self.pause_while_busy => return WorkExpected::Yes { config, stage },
                _ => {}
            }
        }
        WorkExpected::No("no config has anything for it now")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rr_proto::{Games, Generation, ModelId, Samples};

    use super::*;
    use crate::clock::ManualClock;
    use crate::leader::config::ConfigReport;
    use crate::permit::HoldReason;

    fn report(stage: &'static str) -> ConfigReport {
        ConfigReport {
            config: "hex8_2p".parse().unwrap(),
            stage,
            games: Games(0),
            samples: Samples(0),
            new_samples: Samples(0),
            champion: Some(ModelId::of(b"m")),
            generation: Generation(0),
            rating: None,
            simulations: 1,
            failures: 0,
            refusals: 0,
        }
    }

    fn expects(stage: &'static str, slots: usize, pause_while_busy: bool) -> bool {
        let board = StatusBoard::new(&["hex8_2p".parse().unwrap()], slots);
        board.configs[0].1.send_replace(Some(report(stage)));
        let permit = WorkPermit::new(Arc::new(ManualClock::at_ms(1)));
        let view = BoardView { board, permit, pause_while_busy };
        matches!(view.expected(), WorkExpected::Yes { .. })
    }

    #[test]
    fn work_is_expected_by_stage_slots_and_pause() {
        assert!(expects("collecting", 2, true) && expects("evaluating", 2, true));
        assert!(!expects("training", 2, true) && expects("training", 2, false));
        assert!(!expects("collecting", 0, false), "self-play is off");
        assert!(expects("evaluating", 0, true), "the arena needs no slot");
    }

    #[test]
    fn what_holds_work_and_a_loop_that_says_nothing_excuse_it() {
        let board = StatusBoard::new(&["hex8_2p".parse().unwrap()], 2);
        let permit = WorkPermit::new(Arc::new(ManualClock::at_ms(1)));
        let view = BoardView { board: board.clone(), permit: permit.clone(), pause_while_busy: false };
        assert!(matches!(view.expected(), WorkExpected::No(_)));
        board.configs[0].1.send_replace(Some(report("collecting")));
        assert!(matches!(view.expected(), WorkExpected::Yes { .. }));
        permit.hold(HoldReason::Paused, "a test");
        assert_eq!(view.expected(), WorkExpected::No("work is held"));
    }
}
