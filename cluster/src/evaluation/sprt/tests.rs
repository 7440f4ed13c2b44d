use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

/// Plays openings whose games are independent, with the given strength of the candidate.
fn simulate(params: SprtParams, elo: f64, draw: f64, seed: u64) -> (SprtVerdict, u32) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut sprt = Sprt::new(params).unwrap();
    let win = params.expected_score(elo);
    loop {
        let games: Vec<Option<u8>> = (0..params.players)
            .map(|_| {
                if rng.random::<f64>() < draw {
                    Some(params.players)
                } else {
                    (rng.random::<f64>() < win).then_some(1)
                }
            })
            .collect();
        let verdict = sprt.record(OpeningScore::from_shares(params.players, &games).unwrap());
        if verdict != SprtVerdict::Undecided {
            return (verdict, sprt.openings());
        }
    }
}

fn rate(params: SprtParams, elo: f64, runs: u64, wanted: SprtVerdict) -> (f64, f64) {
    let results: Vec<_> = (0..runs).map(|seed| simulate(params, elo, 0.0, seed)).collect();
    let hits = results.iter().filter(|(v, _)| *v == wanted).count();
    let openings: f64 = results.iter().map(|(_, n)| f64::from(*n)).sum();
    (hits as f64 / runs as f64, openings / runs as f64)
}

fn wide(players: u8) -> SprtParams {
    SprtParams { players, elo0: 0.0, elo1: 60.0, alpha: 0.05, beta: 0.05, max_games: 100_000 }
}

#[test]
fn error_rates_hold_for_every_number_of_players() {
    for players in 2..=4 {
        // 300 runs put three standard deviations of a 5 % rate at 3.8 points.
        let (false_accept, _) = rate(wide(players), 0.0, 300, SprtVerdict::Accepted);
        assert!(false_accept <= 0.09, "{players} players: {false_accept}");
        let (false_reject, _) = rate(wide(players), 60.0, 300, SprtVerdict::Rejected);
        assert!(false_reject <= 0.09, "{players} players: {false_reject}");
    }
}

#[test]
fn expected_sample_size_follows_wald() {
    let params = wide(2);
    let (_, openings) = rate(params, 60.0, 200, SprtVerdict::Accepted);
    let gain = params.expected_score(60.0) - params.expected_score(0.0);
    let drift = gain * gain / (2.0 * 0.125);
    let wald = 0.9 * params.bounds().1 / drift;
    assert!((openings / wald - 1.0).abs() < 0.25, "{openings} openings, Wald says {wald}");
}

#[test]
fn a_candidate_that_wins_everything_passes_soon() {
    let mut sprt = Sprt::new(SprtParams::against_random_start(2)).unwrap();
    let all = OpeningScore::from_shares(2, &[Some(1), Some(1)]).unwrap();
    while sprt.record(all) == SprtVerdict::Undecided {}
    assert_eq!(sprt.verdict(), SprtVerdict::Accepted);
    assert!(sprt.games() <= 30, "{}", sprt.games());
}

#[test]
fn the_seat_that_always_wins_proves_nothing_for_the_candidate() {
    // Each opening splits its games, as when the first mover wins whatever the players.
    let mut sprt = Sprt::new(SprtParams::against_champion(2)).unwrap();
    let split = OpeningScore::from_shares(2, &[Some(1), None]).unwrap();
    while sprt.record(split) == SprtVerdict::Undecided {}
    assert_eq!(sprt.verdict(), SprtVerdict::Rejected);
}

#[test]
fn the_cap_ends_an_undecided_test() {
    let mut sprt = Sprt::new(SprtParams { max_games: 10, ..SprtParams::against_champion(2) }).unwrap();
    let (won, lost) = (
        OpeningScore::from_shares(2, &[Some(1); 2]).unwrap(),
        OpeningScore::from_shares(2, &[None; 2]).unwrap(),
    );
    for opening in [won, lost, won, lost] {
        assert_eq!(sprt.record(opening), SprtVerdict::Undecided);
    }
    assert_eq!(sprt.record(won), SprtVerdict::Capped);
}

#[test]
fn contradictory_parameters_and_openings_are_refused() {
    let good = SprtParams::against_champion(2);
    for bad in [
        SprtParams { players: 5, ..good },
        SprtParams { elo1: 0.0, ..good },
        SprtParams { elo1: f64::NAN, ..good },
        SprtParams { alpha: 0.0, ..good },
        SprtParams { max_games: 0, ..good },
    ] {
        assert!(Sprt::new(bad).is_err(), "{bad:?}");
    }
    assert!(OpeningScore::from_shares(3, &[Some(1), None]).is_err());
    assert!(OpeningScore::from_shares(2, &[Some(0), None]).is_err());
    assert!(OpeningScore::from_shares(2, &[Some(3), None]).is_err());
}

proptest! {
    #[test]
    fn order_and_storage_do_not_matter(wins in prop::collection::vec(0u8..3, 1..60), cut in 0usize..60) {
        let score = |w: u8| OpeningScore::from_shares(2, &[(w > 0).then_some(1), (w > 1).then_some(1)]).unwrap();
        let mut forward = Sprt::new(wide(2)).unwrap();
        let mut backward = forward.clone();
        for (i, w) in wins.iter().enumerate() {
            if i == cut {
                let bytes = postcard::to_allocvec(&forward).unwrap();
                forward = postcard::from_bytes(&bytes).unwrap();
            }
            forward.record(score(*w));
        }
        for w in wins.iter().rev() {
            backward.record(score(*w));
        }
        prop_assert_eq!(forward.llr().to_bits(), backward.llr().to_bits());
        prop_assert!(forward.llr().is_finite());
    }

    #[test]
    fn the_llr_rises_with_a_win(wins in prop::collection::vec(0u8..3, 0..40)) {
        let score = |w: u8| OpeningScore::from_shares(2, &[(w > 0).then_some(1), (w > 1).then_some(1)]).unwrap();
        let mut base = Sprt::new(wide(2)).unwrap();
        for w in &wins { base.record(score(*w)); }
        let mut lost = base.clone();
        base.record(score(2));
        lost.record(score(0));
        prop_assert!(base.llr() > lost.llr());
    }
}
