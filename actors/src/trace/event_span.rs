//! The span of an event on its way to a subscriber.

use rr_proto::{Event, EventEnvelope, JobId, ModelId};
use tracing::Span;
use tracing::field::Empty;

use super::context::continue_trace;

/// Opens the span in which an event is handed to `subscriber`: the trace that raised it goes on in whoever handles it.
pub fn event_span(envelope: &EventEnvelope, subscriber: &str) -> Span {
    let event = &envelope.event;
    let span = tracing::info_span!(
        parent: None,
        "event",
        event = event.name(),
        to = subscriber,
        config = Empty,
        job = Empty,
        model = Empty
    );
    if span.is_disabled() {
        return span;
    }
    if let Some(config) = event.config() {
        span.record("config", tracing::field::display(config));
    }
    if let Some(job) = job_of(event) {
        span.record("job", tracing::field::display(job));
    }
    if let Some(model) = model_of(event) {
        span.record("model", tracing::field::display(model));
    }
    continue_trace(&span, envelope.header.trace);
    span
}

/// Returns the job that an event is about.
fn job_of(event: &Event) -> Option<JobId> {
    match event {
        Event::TrainingThresholdReached(e) => Some(e.job),
        Event::NpzExportComplete(e) => Some(e.job),
        Event::TrainingStarted(e) => Some(e.job),
        Event::TrainingProgress(e) => Some(e.job),
        Event::TrainingCompleted(e) => Some(e.job),
        Event::TrainingFailed(e) => Some(e.job),
        Event::TrainingLossAnomaly(e) => Some(e.job),
        Event::EvaluationStarted(e) => Some(e.job),
        Event::EvaluationProgress(e) => Some(e.job),
        Event::EvaluationCompleted(e) => Some(e.job),
        Event::EvaluationFailed(e) => Some(e.job),
        Event::PromotionCandidate(e) => Some(e.evaluation),
        Event::ModelPromoted(e) => Some(e.evaluation),
        Event::PromotionFailed(e) => Some(e.evaluation),
        _ => None,
    }
}

/// Returns the model that an event is about.
fn model_of(event: &Event) -> Option<ModelId> {
    match event {
        Event::NewGamesAvailable(e) => e.model,
        Event::TrainingCompleted(e) => Some(e.model),
        Event::EvaluationStarted(e) => Some(e.candidate),
        Event::EvaluationProgress(e) => Some(e.candidate),
        Event::EvaluationCompleted(e) => Some(e.candidate),
        Event::EvaluationFailed(e) => Some(e.candidate),
        Event::PromotionCandidate(e) => Some(e.model),
        Event::ModelPromoted(e) => Some(e.model),
        Event::PromotionFailed(e) => Some(e.model),
        Event::RegressionDetected(e) => Some(e.model),
        Event::PromotionRolledBack(e) => Some(e.to),
        Event::ModelDistributionComplete(e) => Some(e.model),
        _ => None,
    }
}
