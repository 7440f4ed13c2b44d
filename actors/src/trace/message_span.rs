//! The span around every callback of an actor.

use std::fmt::{self, Write};

use tracing::Span;

use super::message_gate::may_be_wanted;

/// The name of these spans.
pub(super) const MESSAGE: &str = "message";

/// Opens the span of a callback of the actor at `path`; `message` says by the first word of its debug form of which kind it is.
///
/// Costs a comparison where nobody wants such spans: neither a log of level `debug` nor a collector.
#[inline]
pub fn message_span(path: &impl fmt::Display, message: &dyn fmt::Debug) -> Span {
    if !may_be_wanted() {
        return Span::none();
    }
    tracing::debug_span!(MESSAGE, actor = %path, kind = %FirstWord(message))
}

/// Shows the first word of a debug form, and has no more of it made than that.
struct FirstWord<'a>(&'a dyn fmt::Debug);

impl fmt::Display for FirstWord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = write!(UpToWord(f), "{:?}", self.0); // an error says only that there was more
        Ok(())
    }
}

/// Passes letters on and ends with the first character that belongs to no name.
struct UpToWord<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for UpToWord<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = text.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
        self.0.write_str(&text[..end.unwrap_or(text.len())])?;
        end.map_or(Ok(()), |_| Err(fmt::Error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    #[allow(dead_code, reason = "read by their debug form")]
    enum Told {
        Tick,
        Heard(Loud),
        Ended { job: Loud },
    }

    /// Panics where more than the name of the variant is asked for.
    struct Loud;

    impl fmt::Debug for Loud {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("asked for the payload")
        }
    }

    #[test]
    fn a_kind_is_the_variant_without_its_payload() {
        let kinds = [Told::Tick, Told::Heard(Loud), Told::Ended { job: Loud }]
            .map(|told| FirstWord(&told).to_string());
        assert_eq!(kinds, ["Tick", "Heard", "Ended"]);
        assert_eq!(FirstWord(&"text").to_string(), "");
    }
}
