//! What the screen is told by the feed, and what it orders.

use rr_proto::admin::{Actor, GetStatusResponse, RatingPoint, WatchTreeResponse};

/// What the screen is told.
#[derive(Debug)]
pub(super) enum TopNews {
    /// The tree, or what changed of it.
    Tree(WatchTreeResponse),
    /// How the node and its configs are.
    Status(Box<GetStatusResponse>),
    /// The ratings of a config's models, in the order in which they were made.
    Curve {
        /// The config.
        config: String,
        /// Its models.
        points: Vec<RatingPoint>,
    },
    /// Everything that is known of one actor.
    Actor(Box<Actor>),
    /// What became of an order, in words.
    Said(String),
    /// The node does not answer, for this reason.
    Silent(String),
    /// A signal asks for the end.
    End,
}

/// What the screen has done at the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TopOrder {
    /// Do something to an actor.
    Do(Deed, String),
    /// Ask for everything that is known of an actor.
    Show(String),
}

/// What can be done to an actor, after it was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Kill it as a fault would.
    Kill,
    /// Stop and start it in order.
    Restart,
}

impl Deed {
    /// Returns the verb.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Restart => "restart",
        }
    }

    /// Returns the verb of what is done.
    pub fn past(self) -> &'static str {
        match self {
            Self::Kill => "killed",
            Self::Restart => "restarted",
        }
    }
}
