//! From recorded games to training samples.

use super::sample::NOBODY;
use super::{GameRecord, GameResult, RecordError, Replay, ReplayedDecision, SearchStats, TrainingSample};
use crate::action::{ActionList, SymmetryTable};
use crate::board::{BoardKind, Cell};
use crate::encode::{CELL_FEATURES, GLOBAL_FEATURES, SlotOrder, encode};
use crate::rules::{MAX_PLAYERS, Player, Position};
use crate::with_board_width;

/// Turns the recorded searches of games on one board into training samples; reused between games it stops allocating.
#[derive(Debug)]
pub struct Expander {
    table: SymmetryTable,
    line_length: u8,
    cells: Vec<f32>,
    sample: TrainingSample,
}

/// Holds what is the same for all samples of a game, by colour.
struct Ending {
    utilities: [f32; MAX_PLAYERS],
    /// Seat that owned each cell, or [`NOBODY`].
    owners: Vec<u8>,
    territory: [f32; MAX_PLAYERS],
    eliminated: [f32; MAX_PLAYERS],
    finished: bool,
    swapped: bool,
}

impl Expander {
    /// Prepares for the games of a board with line windows of `line_length` cells, the rules' `line_effective`.
    pub fn new(board: BoardKind, line_length: u8) -> Self {
        Expander {
            table: SymmetryTable::new(board, usize::from(line_length)),
            line_length,
            cells: Vec::new(),
            sample: TrainingSample::default(),
        }
    }

    /// Returns the symmetries that samples can be turned by.
    pub fn symmetries(&self) -> &SymmetryTable {
        &self.table
    }

    /// Replays a game and hands out samples of its recorded searches.
    ///
    /// `choose` is asked for each search, in order, which symmetry to turn it by, and skips it by `None`.
    ///
    /// # Errors
    /// A game on another board, or one that does not follow the rules; samples handed out before stay valid.
    pub fn expand(
        &mut self,
        record: &GameRecord,
        choose: impl FnMut(&SearchStats) -> Option<usize>,
        sink: impl FnMut(&TrainingSample),
    ) -> Result<(), RecordError> {
        let board = self.table.layout().geometry().kind();
        if record.config.board != board || record.rules.line_effective != self.line_length {
            let (have, length) = (record.config.board, record.rules.line_effective);
            return Err(RecordError::Payload(format!(
                "a game on {have} with lines of {length}, but samples of {board} with lines of {} are wanted",
                self.line_length
            )));
        }
        with_board_width!(board, W => self.expand_width::<W>(record, choose, sink))
    }

    fn expand_width<const W: usize>(
        &mut self,
        record: &GameRecord,
        mut choose: impl FnMut(&SearchStats) -> Option<usize>,
        mut sink: impl FnMut(&TrainingSample),
    ) -> Result<(), RecordError> {
        let ending = Ending::of::<W>(record)?;
        let mut searches = record.searches.iter().peekable();
        let mut list = ActionList::<W>::new();
        for decision in Replay::<W>::new(record)? {
            let decision = decision?;
            let Some(search) = searches.next_if(|s| s.site == decision.site) else { continue };
            let Some(g) = choose(search) else { continue };
            if g >= self.table.len() {
                return Err(RecordError::Payload(format!(
                    "{board} has no symmetry {g}",
                    board = record.config.board
                )));
            }
            self.fill(&decision, search, g, &mut list)?;
            self.fill_ending(&ending, SlotOrder::of(&decision.state), g);
            if ending.swapped && !decision.state.position().swap_used() {
                // Whoever moves before a swap gets what the other colour earns in the end (S21).
                self.sample.value.swap(0, 1);
            }
            sink(&self.sample);
        }
        match searches.next() {
            Some(search) => {
                let ply = search.site.ply as usize;
                Err(RecordError::Replay {
                    ply,
                    cause: "a search is recorded where there was no choice".to_owned(),
                })
            }
            None => Ok(()),
        }
    }

    fn fill<const W: usize>(
        &mut self,
        decision: &ReplayedDecision<W>,
        search: &SearchStats,
        g: usize,
        list: &mut ActionList<W>,
    ) -> Result<(), RecordError> {
        let (sample, layout) = (&mut self.sample, self.table.layout());
        let cells = layout.geometry().cells() * CELL_FEATURES;
        self.cells.resize(cells, 0.0);
        sample.cells.resize(cells, 0.0);
        sample.globals.resize(GLOBAL_FEATURES, 0.0);
        encode(&decision.state, &mut self.cells, &mut sample.globals);
        self.table.permute_cells(g, CELL_FEATURES, &self.cells, &mut sample.cells);
        decision.state.actions(list);
        sample.policy.clear();
        for reference in list.references() {
            reference.image(&self.table, g).push_entries(layout, &mut sample.policy.entries);
            sample.policy.offsets.push(sample.policy.entries.len() as u32);
            sample.policy.probabilities.push(0.0);
        }
        sample.has_policy = search.full && !search.policy.is_empty();
        for weight in search.policy.iter().filter(|_| sample.has_policy) {
            let Some(i) = list.find_key(layout, weight.key) else {
                let cause = format!("the policy names action {}, which was not legal", weight.key.0);
                return Err(RecordError::Replay { ply: search.site.ply as usize, cause });
            };
            sample.policy.probabilities[i] = weight.probability();
        }
        sample.search_value = SlotOrder::of(&decision.state).to_slots(&search.value());
        sample.ply = search.site.ply;
        Ok(())
    }

    fn fill_ending(&mut self, ending: &Ending, slots: SlotOrder, g: usize) {
        let sample = &mut self.sample;
        sample.finished = ending.finished;
        sample.value = slots.to_slots(&ending.utilities);
        let (territory, eliminated) = sample.margins.split_at_mut(MAX_PLAYERS);
        territory.copy_from_slice(&slots.to_slots(&ending.territory));
        eliminated.copy_from_slice(&slots.to_slots(&ending.eliminated));
        sample.owner.resize(ending.owners.len(), NOBODY);
        for (&owner, image) in ending.owners.iter().zip(self.table.symmetry(g).cells()) {
            let slot = if owner == NOBODY { NOBODY } else { slots.slot(Player(owner)) as u8 };
            sample.owner[image.index()] = slot;
        }
    }
}

impl Ending {
    fn of<const W: usize>(record: &GameRecord) -> Result<Self, RecordError> {
        let mut replay = Replay::<W>::new(record)?;
        replay.by_ref().try_for_each(|step| step.map(drop))?;
        let (position, ply) = (replay.position(), replay.ply());
        if record.result.is_some() && record.result != GameResult::of(position) {
            let cause = "the recorded result is not what the moves lead to".to_owned();
            return Err(RecordError::Replay { ply, cause });
        }
        let rules = position.rules();
        let cells = position.geometry().cells() as f32;
        let mut territory = [0.0; MAX_PLAYERS];
        let mut eliminated = [0.0; MAX_PLAYERS];
        for p in Player::all(position.players()) {
            territory[p.index()] = position.collapsed_count(p) as f32 / cells;
            eliminated[p.index()] = f32::from(position.eliminated(p)) / f32::from(rules.victory_threshold);
        }
        let players = position.players();
        Ok(Ending {
            utilities: record.utilities(),
            owners: position.geometry().cell_iter().map(|c| owner(position, c)).collect(),
            territory: leads(territory, players),
            eliminated: leads(eliminated, players),
            finished: record.result.is_some(),
            swapped: position.swap_used(),
        })
    }
}

/// Returns who owns a cell: by territory, else by control of its stack, else by marker.
fn owner<const W: usize>(position: &Position<W>, cell: Cell) -> u8 {
    let stack = position.stack(cell).map(|s| s.owner());
    position.collapsed(cell).or(stack).or(position.marker(cell)).map_or(NOBODY, |p| p.0)
}

/// Turns each seat's count into its lead over the best of the others.
fn leads(counts: [f32; MAX_PLAYERS], players: usize) -> [f32; MAX_PLAYERS] {
    let mut leads = [0.0; MAX_PLAYERS];
    for p in 0..players {
        let others = (0..players).filter(|&q| q != p).map(|q| counts[q]);
        leads[p] = counts[p] - others.fold(0.0, f32::max);
    }
    leads
}
