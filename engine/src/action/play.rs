//! The state that a search walks over.

use super::{ActionLayout, ActionList, ActionRef, PlayAction, PlayScratch, coding};
use crate::EngineError;
use crate::board::{Cell, CellSet, GameConfig};
use crate::rules::{MAX_PLAYERS, Move, Player, Position, RecoveryMode, Rules};

/// Moves played in a row without a choice before a state is handed out as it is.
///
/// Far above what the rules can produce; it keeps a position text with absurd counters from holding the caller for ever.
const FORCED_LIMIT: usize = 4_096;

/// Holds a position at which the mover has a real choice, or the end of a game.
///
/// Moves without an alternative are played at once. A recovery slide that can collapse all or the least of a line is chosen first by its
/// way and then by its option, so that every decision has one name.
#[derive(Debug, Clone)]
pub struct PlayState<const W: usize> {
    pub(super) position: Position<W>,
    pub(super) slide: Option<(Cell, Cell)>,
    pub(super) choice: CellSet<W>,
}

impl<const W: usize> PlayState<W> {
    /// Starts from a position and plays its forced moves.
    pub fn new(position: Position<W>, scratch: &mut PlayScratch) -> Self {
        scratch.played.clear();
        let mut state = PlayState { position, slide: None, choice: CellSet::EMPTY };
        state.settle(scratch);
        state
    }

    /// Starts a game.
    ///
    /// # Errors
    /// A width that is not the board's, or rules that cannot be played.
    pub fn initial(config: GameConfig, rules: Rules, scratch: &mut PlayScratch) -> Result<Self, EngineError> {
        Ok(PlayState::new(Position::new(config, rules)?, scratch))
    }

    /// Holds a position as it is, without playing forced moves; for replaying recorded games.
    pub fn unsettled(position: Position<W>, scratch: &mut PlayScratch) -> Self {
        let mut state = PlayState { position, slide: None, choice: CellSet::EMPTY };
        state.position.decisions(&mut scratch.moves);
        state.find_choice(&scratch.moves);
        state
    }

    /// Returns the position.
    #[inline]
    pub fn position(&self) -> &Position<W> {
        &self.position
    }

    /// Returns the recovery slide, from and to, whose option is the decision now.
    #[inline]
    pub fn slide(&self) -> Option<(Cell, Cell)> {
        self.slide
    }

    /// Returns the cells that the lines or regions to choose from name.
    #[inline]
    pub fn choice_cells(&self) -> &CellSet<W> {
        &self.choice
    }

    /// Returns the board's policy layout.
    #[inline]
    pub fn layout(&self) -> &'static ActionLayout {
        ActionLayout::of(self.position.config().board)
    }

    /// Returns the colour that is to decide.
    #[inline]
    pub fn mover(&self) -> Player {
        self.position.mover()
    }

    /// Returns the seat whose player has a colour: the same number, until two players swap sides (S21).
    #[inline]
    pub fn sitter(&self, colour: Player) -> Player {
        match (self.position.swap_used(), colour) {
            (true, Player(0)) => Player(1),
            (true, Player(1)) => Player(0),
            _ => colour,
        }
    }

    /// Returns the number of players.
    #[inline]
    pub fn players(&self) -> usize {
        self.position.players()
    }

    /// Returns whether the game has ended.
    #[inline]
    pub fn is_over(&self) -> bool {
        self.position.is_over()
    }

    /// Returns each colour's share of a finished game: 1 to the winner, equal shares without one, 0 to absent colours.
    ///
    /// Before the end every colour has an equal share.
    pub fn utilities(&self) -> [f32; MAX_PLAYERS] {
        let mut shares = [0.0; MAX_PLAYERS];
        match self.position.outcome().and_then(|o| o.winner) {
            Some(winner) => shares[winner.index()] = 1.0,
            None => shares[..self.players()].fill(1.0 / self.players() as f32),
        }
        shares
    }

    /// Returns a hash of all that the future and the encoding depend on.
    pub fn key(&self) -> u64 {
        let cell = |c: Option<Cell>| c.map_or(0, |c| u64::from(c.0) + 1);
        let mut key = self.position.zobrist();
        if let Some((from, to)) = self.slide {
            key = mix(key ^ (cell(Some(from)) << 32 | cell(Some(to)) << 16 | 1));
        }
        for player in Player::all(self.players()) {
            // The position's own key leaves the extraction order out (S9).
            if let Some(source) = self.extraction_source(player) {
                key = mix(key ^ (cell(Some(source)) << 8 | u64::from(player.number())));
            }
        }
        key
    }

    /// Returns the stack that gives up a ring if the player recovers next, or `None` if the player is not eligible (S9).
    pub fn extraction_source(&self, player: Player) -> Option<Cell> {
        if !self.position.is_recovery_eligible(player) {
            return None;
        }
        let board = self.position.board();
        let buries = |c: &Cell| board.stack(*c).is_some_and(|s| s.rings().any(|owner| owner == player));
        board.stacks().iter().filter(buries).min_by_key(|&c| board.stamp(c))
    }

    /// Lists the decisions of the mover.
    ///
    /// The list is empty once the game is over.
    pub fn actions(&self, list: &mut ActionList<W>) {
        list.clear();
        let mut moves = std::mem::take(&mut list.moves);
        self.each_decision(&mut moves, |action, mv| list.push(action, self.reference_of(mv)));
        list.moves = moves;
    }

    pub(super) fn reference_of(&self, mv: Move) -> ActionRef<W> {
        if self.slide.is_some() {
            coding::slide_option(&self.position, self.layout(), mv)
        } else {
            coding::reference(&self.position, self.layout(), mv)
        }
    }

    /// Names one of this state's decisions in the policy vector.
    pub fn reference(&self, action: PlayAction) -> ActionRef<W> {
        match action {
            PlayAction::Move(mv) => self.reference_of(mv),
            PlayAction::Slide { from, to } => {
                self.reference_of(Move::recovery(from, to, RecoveryMode::LineAll))
            }
        }
    }

    /// Finds the decision with a name in the policy vector, or `None` if no decision of this state has it.
    pub fn decode(&self, reference: &ActionRef<W>, list: &mut ActionList<W>) -> Option<PlayAction> {
        self.actions(list);
        list.find(reference).map(|i| list.actions()[i])
    }

    /// Writes the logits of decisions of this state from a policy vector.
    ///
    /// # Shapes
    /// `policy`: `[layout.len()]`; `logits` becomes `[actions.len()]`.
    ///
    /// # Panics
    /// If `policy` is shorter than the layout.
    pub fn logits_for(&self, actions: &[PlayAction], policy: &[f32], logits: &mut Vec<f32>) {
        let layout = self.layout();
        logits.clear();
        logits.extend(actions.iter().map(|&a| self.reference(a).logit(layout, policy)));
    }

    /// Plays a decision of this state, then every move that leaves no choice.
    ///
    /// [`PlayScratch::played`] then holds all moves that were played.
    pub fn apply(&mut self, action: PlayAction, scratch: &mut PlayScratch) {
        scratch.played.clear();
        match action {
            PlayAction::Move(mv) => {
                self.play(mv, scratch);
                self.settle(scratch);
            }
            PlayAction::Slide { from, to } => {
                self.slide = Some((from, to));
                self.position.decisions(&mut scratch.moves);
                self.find_choice(&scratch.moves);
            }
        }
    }

    fn play(&mut self, mv: Move, scratch: &mut PlayScratch) {
        self.slide = None;
        self.position.apply(mv);
        scratch.played.push(mv);
    }

    fn settle(&mut self, scratch: &mut PlayScratch) {
        self.choice = CellSet::EMPTY;
        for _ in 0..FORCED_LIMIT {
            if self.is_over() {
                return;
            }
            self.position.decisions(&mut scratch.moves);
            match *scratch.moves.as_slice() {
                [only] => self.play(only, scratch),
                _ => break,
            }
        }
        self.find_choice(&scratch.moves);
    }
}

/// Scrambles a word (the finaliser of splitmix64).
#[inline]
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
