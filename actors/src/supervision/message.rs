//! What a supervisor can be asked, and what its exit watch tells it.

use ractor::{ActorId, RpcReplyPort};
use rr_proto::FailureNote;

use super::node::TreeNode;
use super::spec::ChildSpec;
use crate::error::SupervisionError;

/// Where the outcome of a request goes.
pub(super) type SupervisorReply = RpcReplyPort<Result<(), SupervisionError>>;

/// How a child ended.
#[derive(Debug)]
pub struct ChildExit {
    pub(super) actor: ActorId,
    pub(super) normal: bool,
    pub(super) cause: FailureNote,
}

/// What a supervisor can be asked.
#[derive(Debug)]
pub enum SupervisorMsg {
    /// Describe yourself and all below you.
    Snapshot(RpcReplyPort<Vec<TreeNode>>),
    /// Start this further child after the others; it is lost when you restart.
    AddChild(Box<ChildSpec>, SupervisorReply),
    /// Start the child of this name, which was stopped by hand or has ended.
    StartChild(String, SupervisorReply),
    /// Stop the child of this name and leave it so until it is started by hand.
    StopChild(String, SupervisorReply),
    /// Restart the child of this name and what the strategy restarts with it.
    RestartChild(String, SupervisorReply),
    /// Stop the child of this name and forget it.
    RemoveChild(String, SupervisorReply),
    /// Start what waits for this round: the wait is over. Sent by the supervisor to itself.
    RestartDue(u64),
    /// The child of this name is stuck in a callback, as said here: kill it and restart it as after any failure. Sent by the
    /// watchdog.
    ChildHung(String, FailureNote),
    /// A child has ended. Sent by the supervisor's exit watch.
    ChildExited(ChildExit),
}
