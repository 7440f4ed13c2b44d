//! What the games of an evaluation came to, and how it becomes durable.

use std::num::NonZeroU32;

use rr_cluster::{AnchorRecord, EvaluationReport, RatedPlayer, Sprt};
use rr_onnx::ModelCard;
use rr_proto::{
    Elo, EvaluationCompleted, Event, Games, MatchTally, OpponentTally, RatingEstimate, UnixMillis,
};
use rr_storage::{JobRow, JobState, StorageError, StoreSnapshot, StoreWrite};
use serde_json::{Map, Value, json};

use super::match_plan::MatchPart;
use super::task::Evaluation;
use crate::error::StoreFailure;
use crate::leader::fit_ratings;
use crate::workers::selfplay::WorkerFailure;

/// Results against one anchor.
pub(super) struct AnchorResult {
    pub part: MatchPart,
    pub tally: MatchTally,
    pub points: f64,
}

impl AnchorResult {
    /// Holds no games yet.
    pub fn new(part: MatchPart) -> Self {
        Self { part, tally: MatchTally::default(), points: 0.0 }
    }

    /// Returns the record; none without games.
    pub fn record(&self) -> Option<AnchorRecord> {
        AnchorRecord::new(self.points, Games(self.tally.games().into())).ok()
    }
}

/// Gathers results.
pub(super) struct Standing {
    pub sprt: Sprt,
    pub tally: MatchTally,
    pub anchors: Vec<AnchorResult>,
}

impl Standing {
    pub fn new(sprt: Sprt) -> Self {
        Self { sprt, tally: MatchTally::default(), anchors: Vec::new() }
    }

    /// Stores report, card and event in one transaction.
    pub async fn store(self, evaluation: &Evaluation, job: JobRow) -> Result<(), WorkerFailure> {
        let (args, order, key) = (&evaluation.args, evaluation.order, evaluation.key);
        let candidate = order.candidate;
        let read = move |snapshot: &StoreSnapshot| {
            let table = fit_ratings(snapshot, key)?;
            let rating = table.get(&RatedPlayer::Model(candidate)).map(|rating| rating.estimate);
            Ok((rating, snapshot.model(candidate)?.map(|row| row.card_json)))
        };
        let (rating, card) = args.store.query("rating of the candidate", read).await?;
        let unrated = RatingEstimate { elo: Elo(400.0), low: Elo(400.0), high: Elo(400.0) };
        let rating = rating.unwrap_or(unrated);
        let report = self.report(evaluation)?;
        let card = card.and_then(|card| self.updated_card(&card, evaluation, rating));
        let job = JobRow {
            state: JobState::Completed,
            updated_at: UnixMillis(args.clock.unix_ms()),
            detail: postcard::to_stdvec(&report).map_err(|_| StoreFailure::NotRun)?,
            ..job
        };
        let staged = args.publisher.stage(self.event(evaluation, rating)?, None)?;
        let work = move |write: &mut StoreWrite| -> Result<(), StorageError> {
            write.put_job(&job)?;
            if let Some(card) = &card {
                write.set_model_card(candidate, card.clone())?;
            }
            let _ = staged.append(write)?;
            Ok(())
        };
        Ok(args.store.commit("evaluation report", work).await?)
    }

    fn report(&self, evaluation: &Evaluation) -> Result<EvaluationReport, WorkerFailure> {
        let order = evaluation.order;
        let mut report = EvaluationReport::new(order.candidate, order.champion, &self.sprt)?;
        for anchor in &self.anchors {
            let Some(record) = anchor.record() else { continue };
            report = match anchor.part {
                MatchPart::Random => report.with_random(record),
                MatchPart::Heuristic => report.with_heuristic(record),
                MatchPart::Champion => report,
            };
        }
        Ok(report)
    }

    fn event(&self, evaluation: &Evaluation, rating: RatingEstimate) -> Result<Event, WorkerFailure> {
        let order = evaluation.order;
        let anchors: u32 = self.anchors.iter().map(|anchor| anchor.tally.games()).sum();
        let games = NonZeroU32::new(self.tally.games() + anchors).ok_or(rr_cluster::ClusterError::NoGames)?;
        let tallies = self
            .anchors
            .iter()
            .map(|anchor| OpponentTally { opponent: anchor.part.name().to_owned(), tally: anchor.tally });
        Ok(Event::from(EvaluationCompleted {
            config: evaluation.key,
            job: order.job,
            candidate: order.candidate,
            champion: Some(order.champion),
            games,
            versus_champion: self.tally,
            versus_anchors: tallies.collect(),
            sprt: self.sprt.progress(),
            rating,
        }))
    }

    /// Writes the results into the model's card; none where the card can't be read, which leaves it as it is.
    fn updated_card(&self, card: &str, evaluation: &Evaluation, rating: RatingEstimate) -> Option<String> {
        let mut card: ModelCard = match serde_json::from_str(card) {
            Ok(card) => card,
            Err(error) => {
                let model = evaluation.order.candidate;
                tracing::warn!(%model, %error, "the card of an evaluated model can't be read and stays as it is");
                return None;
            }
        };
        let progress = self.sprt.progress();
        let tally =
            |tally: &MatchTally| json!({"wins": tally.wins, "draws": tally.draws, "losses": tally.losses});
        let mut found = Map::new();
        found.insert("job".to_owned(), Value::from(evaluation.order.job.to_string()));
        found.insert("champion".to_owned(), Value::from(evaluation.order.champion.to_string()));
        found.insert("versus_champion".to_owned(), tally(&self.tally));
        found.insert(
            "sprt".to_owned(),
            json!({"llr": progress.llr, "lower": progress.lower, "upper": progress.upper,
                "verdict": format!("{:?}", progress.verdict)}),
        );
        for anchor in &self.anchors {
            let mut result = tally(&anchor.tally);
            if let (Some(record), Value::Object(result)) = (anchor.record(), &mut result) {
                let interval = record.interval();
                result.insert("rate".to_owned(), json!([interval.low, record.rate(), interval.high]));
                // Slightly optimistic: a match ends as soon as its rate is known well enough.
                result.insert("ended_early".to_owned(), record.is_precise().into());
            }
            found.insert(format!("versus_{}", anchor.part), result);
        }
        let elo = json!({"elo": rating.elo.0, "low": rating.low.0, "high": rating.high.0});
        found.insert("rating".to_owned(), elo);
        card.origin.evaluation = found;
        serde_json::to_string_pretty(&card).ok()
    }
}
