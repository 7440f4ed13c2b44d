use proptest::prelude::*;
use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rr_proto::MatchId;

use super::super::match_log::MatchRecord;
use super::*;
use crate::testing::model;

fn record(id: u64, seats: &[RatedPlayer], places: &[u8]) -> MatchRecord {
    MatchRecord::new(MatchId::derive(&[&id.to_le_bytes()]), seats.to_vec(), places.to_vec()).unwrap()
}

/// Draws a finishing order by exponential clocks, which is Plackett-Luce.
fn play(rng: &mut ChaCha8Rng, elos: &[f64]) -> Vec<u8> {
    let clocks: Vec<f64> =
        elos.iter().map(|e| -(1.0 - rng.random::<f64>()).ln() / 10f64.powf(e / 400.0)).collect();
    clocks.iter().map(|c| clocks.iter().filter(|o| *o < c).count() as u8 + 1).collect()
}

fn tournament(players: usize, games: u64, seed: u64) -> (MatchLog, Vec<(RatedPlayer, f64)>) {
    let field = [
        (RatedPlayer::Random, 400.0),
        (RatedPlayer::Heuristic, 700.0),
        (RatedPlayer::Model(model(1)), 550.0),
        (RatedPlayer::Model(model(2)), 850.0),
    ];
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut log = MatchLog::default();
    for id in 0..games {
        let mut seats = field;
        seats.shuffle(&mut rng);
        let seats = &seats[..players];
        let places = play(&mut rng, &seats.iter().map(|s| s.1).collect::<Vec<_>>());
        log.append(record(id, &seats.iter().map(|s| s.0).collect::<Vec<_>>(), &places));
    }
    (log, field.to_vec())
}

#[test]
fn recovers_known_strengths_for_every_number_of_players() {
    for players in 2..=4 {
        let (log, field) = tournament(players, 3000, 7);
        let table = RatingTable::fit(&log);
        for (player, truth) in field {
            let rating = table.get(&player).unwrap().estimate;
            assert!((rating.elo.0 - truth).abs() < 40.0, "{players} players, {player}: {rating:?}");
        }
        let random = table.get(&RatedPlayer::Random).unwrap().estimate;
        assert_eq!((random.elo, random.low, random.high), (Elo(400.0), Elo(400.0), Elo(400.0)));
        assert_eq!(table.ranked()[0].0, RatedPlayer::Model(model(2)));
    }
}

#[test]
fn intervals_hold_the_truth_about_as_often_as_they_say() {
    let mut held = 0;
    for seed in 0..60 {
        let (log, field) = tournament(2, 200, seed);
        let table = RatingTable::fit(&log);
        for (player, truth) in &field[1..] {
            let rating = table.get(player).unwrap().estimate;
            held += u32::from(rating.low.0 <= *truth && *truth <= rating.high.0);
        }
    }
    assert!((162..=179).contains(&held), "{held} of 180");
}

#[test]
fn a_player_that_won_everything_stays_finite() {
    let mut log = MatchLog::default();
    for id in 0..100 {
        log.append(record(id, &[RatedPlayer::Random, RatedPlayer::Heuristic], &[2, 1]));
    }
    let rating = RatingTable::fit(&log).get(&RatedPlayer::Heuristic).unwrap().estimate;
    assert!(rating.elo.0 > 1000.0 && rating.elo.0 < 2500.0, "{rating:?}");
    assert!(rating.high.0 - rating.low.0 > 200.0, "{rating:?}");
}

#[test]
fn the_same_model_in_several_seats_is_one_player() {
    let (a, b) = (RatedPlayer::Model(model(1)), RatedPlayer::Model(model(2)));
    let mut log = MatchLog::default();
    for id in 0..30 {
        log.append(record(
            id,
            &[a, b, b],
            &[1 + (id % 3) as u8, 1 + ((id + 1) % 3) as u8, 1 + ((id + 2) % 3) as u8],
        ));
        log.append(record(1000 + id, &[a, a], &[1, 2]));
    }
    let table = RatingTable::fit(&log);
    let gap = table.get(&a).unwrap().estimate.elo.0 - table.get(&b).unwrap().estimate.elo.0;
    assert!(gap.abs() < 1.0, "{gap}");
    assert_eq!(table.get(&a).unwrap().games, Games(60));
}

#[test]
fn an_empty_log_rates_the_random_player_only() {
    assert_eq!(RatingTable::fit(&MatchLog::default()).ranked().len(), 1);
}

#[test]
fn misshapen_matches_are_refused() {
    let id = MatchId::derive(&[b"x"]);
    assert!(MatchRecord::new(id, vec![RatedPlayer::Random], vec![1]).is_err());
    assert!(MatchRecord::new(id, vec![RatedPlayer::Random; 5], vec![1; 5]).is_err());
    assert!(MatchRecord::new(id, vec![RatedPlayer::Random; 2], vec![1]).is_err());
    assert!(MatchRecord::from_names(id, &["random".into(), "nobody".into()], &[1, 2]).is_err());
}

#[test]
fn names_of_players_round_trip() {
    for player in [RatedPlayer::Random, RatedPlayer::Heuristic, RatedPlayer::Model(model(3))] {
        assert_eq!(player.to_string().parse::<RatedPlayer>().unwrap(), player);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn order_and_duplicates_do_not_matter(seed: u64, games in 1u64..60, players in 2usize..=4) {
        let (log, _) = tournament(players, games, seed);
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 1);
        let mut records: Vec<MatchRecord> = log.iter().cloned().collect();
        records.extend(records.clone());
        records.shuffle(&mut rng);
        let mut shuffled = MatchLog::default();
        for record in records {
            shuffled.append(record);
        }
        prop_assert_eq!(RatingTable::fit(&log), RatingTable::fit(&shuffled));
    }
}
