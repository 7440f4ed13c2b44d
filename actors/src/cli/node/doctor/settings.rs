//! The configuration itself.

use rr_config::{ConfigErrors, LoadedSettings, Origin};

use super::finding::Finding;

/// Says where the settings come from.
pub(super) fn check(loaded: &LoadedSettings) -> Finding {
    let rows = loaded.rows();
    let changed: Vec<_> = rows.iter().filter(|row| row.origin != Origin::Default).collect();
    let mut places: Vec<String> = changed.iter().map(|row| row.origin.to_string()).collect();
    places.sort();
    places.dedup();
    let from = if places.is_empty() { String::new() } else { format!(", from {}", places.join(", ")) };
    Finding::ok("configuration", format!("{} of {} keys are set{from}", changed.len(), rows.len()))
}

/// Says what is wrong with the settings.
pub(super) fn refused(errors: &ConfigErrors) -> Finding {
    let found = errors.to_string().replace('\n', "; ");
    let advice = "correct it; the checks that need the settings come after that (rr-node config show --origin lists them)";
    Finding::fail("configuration", found, advice)
}
