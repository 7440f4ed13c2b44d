//! From what a node refuses to what a command ends with.

use tonic::{Code, Status};

use crate::cli::{Exit, Failure};
use crate::rpc::reason_of;

/// Ends a command with what the node says, and with the next step.
pub fn refused(status: &Status) -> Failure {
    let Some((code, next)) = reason_of(status) else { return foreign(status) };
    let prefix = format!("{code}: ");
    let message = status.message().strip_prefix(&prefix).unwrap_or(status.message());
    match next {
        Some(next) => Failure::of(code, format!("{message}\n  next: {next}")),
        None => Failure::of(code, message),
    }
}

/// Ends a command with a status that the node itself did not make: the transport's, or another program's.
fn foreign(status: &Status) -> Failure {
    let exit = match status.code() {
        Code::InvalidArgument | Code::OutOfRange => Exit::Usage,
        Code::NotFound => Exit::NotFound,
        Code::FailedPrecondition | Code::DataLoss => Exit::Data,
        Code::PermissionDenied | Code::Unauthenticated => Exit::NotPermitted,
        Code::DeadlineExceeded | Code::Cancelled | Code::Aborted | Code::ResourceExhausted => Exit::Busy,
        Code::Internal | Code::Unknown => Exit::Software,
        Code::Unimplemented => {
            let message = "the node does not know this call: it is older than this program; update the node";
            return Failure::new(Exit::Unavailable, message);
        }
        _ => Exit::Unavailable,
    };
    Failure::new(exit, format!("the node did not answer: {} ({:?})", status.message(), status.code()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::to_status;
    use rr_proto::ErrorCode;

    #[test]
    fn reasons_become_exit_codes() {
        let failure = refused(&to_status(ErrorCode::NotFound, "no actor `x`"));
        assert_eq!(failure.exit, Exit::NotFound);
        assert!(failure.message.starts_with("no actor `x`\n  next: "), "{failure}");
        assert_eq!(refused(&Status::unavailable("gone")).exit, Exit::Unavailable);
        assert_eq!(refused(&Status::deadline_exceeded("late")).exit, Exit::Busy);
        assert_eq!(refused(&Status::unauthenticated("who?")).exit, Exit::NotPermitted);
    }
}
