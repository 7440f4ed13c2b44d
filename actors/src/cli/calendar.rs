//! Moments and spans of time as people write them.

use std::time::Duration;

/// Writes a moment in UTC: `2024-02-29 13:05:09Z`.
///
/// # Source
/// Days to dates: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
pub fn utc_text(unix_seconds: i64) -> String {
    let (days, rest) = (unix_seconds.div_euclid(86_400), unix_seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z")
}

/// Reads a span of time: a number and s, m, h or d.
///
/// # Errors
/// A text that is none.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    let bad = || format!("`{text}` is no span of time; write it like 90m, 12h or 30d");
    let text = text.trim();
    let split = text.len().checked_sub(1).filter(|at| text.is_char_boundary(*at)).ok_or_else(bad)?;
    let (count, unit) = text.split_at(split);
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(bad()),
    };
    let count: u64 = count.parse().map_err(|_| bad())?;
    let span = count.checked_mul(seconds).filter(|span| (1..=100 * 366 * 86_400).contains(span));
    span.map(Duration::from_secs).ok_or_else(bad)
}

/// Writes a span of time in its largest whole unit: `29d`, `5h`, `40m`, `12s`.
pub fn span_text(seconds: i64) -> String {
    let units = [(86_400, 'd'), (3600, 'h'), (60, 'm')];
    let fits = units.into_iter().find(|(size, _)| seconds >= 2 * size);
    fits.map_or_else(|| format!("{seconds}s"), |(size, unit)| format!("{}{unit}", seconds / size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_calendars_have_them() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00Z"),
            (951_782_400, "2000-02-29 00:00:00Z"),
            (1_709_211_909, "2024-02-29 13:05:09Z"),
            (1_735_689_599, "2024-12-31 23:59:59Z"),
            (-1, "1969-12-31 23:59:59Z"),
            (4_102_444_800, "2100-01-01 00:00:00Z"),
        ] {
            assert_eq!(utc_text(seconds), text);
        }
    }

    #[test]
    fn spans_are_read_and_written() {
        assert_eq!(parse_span("30d"), Ok(Duration::from_secs(30 * 86_400)));
        assert_eq!(parse_span("90m"), Ok(Duration::from_secs(5400)));
        for bad in ["", "d", "30", "-1d", "0h", "1.5h", "9999999999999999999d", "1000000d", "3ü", "ü"] {
            assert!(parse_span(bad).is_err(), "{bad}");
        }
        assert_eq!([span_text(90), span_text(7200), span_text(40 * 86_400)], ["90s", "2h", "40d"]);
    }
}
