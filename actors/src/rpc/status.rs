//! From our errors to gRPC's.

use rr_proto::ErrorCode;
use tonic::{Code, Status};

/// Turns a class of failure and a message into a status; the class's name comes first in the message.
pub fn to_status(code: ErrorCode, message: impl std::fmt::Display) -> Status {
    Status::new(grpc_code(code), format!("{code}: {message}"))
}

fn grpc_code(code: ErrorCode) -> Code {
    match code {
        ErrorCode::InvalidArgument | ErrorCode::UnknownBoard | ErrorCode::UnknownConfig => {
            Code::InvalidArgument
        }
        ErrorCode::BadConfiguration | ErrorCode::Refused | ErrorCode::NotEnoughData => {
            Code::FailedPrecondition
        }
        ErrorCode::NotFound => Code::NotFound,
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
