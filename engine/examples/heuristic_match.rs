//! Plays two versions of the one-ply heuristic against each other and prints the results as JSON.
//!
//! ```text
//! heuristic_match [--a SPEC] [--b SPEC] [--profile NAME] [--games N] [--random-plies N] [--seed N] [CONFIG...]
//! ```
//! SPEC is `reference`, `repaired` or `all`, followed by any number of `+mend` and `-mend`. From each random opening every
//! mixed seating of the two versions is played, so that neither has better seats and an even match scores one half.

use std::{env, error::Error, process::ExitCode};

use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use rr_engine::{
    board::{BoardKind, GameConfig},
    heuristic::{HeuristicEvaluator, HeuristicProfile, OnePlyChooser, Repairs},
    rules::{MoveList, Position, Rules},
    with_board_width,
};
use serde_json::{Value, json};

/// A game longer than this counts as undecided.
const PLY_LIMIT: u32 = 5_000;

struct Options {
    versions: [(String, Repairs); 2],
    profile: HeuristicProfile,
    games: u32,
    random_plies: u32,
    seed: u64,
    configs: Vec<GameConfig>,
}

fn main() -> ExitCode {
    match read_options(env::args().skip(1)) {
        Ok(options) => {
            println!("{:#}", run(&options));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("heuristic_match: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read_options(mut arguments: impl Iterator<Item = String>) -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        versions: [version("repaired")?, version("reference")?],
        profile: HeuristicProfile::Balanced,
        games: 600,
        random_plies: 12,
        seed: 1,
        configs: Vec::new(),
    };
    while let Some(argument) = arguments.next() {
        if !argument.starts_with("--") {
            options.configs.push(argument.parse()?);
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("{argument} needs a value"))?;
        match argument.as_str() {
            "--a" => options.versions[0] = version(&value)?,
            "--b" => options.versions[1] = version(&value)?,
            "--profile" => {
                options.profile =
                    HeuristicProfile::from_name(&value).ok_or_else(|| format!("unknown profile {value}"))?;
            }
            "--games" => options.games = value.parse()?,
            "--random-plies" => options.random_plies = value.parse()?,
            "--seed" => options.seed = value.parse()?,
            _ => return Err(format!("unknown option {argument}").into()),
        }
    }
    if options.configs.is_empty() {
        let small = |config: &GameConfig| matches!(config.board, BoardKind::Square8 | BoardKind::Hex8);
        options.configs = GameConfig::ALL.into_iter().filter(small).collect();
    }
    Ok(options)
}

fn version(spec: &str) -> Result<(String, Repairs), Box<dyn Error>> {
    let (base, switches) = spec.split_at(spec.find(['+', '-']).unwrap_or(spec.len()));
    let mut repairs = match base {
        "reference" => Repairs::NONE,
        "repaired" => Repairs::REPAIRED,
        "all" => Repairs::ALL,
        _ => return Err(format!("unknown version {base}: use reference, repaired or all").into()),
    };
    for switch in switches.split_inclusive(['+', '-']).skip(1).zip(switches.matches(['+', '-'])) {
        let name = switch.0.trim_end_matches(['+', '-']);
        repairs = repairs
            .with(name, switch.1 == "+")
            .ok_or_else(|| format!("unknown mend {name}: use one of {}", Repairs::NAMES.join(", ")))?;
    }
    Ok((spec.to_owned(), repairs))
}

fn run(options: &Options) -> Value {
    let results: Vec<Value> = options
        .configs
        .iter()
        .map(|&config| {
            let score = with_board_width!(config.board, W => play_config::<W>(options, config));
            eprintln!("{config}: {} of {} decided games", score.wins[0], score.wins[0] + score.wins[1]);
            score.report(config, options)
        })
        .collect();
    json!({
        "what": "one-ply heuristic matches; every mixed seating from each random opening",
        "a": options.versions[0].0,
        "b": options.versions[1].0,
        "profile": options.profile.name(),
        "random_plies": options.random_plies,
        "seed": options.seed,
        "interval": "Wilson, 95 percent, on the share of decided games that a seat of A won",
        "configs": results,
    })
}

#[derive(Default)]
struct Score {
    wins: [u32; 2],
    no_winner: u32,
    unfinished: u32,
    plies: u64,
}

impl Score {
    fn report(&self, config: GameConfig, options: &Options) -> Value {
        let decided = self.wins[0] + self.wins[1];
        let games = decided + self.no_winner + self.unfinished;
        let (low, high) = wilson(self.wins[0], decided);
        let names = [&options.versions[0].0, &options.versions[1].0];
        let stronger = if low > 0.5 {
            names[0]
        } else if high < 0.5 {
            names[1]
        } else {
            "undecided"
        };
        json!({
            "config": config.key(),
            "games": games,
            "wins_a": self.wins[0],
            "wins_b": self.wins[1],
            "no_winner": self.no_winner,
            "unfinished": self.unfinished,
            "share_a": f64::from(self.wins[0]) / f64::from(decided.max(1)),
            "low": low,
            "high": high,
            "plies_per_game": self.plies as f64 / f64::from(games.max(1)),
            "stronger": stronger,
        })
    }
}

fn play_config<const W: usize>(options: &Options, config: GameConfig) -> Score {
    let mut choosers = options
        .versions
        .each_ref()
        .map(|(_, repairs)| OnePlyChooser::new(HeuristicEvaluator::new(options.profile.weights(), *repairs)));
    let mut score = Score::default();
    // The first and the last seating hold one version only.
    let seatings = 1..(1u32 << config.players) - 1;
    for opening in 0..options.games / seatings.len() as u32 {
        let Some(start) = open::<W>(config, options, opening) else { continue };
        for seating in seatings.clone() {
            let seed = options.seed ^ u64::from(opening) << 16 ^ u64::from(seating) << 48;
            play(start.clone(), seating, &mut choosers, ChaCha8Rng::seed_from_u64(seed), &mut score);
        }
    }
    score
}

/// Plays random decisions from the start; `None` where they ended the game.
fn open<const W: usize>(config: GameConfig, options: &Options, opening: u32) -> Option<Position<W>> {
    let mut rng = ChaCha8Rng::seed_from_u64(options.seed.wrapping_mul(0x9e37_79b9) ^ u64::from(opening));
    let mut position = Position::<W>::new(config, Rules::for_config(config)).ok()?;
    let mut decisions = MoveList::default();
    for _ in 0..options.random_plies + rng.random_range(0..u32::from(config.players)) {
        position.decisions(&mut decisions);
        let mv = *decisions.choose(&mut rng)?;
        position.apply(mv);
    }
    (!position.is_over()).then_some(position)
}

/// Plays a game; seats whose bit is set in `seating` belong to version A.
fn play<const W: usize>(
    mut position: Position<W>,
    seating: u32,
    choosers: &mut [OnePlyChooser; 2],
    mut rng: ChaCha8Rng,
    score: &mut Score,
) {
    let version = |seat: usize| usize::from(seating >> seat & 1 == 0);
    for _ in 0..PLY_LIMIT {
        let Some(mv) = choosers[version(position.mover().index())].choose(&position, &mut rng) else { break };
        position.apply(mv);
        score.plies += 1;
    }
    match position.outcome().map(|outcome| outcome.winner) {
        Some(Some(winner)) => score.wins[version(winner.index())] += 1,
        Some(None) => score.no_winner += 1,
        None => score.unfinished += 1,
    }
}

/// Returns the 95 percent Wilson interval of a share.
fn wilson(wins: u32, games: u32) -> (f64, f64) {
    if games == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (f64::from(games), 1.96_f64);
    let share = f64::from(wins) / n;
    let spread = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let (middle, scale) = (share + z * z / (2.0 * n), 1.0 + z * z / n);
    ((middle - spread) / scale, (middle + spread) / scale)
}
