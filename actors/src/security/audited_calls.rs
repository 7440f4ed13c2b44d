//! Changes that operators make by gRPC go into the audit log: before they are made, and how they ended.

use rr_proto::ErrorCode;
use tonic::Status;

use super::audit::{AuditLog, AuditNote};
use super::caller::Caller;
use crate::rpc::{MutatingCall, MutationLog, to_status};

#[tonic::async_trait]
impl MutationLog for AuditLog {
    /// A change that can't be written down is not made.
    async fn begin(&self, call: &MutatingCall) -> Result<(), Status> {
        match self.append(note(call, "asked".to_owned())).await {
            Ok(_) => Ok(()),
            Err(error) => Err(to_status(ErrorCode::Io, format!("nothing was changed: {error}"))),
        }
    }

    async fn end(&self, call: &MutatingCall, outcome: Result<(), &Status>) {
        let outcome = match outcome {
            Ok(()) => "done".to_owned(),
            Err(status) => format!("failed: {}", status.message()),
        };
        if let Err(error) = self.append(note(call, outcome)).await {
            tracing::error!(%error, method = call.method, "the end of a change is not in the audit log");
        }
    }
}

fn note(call: &MutatingCall, outcome: String) -> AuditNote {
    let caller = call.extensions.get::<Caller>();
    let from = caller.and_then(|caller| caller.from).or(call.peer);
    AuditNote {
        who: caller.map_or_else(|| "local".to_owned(), |caller| caller.identity.to_string()),
        role: caller.map_or_else(String::new, |caller| caller.role.to_string()),
        from: from.map_or_else(String::new, |from| from.to_string()),
        method: call.method.to_owned(),
        target: call.target.clone(),
        outcome,
    }
}
