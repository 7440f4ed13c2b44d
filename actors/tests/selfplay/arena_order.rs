//! What the tests of the arena ask of it.

use std::time::Duration;

use rr_actors::workers::arena::ArenaMsg;
use rr_cluster::{EvaluationOrder, EvaluationReport, SprtParams};
use rr_proto::{Event, JobId, ModelId};
use rr_storage::{JobRow, JobState, MatchRow};

use super::house::{House, SOON};

/// A test that ends soon, one way or the other.
pub fn quick(players: u8) -> SprtParams {
    SprtParams { players, elo0: 0.0, elo1: 200.0, alpha: 0.3, beta: 0.3, max_games: 24 }
}

pub fn order(candidate: ModelId, champion: ModelId, sprt: SprtParams) -> EvaluationOrder {
    EvaluationOrder { job: JobId::derive(&[b"evaluation"]), attempt: 1, candidate, champion, sprt }
}

impl House {
    pub async fn job(&self, job: JobId) -> Option<JobRow> {
        self.store.query("job", move |snapshot| snapshot.job(job)).await.unwrap()
    }

    pub async fn matches(&self) -> Vec<MatchRow> {
        let key = self.key();
        self.store.query("matches", move |snapshot| snapshot.matches(key, 0, usize::MAX)).await.unwrap()
    }

    /// Orders the evaluation, again and again as the config actor does, until its report is stored.
    pub async fn evaluated(&self, order: EvaluationOrder) -> EvaluationReport {
        let deadline = tokio::time::Instant::now() + SOON;
        loop {
            let _ = self.arena().cast(ArenaMsg::Evaluate { config: self.config, order }); // it may be restarting
            if let Some(row) = self.job(order.job).await.filter(|row| row.state == JobState::Completed) {
                return postcard::from_bytes(&row.detail).unwrap();
            }
            assert!(tokio::time::Instant::now() < deadline, "no report: {:?}", self.events().await);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Orders the evaluation, again and again, until so many of its games are in the match log.
    pub async fn until_matches(&self, count: usize, order: EvaluationOrder) {
        let deadline = tokio::time::Instant::now() + SOON;
        while self.matches().await.len() < count {
            assert!(tokio::time::Instant::now() < deadline, "no matches: {:?}", self.events().await);
            let _ = self.arena().cast(ArenaMsg::Evaluate { config: self.config, order }); // it may be restarting
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Returns how often an event of this name was stored.
    pub async fn count_events(&self, name: &str) -> usize {
        self.events().await.iter().filter(|event| Event::name(event) == name).count()
    }
}
