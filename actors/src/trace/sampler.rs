//! Which traces are sent.

use opentelemetry::trace::{Link, SpanKind, TraceId};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{Sampler, SamplingResult, ShouldSample};

use super::message_span::MESSAGE;

/// Decides about traces that begin here: a share of those of work and calls, and all of those that the filter has a message begin.
#[derive(Debug, Clone)]
struct BeginSampler {
    work: Sampler,
}

impl ShouldSample for BeginSampler {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let sampler = if name == MESSAGE { &Sampler::AlwaysOn } else { &self.work };
        sampler.should_sample(parent, trace, name, kind, attributes, links)
    }
}

/// Sends `share` of the traces that begin here; about others whoever began them has decided.
pub(super) fn sampler(share: f64) -> Sampler {
    Sampler::ParentBased(Box::new(BeginSampler { work: Sampler::TraceIdRatioBased(share) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceState};
    use opentelemetry_sdk::trace::SamplingDecision;

    fn decides(share: f64, name: &str, parent: Option<TraceFlags>) -> SamplingDecision {
        let trace = TraceId::from(1 << 64 | u128::from(u64::MAX / 2));
        let parent = parent.map(|flags| {
            let parent = SpanContext::new(trace, SpanId::from(2), flags, true, TraceState::NONE);
            Context::new().with_remote_span_context(parent)
        });
        sampler(share).should_sample(parent.as_ref(), trace, name, &SpanKind::Internal, &[], &[]).decision
    }

    #[test]
    fn who_began_a_trace_decides() {
        use SamplingDecision::{Drop, RecordAndSample};
        assert_eq!(decides(1.0, "training", None), RecordAndSample);
        assert_eq!(decides(0.0, "training", None), Drop);
        assert_eq!(decides(0.0, MESSAGE, None), RecordAndSample, "the filter has counted");
        for name in ["training", MESSAGE] {
            assert_eq!(decides(0.0, name, Some(TraceFlags::SAMPLED)), RecordAndSample);
            assert_eq!(decides(1.0, name, Some(TraceFlags::default())), Drop);
        }
    }
}
