//! The door that every call that changes something goes through.

use std::net::SocketAddr;

use tonic::{Extensions, Request, Response, Status};

/// Describes a call that changes something.
#[derive(Debug, Clone)]
pub struct MutatingCall {
    /// The method, such as `StopDaemon`.
    pub method: &'static str,
    /// What it is to change, such as a path.
    pub target: String,
    /// Where it comes from; none for a call that did not come by a socket.
    pub peer: Option<SocketAddr>,
    /// What the layers of the server found out about the caller.
    pub extensions: Extensions,
}

impl MutatingCall {
    /// Describes a request.
    pub fn new<T>(request: &Request<T>, method: &'static str, target: impl Into<String>) -> Self {
        let (peer, extensions) = (request.remote_addr(), request.extensions().clone());
        Self { method, target: target.into(), peer, extensions }
    }
}

/// Hears of every call that changes something, before and after it, and may refuse it.
#[tonic::async_trait]
pub trait MutationLog: Send + Sync + 'static {
    /// Notes a call that is about to change something.
    ///
    /// # Errors
    /// The refusal that the caller gets; nothing is changed then.
    async fn begin(&self, call: &MutatingCall) -> Result<(), Status>;

    /// Notes how a call ended. A call that its caller gave up has a beginning only.
    async fn end(&self, call: &MutatingCall, outcome: Result<(), &Status>);
}

/// Writes mutating calls to the log of the program and refuses none.
#[derive(Debug, Clone, Copy, Default)]
pub struct TracedMutations;

#[tonic::async_trait]
impl MutationLog for TracedMutations {
    async fn begin(&self, call: &MutatingCall) -> Result<(), Status> {
        tracing::info!(method = call.method, target = call.target, peer = ?call.peer, "an operator changes something");
        Ok(())
    }

    async fn end(&self, call: &MutatingCall, outcome: Result<(), &Status>) {
        if let Err(status) = outcome {
            tracing::info!(
                method = call.method,
                target = call.target,
                refusal = status.message(),
                "nothing was changed"
            );
        }
    }
}

/// Does what a call asks for, with its beginning and its end noted.
pub(super) async fn audited<T>(
    log: &dyn MutationLog,
    call: MutatingCall,
    work: impl Future<Output = Result<T, Status>> + Send,
) -> Result<Response<T>, Status> {
    log.begin(&call).await?;
    let outcome = work.await;
    log.end(&call, outcome.as_ref().map(|_| ())).await;
    outcome.map(Response::new)
}
