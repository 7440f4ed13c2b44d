//! The place of an actor in the tree: it stays when the actor changes.

use ractor::ActorCell;
use tokio::sync::watch;

/// Holds the actor that lives at a path now; whoever waits for it hears of the next one.
pub(super) type Slot = watch::Sender<Option<ActorCell>>;
