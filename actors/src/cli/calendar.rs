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

/// Reads a moment as RFC 3339 writes it, `2024-02-29T13:05:09Z`, and as [`utc_text`] does.
///
/// # Units
/// Milliseconds since the Unix epoch.
///
/// # Errors
/// A text that is none.
///
/// # Source
/// Dates to days: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
pub fn parse_moment(text: &str) -> Result<i64, String> {
    let bad = || format!("`{text}` is no moment; write it like 2024-02-29T13:05:09Z");
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let marks = |at: usize, known: &str| text.get(at..=at).is_some_and(|mark| known.contains(mark));
    let shaped = marks(4, "-") && marks(7, "-") && marks(10, "Tt ") && marks(13, ":") && marks(16, ":");
    let parts = [0..4, 5..7, 8..10, 11..13, 14..16, 17..19].map(number);
    let [Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)] = parts else {
        return Err(bad());
    };
    let days_of_month = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let exists = (1..=12).contains(&month) && (1..=days_of_month).contains(&day);
    if !shaped || !exists || hour > 23 || minute > 59 || second > 60 {
        return Err(bad());
    }
    let rest = text.get(19..).unwrap_or_default();
    let zone_at = rest.find(|char: char| char != '.' && !char.is_ascii_digit()).ok_or_else(bad)?;
    let (fraction, zone) = rest.split_at(zone_at);
    let milliseconds = match fraction.strip_prefix('.') {
        None if fraction.is_empty() => 0,
        Some(digits) if !digits.is_empty() && !digits.contains('.') => {
            format!("{digits:0<3}")[..3].parse().map_err(|_| bad())?
        }
        _ => return Err(bad()),
    };
    let days = days_from_civil(year, month, day);
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - zone_seconds(zone).ok_or_else(bad)?;
    Ok(seconds * 1000 + milliseconds)
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Reads `Z` or `+02:00`.
fn zone_seconds(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = match zone.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let two = |digits: &str| -> Option<i64> {
        (digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.parse().ok())?
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
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
            assert_eq!(parse_moment(text), Ok(seconds * 1000));
        }
    }

    #[test]
    fn moments_are_read_with_fraction_and_zone() {
        for (text, millis) in [
            ("2024-02-29T13:05:09Z", 1_709_211_909_000),
            ("2024-02-29t14:05:09.25+01:00", 1_709_211_909_250),
            ("2024-02-29T10:35:09.1239-02:30", 1_709_211_909_123),
        ] {
            assert_eq!(parse_moment(text), Ok(millis), "{text}");
        }
        for bad in [
            "",
            "2024-02-29",
            "2023-02-29T13:05:09Z",
            "2024-02-29T24:05:09Z",
            "2024-02-29T13:05:09",
            "2024-02-29T13:05:09.Z",
            "2024-02-29T13:05:09+1:00",
            "2024/02/29T13:05:09Z",
            "2024-02-29T13:05:0öZ",
            "+024-02-29T13:05:09Z",
        ] {
            assert!(parse_moment(bad).is_err(), "{bad}");
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
