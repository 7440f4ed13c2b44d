//! What every answer of a page has in common: its headers, and the words of a refusal.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use serde::Serialize;
use serde_json::json;

use super::page_counts::PageCounts;

/// Pages are of this moment, load nothing, run nothing, and are shown in no frame.
const HEADERS: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    (
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
];

/// Answers with a value as JSON that people can read too.
pub(super) fn json_page(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    match serde_json::to_string_pretty(value) {
        Ok(text) => {
            let kind = HeaderValue::from_static("application/json");
            (status, [(header::CONTENT_TYPE, kind)], format!("{text}\n")).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Refuses a path that has no page, with those that there are.
pub(super) fn no_page(pages: &[(&'static str, &'static str)]) -> Response<Body> {
    let pages: Vec<_> = pages.iter().map(|(path, _)| *path).collect();
    let answer = json!({ "error": "there is no such page", "pages": pages });
    (StatusCode::NOT_FOUND, Json(answer)).into_response()
}

/// Refuses a method: pages are read.
pub(super) fn only_reading() -> Response<Body> {
    let answer = json!({
        "error": "pages are only read: use GET or HEAD",
        "next_step": "whoever wants to change something uses rr-admin",
    });
    let allow = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
    (StatusCode::METHOD_NOT_ALLOWED, allow, Json(answer)).into_response()
}

/// Puts the headers on an answer, and counts it.
pub(super) async fn finish(
    State(counts): State<Arc<PageCounts>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let mut response = next.run(request).await;
    set_headers(response.headers_mut());
    counts.count(!response.status().is_client_error());
    response
}

fn set_headers(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}
