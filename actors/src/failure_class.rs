//! The class of an error that has lost its type: what an actor died of decides the exit code of the whole process.

use std::error::Error;
use std::io::ErrorKind;

use rr_onnx::OnnxError;
use rr_proto::{ErrorCode, FailureNote};
use rr_storage::StorageError;

use crate::error::{AddressError, BusFailure, DeviceFailure, NodeFailure, StoreFailure, SupervisionError};
use crate::workers::selfplay::WorkerFailure;

/// Returns the class of an error, or of the first of its causes that has one; a defect where none has.
pub fn class_of(error: &(dyn Error + 'static)) -> ErrorCode {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(code) = known(error) {
            return code;
        }
        cause = error.source();
    }
    ErrorCode::Internal
}

/// Keeps class and words of an error.
pub fn note_of(error: &(dyn Error + 'static)) -> FailureNote {
    FailureNote { code: class_of(error), message: error.to_string() }
}

fn known(error: &(dyn Error + 'static)) -> Option<ErrorCode> {
    None.or_else(|| error.downcast_ref().map(SupervisionError::code))
        .or_else(|| error.downcast_ref().map(StorageError::code))
        .or_else(|| error.downcast_ref().map(StoreFailure::code))
        .or_else(|| error.downcast_ref().map(WorkerFailure::code))
        .or_else(|| error.downcast_ref().map(BusFailure::code))
        .or_else(|| error.downcast_ref().map(DeviceFailure::code))
        .or_else(|| error.downcast_ref().map(NodeFailure::code))
        .or_else(|| error.downcast_ref::<OnnxError>().map(onnx_code))
        .or_else(|| error.downcast_ref::<AddressError>().map(|_| ErrorCode::Unavailable))
        .or_else(|| error.downcast_ref().map(io_code))
}

fn onnx_code(error: &OnnxError) -> ErrorCode {
    match error {
        OnnxError::RuntimeMissing { .. } | OnnxError::RuntimeUnusable { .. } => ErrorCode::LibraryMissing,
        OnnxError::NoProvider(_) => ErrorCode::ProviderUnavailable,
        OnnxError::Refused { .. } => ErrorCode::BadModel,
        OnnxError::File { .. } => ErrorCode::Io,
        _ => ErrorCode::Internal,
    }
}

fn io_code(error: &std::io::Error) -> ErrorCode {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => ErrorCode::DiskFull,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => ErrorCode::ReadOnly,
        ErrorKind::AddrInUse | ErrorKind::AddrNotAvailable => ErrorCode::Unavailable,
        ErrorKind::OutOfMemory => ErrorCode::OutOfMemory,
        _ => ErrorCode::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_survives_boxes_and_wrappers() {
        let disk = || std::io::Error::from(ErrorKind::StorageFull);
        let boxed: Box<dyn Error + Send + Sync> =
            Box::new(StorageError::DiskFull { action: "write", path: "store.redb".into(), source: disk() });
        let wrapped = StoreFailure::from(*boxed.downcast::<StorageError>().unwrap());
        let cases: [(Box<dyn Error>, ErrorCode); 5] = [
            (Box::new(disk()), ErrorCode::DiskFull),
            (Box::new(WorkerFailure::from(wrapped)), ErrorCode::DiskFull),
            (Box::new(std::io::Error::from(ErrorKind::PermissionDenied)), ErrorCode::ReadOnly),
            (Box::new(StoreFailure::Busy), ErrorCode::Unavailable),
            ("only words".into(), ErrorCode::Internal),
        ];
        for (error, code) in cases {
            assert_eq!(note_of(&*error).code, code, "{error}");
        }
    }
}
