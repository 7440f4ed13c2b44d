//! One game in progress.

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::game_rng::game_rng;
use super::settings::{GameTask, Opening, SeatPlan};
use crate::player::{Agent, NetworkGame};
use crate::search::{
    CacheView, GumbelSearch, MoveSelection, SearchError, SearchResult, SearchStep, Utilities,
};

/// Holds what a search found before a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchedPly<A> {
    /// Whether the decision had the full budget, so that its policy is a training target.
    pub full: bool,
    /// The statistics of the root.
    pub result: SearchResult<A>,
}

/// Holds one decision of a game.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayedPly<A> {
    /// The seat that decided.
    pub seat: usize,
    /// What it decided.
    pub action: A,
    /// What its search found; nothing for openings and players without a search.
    pub search: Option<SearchedPly<A>>,
}

/// Says where a game stands after it was driven as far as it goes.
pub(super) enum LiveStep {
    /// It waits for an evaluation by this model.
    Waits(usize),
    /// It has ended.
    Over,
}

enum Mind<G: NetworkGame> {
    Searcher { model: usize, search: Box<GumbelSearch<G>> },
    Player(Box<dyn Agent<G>>),
}

/// Plays one task.
pub(super) struct LiveGame<G: NetworkGame> {
    pub task: GameTask,
    pub state: G,
    pub plies: Vec<PlayedPly<G::Action>>,
    pub simulations: u64,
    rng: ChaCha8Rng,
    minds: Vec<Mind<G>>,
    /// The mind of each seat; seats with the same model share one search and its tree.
    mind_of: Vec<usize>,
    /// Whether the search of the mover has begun, and with the full budget.
    thinking: Option<bool>,
    actions: Vec<G::Action>,
    logits: Vec<f32>,
}

impl<G: NetworkGame> LiveGame<G> {
    pub fn new(task: GameTask, start: &G) -> Self {
        let mut minds = Vec::new();
        let mut models: Vec<(usize, usize)> = Vec::new();
        let mut mind_of = Vec::new();
        for plan in &task.seats[..start.players()] {
            let mind = match *plan {
                SeatPlan::Model(model) => match models.iter().find(|(known, _)| *known == model) {
                    Some((_, mind)) => *mind,
                    None => {
                        let search = Box::new(GumbelSearch::new(task.settings.params, start));
                        minds.push(Mind::Searcher { model, search });
                        models.push((model, minds.len() - 1));
                        minds.len() - 1
                    }
                },
                SeatPlan::Agent(kind) => {
                    minds.push(Mind::Player(G::agent(kind)));
                    minds.len() - 1
                }
            };
            mind_of.push(mind);
        }
        let mut live = Self {
            rng: game_rng(task.seed()),
            state: start.clone(),
            plies: Vec::new(),
            simulations: 0,
            minds,
            mind_of,
            thinking: None,
            actions: Vec::new(),
            logits: Vec::new(),
            task,
        };
        live.play_opening();
        live
    }

    /// Tells whether the game ended without a winner because it grew too long.
    pub fn is_adjudicated(&self) -> bool {
        !self.state.is_over()
    }

    /// Returns the utilities of the ended game: exact, or equal shares when it grew too long.
    pub fn utilities(&self) -> Utilities {
        if self.state.is_over() {
            return self.state.utilities();
        }
        let players = self.state.players();
        std::array::from_fn(|seat| if seat < players { 1.0 / players as f32 } else { 0.0 })
    }

    /// Plays until an evaluation is needed or the game has ended.
    pub fn drive<'c>(
        &mut self,
        cache: impl Fn(usize) -> Option<CacheView<'c>>,
    ) -> Result<LiveStep, SearchError> {
        loop {
            if self.state.is_over() || self.plies.len() >= self.task.settings.max_plies as usize {
                return Ok(LiveStep::Over);
            }
            let seat = self.state.mover();
            match &mut self.minds[self.mind_of[seat]] {
                Mind::Player(agent) => {
                    self.state.actions(&mut self.actions);
                    let place = agent.choose(&self.state, &self.actions, &mut self.rng)?;
                    let action = self.actions[place.min(self.actions.len() - 1)];
                    self.play(PlayedPly { seat, action, search: None });
                }
                Mind::Searcher { model, search } => {
                    let settings = &self.task.settings;
                    let full = *self.thinking.get_or_insert_with(|| {
                        let (simulations, full) = settings.playout_cap.draw(settings.budget, &mut self.rng);
                        search.begin(&self.state, simulations, self.rng.next_u64());
                        full
                    });
                    if search.next_leaf(cache(*model)) == SearchStep::Evaluate {
                        return Ok(LiveStep::Waits(*model));
                    }
                    // A root that is not over always has a result once its search is done.
                    let Some(result) = search.result() else { return Ok(LiveStep::Over) };
                    self.simulations += u64::from(result.simulations);
                    let selection = if (self.plies.len() as u32) < settings.sampled_plies {
                        MoveSelection::Sampled { temperature: settings.temperature }
                    } else {
                        MoveSelection::Survivor
                    };
                    let action = result.actions[result.choose(selection, &mut self.rng)].action;
                    self.thinking = None;
                    self.play(PlayedPly { seat, action, search: Some(SearchedPly { full, result }) });
                }
            }
        }
    }

    /// Writes the position that waits over one row of each input.
    pub fn encode_row(&self, cells: &mut [f32], globals: &mut [f32]) {
        if let Mind::Searcher { search, .. } = &self.minds[self.mind_of[self.state.mover()]] {
            search.leaf().encode_row(cells, globals);
        }
    }

    /// Takes the network's answer for the position that waits.
    pub fn absorb(
        &mut self,
        policy: &[f32],
        value: &[f32],
        cache: Option<CacheView<'_>>,
    ) -> Result<(), SearchError> {
        let Mind::Searcher { search, .. } = &mut self.minds[self.mind_of[self.state.mover()]] else {
            return Err(SearchError::NothingPending);
        };
        search.leaf().read_logits(search.leaf_actions(), policy, &mut self.logits);
        let utilities = search.leaf().read_utilities(value);
        search.absorb(&self.logits, utilities, cache)
    }

    fn play_opening(&mut self) {
        let Opening::Random { seed, plies } = self.task.opening else { return };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for _ in 0..plies {
            if self.state.is_over() {
                return;
            }
            self.state.actions(&mut self.actions);
            let action = self.actions[rng.random_range(0..self.actions.len())];
            let seat = self.state.mover();
            self.play(PlayedPly { seat, action, search: None });
        }
    }

    fn play(&mut self, ply: PlayedPly<G::Action>) {
        self.state.apply(ply.action);
        for mind in &mut self.minds {
            match mind {
                Mind::Searcher { search, .. } => search.advance(ply.action),
                Mind::Player(agent) => agent.played(ply.action),
            }
        }
        self.plies.push(ply);
    }
}
