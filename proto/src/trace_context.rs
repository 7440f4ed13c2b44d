//! Where a trace stands, as it travels: in the header of an event, and as the text `traceparent` between processes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    digest::{parse_hex, write_hex},
    error::IdError,
};

/// The flag of a trace whose spans are sent.
const SAMPLED: u8 = 1;

/// Carries a W3C trace context, so that a span goes on across threads, processes and nodes.
///
/// # Source
/// W3C Trace Context, level 1: `traceparent` of version 00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TraceContext {
    /// The trace.
    pub trace_id: [u8; 16],
    /// The span that caused the event.
    pub span_id: [u8; 8],
    /// The flags of `traceparent`.
    pub flags: u8,
}

impl TraceContext {
    /// Says whether the spans of the trace are sent to a collector.
    #[must_use]
    pub const fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }
}

impl fmt::Display for TraceContext {
    /// Writes the value of the header `traceparent`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("00-")?;
        write_hex(&self.trace_id, f)?;
        f.write_str("-")?;
        write_hex(&self.span_id, f)?;
        write!(f, "-{:02x}", self.flags)
    }
}

impl FromStr for TraceContext {
    type Err = IdError;

    /// Reads the value of the header `traceparent`; of a version to come, as much as this one has.
    fn from_str(text: &str) -> Result<Self, IdError> {
        read(text).ok_or_else(|| IdError::BadTraceParent { given: text.to_owned() })
    }
}

fn read(text: &str) -> Option<TraceContext> {
    let mut parts = text.split('-');
    let [version] = parse_hex(parts.next()?)?;
    let context = TraceContext {
        trace_id: parse_hex(parts.next()?)?,
        span_id: parse_hex(parts.next()?)?,
        flags: parse_hex::<1>(parts.next()?)?[0],
    };
    let whole = match version {
        0 => parts.next().is_none(),
        0xff => false,
        _ => true,
    };
    let named = context.trace_id != [0; 16] && context.span_id != [0; 8];
    let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    (whole && named && lower).then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn the_example_of_the_specification_is_read_and_written() {
        let context: TraceContext = TEXT.parse().unwrap();
        assert!(context.is_sampled());
        assert_eq!((context.span_id[1], context.to_string().as_str()), (0xf0, TEXT));
        let later = TEXT.replacen("00", "01", 1) + "-more";
        assert_eq!(later.parse(), Ok(context), "a version to come has at least as much");
    }

    #[test]
    fn what_is_no_context_is_refused() {
        for text in [
            "",
            "00",
            &TEXT.replacen("00", "ff", 1),
            &(TEXT.to_owned() + "-more"),
            &TEXT.to_uppercase(),
            &TEXT.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            &TEXT.replace("00f067aa0ba902b7", &"0".repeat(16)),
            &TEXT.replace("4bf9", "4bg9"),
            &TEXT.replace("-01", "-1"),
        ] {
            let refused = text.parse::<TraceContext>().unwrap_err().to_string();
            assert!(refused.contains("traceparent"), "{text}: {refused}");
        }
    }

    proptest! {
        #[test]
        fn a_context_survives_the_way_through_text(trace_id in any::<[u8; 16]>(), span_id in any::<[u8; 8]>(), flags in any::<u8>()) {
            prop_assume!(trace_id != [0; 16] && span_id != [0; 8]);
            let context = TraceContext { trace_id, span_id, flags };
            prop_assert_eq!(context.to_string().parse(), Ok(context));
        }

        #[test]
        fn reading_anything_never_panics(text in ".{0,80}") {
            let _ = text.parse::<TraceContext>();
        }
    }
}
