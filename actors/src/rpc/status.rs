//! From our errors to gRPC's: a `google.rpc.Status` with an `ErrorInfo` that names the class and the next step.

use std::collections::HashMap;
use std::fmt::Display;

use rr_config::nearest;
use rr_proto::ErrorCode;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// The domain of our reasons in `google.rpc.ErrorInfo`.
pub const ERROR_DOMAIN: &str = "ringrift";
/// Under this key the metadata of an `ErrorInfo` holds the next step.
pub const NEXT_STEP: &str = "next_step";

/// Turns a class of failure and a message into a status; the class's name comes first in the message.
pub fn to_status(code: ErrorCode, message: impl Display) -> Status {
    refusal(code, message, next_step(code))
}

/// As [`to_status`], with a next step of its own.
pub(super) fn refusal(code: ErrorCode, message: impl Display, next_step: &str) -> Status {
    let metadata = HashMap::from([(NEXT_STEP.to_owned(), next_step.to_owned())]);
    let details = ErrorDetails::with_error_info(code.as_str(), ERROR_DOMAIN, metadata);
    Status::with_error_details(grpc_code(code), format!("{code}: {message}"), details)
}

/// Refuses a name that nothing has, with the nearest one that something has.
pub(super) fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Status {
    match nearest(name, known) {
        Some(nearest) => {
            let message = format!("there is no {what} `{name}`; did you mean `{nearest}`?");
            refusal(ErrorCode::NotFound, message, &format!("use `{nearest}`, or list what there is"))
        }
        None => refusal(ErrorCode::NotFound, format!("there is no {what} `{name}`"), "list what there is"),
    }
}

/// Returns the class of failure that a status carries, and its next step.
pub fn reason_of(status: &Status) -> Option<(ErrorCode, Option<String>)> {
    let info = status.get_details_error_info()?;
    if info.domain != ERROR_DOMAIN {
        return None;
    }
    Some((info.reason.parse().ok()?, info.metadata.get(NEXT_STEP).cloned()))
}

fn grpc_code(code: ErrorCode) -> Code {
    match code {
        ErrorCode::InvalidArgument => Code::InvalidArgument,
        ErrorCode::BadConfiguration | ErrorCode::Refused | ErrorCode::NotEnoughData => {
            Code::FailedPrecondition
        }
        ErrorCode::NotFound | ErrorCode::UnknownBoard | ErrorCode::UnknownConfig => Code::NotFound,
        ErrorCode::Conflict => Code::Aborted,
        ErrorCode::Corrupt
        | ErrorCode::Foreign
        | ErrorCode::WrongVersion
        | ErrorCode::BadModel
        | ErrorCode::BadGame => Code::DataLoss,
        ErrorCode::DiskFull | ErrorCode::OutOfMemory => Code::ResourceExhausted,
        ErrorCode::RateLimited => Code::ResourceExhausted,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Code::PermissionDenied,
        ErrorCode::Unauthenticated => Code::Unauthenticated,
        ErrorCode::TimedOut => Code::DeadlineExceeded,
        ErrorCode::Cancelled => Code::Cancelled,
        ErrorCode::Locked
        | ErrorCode::LibraryMissing
        | ErrorCode::ProviderUnavailable
        | ErrorCode::Unavailable => Code::Unavailable,
        ErrorCode::Io | ErrorCode::ChildDied | ErrorCode::Internal => Code::Internal,
    }
}

/// Says what to do where the failure itself does not.
fn next_step(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::InvalidArgument | ErrorCode::BadConfiguration => "correct the request",
        ErrorCode::UnknownBoard | ErrorCode::UnknownConfig | ErrorCode::NotFound => "list what there is",
        ErrorCode::Refused | ErrorCode::NotEnoughData => "see what the message asks for first",
        ErrorCode::Conflict => "look at it again and repeat what is still wanted",
        ErrorCode::Corrupt
        | ErrorCode::Foreign
        | ErrorCode::WrongVersion
        | ErrorCode::BadModel
        | ErrorCode::BadGame => "keep the file for whoever looks into it; what is sound goes on being served",
        ErrorCode::DiskFull => "free space on the disk of the data folder",
        ErrorCode::OutOfMemory => "free memory, or choose smaller batches",
        ErrorCode::Unauthenticated => "show a token (--token-file) or a certificate that the node knows",
        ErrorCode::PermissionDenied => "ask an administrator for a token of that role",
        ErrorCode::RateLimited => "wait a moment, and ask less often",
        ErrorCode::ReadOnly => "make the data folder writable for the node's user",
        ErrorCode::TimedOut | ErrorCode::Cancelled => "look at the tree for who is busy, and try again",
        ErrorCode::Locked | ErrorCode::Unavailable => "try again in a moment; look at the tree if it lasts",
        ErrorCode::LibraryMissing | ErrorCode::ProviderUnavailable => "install what the message names",
        ErrorCode::Io => "look at the disk and at the node's log",
        ErrorCode::ChildDied | ErrorCode::Internal => "look at the node's log, and report it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_carries_reason_and_next_step() {
        let status = unknown("daemon", "trainr", ["trainer", "arena"]);
        assert_eq!(status.code(), Code::NotFound);
        assert!(status.message().contains("did you mean `trainer`"), "{status}");
        let (code, next) = reason_of(&status).unwrap();
        assert_eq!(code, ErrorCode::NotFound);
        assert!(next.unwrap().contains("`trainer`"));
        assert!(unknown("daemon", "xyz", ["trainer"]).message().ends_with("`xyz`"));
        assert_eq!(reason_of(&Status::unavailable("gone")), None);
    }

    #[test]
    fn every_class_has_a_next_step() {
        for code in ErrorCode::ALL {
            let (reason, next) = reason_of(&to_status(*code, "x")).unwrap();
            assert_eq!((reason, next.unwrap().is_empty()), (*code, false));
        }
    }
}
