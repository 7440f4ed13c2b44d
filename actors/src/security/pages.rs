//! Readers of HTTP pages on a port that asks who they are.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse as _;

use super::gate::Gate;
use super::peer::PeerInfo;
use super::refusal::AccessRefusal;

/// Lets only readers to the pages whom the gate knows; the port's server puts [`PeerInfo`] into the extensions of requests.
pub fn guard_pages(pages: Router, gate: Arc<Gate>) -> Router {
    pages.layer(from_fn(move |request, next| admit(Arc::clone(&gate), request, next)))
}

async fn admit(gate: Arc<Gate>, request: Request<Body>, next: Next) -> Response<Body> {
    let admitted = identify(&gate, &request);
    match admitted {
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            let status = match refusal {
                AccessRefusal::Role { .. } => StatusCode::FORBIDDEN,
                AccessRefusal::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNAUTHORIZED,
            };
            let mut response = (status, format!("{}: {refusal}\n", refusal.code())).into_response();
            if status == StatusCode::UNAUTHORIZED {
                let ask = header::HeaderValue::from_static("Bearer");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, ask);
            }
            response
        }
    }
}

fn identify(gate: &Gate, request: &Request<Body>) -> Result<(), AccessRefusal> {
    let peer = request.extensions().get::<PeerInfo>().ok_or(AccessRefusal::Nobody)?;
    let header = request.headers().get(header::AUTHORIZATION);
    let header = header.map(|value| value.to_str().map_err(|_| AccessRefusal::Header)).transpose()?;
    gate.admit_to_page(request.uri().path(), peer, header).map(drop)
}
