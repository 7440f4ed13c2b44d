//! A game state.

use super::{
    BoardState, LpsState, MAX_PLAYERS, Outcome, Phase, Player, Rules, StackView,
    zobrist::{fold, mix},
};
use crate::{
    EngineError,
    board::{Cell, CellSet, GameConfig, Geometry},
};

/// Holds what a turn in progress has to remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TurnState<const W: usize> {
    /// The only stack that may move, after a placement.
    pub must_move: Option<Cell>,
    /// Where the capturing stack of a chain stands.
    pub chain: Option<Cell>,
    /// Where the stack that may capture landed; phase capture only.
    pub capture: Option<Cell>,
    /// Whether a ring is owed for a collapsed line.
    pub line_elimination: bool,
    /// The region just taken, outside which a cap is owed; empty when nothing is owed.
    pub region: CellSet<W>,
    /// Whether a recovery slide was made since another player last moved (S13).
    pub recovered: bool,
    /// Whether a real move was made since another player last moved (S13).
    pub acted: bool,
}

impl<const W: usize> TurnState<W> {
    pub(super) const FRESH: Self = TurnState {
        must_move: None,
        chain: None,
        capture: None,
        line_elimination: false,
        region: CellSet::EMPTY,
        recovered: false,
        acted: false,
    };
}

/// Holds a game state: the board, the players' counters and where in the turn the game is.
///
/// `W` is the board's [`words`](crate::board::BoardDescriptor::words); dispatch with
/// [`with_board_width!`](crate::with_board_width). Cheap to clone.
#[derive(Debug, Clone)]
pub struct Position<const W: usize> {
    pub(crate) geometry: &'static Geometry,
    pub(crate) config: GameConfig,
    pub(crate) rules: Rules,
    pub(crate) board: BoardState<W>,
    pub(crate) in_hand: [u16; MAX_PLAYERS],
    pub(crate) eliminated: [u16; MAX_PLAYERS],
    pub(crate) territory: [u16; MAX_PLAYERS],
    pub(crate) phase: Phase,
    pub(crate) mover: Player,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) turn: TurnState<W>,
    pub(crate) swap_used: bool,
    pub(crate) swap_open: bool,
    pub(crate) lps: LpsState,
}

impl<const W: usize> Position<W> {
    /// Builds the initial position of a game.
    ///
    /// # Errors
    /// A width that is not the board's, or rules that [`Rules::validate`] refuses.
    pub fn new(config: GameConfig, rules: Rules) -> Result<Self, EngineError> {
        let board = config.board.descriptor();
        if board.words != W {
            return Err(EngineError::Width { board: board.name, needed: board.words, given: W });
        }
        let config = GameConfig::new(config.board, config.players)?;
        rules.validate()?;
        let mut in_hand = [0; MAX_PLAYERS];
        in_hand[..usize::from(config.players)].fill(rules.rings_per_player);
        Ok(Position {
            geometry: config.board.geometry(),
            config,
            rules,
            board: BoardState::empty(),
            in_hand,
            eliminated: [0; MAX_PLAYERS],
            territory: [0; MAX_PLAYERS],
            phase: Phase::RingPlacement,
            mover: Player(0),
            outcome: None,
            turn: TurnState::FRESH,
            swap_used: false,
            swap_open: rules.swap && config.players == 2,
            lps: LpsState::default(),
        })
    }

    /// Builds the initial position with the reference's rules.
    ///
    /// # Errors
    /// A width that is not the board's, or a player count outside 2 to 4.
    pub fn initial(config: GameConfig) -> Result<Self, EngineError> {
        let config = GameConfig::new(config.board, config.players)?;
        Position::new(config, Rules::for_config(config))
    }

    /// Returns board and player count.
    #[inline]
    pub fn config(&self) -> GameConfig {
        self.config
    }

    /// Returns the rule parameters.
    #[inline]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Returns the board's geometry.
    #[inline]
    pub fn geometry(&self) -> &'static Geometry {
        self.geometry
    }

    /// Returns the number of players.
    #[inline]
    pub fn players(&self) -> usize {
        usize::from(self.config.players)
    }

    /// Returns what lies on the board.
    #[inline]
    pub fn board(&self) -> &BoardState<W> {
        &self.board
    }

    /// Returns the phase.
    #[inline]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Returns whose move it is; after the end, who moved last.
    #[inline]
    pub fn mover(&self) -> Player {
        self.mover
    }

    /// Returns whether the game has ended.
    #[inline]
    pub fn is_over(&self) -> bool {
        self.outcome.is_some()
    }

    /// Returns winner and reason of a finished game.
    #[inline]
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Returns the stack on a cell.
    #[inline]
    pub fn stack(&self, cell: Cell) -> Option<StackView<'_>> {
        self.board.stack(cell)
    }

    /// Returns the owner of the marker on a cell.
    #[inline]
    pub fn marker(&self, cell: Cell) -> Option<Player> {
        self.board.marker(cell)
    }

    /// Returns whose territory a collapsed cell is.
    #[inline]
    pub fn collapsed(&self, cell: Cell) -> Option<Player> {
        self.board.territory(cell)
    }

    /// Returns the rings a player has in hand.
    #[inline]
    pub fn rings_in_hand(&self, player: Player) -> u16 {
        self.in_hand[player.index()]
    }

    /// Returns the rings eliminated to a player's credit.
    #[inline]
    pub fn eliminated(&self, player: Player) -> u16 {
        self.eliminated[player.index()]
    }

    /// Returns the reference's territory counter, which misses cells collapsed by captures (S8).
    #[inline]
    pub fn territory(&self, player: Player) -> u16 {
        self.territory[player.index()]
    }

    /// Returns the number of cells collapsed in a player's colour, by which victory is decided (S8).
    #[inline]
    pub fn collapsed_count(&self, player: Player) -> u32 {
        self.board.collapsed(player).len()
    }

    /// Returns the only stack that may move, after a placement.
    #[inline]
    pub fn must_move_cell(&self) -> Option<Cell> {
        self.turn.must_move
    }

    /// Returns where the capturing stack of a chain stands.
    #[inline]
    pub fn chain_cell(&self) -> Option<Cell> {
        self.turn.chain
    }

    /// Returns where the stack stands that may capture after its move.
    #[inline]
    pub fn capture_cell(&self) -> Option<Cell> {
        self.turn.capture
    }

    /// Returns whether the mover owes a ring for a collapsed line (S3).
    #[inline]
    pub fn pending_line_elimination(&self) -> bool {
        self.turn.line_elimination
    }

    /// Returns the region just taken while its price is owed, or the empty set (S7).
    #[inline]
    pub fn owed_region(&self) -> &CellSet<W> {
        &self.turn.region
    }

    /// Returns all that the turn in progress remembers.
    #[inline]
    pub fn turn(&self) -> &TurnState<W> {
        &self.turn
    }

    /// Returns whether player 2 has swapped sides.
    #[inline]
    pub fn swap_used(&self) -> bool {
        self.swap_used
    }

    /// Returns whether the mover may swap sides (S21).
    #[inline]
    pub fn swap_offered(&self) -> bool {
        self.swap_open && self.phase == Phase::RingPlacement && self.mover == Player(1) && !self.is_over()
    }

    /// Returns the state of last-player-standing counting.
    #[inline]
    pub fn lps(&self) -> &LpsState {
        &self.lps
    }

    /// Returns the rings a player has on the board, buried ones included, and in hand.
    #[inline]
    pub fn rings_in_play(&self, player: Player) -> u16 {
        self.board.rings_on_board(player) + self.in_hand[player.index()]
    }

    /// Returns the key of the position: the board's part is kept incrementally.
    ///
    /// It leaves out only the insertion order of stacks, which decides nothing but where a recovery takes its
    /// ring (S9), and the rule parameters.
    pub fn zobrist(&self) -> u64 {
        self.mix_scalars(self.board.key())
    }

    /// Computes the key from scratch, for checking.
    pub fn fresh_zobrist(&self) -> u64 {
        self.mix_scalars(self.board.fresh_key())
    }

    fn mix_scalars(&self, board: u64) -> u64 {
        let cell = |c: Option<Cell>| c.map_or(0, |c| u64::from(c.0) + 1);
        let seat = |p: Option<Player>| p.map_or(0, |p| u64::from(p.number()));
        let bit = |b: bool, i: u32| u64::from(b) << i;
        let mut key = fold(board, self.config.board as u64 * 8 + u64::from(self.config.players));
        for p in 0..self.players() {
            let counters = u64::from(self.in_hand[p])
                | u64::from(self.eliminated[p]) << 16
                | u64::from(self.territory[p]) << 32;
            key = fold(key, counters);
        }
        if let Some(outcome) = self.outcome {
            // Nothing is left to do: only the end itself tells finished positions apart.
            return fold(key, seat(outcome.winner));
        }
        let turn = &self.turn;
        let flags = self.phase as u64
            | u64::from(self.mover.0) << 4
            | bit(turn.line_elimination, 8)
            | bit(turn.recovered, 9)
            | bit(turn.acted, 10)
            | bit(self.swap_used, 11)
            | bit(self.swap_open, 12);
        key = fold(key, flags);
        key = fold(key, cell(turn.must_move) | cell(turn.chain) << 16 | cell(turn.capture) << 32);
        if !turn.region.is_empty() {
            key = turn.region.0.iter().fold(key, |k, &w| fold(k, w));
        }
        // The number of the round decides nothing: only whether there was one.
        let lps = &self.lps;
        let acted = lps.acted.iter().fold(0, |word, a| word * 3 + a.map_or(0, |a| u64::from(a) + 1));
        key = fold(
            key,
            acted
                | seat(lps.first) << 16
                | seat(lps.exclusive) << 20
                | seat(lps.streak_player) << 24
                | u64::from(lps.streak) << 32,
        );
        mix(key)
    }
}
