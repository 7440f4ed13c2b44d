//! How far a config is in its stage, from what the loop and its workers show.

use rr_proto::Samples;
use rr_proto::admin::StageProgress;

use crate::leader::config::ConfigReport;
use crate::node::StatusBoard;
use crate::workers::arena::ArenaStatus;
use crate::workers::trainer::TrainingStatus;

/// Says how far a config is in its stage; none where nothing is counted, as before a worker's first word.
pub(super) fn stage_progress(
    report: &ConfigReport,
    threshold: Samples,
    board: &StatusBoard,
) -> Option<StageProgress> {
    match report.stage {
        "collecting" => Some(collecting(report, threshold)),
        "training" => (*board.training.borrow()).filter(|run| run.config == report.config).map(training),
        "evaluating" => (*board.arena.borrow()).filter(|arena| is_of(arena, report)).map(evaluating),
        _ => None,
    }
}

fn is_of(arena: &ArenaStatus, report: &ConfigReport) -> bool {
    report.config.as_str() == format!("{}_{}p", arena.config.board.name(), arena.config.players)
}

fn collecting(report: &ConfigReport, threshold: Samples) -> StageProgress {
    StageProgress {
        done: report.new_samples.get(),
        target: threshold.get(),
        unit: "new samples".to_owned(),
        detail: String::new(),
    }
}

fn training(run: TrainingStatus) -> StageProgress {
    let detail = run
        .loss
        .map_or_else(String::new, |loss| format!("loss {loss:.2}, {:.0} samples/s", run.samples_per_second));
    StageProgress { done: run.step, target: run.steps, unit: "steps".to_owned(), detail }
}

/// Counts games against the opponent of the moment.
fn evaluating(arena: ArenaStatus) -> StageProgress {
    let (tally, sprt) = (&arena.tally, &arena.sprt);
    let games = tally.wins + tally.draws + tally.losses;
    StageProgress {
        done: u64::from(games),
        target: u64::from(arena.max_games),
        unit: "games".to_owned(),
        detail: format!(
            "against {} {}-{}-{}, LLR {:.2} ({:.2} to {:.2})",
            arena.part.name(),
            tally.wins,
            tally.draws,
            tally.losses,
            sprt.llr,
            sprt.lower,
            sprt.upper
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workers::arena::MatchPart;
    use rr_engine::board::{BoardKind, GameConfig};
    use rr_proto::{ConfigKey, Games, Generation, JobId, MatchTally, ModelId, SprtProgress, SprtVerdict};

    fn report(stage: &'static str) -> ConfigReport {
        ConfigReport {
            config: "hex8_2p".parse().unwrap(),
            stage,
            games: Games(40),
            samples: Samples(900),
            new_samples: Samples(230),
            champion: None,
            generation: Generation(1),
            rating: None,
            simulations: 16,
            failures: 0,
            refusals: 0,
        }
    }

    fn board() -> StatusBoard {
        StatusBoard::new(&["hex8_2p".parse().unwrap()], 1)
    }

    #[test]
    fn each_stage_counts_what_it_waits_for() {
        let (board, threshold) = (board(), Samples(500));
        let told = |stage| stage_progress(&report(stage), threshold, &board);
        let collecting = told("collecting").unwrap();
        assert_eq!((collecting.done, collecting.target, collecting.unit.as_str()), (230, 500, "new samples"));
        assert_eq!((told("training"), told("evaluating"), told("promoting")), (None, None, None));
        let config: ConfigKey = "hex8_2p".parse().unwrap();
        let run = TrainingStatus { config, step: 5, steps: 30, loss: Some(2.5), samples_per_second: 99.6 };
        board.training.send_replace(Some(run));
        let training = told("training").unwrap();
        assert_eq!((training.done, training.target, training.unit.as_str()), (5, 30, "steps"));
        assert_eq!(training.detail, "loss 2.50, 100 samples/s");
        let other = ConfigReport { config: "hex8_3p".parse().unwrap(), ..report("training") };
        assert_eq!(stage_progress(&other, threshold, &board), None, "another config's run");
    }

    #[test]
    fn an_evaluation_counts_games() {
        let board = board();
        let arena = ArenaStatus {
            config: GameConfig::new(BoardKind::Hex8, 2).unwrap(),
            job: JobId::derive(&[b"job"]),
            candidate: ModelId::of(b"candidate"),
            champion: ModelId::of(b"champion"),
            part: MatchPart::Heuristic,
            tally: MatchTally { wins: 5, draws: 1, losses: 2 },
            sprt: SprtProgress { llr: 0.5, lower: -2.94, upper: 2.94, verdict: SprtVerdict::Undecided },
            max_games: 12,
        };
        board.arena.send_replace(Some(arena));
        let told = stage_progress(&report("evaluating"), Samples(500), &board).unwrap();
        assert_eq!((told.done, told.target, told.unit.as_str()), (8, 12, "games"));
        assert_eq!(told.detail, "against heuristic 5-1-2, LLR 0.50 (-2.94 to 2.94)");
    }
}
