//! What the benches share: where results go, processor time, the load of the machine, and a collector for spans.
#![allow(dead_code, reason = "every bench uses a part")]

use std::path::PathBuf;
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use rr_actors::display::start_logging;
use rr_actors::log_control::LogControl;
use rr_actors::trace::SpanPipe;
use rr_config::{LogSection, TraceSection};
use serde_json::Value;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// Prints a result, and writes it to the file of `--json FILE` (or of RR_BENCH_JSON).
pub fn publish(result: &Value) {
    println!("{result}");
    let mut args = std::env::args().skip_while(|arg| arg != "--json").skip(1);
    let path = args.next().or_else(|| std::env::var("RR_BENCH_JSON").ok()).map(PathBuf::from);
    if let Some(path) = path {
        std::fs::write(path, format!("{result:#}\n")).unwrap();
    }
}

/// Tells whether a flag was given.
pub fn has_flag(flag: &str) -> bool {
    std::env::args().any(|arg| arg == flag)
}

/// Returns the first argument that is a number.
pub fn number(otherwise: u64) -> u64 {
    std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(otherwise)
}

/// Returns the load averages of the machine over 1, 5 and 15 minutes.
pub fn load() -> Vec<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap();
    text.split_whitespace().take(3).map(|part| part.parse().unwrap()).collect()
}

/// Returns the processor time of this process so far, all threads together.
pub fn cpu_seconds() -> f64 {
    // SAFETY: all zeros is a value of this structure of numbers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the call fills the structure and keeps no pointer.
    let got = unsafe { libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) };
    assert_eq!(got, 0);
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// Returns the value at a share of sorted values.
pub fn at_share(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

/// Returns the middle of some values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    at_share(&values, 0.5)
}

/// Logs as a node does by default; with `spans` also sends them to a collector in this process.
pub fn watch(spans: bool) -> (LogControl, Option<SpanPipe>) {
    let section = TraceSection { endpoint: spans.then(collector), ..TraceSection::default() };
    let pipe = SpanPipe::open(&section, "bench").unwrap();
    (start_logging(&LogSection::default(), pipe.as_ref(), None).unwrap(), pipe)
}

struct Sink;

#[tonic::async_trait]
impl TraceService for Sink {
    async fn export(
        &self,
        _: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

/// Starts a collector that forgets what it takes; returns where it listens.
fn collector() -> String {
    let (told, address) = std::sync::mpsc::sync_channel(1);
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
            told.send(incoming.local_addr().unwrap()).unwrap();
            let server = tonic::transport::Server::builder().add_service(TraceServiceServer::new(Sink));
            server.serve_with_incoming(incoming).await.unwrap();
        });
    });
    format!("http://{}", address.recv().unwrap())
}
