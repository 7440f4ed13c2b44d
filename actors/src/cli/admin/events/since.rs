//! Where a list or a tail of events begins, as people write it.

use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cli::calendar::{parse_moment, parse_span};

/// Says where events begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// At a place of the outbox.
    Place(u64),
    /// At a moment, in milliseconds since the Unix epoch.
    Moment(u64),
}

impl FromStr for Since {
    type Err = String;

    /// Reads a place (`1200`), a span back from now (`10m`, `2h`), or a moment (`2026-02-28T13:05:09Z`).
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(place) = text.parse() {
            return Ok(Self::Place(place));
        }
        if let Ok(span) = parse_span(text) {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            return Ok(Self::Moment(millis(now.saturating_sub(span).as_millis())));
        }
        let moment = parse_moment(text).map_err(|_| {
            format!(
                "`{text}` is neither the place of an event (1200), nor a span back from now (10m, 2h, 3d), nor a moment \
                 (2026-02-28T13:05:09Z)"
            )
        })?;
        Ok(Self::Moment(millis(u128::try_from(moment).unwrap_or(0))))
    }
}

fn millis(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_spans_and_moments_are_told_apart() {
        assert_eq!("1200".parse(), Ok(Since::Place(1200)));
        assert_eq!("1970-01-01T00:00:02Z".parse(), Ok(Since::Moment(2000)));
        let Ok(Since::Moment(then)) = "10m".parse() else { panic!("a span is a moment") };
        let now = millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis());
        assert!((599_000..=601_000_000).contains(&(now - then)), "{then}");
        for bad in ["", "yesterday", "-5", "10x", "2026-13-01T00:00:00Z"] {
            assert!(bad.parse::<Since>().is_err(), "{bad}");
        }
    }
}
