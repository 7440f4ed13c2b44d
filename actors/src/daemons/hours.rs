//! Hours of the configuration as a time.

use std::time::Duration;

/// Turns hours into a time; more than a time can hold are forever.
pub(crate) fn hours(hours: f64) -> Duration {
    Duration::try_from_secs_f64(hours * 3_600.0).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_hours_is_a_time() {
        assert_eq!(hours(1.5), Duration::from_secs(5_400));
        assert_eq!(hours(1e300), Duration::MAX);
    }
}
