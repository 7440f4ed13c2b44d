//! Which spans are made at all. The log is the process's: this is the only test of this executable that starts it.

use rr_actors::display::start_logging;
use rr_actors::trace::message_span;
use rr_config::LogSection;

/// Counts the spans that would be made: of a library, and of a message.
fn made() -> (bool, bool) {
    let library = tracing::debug_span!(target: "h2", "frame");
    (!library.is_disabled(), !message_span(&"node/store", &"Get").is_disabled())
}

#[test]
fn spans_that_nobody_looks_at_are_not_made() {
    let log = start_logging(&LogSection::default(), None, None).unwrap();
    assert_eq!(made(), (false, false), "lines of level info, and no collector");
    let before = log.set("rr_actors=debug").unwrap();
    assert_eq!(made(), (false, true), "lines of our own");
    log.set(&before).unwrap();
    assert_eq!(made(), (false, false));
}
