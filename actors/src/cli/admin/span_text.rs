//! Spans of time as people read them.

/// Writes milliseconds in two units at most: `7s`, `12m03s`, `5h07m`, `3d04h`.
pub fn span_text(ms: u64) -> String {
    let seconds = ms / 1000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{minutes}m{:02}s", seconds % 60),
        3600..86_400 => format!("{hours}h{:02}m", minutes % 60),
        _ => format!("{days}d{:02}h", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::span_text;

    #[test]
    fn two_units_at_most() {
        let texts = [0, 59_999, 60_000, 3_599_000, 3_600_000, 90_061_000].map(span_text);
        assert_eq!(texts, ["0s", "59s", "1m00s", "59m59s", "1h00m", "1d01h"]);
    }
}
