//! Errors of parsing identifiers and decoding envelopes.

use thiserror::Error;

/// Says why a text is not the identifier it should be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// The config key names no board and player count that exist.
    #[error(
        "unknown board config `{given}`; did you mean `{nearest}`? (keys are <board>_<n>p with 2 to 4 players)"
    )]
    UnknownConfig {
        /// What was given.
        given: String,
        /// The key that is spelled most like it.
        nearest: &'static str,
    },
    /// The node name is empty, too long or holds other characters.
    #[error("`{given}` is not a node id: use 1 to 128 letters, digits, '.', '_' or '-'")]
    BadNodeId {
        /// What was given.
        given: String,
    },
    /// The text is no W3C trace context.
    #[error(
        "`{given}` is not a traceparent: it is written 00-<32 hex digits>-<16 hex digits>-<2 hex digits>"
    )]
    BadTraceParent {
        /// What was given.
        given: String,
    },
    /// The hash is not the expected number of lower-case hex digits.
    #[error("`{given}` is not {what}: expected {digits} hexadecimal digits")]
    BadHex {
        /// What the text should have been.
        what: &'static str,
        /// How many digits it should have.
        digits: usize,
        /// What was given.
        given: String,
    },
}

/// Says why bytes are not the event envelope they should be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The bytes do not begin like an envelope.
    #[error("not an event envelope (foreign bytes)")]
    Foreign,
    /// The envelope was written in a format that this build does not know.
    #[error(
        "event envelope format {found} is unknown; this build reads format {known}: upgrade the node that reads"
    )]
    UnknownFormat {
        /// The format number in the bytes.
        found: u16,
        /// The format that this build reads.
        known: u16,
    },
    /// The event's number is not in this build's list.
    #[error("event number {number} is unknown to this build: upgrade the node that reads")]
    UnknownKind {
        /// The number in the bytes.
        number: i32,
    },
    /// The payload of a known event has a version that this build does not know.
    #[error(
        "{event} payload version {found} is unknown; this build reads version {known}: upgrade the node that reads"
    )]
    UnknownPayload {
        /// The wire name of the event.
        event: &'static str,
        /// The version in the bytes.
        found: u16,
        /// The version that this build reads.
        known: u16,
    },
    /// The bytes end early or hold a value that the type refuses.
    #[error("{what} is damaged: {reason}")]
    Damaged {
        /// The part that could not be read.
        what: &'static str,
        /// What the decoder met.
        reason: String,
    },
    /// Bytes follow the value.
    #[error("{what} is followed by {extra} bytes that do not belong to it")]
    TrailingBytes {
        /// The part that ended early.
        what: &'static str,
        /// How many bytes follow.
        extra: usize,
    },
}
