//! Events in words.

use rr_proto::admin::EventRecord;

use crate::cli::calendar::utc_text;

/// Writes a moment in UTC.
pub(super) fn moment(unix_ms: u64) -> String {
    utc_text(i64::try_from(unix_ms / 1000).unwrap_or(i64::MAX))
}

/// Writes an event as one line.
pub(super) fn line(event: &EventRecord) -> String {
    let place = event.sequence.map_or_else(|| "-".to_owned(), |sequence| sequence.to_string());
    let config = if event.config.is_empty() { "" } else { " " };
    format!(
        "{} {place:>6} {}{config}{} {}",
        moment(event.time_unix_ms),
        event.kind,
        event.config,
        event.payload_json
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_line() {
        let event = EventRecord {
            sequence: Some(12),
            kind: "MODEL_PROMOTED".to_owned(),
            config: "hex8_2p".to_owned(),
            time_unix_ms: 951_782_400_000,
            payload_json: "{\"model\":\"ab\"}".to_owned(),
            ..EventRecord::default()
        };
        assert_eq!(line(&event), "2000-02-29 00:00:00Z     12 MODEL_PROMOTED hex8_2p {\"model\":\"ab\"}");
        let all = EventRecord { sequence: None, config: String::new(), ..event };
        assert_eq!(line(&all), "2000-02-29 00:00:00Z      - MODEL_PROMOTED {\"model\":\"ab\"}");
    }
}
