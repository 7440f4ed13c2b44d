//! One evaluation from its order to its report.

use std::collections::BTreeMap;
use std::time::Duration;

use rr_cluster::{RatedPlayer, Sprt};
use rr_proto::{
    ConfigKey, EvaluationProgress, EvaluationStarted, Generation, MatchId, MatchTally, SprtVerdict,
    UnixMillis,
};
use rr_storage::{JobKind, JobRow, JobState, MatchRow, StorageError, StoreSnapshot};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::anchor_rule::AnchorRule;
use super::match_plan::{MatchPart, MatchPlan};
use super::players::PlayerSetup;
use super::report::{AnchorResult, Standing};
use super::round::{Round, RoundSetup};
use super::status::ArenaStatus;
use super::task::Evaluation;
use crate::leader::config::{anchor_floors, floor_policy};
use crate::leader::{StoredMastery, fit_ratings};
use crate::workers::selfplay::{WorkerFailure, evaluation_settings};

/// Matches read at a time.
const PAGE: usize = 4096;

/// What an evaluation that is under way keeps in its job, so that every attempt plays the same games.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct ArenaJob {
    simulations: u32,
}

/// Says why an evaluation ended without a report, and how many games it had.
pub(super) struct EvaluationEnd {
    pub failure: WorkerFailure,
    pub games: u32,
}

impl Evaluation {
    /// Plays until there is a report, and stores it; one that is stored already is left as it is.
    pub async fn run(self) -> Result<(), EvaluationEnd> {
        let mut games = 0;
        self.try_run(&mut games).await.map_err(|failure| EvaluationEnd { failure, games })
    }

    async fn try_run(&self, games: &mut u32) -> Result<(), WorkerFailure> {
        let order = self.order;
        let job = order.job;
        let row = self.args.store.query("evaluation", move |snapshot| snapshot.job(job)).await?;
        if row.as_ref().is_some_and(|row| row.state.is_final()) {
            return Ok(());
        }
        let row = self.begin(row).await?;
        let simulations = postcard::from_bytes::<ArenaJob>(&row.detail).map_or(1, |job| job.simulations);
        let mut standing = Standing::new(Sprt::new(order.sprt)?);
        let mut setup = self.round_setup().await?;
        let tested = self.against_champion(&mut setup, simulations, &mut standing).await;
        *games = standing.sprt.games();
        let on_time = match tested {
            Ok(()) => true,
            Err(WorkerFailure::Deadline { .. }) if *games > 0 => false,
            Err(failure) => return Err(failure),
        };
        // Nobody asks how a candidate without a gain plays against the anchors.
        if on_time && standing.sprt.verdict() != SprtVerdict::Rejected {
            self.against_anchors(&mut setup, simulations, &mut standing).await?;
        }
        standing.store(self, row).await
    }

    /// Writes the job down with its budget, and tells that the games begin.
    async fn begin(&self, before: Option<JobRow>) -> Result<JobRow, WorkerFailure> {
        let now = UnixMillis(self.args.clock.unix_ms());
        let order = self.order;
        let begun = before.as_ref().is_some_and(|row| !row.detail.is_empty());
        let row = match before {
            Some(row) if begun => {
                JobRow { state: JobState::Running, attempt: order.attempt, updated_at: now, ..row }
            }
            waited => JobRow {
                id: order.job,
                kind: JobKind::Evaluation,
                config: self.key,
                state: JobState::Running,
                attempt: order.attempt,
                created_at: waited.map_or(now, |row| row.created_at),
                updated_at: now,
                detail: postcard::to_stdvec(&ArenaJob { simulations: self.simulations().await? })
                    .unwrap_or_default(), // a plain number is always encoded
            },
        };
        self.args.store.put_job(row.clone()).await?;
        let started = EvaluationStarted {
            config: self.key,
            job: order.job,
            candidate: order.candidate,
            champion: Some(order.champion),
            max_games: order.sprt.max_games,
        };
        let _ = self.args.publisher.publish(started.into(), None).await?; // a repetition is a duplicate
        Ok(row)
    }

    /// Returns the simulations of a move: as configured, or the budget of self-play.
    async fn simulations(&self) -> Result<u32, WorkerFailure> {
        if let Some(set) =
            [self.args.evaluation.simulations, self.args.simulations].into_iter().find(|n| *n > 0)
        {
            return Ok(set);
        }
        let (key, champion) = (self.key, RatedPlayer::Model(self.order.champion));
        let policy = self.args.budget.clone();
        let budget = move |snapshot: &StoreSnapshot| {
            let games = snapshot.game_totals(key)?.games;
            let rating = fit_ratings(snapshot, key)?.get(&champion).map(|rating| rating.estimate.elo);
            Ok(policy.simulations(policy.choose(games, rating)))
        };
        Ok(self.args.store.query("budget", budget).await?)
    }

    async fn round_setup(&self) -> Result<RoundSetup, WorkerFailure> {
        let (key, job) = (self.key, self.order.job);
        let known =
            self.args.store.query("matches of an evaluation", move |s| matches_of(s, key, job)).await?;
        let args = &self.args;
        let seconds = args.evaluation.deadline_seconds;
        Ok(RoundSetup {
            key,
            store: args.store.clone(),
            players: PlayerSetup {
                device: args.device.clone(),
                cache: args.cache.clone(),
                threads: args.threads,
                games: args.evaluation.concurrent_games as usize,
                max_batch: args.max_batch,
            },
            clock: args.clock.clone(),
            deadline: Instant::now() + Duration::from_secs(seconds),
            deadline_seconds: seconds,
            stop: self.stop.clone(),
            known,
        })
    }

    fn plan(&self, part: MatchPart, simulations: u32, max_games: u32) -> MatchPlan {
        let evaluation = &self.args.evaluation;
        MatchPlan {
            config: self.config,
            job: self.order.job,
            part,
            candidate: self.order.candidate,
            champion: self.order.champion,
            openings: u64::from(max_games / u32::from(self.config.players)),
            opening_plies: evaluation.opening_moves,
            seed: evaluation.seed,
            settings: evaluation_settings(self.config, evaluation, &self.args.search, simulations),
        }
    }

    async fn against_champion(
        &self,
        setup: &mut RoundSetup,
        simulations: u32,
        standing: &mut Standing,
    ) -> Result<(), WorkerFailure> {
        let plan = self.plan(MatchPart::Champion, simulations, self.order.sprt.max_games);
        let mut round = Round::new(setup, plan);
        let ended = loop {
            self.show(MatchPart::Champion, standing.tally, self.order.sprt.max_games, standing);
            match round.next().await {
                Ok(Some(opening)) => {
                    opening.count(&mut standing.tally);
                    let verdict = standing.sprt.record(opening.score()?);
                    self.progress(standing).await;
                    if verdict != SprtVerdict::Undecided {
                        break Ok(());
                    }
                }
                Ok(None) => break Ok(()),
                Err(failure) => break Err(failure),
            }
        };
        round.end().await;
        ended
    }

    async fn against_anchors(
        &self,
        setup: &mut RoundSetup,
        simulations: u32,
        standing: &mut Standing,
    ) -> Result<(), WorkerFailure> {
        let accepted = standing.sprt.verdict() == SprtVerdict::Accepted;
        for (part, rule) in self.anchor_rules(accepted).await? {
            let mut result = AnchorResult::new(part);
            for games in rule.limits() {
                // The second time round the games of the first are there, and only counted again.
                result = AnchorResult::new(part);
                let mut round = Round::new(setup, self.plan(part, simulations, games));
                let ended = self.against_anchor(&mut round, (&rule, games), &mut result, standing).await;
                round.end().await;
                if !ended? || result.record().is_some_and(|record| rule.answers(&record)) {
                    break;
                }
            }
            standing.anchors.push(result);
        }
        Ok(())
    }

    /// Plays until the rule is content or there are no more games; tells whether there was time for that.
    async fn against_anchor(
        &self,
        round: &mut Round<'_>,
        (rule, games): (&AnchorRule, u32),
        result: &mut AnchorResult,
        standing: &Standing,
    ) -> Result<bool, WorkerFailure> {
        loop {
            self.show(result.part, result.tally, games, standing);
            match round.next().await {
                Ok(Some(opening)) => {
                    opening.count(&mut result.tally);
                    result.points += opening.points();
                    if result.record().is_some_and(|record| rule.is_enough(&record)) {
                        return Ok(true);
                    }
                }
                Ok(None) => return Ok(true),
                // Late is better than never: the games so far count.
                Err(WorkerFailure::Deadline { .. }) => return Ok(false),
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Returns the anchors with how long each is played against. The first promotion waits for a test alone, and people wait for it:
    /// what comes after is measured better.
    async fn anchor_rules(&self, accepted: bool) -> Result<[(MatchPart, AnchorRule); 2], WorkerFailure> {
        let (key, evaluation, promotion) = (self.key, &self.args.evaluation, &self.args.promotion);
        let read =
            move |s: &StoreSnapshot| Ok((s.champion(key)?, s.fact::<StoredMastery>(StoredMastery::FACT)?));
        let (champion, mastered) = self.args.store.query("anchors", read).await?;
        let generation = champion.map_or(Generation::ZERO, |row| row.generation);
        let usual = match generation {
            Generation::ZERO => evaluation.first_anchor_games.min(evaluation.anchor_games),
            _ => evaluation.anchor_games,
        };
        let (floors, mastered) = (anchor_floors(key, promotion), mastered.unwrap_or_default());
        let binding = floor_policy(promotion).binding(generation);
        let rule = |part: MatchPart, floor, binds: bool| {
            let rule = AnchorRule {
                floor,
                confidence: promotion.floor_confidence,
                binds: binds && accepted,
                mastered: mastered.has(key, part.name()),
                usual,
                most: evaluation.floor_games.max(usual),
            };
            (part, rule)
        };
        Ok([
            rule(MatchPart::Random, floors.vs_random, binding.0),
            rule(MatchPart::Heuristic, floors.vs_heuristic, binding.1),
        ])
    }

    fn show(&self, part: MatchPart, tally: MatchTally, max_games: u32, standing: &Standing) {
        self.args.status.send_replace(Some(ArenaStatus {
            config: self.config,
            job: self.order.job,
            candidate: self.order.candidate,
            champion: self.order.champion,
            part,
            tally,
            sprt: standing.sprt.progress(),
            max_games,
        }));
    }

    async fn progress(&self, standing: &Standing) {
        let progress = EvaluationProgress {
            config: self.key,
            job: self.order.job,
            candidate: self.order.candidate,
            tally: standing.tally,
            sprt: standing.sprt.progress(),
        };
        if let Err(error) = self.args.publisher.publish(progress.into(), None).await {
            tracing::debug!(%error, "progress of an evaluation was not announced; the next report replaces it");
        }
    }
}

/// Reads the places of the games of an evaluation from the match log.
fn matches_of(
    snapshot: &StoreSnapshot,
    key: ConfigKey,
    job: rr_proto::JobId,
) -> Result<BTreeMap<MatchId, Vec<u8>>, StorageError> {
    let mut known = BTreeMap::new();
    let mut from = 0;
    loop {
        let rows: Vec<MatchRow> = snapshot.matches(key, from, PAGE)?;
        from += rows.len() as u64;
        let last = rows.len() < PAGE;
        known.extend(rows.into_iter().filter(|row| row.job == Some(job)).map(|row| (row.id, row.places)));
        if last {
            return Ok(known);
        }
    }
}
