use proptest::prelude::*;

use super::*;

const HOUR: u64 = 3_600_000;
const GATE: TrainingGate = TrainingGate {
    max_age: Duration::from_secs(4 * 3_600),
    absolute_max_age: Duration::from_secs(48 * 3_600),
    min_quality: 0.3,
    max_failed_share: 0.5,
};

/// Fresh, good games that all passed, at the hour 100.
fn good() -> GateFacts {
    GateFacts {
        now: UnixMillis(100 * HOUR),
        newest_game: Some(UnixMillis(100 * HOUR - 1)),
        quality: Some(0.9),
        parity: WindowParity { passed: Games(64), ..WindowParity::default() },
        ..GateFacts::default()
    }
}

fn grant(until: u64) -> Option<PendingGrant> {
    let lasts = Duration::from_millis(until);
    Some(PendingGrant::begin("training.allow_pending_gate", "a test", UnixMillis(0), lasts))
}

fn blocks(facts: &GateFacts) -> Vec<TrainingBlock> {
    let obstacles = GATE.decide(facts).err().unwrap_or_default();
    obstacles.into_iter().map(|obstacle| obstacle.block).collect()
}

#[test]
fn fresh_good_games_with_verdicts_train_and_so_do_those_nobody_has_scored_yet() {
    assert_eq!(GATE.decide(&good()), Ok(GatePass::default()));
    assert_eq!(GATE.decide(&GateFacts { quality: None, ..good() }), Ok(GatePass::default()));
}

#[test]
fn games_without_a_verdict_train_only_under_a_grant_that_has_not_ended() {
    let pending = WindowParity { passed: Games(60), pending: Games(4), failed: Games(0) };
    let facts = GateFacts { parity: pending, ..good() };
    assert_eq!(blocks(&facts), [TrainingBlock::Parity]);
    let granted = GateFacts { grant: grant(100 * HOUR + 1), ..facts.clone() };
    assert_eq!(GATE.decide(&granted), Ok(GatePass { granted: Games(4), stale: false }));
    let ended = GateFacts { grant: grant(100 * HOUR), ..facts.clone() };
    assert_eq!(blocks(&ended), [TrainingBlock::Parity]);
    let reason = &GATE.decide(&ended).unwrap_err()[0].reason;
    assert!(reason.contains("training.allow_pending_gate of a test has ended"), "{reason}");
    let mut taken_back = granted;
    taken_back.grant.as_mut().unwrap().withdrawn = Some(UnixMillis(1));
    assert_eq!(blocks(&taken_back), [TrainingBlock::Parity]);
}

#[test]
fn failed_games_are_left_out_until_they_are_more_than_half() {
    let some = WindowParity { passed: Games(32), pending: Games(0), failed: Games(32) };
    assert_eq!(blocks(&GateFacts { parity: some, ..good() }), []);
    let most = WindowParity { failed: Games(33), ..some };
    let facts = GateFacts { parity: most, grant: grant(u64::MAX), ..good() };
    assert_eq!(blocks(&facts), [TrainingBlock::Parity], "no grant helps against failed ones");
    let none = GateFacts { parity: WindowParity::default(), ..good() };
    assert_eq!(blocks(&none), [TrainingBlock::Parity]);
}

#[test]
fn old_data_waits_unless_none_comes_and_never_trains_after_two_days() {
    let aged = |hours: u64, fallback| {
        let newest_game = Some(UnixMillis((100 - hours) * HOUR));
        GATE.decide(&GateFacts { newest_game, fallback, ..good() })
    };
    assert_eq!(aged(4, false), Ok(GatePass::default()));
    assert_eq!(aged(5, false).unwrap_err()[0].block, TrainingBlock::Stale);
    assert_eq!(aged(5, true), Ok(GatePass { stale: true, ..GatePass::default() }));
    assert_eq!(aged(48, true).map(|pass| pass.stale), Ok(true));
    assert_eq!(aged(49, true).unwrap_err()[0].block, TrainingBlock::Stale);
    assert_eq!(aged(4, true).map(|pass| pass.stale), Ok(false), "fresh data needs no fallback");
    let nothing = GateFacts { newest_game: None, fallback: true, ..good() };
    assert_eq!(blocks(&nothing), [TrainingBlock::Stale]);
}

#[test]
fn bad_games_and_a_full_node_wait_and_everything_is_told_at_once() {
    assert_eq!(blocks(&GateFacts { quality: Some(0.29), ..good() }), [TrainingBlock::Quality]);
    assert_eq!(blocks(&GateFacts { quality: Some(0.3), ..good() }), []);
    let all = GateFacts {
        newest_game: Some(UnixMillis(0)),
        quality: Some(0.0),
        parity: WindowParity { pending: Games(1), ..WindowParity::default() },
        short_of: Some("ram: 90 % in use".to_owned()),
        ..good()
    };
    use TrainingBlock::{Parity, Quality, Resources, Stale};
    assert_eq!(blocks(&all), [Stale, Quality, Parity, Resources]);
}

proptest! {
    #[test]
    fn without_a_grant_no_run_starts_on_games_without_a_verdict(
        passed in 0u64..50, pending in 0u64..50, failed in 0u64..50, age in 0u64..100, until in 0u64..200,
        fallback: bool, score in 0.0..1.0f64,
    ) {
        let facts = GateFacts {
            newest_game: Some(UnixMillis((100 - age) * HOUR)),
            quality: Some(score),
            parity: WindowParity { passed: Games(passed), pending: Games(pending), failed: Games(failed) },
            grant: grant(until * HOUR),
            fallback,
            ..good()
        };
        if let Ok(pass) = GATE.decide(&facts) {
            prop_assert_eq!(pass.granted, Games(pending));
            prop_assert!(pending == 0 || until > 100);
            prop_assert!(passed + pending > 0 && failed <= passed);
            prop_assert!(age <= 4 || fallback && age <= 48);
            prop_assert!(score >= 0.3);
        }
    }
}
