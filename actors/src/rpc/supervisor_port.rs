//! Asking the supervisor of an actor to start, stop or restart it.

use std::time::Duration;

use ractor::RpcReplyPort;
use rr_proto::ErrorCode;
use tonic::{Request, Status};

use super::status::{refusal, to_status};
use super::stream::timeout_of;
use crate::error::{AddressError, SupervisionError};
use crate::supervision::{ActorTree, SupervisorMsg, TreePath};

/// How long an order may take where the call has no deadline: a stop waits for the actor, which may have a game to store.
const ORDER_LIMIT: Duration = Duration::from_secs(60);

/// What a supervisor can be asked to do with one of its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChildOrder {
    Start,
    Stop,
    Restart,
}

/// Has the supervisor of the actor at `path` do something with it; returns when it is done.
///
/// # Errors
/// `FAILED_PRECONDITION` for the root, which nobody supervises; else what the supervisor says.
pub(super) async fn order(
    tree: &ActorTree,
    path: &TreePath,
    order: ChildOrder,
    limit: Duration,
) -> Result<(), Status> {
    let Some((parent, name)) = path.as_str().rsplit_once('/') else {
        return Err(refusal(
            ErrorCode::Refused,
            format!("{path} is the root of the tree: nobody supervises it"),
            "shut the node down instead",
        ));
    };
    let name = name.to_owned();
    let supervisor = tree.address::<SupervisorMsg>(&TreePath::new(parent));
    let message = move |reply: RpcReplyPort<Result<(), SupervisionError>>| match order {
        ChildOrder::Start => SupervisorMsg::StartChild(name, reply),
        ChildOrder::Stop => SupervisorMsg::StopChild(name, reply),
        ChildOrder::Restart => SupervisorMsg::RestartChild(name, reply),
    };
    let answer = supervisor.call(message, limit).await;
    answer.map_err(unreachable)?.map_err(refused_by_supervisor)
}

/// Returns how long an order may take: as long as the call, where it says.
pub(super) fn limit_of<R>(request: &Request<R>) -> Duration {
    timeout_of(request).unwrap_or(ORDER_LIMIT)
}

/// Says why an actor was not reached.
pub(super) fn unreachable(error: AddressError) -> Status {
    let code = match error {
        AddressError::Timeout { .. } => ErrorCode::TimedOut,
        AddressError::WrongType { .. } => ErrorCode::Internal,
        _ => ErrorCode::Unavailable,
    };
    to_status(code, error)
}

fn refused_by_supervisor(error: SupervisionError) -> Status {
    let code = match error {
        SupervisionError::UnknownChild { .. } => ErrorCode::NotFound,
        SupervisionError::StartFailed { .. } => ErrorCode::Refused,
        _ => ErrorCode::Unavailable,
    };
    to_status(code, error)
}
