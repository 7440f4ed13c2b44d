//! Which page is where.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse as _};
use axum::routing::get;
use serde_json::json;

use super::answer::{finish, json_page, no_page, only_reading};
use super::index::index_page;
use super::node_view::{ClusterView, NodeView};
use super::page_counts::PageCounts;
use super::source::PageSource;
use crate::metrics::{MetricsSource, ScrapeFormat};
use crate::security::{Gate, guard_pages};

/// The pages of the health port, each with what it is.
const HEALTH_PAGES: &[(&str, &str)] = &[
    ("/", "this overview, for people"),
    ("/health", "whether the process lives: always 200"),
    ("/ready", "200 when every critical daemon runs and no drain is on, else 503 with what is missing"),
    ("/status", "every daemon as JSON, with the health of the whole as a score from 0 to 1"),
    ("/metrics", "numbers for Prometheus"),
    ("/livez", "the same as /health"),
    ("/readyz", "the same as /ready"),
];

/// The pages of the status port.
const STATUS_PAGES: &[(&str, &str)] = &[
    ("/", "this overview, for people"),
    ("/status", "the cluster as this node knows it, as JSON"),
    ("/health", "whether the process lives: always 200"),
    ("/ready", "200 when every critical daemon runs and no drain is on, else 503 with what is missing"),
    ("/livez", "the same as /health"),
    ("/readyz", "the same as /ready"),
];

/// Routes the pages of the health port.
pub(super) fn health_pages(
    (source, scraped): (PageSource, MetricsSource),
    gate: Option<Arc<Gate>>,
    counts: Arc<PageCounts>,
) -> Router {
    let own = Router::new()
        .route("/", get(health_index))
        .route("/status", get(node_status))
        .route("/metrics", get(metrics).with_state(scraped));
    whole(own, HEALTH_PAGES, source, (gate, counts))
}

/// Routes the pages of the status port.
pub(super) fn status_pages(source: PageSource, gate: Option<Arc<Gate>>, counts: Arc<PageCounts>) -> Router {
    let own = Router::new().route("/", get(status_index)).route("/status", get(cluster_status));
    whole(own, STATUS_PAGES, source, (gate, counts))
}

/// Adds what both ports have: signs of life, refusals, headers, and the question who reads.
fn whole(
    own: Router<PageSource>,
    pages: &'static [(&'static str, &'static str)],
    source: PageSource,
    (gate, counts): (Option<Arc<Gate>>, Arc<PageCounts>),
) -> Router {
    let router = own
        .route("/health", get(alive))
        .route("/livez", get(alive))
        .route("/ready", get(ready))
        .route("/readyz", get(ready))
        .method_not_allowed_fallback(|| async { only_reading() })
        .fallback(move || async move { no_page(pages) })
        .with_state(source);
    let guarded = match gate {
        Some(gate) => guard_pages(router, gate),
        None => router,
    };
    guarded.layer(from_fn_with_state(counts, finish))
}

async fn alive(State(source): State<PageSource>) -> Response<Body> {
    let answer = json!({
        "alive": true,
        "node_id": source.node.to_string(),
        "uptime_seconds": source.uptime_seconds(),
        "timestamp_ms": source.clock.unix_ms(),
    });
    json_page(StatusCode::OK, &answer)
}

async fn ready(State(source): State<PageSource>) -> Response<Body> {
    let reasons = source.not_ready();
    let ready = reasons.is_empty();
    let answer = json!({
        "ready": ready,
        "node_id": source.node.to_string(),
        "reasons": reasons,
        "timestamp_ms": source.clock.unix_ms(),
    });
    json_page(if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, &answer)
}

async fn node_status(State(source): State<PageSource>) -> Response<Body> {
    json_page(StatusCode::OK, &NodeView::of(&source))
}

async fn metrics(State(source): State<MetricsSource>, headers: HeaderMap) -> Response<Body> {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let format = ScrapeFormat::accepted(accept);
    match source.scrape().text(format) {
        Ok(text) => ([(header::CONTENT_TYPE, format.content_type())], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn cluster_status(State(source): State<PageSource>) -> Response<Body> {
    json_page(StatusCode::OK, &ClusterView::of(&source))
}

async fn health_index(State(source): State<PageSource>) -> Response<Body> {
    Html(index_page(&NodeView::of(&source), HEALTH_PAGES)).into_response()
}

async fn status_index(State(source): State<PageSource>) -> Response<Body> {
    Html(index_page(&NodeView::of(&source), STATUS_PAGES)).into_response()
}
