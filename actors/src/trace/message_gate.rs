//! Whether the span of a message is worth making: asked before every message, and answered without a look at the subscriber.
//!
//! A subscriber with a filter of its own for each layer makes every span that any layer may want and then asks the layers; for messages
//! that would cost as much as the message.

use std::cell::Cell;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use tracing::level_filters::LevelFilter;

/// The subscriber is asked: lines may want spans, or the log is not ours.
const ASK: u8 = 0;
/// Nobody wants them.
const SHUT: u8 = 1;
/// A collector wants those within a trace, and a share of the others.
const SHARE: u8 = 2;

/// The gate of the process.
static GATE: MessageGate = MessageGate::new();

/// Holds who wants spans of messages.
struct MessageGate {
    wish: AtomicU8,
    /// The share, as bits.
    share: AtomicU64,
}

thread_local! {
    /// What a thread still has to let through of the messages that it saw; a whole one is due.
    static DUE: Cell<f64> = const { Cell::new(0.0) };
    /// Whether the message at hand was let through to begin a trace.
    static BEGINS: Cell<bool> = const { Cell::new(false) };
}

/// Sets the gate for a log whose lines go up to this level, and a collector that takes this share of the messages that belong to no
/// trace, where there is one.
pub fn gate_messages(lines: Option<LevelFilter>, share: Option<f64>) {
    GATE.set(lines, share);
}

/// Tells whether the span of the message at hand may be wanted.
#[inline]
pub(super) fn may_be_wanted() -> bool {
    GATE.lets_through()
}

/// Tells the collector's filter whether a trace begins with the message at hand.
pub(super) fn begins(share: f64) -> bool {
    GATE.begins(share)
}

impl MessageGate {
    const fn new() -> Self {
        Self { wish: AtomicU8::new(ASK), share: AtomicU64::new(0) }
    }

    fn set(&self, lines: Option<LevelFilter>, share: Option<f64>) {
        self.share.store(share.unwrap_or_default().to_bits(), Ordering::Relaxed);
        let wish = match share {
            _ if lines.is_none_or(|most| most >= LevelFilter::DEBUG) => ASK,
            Some(_) => SHARE,
            None => SHUT,
        };
        self.wish.store(wish, Ordering::Relaxed);
    }

    #[inline]
    fn lets_through(&self) -> bool {
        match self.wish.load(Ordering::Relaxed) {
            SHUT => false,
            SHARE => self.lets_share_through(),
            _ => true,
        }
    }

    fn lets_share_through(&self) -> bool {
        let within = tracing::dispatcher::get_default(|subscriber| subscriber.current_span().id().is_some());
        let begins = !within && count(f64::from_bits(self.share.load(Ordering::Relaxed)));
        BEGINS.set(begins);
        within || begins
    }

    fn begins(&self, share: f64) -> bool {
        match self.wish.load(Ordering::Relaxed) {
            SHARE => BEGINS.take(),
            _ => count(share),
        }
    }
}

/// Counts a message that belongs to no trace; tells whether one is due.
fn count(share: f64) -> bool {
    let due = DUE.get() + share;
    DUE.set(if due >= 1.0 { due - 1.0 } else { due });
    due >= 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_messages_begins_a_trace() {
        for (share, expected) in [(0.0, 0), (0.01, 10), (0.5, 500), (1.0, 1000)] {
            DUE.set(0.0);
            let begun = (0..1000).filter(|_| count(share)).count();
            assert!(begun.abs_diff(expected) <= 1, "{begun} of 1000 at {share}");
        }
    }

    #[test]
    fn the_gate_is_as_open_as_somebody_looks() {
        let gate = MessageGate::new();
        let wanted = || (0..100).filter(|_| gate.lets_through()).count();
        assert_eq!(wanted(), 100, "a log that is not ours");
        gate.set(Some(LevelFilter::INFO), None);
        assert_eq!(wanted(), 0);
        gate.set(Some(LevelFilter::INFO), Some(0.1));
        DUE.set(0.0);
        assert!(wanted().abs_diff(10) <= 1);
        BEGINS.set(true);
        assert!(
            gate.begins(0.0) && !gate.begins(1.0),
            "once for each that was let through, whatever the share"
        );
        gate.set(Some(LevelFilter::DEBUG), Some(0.1));
        assert_eq!(wanted(), 100);
        gate.set(None, None);
        assert_eq!(wanted(), 100);
    }
}
