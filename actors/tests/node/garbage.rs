//! Garbage on every port of a node, as real bytes: nothing changes, and the next good request is answered.

use std::net::SocketAddr;
use std::time::Duration;

use rr_actors::node::Node;
use rr_actors::supervision::NodeState;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::house::plan;
use crate::reader::{PATIENCE, get, send};

/// The beginning of a TLS handshake: a ClientHello for TLS 1.2 and 1.3, cut off.
const TLS_HELLO: &[u8] =
    b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a";
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";

/// A node whose callers have one second to speak.
async fn start() -> (tempfile::TempDir, Node, [SocketAddr; 3]) {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(plan(folder.path(), &[("limits.header_seconds", "1")])).await.unwrap();
    let (health, status) = node.page_addresses().unwrap();
    let ports = [health, status, node.grpc_address().unwrap()];
    (folder, node, ports)
}

/// Says that everything runs, nothing was restarted, and every port answers who asks properly.
async fn unharmed(node: &Node, [health, status, grpc]: [SocketAddr; 3]) {
    for actor in node.tree().snapshot() {
        assert_eq!((actor.state, actor.restarts), (NodeState::Running, 0), "{actor:#?}");
    }
    assert_eq!(get(health, "/ready").await.code, 200);
    assert_eq!(get(status, "/status").await.json()["alive_peers"], 1);
    let asked = async {
        let channel = Endpoint::from_shared(format!("http://{grpc}")).unwrap().connect().await.unwrap();
        let mut client = HealthClient::new(channel);
        client.check(HealthCheckRequest::default()).await.unwrap();
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap();
}

/// Requests that get no page, each with the codes that a page port may answer; none closes without a word.
fn refused() -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let http = |text: &str| text.as_bytes().to_vec();
    let many: String = (0..200).map(|n| format!("X-{n}: 1\r\n")).collect();
    let huge = format!("GET /health HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(1 << 20));
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(1 << 20));
    let close = "Host: x\r\nConnection: close\r\n\r\n";
    vec![
        ("one huge header", http(&huge), &["431", ""]),
        ("a huge path", http(&long), &["414", "431", ""]),
        ("two hundred headers", http(&format!("GET /health HTTP/1.1\r\n{many}\r\n")), &["431"]),
        ("HTTP/2", HTTP2.to_vec(), &["400", ""]),
        ("TLS", TLS_HELLO.to_vec(), &["400", ""]),
        ("noise", (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect(), &["400", ""]),
        ("zeros", vec![0; 4096], &["400", ""]),
        ("a tunnel", http(&format!("CONNECT example.org:443 HTTP/1.1\r\n{close}")), &["404", "405"]),
        ("a way up", http(&format!("GET /../../etc/passwd HTTP/1.1\r\n{close}")), &["404"]),
        ("a hidden way up", http(&format!("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n{close}")), &["404"]),
        ("a proxy's request", http(&format!("GET http://example.org/x HTTP/1.1\r\n{close}")), &["404"]),
        ("no version", http("GET /health\r\n\r\n"), &["400", ""]),
        ("a wrong version", http("GET /health HTTP/9.9\r\nHost: x\r\n\r\n"), &["400", "505", ""]),
        ("a header without a name", http("GET /health HTTP/1.1\r\n: x\r\n\r\n"), &["400"]),
        (
            "two lengths",
            http(
                "POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            ),
            &["400", "405"],
        ),
        (
            "a body that never comes",
            http("POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nabc"),
            &["405"],
        ),
        (
            "a broken chunk",
            http("POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            &["405"],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_none_are_refused_and_change_nothing() {
    let (_folder, node, ports) = start().await;
    for (what, bytes, codes) in refused() {
        for port in &ports[..2] {
            let answer = send(*port, &bytes).await;
            let code = answer.split(' ').nth(1).unwrap_or("");
            assert!(codes.contains(&code), "{what}: {answer:?}");
            assert!(!answer.contains("root:"), "{what}: {answer}");
        }
        send(ports[2], &bytes).await; // whatever it says, it ends
    }
    unharmed(&node, ports).await;
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_in_one_breath_are_answered_in_order() {
    let (_folder, node, ports) = start().await;
    let next = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    let last = "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = send(ports[0], format!("{}{}{last}", next("/health"), next("/nowhere")).as_bytes()).await;
    let codes: Vec<&str> = answer.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(codes, ["200", "404", "200"], "{answer}");
    unharmed(&node, ports).await;
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_come_and_go_stay_silent_or_drip_lose_their_place() {
    let (_folder, node, ports) = start().await;
    let mut half_open = Vec::new();
    for port in ports {
        for _ in 0..100 {
            drop(TcpStream::connect(port).await.unwrap());
        }
        for bytes in [&b""[..], b"GET /hea", b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ", &HTTP2[..20]] {
            let mut stream = TcpStream::connect(port).await.unwrap();
            stream.write_all(bytes).await.unwrap();
            half_open.push(stream);
        }
    }
    unharmed(&node, ports).await;
    for mut stream in half_open {
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "a caller that says nothing keeps its place");
    }
    for port in &ports[..2] {
        drip(*port).await;
    }
    unharmed(&node, ports).await;
    node.stop().await.unwrap();
}

/// Sends headers byte by byte, for ever, until the port has enough of it.
async fn drip(port: SocketAddr) {
    let (mut reading, mut writing) = TcpStream::connect(port).await.unwrap().into_split();
    writing.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    let dripping = tokio::spawn(async move {
        while writing.write_all(b"X-Drip: 1\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, reading.read_to_end(&mut rest)).await;
    dripping.abort();
    assert!(ended.is_ok(), "a caller that drips keeps its place");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_never_reads_holds_up_nobody() {
    let (_folder, node, ports) = start().await;
    let mut deaf = Vec::new();
    for port in &ports[..2] {
        let mut stream = TcpStream::connect(*port).await.unwrap();
        let request = b"GET /status HTTP/1.1\r\nHost: x\r\n\r\n".repeat(5_000);
        // The port stops reading when nobody takes its answers; that is where this ends.
        let _ = tokio::time::timeout(Duration::from_millis(500), stream.write_all(&request)).await;
        deaf.push(stream);
    }
    unharmed(&node, ports).await;
    drop(deaf);
    unharmed(&node, ports).await;
    node.stop().await.unwrap();
}
