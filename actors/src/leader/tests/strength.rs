//! Games, champions and evaluations for the tests of what watches strength.

use std::num::NonZeroU32;

use rr_cluster::RatedPlayer;
use rr_proto::{
    EvaluationCompleted, Generation, JobId, MatchId, MatchTally, ModelId, RatingEstimate, SprtProgress,
    SprtVerdict, UnixMillis,
};
use rr_storage::{ChampionRow, MatchRow};

use super::{House, hex};

/// Records games of two players; `won` of `games` are won by the first.
pub(in crate::leader) async fn play(
    house: &House,
    (first, second): (RatedPlayer, RatedPlayer),
    (won, games): (u64, u64),
    round: u64,
) {
    let row = |game: u64| MatchRow {
        id: MatchId::derive(&[first.to_string().as_bytes(), &round.to_le_bytes(), &game.to_le_bytes()]),
        config: hex(),
        job: None,
        seats: vec![first.to_string(), second.to_string()],
        places: if game < won { vec![1, 2] } else { vec![2, 1] },
        game: None,
        played_at: UnixMillis(1),
    };
    house.store.append_matches((0..games).map(row).collect()).await.unwrap();
}

/// Makes a model champion after another one.
pub(in crate::leader) async fn crown(house: &House, model: ModelId, previous: Option<ModelId>) {
    let generation = Generation(previous.map_or(0, |_| 1));
    let row = ChampionRow { model, previous, generation, evaluation: None, since: UnixMillis(1) };
    let swap = house.store.commit("crown", move |write| write.swap_champion(hex(), previous, &row)).await;
    let _ = swap.unwrap();
}

pub(in crate::leader) fn evaluated(candidate: ModelId, champion: ModelId, round: u64) -> EvaluationCompleted {
    EvaluationCompleted {
        config: hex(),
        job: JobId::derive(&[b"evaluation", &round.to_le_bytes()]),
        candidate,
        champion: Some(champion),
        games: NonZeroU32::MIN,
        versus_champion: MatchTally { wins: 1, draws: 0, losses: 0 },
        versus_anchors: Vec::new(),
        sprt: SprtProgress { llr: 0.0, lower: -1.0, upper: 1.0, verdict: SprtVerdict::Rejected },
        rating: RatingEstimate::default(),
    }
}
