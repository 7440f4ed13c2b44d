//! How many messages may wait for an actor, and what happens to those that are too many.

/// Says what happens to messages for an actor that has as many waiting as its bound allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Overflow {
    /// The sender is told that the mailbox is full: for requests, whose senders can try again.
    Refuse,
    /// The new message is dropped and the sender told nothing: for ticks and hints, of which the next says the same.
    DropNewest,
    /// The actor drops what waited longest, unread: for news, of which only the newest counts.
    DropOldest,
}

impl Overflow {
    /// Returns the name used in the tree and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::DropNewest => "drop_newest",
            Self::DropOldest => "drop_oldest",
        }
    }
}

/// Bounds a mailbox; what is shed is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mailbox {
    /// Messages that may wait; none for as many as memory holds.
    pub bound: Option<u64>,
    /// What happens to those that are too many.
    pub policy: Overflow,
}

impl Mailbox {
    /// Makes a mailbox without a bound.
    pub const fn unbounded() -> Self {
        Self { bound: None, policy: Overflow::Refuse }
    }

    /// Makes a mailbox that refuses more than `bound` waiting messages.
    pub const fn refusing(bound: u64) -> Self {
        Self { bound: Some(bound), policy: Overflow::Refuse }
    }

    /// Makes a mailbox that drops what comes while `bound` messages wait.
    pub const fn dropping_newest(bound: u64) -> Self {
        Self { bound: Some(bound), policy: Overflow::DropNewest }
    }

    /// Makes a mailbox that drops what waited longest while more than `bound` messages wait.
    pub const fn dropping_oldest(bound: u64) -> Self {
        Self { bound: Some(bound), policy: Overflow::DropOldest }
    }
}

impl Default for Mailbox {
    fn default() -> Self {
        Self::unbounded()
    }
}
