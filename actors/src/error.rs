//! The errors of the actor tree. Each names its cause and what to do next.

use std::time::Duration;

use crate::supervision::TreePath;

/// Why a supervisor could not do what was asked, or why it gave up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SupervisionError {
    /// More restarts than the intensity allows: the supervisor stops and its own supervisor decides.
    #[error(
        "{path}: {restarts} restarts within {period:?} exceed the limit of {limit}; last failure in `{child}`: \
         {cause}. The supervisor above applies its policy; mend the cause or raise the intensity"
    )]
    IntensityExceeded {
        /// The supervisor that gives up.
        path: TreePath,
        /// The child whose failure was one too many.
        child: String,
        /// Restarts counted in the window, this one included.
        restarts: usize,
        /// Restarts that the window allows.
        limit: usize,
        /// Length of the window.
        period: Duration,
        /// What the child said.
        cause: String,
    },
    /// A child did not start, so the supervisor did not either.
    #[error(
        "{path}: did not start: {cause}. Mend the cause and start again; children started before it were stopped"
    )]
    StartFailed {
        /// The child.
        path: TreePath,
        /// What it said.
        cause: String,
    },
    /// The root of the tree ended without having been asked to.
    #[error(
        "{path}: the tree ended: {cause}. Mend the cause and start the node again; what was acknowledged is stored"
    )]
    RootFailed {
        /// The root.
        path: TreePath,
        /// What it said last.
        cause: String,
    },
    /// The actor that takes the children's exits died, and the children with it.
    #[error(
        "{path}: its exit watch was killed, which kills its children; the supervisor above starts it again"
    )]
    WatchLost {
        /// The supervisor.
        path: TreePath,
    },
    /// The child list is not usable.
    #[error("{path}: bad child list: {cause}. Give every child a name that is not empty and occurs once")]
    BadSpec {
        /// The supervisor.
        path: TreePath,
        /// What is wrong with the list.
        cause: String,
    },
    /// There is no child of that name.
    #[error("{path}: no child is called `{name}`; it has: {known}")]
    UnknownChild {
        /// The supervisor.
        path: TreePath,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
}

/// Why a message did not reach the actor at a path, or brought no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The actor is not running now.
    #[error(
        "{path} is not running; it is restarting, stopped or was never started. Try again, or look at the tree"
    )]
    NotRunning {
        /// Who was addressed.
        path: TreePath,
    },
    /// Another kind of actor lives at that path.
    #[error("{path} takes other messages than the ones sent; the address was made for another actor type")]
    WrongType {
        /// Who was addressed.
        path: TreePath,
    },
    /// No answer came in time.
    #[error(
        "{path} did not answer within {after:?}; it may be busy or stuck, the request may still take effect"
    )]
    Timeout {
        /// Who was addressed.
        path: TreePath,
        /// How long the caller waited.
        after: Duration,
    },
    /// The actor dropped the request, which it does only when it dies.
    #[error("{path} died or dropped the request before answering; the request may have taken effect")]
    NoReply {
        /// Who was addressed.
        path: TreePath,
    },
}
