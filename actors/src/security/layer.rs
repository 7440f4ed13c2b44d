//! The layer before every gRPC service: nothing behind it is reached without a known caller and a listed method.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tonic::body::Body;
use tonic::codegen::http::{Request, Response, header};
use tower::{Layer, Service};

use super::audit::{AuditLog, AuditNote};
use super::caller::{Caller, CallerIdentity};
use super::gate::Gate;
use super::peer::PeerInfo;
use super::permission::changes_something;
use super::rate::RateLimiter;
use super::refusal::AccessRefusal;
use super::surface_counts::SurfaceCounts;
use crate::clock::Clock;
use crate::rpc::to_status;

/// Refusals of one address that are told a second, in the long run and at once: a flood must not fill the disk.
const TOLD_PER_SECOND: f64 = 1.0;
const TOLD_AT_ONCE: u32 = 20;

/// Puts [`AccessService`] before a service.
#[derive(Clone)]
pub struct AccessLayer {
    gate: Arc<Gate>,
    audit: Arc<AuditLog>,
    counts: Arc<SurfaceCounts>,
    told: Arc<Mutex<RateLimiter>>,
    clock: Arc<dyn Clock>,
}

impl AccessLayer {
    /// Asks `gate` about every call, writes refused changes to `audit`, and counts refusals.
    pub(super) fn new(
        gate: Arc<Gate>,
        audit: Arc<AuditLog>,
        counts: Arc<SurfaceCounts>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let told = Arc::new(Mutex::new(RateLimiter::new(TOLD_PER_SECOND, TOLD_AT_ONCE)));
        Self { gate, audit, counts, told, clock }
    }
}

impl<S> Layer<S> for AccessLayer {
    type Service = AccessService<S>;

    fn layer(&self, inner: S) -> AccessService<S> {
        AccessService { inner, layer: self.clone() }
    }
}

/// Lets calls through that the gate admits, with their [`Caller`] in the extensions.
#[derive(Clone)]
pub struct AccessService<S> {
    inner: S,
    layer: AccessLayer,
}

impl<S> Service<Request<Body>> for AccessService<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        match self.layer.admit(&request) {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                Box::pin(self.inner.call(request))
            }
            Err(refusal) => {
                let layer = self.layer.clone();
                layer.counts.refused_call(refusal.code());
                let path = request.uri().path().to_owned();
                let peer = request.extensions().get::<PeerInfo>().cloned();
                Box::pin(async move {
                    layer.note(&path, peer.as_ref(), &refusal).await;
                    Ok(to_status(refusal.code(), &refusal).into_http())
                })
            }
        }
    }
}

impl AccessLayer {
    fn admit(&self, request: &Request<Body>) -> Result<Caller, AccessRefusal> {
        let peer = request.extensions().get::<PeerInfo>().ok_or(AccessRefusal::Nobody)?;
        let header = request.headers().get(header::AUTHORIZATION);
        let header = header.map(|value| value.to_str().map_err(|_| AccessRefusal::Header)).transpose()?;
        self.gate.admit(request.uri().path(), peer, header)
    }

    /// Tells who was refused what, and writes it down where it would have changed something.
    async fn note(&self, path: &str, peer: Option<&PeerInfo>, refusal: &AccessRefusal) {
        let from = peer.map_or_else(String::new, |peer| peer.address.to_string());
        if !self.is_told(peer) {
            return;
        }
        tracing::warn!(method = path, %from, code = %refusal.code(), "refused a call: {refusal}");
        let AccessRefusal::Role { caller, has, .. } = refusal else { return };
        if !changes_something(path) {
            return;
        }
        let note = AuditNote {
            who: caller.clone(),
            role: has.to_string(),
            from,
            method: path.to_owned(),
            target: String::new(),
            outcome: format!("refused: {}", refusal.code()),
        };
        if let Err(error) = self.audit.append(note).await {
            tracing::error!(%error, "a refused call is not in the audit log");
        }
    }

    fn is_told(&self, peer: Option<&PeerInfo>) -> bool {
        let address = peer.map_or_else(String::new, |peer| peer.address.ip().to_string());
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.admit(&CallerIdentity::Person(address), self.clock.monotonic())
    }
}
