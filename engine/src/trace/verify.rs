//! Replaying recorded games.

use super::{
    Divergence, DivergenceKind, TraceGame, TracePly, TraceReport, moves_digest, state_digest, upstream_digest,
};
use crate::{
    error::TraceError,
    notation::cell_name,
    rules::{Move, MoveKind, MoveList, Player, Position},
    with_board_width,
};

/// Replays every game of a trace and compares each ply.
///
/// # Errors
/// A trace that cannot be read; what was replayed before is lost, so hand over one game after another with
/// [`verify_game`] to keep it.
pub fn verify_trace(
    games: impl Iterator<Item = Result<TraceGame, TraceError>>,
) -> Result<TraceReport, TraceError> {
    let mut report = TraceReport::default();
    for game in games {
        let mut one = verify_game(&game?);
        if let Some(first) = &mut one.first {
            first.game = report.games + 1;
        }
        report.merge(one);
    }
    Ok(report)
}

/// Replays one game and compares each ply, up to the first difference.
pub fn verify_game(game: &TraceGame) -> TraceReport {
    let (plies, first) = with_board_width!(game.header.board, W => Replay::<W>::run(game));
    TraceReport { games: 1, plies, divergences: u64::from(first.is_some()), first: first.map(|d| *d) }
}

/// What differed: kind, the recorded value and the value found.
type Difference = (DivergenceKind, String, String);

struct Replay<const W: usize> {
    position: Position<W>,
    list: MoveList,
    texts: Vec<String>,
}

impl<const W: usize> Replay<W> {
    fn run(game: &TraceGame) -> (u64, Option<Box<Divergence>>) {
        let start = game.header.config().and_then(|config| Position::<W>::new(config, game.header.rules()));
        let mut replay = match start {
            Ok(position) => Replay { position, list: MoveList::new(), texts: Vec::new() },
            Err(error) => return (0, Some(Box::new(refused(game, error.to_string())))),
        };
        let initial = state_digest(&replay.position.to_text());
        if initial != game.header.sh {
            let difference = (DivergenceKind::InitialState, game.header.sh.clone(), initial);
            return (0, Some(replay.divergence(game, None, difference)));
        }
        for ply in &game.plies {
            if let Err(difference) = replay.ply(ply) {
                return (ply.i.into(), Some(replay.divergence(game, Some(ply), difference)));
            }
        }
        let end = replay.footer(game).err().map(|d| replay.divergence(game, game.plies.last(), d));
        (game.plies.len() as u64, end)
    }

    fn ply(&mut self, ply: &TracePly) -> Result<(), Difference> {
        let lists = self.compare_lists(ply);
        let mv = self.recorded_move(ply);
        let mut extraction = Ok(());
        // Played even where the lists differ: the recorded state is the one after the move, and so is then the one found.
        if let Ok(mv) = &mv {
            extraction = self.compare_extraction(ply, *mv);
            self.position.apply(*mv);
        }
        lists.and(mv).and(extraction)?;
        self.compare_state(ply)
    }

    fn recorded_move(&self, ply: &TracePly) -> Result<Move, Difference> {
        let text = ply.m.text();
        let fail = |found: String| (DivergenceKind::RecordedMove, text.clone(), found);
        let mv = self.position.parse_move(&text).map_err(|e| fail(e.to_string()))?;
        if !self.list.contains(&mv) {
            return Err(fail("not in the list of legal moves".to_owned()));
        }
        if self.position.is_failing(mv) {
            return Err(fail("a move that cannot be played".to_owned()));
        }
        Ok(mv)
    }

    fn compare_lists(&mut self, ply: &TracePly) -> Result<(), Difference> {
        let position = &self.position;
        position.legal_moves(&mut self.list);
        self.texts = self.list.iter().map(|&m| position.move_text(m)).collect();
        let digest = moves_digest(&mut self.texts);
        if self.list.len() != ply.n as usize || digest != ply.lh {
            let show = |n: usize, digest: &str| format!("{n} moves {digest}");
            return Err((
                DivergenceKind::LegalMoves,
                show(ply.n as usize, &ply.lh),
                show(self.list.len(), &digest),
            ));
        }
        let mut failing: Vec<String> =
            self.list.iter().filter(|m| position.is_failing(**m)).map(|&m| position.move_text(m)).collect();
        failing.sort_unstable();
        let mut recorded = ply.bad.clone().unwrap_or_default();
        recorded.sort_unstable();
        if failing != recorded {
            return Err((DivergenceKind::FailingMoves, recorded.join(" "), failing.join(" ")));
        }
        if let Some(lf) = &ply.lf {
            let effective = self.list.iter().filter(|m| !position.is_without_effect(**m));
            let mut texts: Vec<String> = effective.map(|&m| position.move_text(m)).collect();
            let digest = moves_digest(&mut texts);
            if digest != *lf {
                return Err((DivergenceKind::LegalMoves, format!("without effect left out: {lf}"), digest));
            }
        }
        Ok(())
    }

    fn compare_extraction(&self, ply: &TracePly, mv: Move) -> Result<(), Difference> {
        let (Some(recorded), MoveKind::RecoverySlide) = (&ply.m.x, mv.kind) else { return Ok(()) };
        let found = self.position.extraction_stack();
        let found = found.map_or_else(|| "none".to_owned(), |c| cell_name(self.position.geometry(), c));
        if found == *recorded {
            Ok(())
        } else {
            Err((DivergenceKind::ExtractionStack, recorded.clone(), found))
        }
    }

    fn compare_state(&self, ply: &TracePly) -> Result<(), Difference> {
        let position = &self.position;
        let found = state_digest(&position.to_text());
        if found != ply.sh {
            return Err((DivergenceKind::State, ply.sh.clone(), found));
        }
        let turn = if position.is_over() {
            "completed game_over 0".to_owned()
        } else {
            format!("active {} {}", position.phase(), position.mover())
        };
        let recorded = format!("{} {} {}", ply.st, ply.ph, ply.pl);
        if turn != recorded {
            return Err((DivergenceKind::Turn, recorded, turn));
        }
        // The reference's digest of a finished game keeps a flag that the text leaves out.
        if let Some(uh) = ply.uh.as_ref().filter(|_| !position.is_over()) {
            let found = upstream_digest(position);
            if found != *uh {
                return Err((DivergenceKind::UpstreamDigest, uh.clone(), found));
            }
        }
        Ok(())
    }

    fn footer(&self, game: &TraceGame) -> Result<(), Difference> {
        let footer = &game.footer;
        let recorded = match footer.end.as_str() {
            "completed" => {
                let reason = footer.reason.as_deref().unwrap_or("no reason");
                format!("{} {reason}", footer.winner.unwrap_or(0))
            }
            _ => "none".to_owned(),
        };
        let found = match self.position.outcome() {
            Some(o) => format!("{} {}", o.winner.map_or(0, Player::number), o.reason),
            None => "none".to_owned(),
        };
        if found == recorded { Ok(()) } else { Err((DivergenceKind::Outcome, recorded, found)) }
    }

    fn divergence(
        &self,
        game: &TraceGame,
        ply: Option<&TracePly>,
        difference: Difference,
    ) -> Box<Divergence> {
        let (kind, recorded, found) = difference;
        Box::new(Divergence {
            ply: ply.map_or(0, |p| p.i),
            kind,
            recorded_move: ply.map(|p| p.m.text()).unwrap_or_default(),
            recorded,
            found,
            recorded_moves: ply.and_then(|p| p.mv.clone()),
            found_moves: self.texts.clone(),
            recorded_state: ply.and_then(|p| p.ct.clone()),
            found_state: self.position.to_text(),
            ..refused(game, String::new())
        })
    }
}

/// Returns the divergence of a game that cannot even begin.
fn refused(game: &TraceGame, found: String) -> Divergence {
    Divergence {
        game: 1,
        line: game.line,
        seed: game.header.seed,
        ply: 0,
        kind: DivergenceKind::InitialState,
        recorded_move: String::new(),
        recorded: game.header.sh.clone(),
        found,
        recorded_moves: None,
        found_moves: Vec::new(),
        recorded_state: None,
        found_state: String::new(),
    }
}
