//! One recorded game.

use super::{DecisionSite, RecordError, SearchStats};
use crate::action::ActionLayout;
use crate::board::{Cell, GameConfig};
use crate::rules::{EndReason, MAX_PLAYERS, Move, MoveKind, Player, Position, Rules};

/// Version of the stored form of [`GameRecord`]; files name the version that they were written with.
pub const RECORD_VERSION: u32 = 1;

/// Names who took a seat at the start of a game.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PlayerTag {
    /// Kind of player, for example `gumbel` or `random`.
    pub name: String,
    /// Id of the model that played; empty for a player without one.
    pub model: String,
}

/// Holds how a finished game ended, by seat.
///
/// A seat is its colour on the board: whoever swaps sides changes seats (S21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GameResult {
    /// Who won; `None` for a draw.
    pub winner: Option<Player>,
    /// Why the game ended.
    pub reason: EndReason,
    /// Rings eliminated to each seat's credit.
    pub eliminated: [u16; MAX_PLAYERS],
    /// Cells collapsed in each seat's colour.
    pub territory: [u16; MAX_PLAYERS],
}

/// Holds one game: how it was set up, every move, what the searches said, how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GameRecord {
    /// Board and player count.
    pub config: GameConfig,
    /// Rule parameters.
    pub rules: Rules,
    /// Seed that the game was played with.
    pub seed: u64,
    /// Who took each seat at the start.
    pub players: Vec<PlayerTag>,
    /// Every move, forced ones included.
    pub moves: Vec<Move>,
    /// What searches said, in the order of their decisions.
    pub searches: Vec<SearchStats>,
    /// How the game ended; `None` if it was stopped before.
    pub result: Option<GameResult>,
}

impl GameRecord {
    /// Starts the record of a game.
    pub fn new(config: GameConfig, rules: Rules, seed: u64, players: Vec<PlayerTag>) -> Self {
        GameRecord { config, rules, seed, players, moves: Vec::new(), searches: Vec::new(), result: None }
    }

    /// Returns where the next decision stands.
    pub fn next_site(&self, option: bool) -> DecisionSite {
        DecisionSite { ply: self.moves.len() as u32, option }
    }

    /// Notes the end of the game, if the position is one.
    pub fn finish<const W: usize>(&mut self, position: &Position<W>) {
        self.result = GameResult::of(position);
    }

    /// Returns each seat's share of the game: 1 to the winner, equal shares for a draw or a game that was stopped.
    pub fn utilities(&self) -> [f32; MAX_PLAYERS] {
        let mut shares = [0.0; MAX_PLAYERS];
        let players = usize::from(self.config.players);
        match self.result.and_then(|r| r.winner) {
            Some(winner) => shares[winner.index() % MAX_PLAYERS] = 1.0,
            None => shares[..players].fill(1.0 / players as f32),
        }
        shares
    }

    /// Checks everything that can be checked without playing the moves.
    ///
    /// # Errors
    /// [`RecordError::Payload`] or [`RecordError::Engine`] with the cause.
    pub fn validate(&self) -> Result<(), RecordError> {
        let fail = |cause: String| Err(RecordError::Payload(cause));
        GameConfig::new(self.config.board, self.config.players)?;
        self.rules.validate()?;
        let (players, cells) = (usize::from(self.config.players), self.config.board.geometry().cells());
        if self.players.len() != players {
            return fail(format!("{} players named, {players} play", self.players.len()));
        }
        if let Some(ply) = self.moves.iter().position(|&m| !is_well_formed(m, cells)) {
            return fail(format!("move {ply} makes no sense on {}", self.config.board));
        }
        if self.result.and_then(|r| r.winner).is_some_and(|w| w.index() >= players) {
            return fail(format!("the winner is not one of {players} players"));
        }
        self.validate_searches()
    }

    fn validate_searches(&self) -> Result<(), RecordError> {
        let fail = |cause: String| Err(RecordError::Payload(cause));
        let layout = ActionLayout::of(self.config.board);
        // Beyond the layout come ranks of regions and lines, of which no list has more than a board has cells.
        let keys = (layout.len() + 2 * layout.geometry().cells()) as u32;
        let mut last = None;
        for search in &self.searches {
            let site = search.site;
            if site.ply as usize >= self.moves.len() {
                return fail(format!(
                    "search at ply {}, but the game has {} moves",
                    site.ply,
                    self.moves.len()
                ));
            }
            if last.is_some_and(|l| l >= site) {
                return fail(format!("searches out of order at ply {}", site.ply));
            }
            last = Some(site);
            if !search.policy.is_sorted_by(|a, b| a.key < b.key) {
                return fail(format!("policy out of order at ply {}", site.ply));
            }
            if search.policy.iter().any(|w| w.key.0 >= keys) {
                return fail(format!(
                    "policy names an action that {} has not, at ply {}",
                    self.config.board, site.ply
                ));
            }
        }
        Ok(())
    }
}

/// Returns whether a move has the cells and the number that its kind needs, and no others.
fn is_well_formed(mv: Move, cells: usize) -> bool {
    let Move { n, from, to, via, .. } = mv;
    let has = |needed: &[Cell]| needed.iter().all(|c| c.index() < cells);
    match mv.kind {
        MoveKind::PlaceRing => has(&[to]) && mv == Move::place(to, n),
        MoveKind::MoveStack => has(&[from, to]) && mv == Move::step(from, to),
        MoveKind::OvertakingCapture | MoveKind::ContinueCaptureSegment => {
            has(&[from, via, to]) && mv == Move::capture(mv.kind, from, via, to)
        }
        MoveKind::RecoverySlide => {
            has(&[from, to]) && mv.recovery_mode().is_some_and(|mode| mv == Move::recovery(from, to, mode))
        }
        MoveKind::ProcessLine => has(&[from, to]) && mv == Move::line(from, to),
        MoveKind::ChooseLineOption => has(&[from, to, via]),
        MoveKind::ChooseTerritoryOption => {
            has(&[to]) && n <= Move::COLLAPSED_BORDER && mv == Move::territory(to, n)
        }
        MoveKind::EliminateRingsFromStack => {
            has(&[to]) && mv.elimination_context().is_some_and(|context| mv == Move::eliminate(to, context))
        }
        MoveKind::ForcedElimination => has(&[to]) && mv == Move::forced(to),
        _ => mv == Move::bare(mv.kind),
    }
}

impl GameResult {
    /// Reads the result off a finished position; `None` if the game goes on.
    pub fn of<const W: usize>(position: &Position<W>) -> Option<Self> {
        let outcome = position.outcome()?;
        let (mut eliminated, mut territory) = ([0; MAX_PLAYERS], [0; MAX_PLAYERS]);
        for p in Player::all(position.players()) {
            eliminated[p.index()] = position.eliminated(p);
            territory[p.index()] = position.collapsed_count(p) as u16;
        }
        Some(GameResult { winner: outcome.winner, reason: outcome.reason, eliminated, territory })
    }
}
