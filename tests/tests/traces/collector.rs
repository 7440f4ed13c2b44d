//! A collector that keeps what it is sent.
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use tokio::runtime::Runtime;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// A span as it arrived.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub trace: Vec<u8>,
    pub id: Vec<u8>,
    pub parent: Vec<u8>,
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub events: Vec<BTreeMap<String, String>>,
    /// The name and the node that it was sent under.
    pub service: (String, String),
    /// The value of the header `x-tenant`.
    pub tenant: Option<String>,
}

impl Arrived {
    /// Returns an attribute; empty where there is none.
    pub fn attribute(&self, key: &str) -> &str {
        self.attributes.get(key).map_or("", String::as_str)
    }
}

#[derive(Clone, Default)]
struct Keeper(Arc<Mutex<Vec<Arrived>>>);

/// A running collector.
pub struct Collector {
    kept: Keeper,
    address: SocketAddr,
    _runtime: Runtime,
}

impl Collector {
    /// Starts on a port of the system's choice.
    pub fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let kept = Keeper::default();
        let service = TraceServiceServer::new(kept.clone());
        let _in = runtime.enter();
        let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = incoming.local_addr().unwrap();
        runtime.spawn(tonic::transport::Server::builder().add_service(service).serve_with_incoming(incoming));
        drop(_in);
        Self { kept, address, _runtime: runtime }
    }

    /// Returns where it listens.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns everything that has arrived.
    pub fn spans(&self) -> Vec<Arrived> {
        self.kept.0.lock().unwrap().clone()
    }
}

fn text(value: Option<Value>) -> String {
    match value {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn texts(pairs: &[KeyValue]) -> BTreeMap<String, String> {
    let value = |pair: &KeyValue| text(pair.value.clone().and_then(|value| value.value));
    pairs.iter().map(|pair| (pair.key.clone(), value(pair))).collect()
}

#[tonic::async_trait]
impl TraceService for Keeper {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let header = request.metadata().get("x-tenant").and_then(|value| value.to_str().ok());
        let tenant = header.map(str::to_owned);
        let mut kept = self.0.lock().unwrap();
        for resource in request.into_inner().resource_spans {
            let about = texts(&resource.resource.unwrap_or_default().attributes);
            let told = |key: &str| about.get(key).cloned().unwrap_or_default();
            let service = (told("service.name"), told("service.instance.id"));
            for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                kept.push(Arrived {
                    trace: span.trace_id,
                    id: span.span_id,
                    parent: span.parent_span_id,
                    name: span.name,
                    attributes: texts(&span.attributes),
                    events: span.events.iter().map(|event| texts(&event.attributes)).collect(),
                    service: service.clone(),
                    tenant: tenant.clone(),
                });
            }
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}
