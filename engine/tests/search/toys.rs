//! Small games whose exact values are known.
#![allow(dead_code, reason = "each test binary uses its own part of the toys")]

use rr_engine::search::{Evaluator, Game, MAX_PLAYERS, Utilities};

/// Mixes a word into a hash (splitmix64's finaliser).
pub fn mix(hash: u64, word: u64) -> u64 {
    let mut z = hash ^ word.wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Turns a hash into a number of `0.0..1.0`.
pub fn unit(hash: u64) -> f32 {
    (hash >> 40) as f32 / (1u64 << 24) as f32
}

/// Takes one to three from one of several heaps; whoever takes the last object wins everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Nim {
    pub heaps: [u8; 3],
    pub players: usize,
    pub ply: usize,
}

impl Nim {
    pub fn new(heaps: [u8; 3], players: usize) -> Self {
        Self { heaps, players, ply: 0 }
    }

    /// Tells whether the mover of the two-player game wins: the nim sum of the heaps modulo four is not zero.
    pub fn mover_wins(&self) -> bool {
        self.heaps.iter().fold(0, |sum, heap| sum ^ (heap % 4)) != 0
    }
}

impl Game for Nim {
    type Action = (u8, u8);

    fn players(&self) -> usize {
        self.players
    }
    fn mover(&self) -> usize {
        self.ply % self.players
    }
    fn is_over(&self) -> bool {
        self.heaps == [0; 3]
    }
    fn utilities(&self) -> Utilities {
        let mut won = [0.0; MAX_PLAYERS];
        won[(self.ply + self.players - 1) % self.players] = 1.0;
        won
    }
    fn actions(&self, out: &mut Vec<Self::Action>) {
        out.clear();
        for heap in 0..3u8 {
            out.extend((1..=self.heaps[usize::from(heap)].min(3)).map(|take| (heap, take)));
        }
    }
    fn apply(&mut self, (heap, take): Self::Action) {
        self.heaps[usize::from(heap)] -= take;
        self.ply += 1;
    }
    fn key(&self) -> u64 {
        let heaps = self.heaps.iter().fold(7, |hash, heap| mix(hash, u64::from(*heap)));
        mix(heaps, (self.ply % self.players) as u64)
    }
}

/// A full tree in which every action gives random points; shares of the total are the utilities. Who moves is random too, so that one
/// player may move several times in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomTree {
    pub seed: u64,
    pub players: usize,
    pub branching: u8,
    pub depth: u8,
    pub path: u64,
    pub ply: u8,
    pub points: [f32; MAX_PLAYERS],
}

impl RandomTree {
    pub fn new(seed: u64, players: usize, branching: u8, depth: u8) -> Self {
        Self { seed, players, branching, depth, path: mix(seed, 1), ply: 0, points: [0.0; MAX_PLAYERS] }
    }

    /// Returns the max^n value of this position.
    pub fn exact(&self) -> Utilities {
        if self.is_over() {
            return self.utilities();
        }
        let mover = self.mover();
        let children = (0..self.branching).map(|action| self.child(action).exact());
        children
            .fold([-1.0; MAX_PLAYERS], |best, value| if value[mover] > best[mover] { value } else { best })
    }

    pub fn child(&self, action: u8) -> Self {
        let mut child = self.clone();
        child.apply(action);
        child
    }
}

impl Game for RandomTree {
    type Action = u8;

    fn players(&self) -> usize {
        self.players
    }
    fn mover(&self) -> usize {
        (mix(self.seed, 1000 + u64::from(self.ply)) % self.players as u64) as usize
    }
    fn is_over(&self) -> bool {
        self.ply == self.depth
    }
    fn utilities(&self) -> Utilities {
        let total: f32 = self.points.iter().sum();
        self.points.map(|points| points / total)
    }
    fn actions(&self, out: &mut Vec<u8>) {
        out.clear();
        out.extend(0..self.branching);
    }
    fn apply(&mut self, action: u8) {
        self.path = mix(self.path, u64::from(action));
        self.ply += 1;
        for seat in 0..self.players {
            self.points[seat] += 0.01 + unit(mix(self.path, seat as u64 + 17));
        }
    }
    fn key(&self) -> u64 {
        self.path
    }
}

/// Knows the exact values of a [`RandomTree`] up to noise, and nothing about its policy.
pub struct NoisyOracle {
    pub noise: f32,
    pub calls: usize,
}

impl NoisyOracle {
    pub fn new(noise: f32) -> Self {
        Self { noise, calls: 0 }
    }
}

impl Evaluator<RandomTree> for NoisyOracle {
    fn evaluate(&mut self, game: &RandomTree, actions: &[u8], logits: &mut Vec<f32>) -> Utilities {
        self.calls += 1;
        logits.clear();
        logits.resize(actions.len(), 0.0);
        let mut value = game.exact();
        for (seat, share) in value.iter_mut().enumerate().take(game.players) {
            *share += self.noise * (unit(mix(game.path, 99 + seat as u64)) - 0.5);
        }
        value
    }
}

/// Gives every position logits and utilities drawn from its key: a network without sense, but the same every time.
#[derive(Default)]
pub struct HashEvaluator {
    pub calls: usize,
}

impl<G: Game> Evaluator<G> for HashEvaluator {
    fn evaluate(&mut self, game: &G, actions: &[G::Action], logits: &mut Vec<f32>) -> Utilities {
        self.calls += 1;
        let key = game.key();
        logits.clear();
        logits.extend((0..actions.len()).map(|at| 3.0 * unit(mix(key, at as u64))));
        let mut shares = [0.0; MAX_PLAYERS];
        for (seat, share) in shares.iter_mut().enumerate().take(game.players()) {
            *share = 0.01 + unit(mix(key, 500 + seat as u64));
        }
        let total: f32 = shares.iter().sum();
        shares.map(|share| share / total)
    }
}

/// One position of a written-out game.
#[derive(Clone, Debug)]
pub enum Script {
    /// Mover, logits, the evaluator's utilities, what each action leads to.
    Turn(usize, Vec<f32>, Utilities, Vec<Script>),
    /// The end and its utilities.
    End(Utilities),
}

/// Plays through a [`Script`].
#[derive(Clone, Debug)]
pub struct Scripted {
    pub players: usize,
    pub at: Script,
    pub path: u64,
}

impl Scripted {
    pub fn new(players: usize, at: Script) -> Self {
        Self { players, at, path: 1 }
    }
}

impl Game for Scripted {
    type Action = usize;

    fn players(&self) -> usize {
        self.players
    }
    fn mover(&self) -> usize {
        match &self.at {
            Script::Turn(mover, ..) => *mover,
            Script::End(_) => 0,
        }
    }
    fn is_over(&self) -> bool {
        matches!(self.at, Script::End(_))
    }
    fn utilities(&self) -> Utilities {
        match self.at {
            Script::End(utilities) => utilities,
            Script::Turn(..) => [0.0; MAX_PLAYERS],
        }
    }
    fn actions(&self, out: &mut Vec<usize>) {
        out.clear();
        if let Script::Turn(_, _, _, next) = &self.at {
            out.extend(0..next.len());
        }
    }
    fn apply(&mut self, action: usize) {
        if let Script::Turn(_, _, _, next) = &self.at {
            self.at = next[action].clone();
        }
        self.path = mix(self.path, action as u64);
    }
    fn key(&self) -> u64 {
        self.path
    }
}

/// Reads logits and utilities off the script.
pub struct ScriptEvaluator;

impl Evaluator<Scripted> for ScriptEvaluator {
    fn evaluate(&mut self, game: &Scripted, _: &[usize], logits: &mut Vec<f32>) -> Utilities {
        logits.clear();
        match &game.at {
            Script::Turn(_, prior, value, _) => {
                logits.extend_from_slice(prior);
                *value
            }
            Script::End(value) => *value,
        }
    }
}
