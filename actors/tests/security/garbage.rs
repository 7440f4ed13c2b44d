//! Bytes that are no call: a port scan, noise, HTTP/1, broken and malicious HTTP/2, noise where TLS is spoken. Whatever comes, the
//! connection that it comes on ends or is refused, its place is free again, and everybody else is served.

use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_actors::security::AccessRole;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::house::{CHECK, Port, Ways, call};

/// How long a connection may take to end; it is never waited for in full where the port does its duty.
const PATIENCE: Duration = Duration::from_secs(60);
/// What every HTTP/2 connection begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Headers of a call, from HPACK's own table: POST, http, the path `/`.
const HEADERS: &[u8] = &[0x83, 0x86, 0x84];

const HEADERS_FRAME: u8 = 1;
const RESET_FRAME: u8 = 3;
const SETTINGS_FRAME: u8 = 4;
const CONTINUATION_FRAME: u8 = 9;
const END_OF_HEADERS: u8 = 4;

/// Writes a frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A port with four places, at which nobody may be silent for long.
async fn small_port() -> Port {
    Port::open(|_, _, limits| {
        limits.connections = 4;
        limits.header_seconds = 1;
    })
    .await
}

/// Sends bytes and returns what comes back until the port ends the connection.
async fn say(port: &Port, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(port.address).await.unwrap();
    let mut answer = Vec::new();
    // The port may end the connection before it has everything, and may do it with a reset.
    let _ = stream.write_all(bytes).await;
    let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "the port keeps a connection that began with {:?}", &bytes[..bytes.len().min(24)]);
    answer
}

#[tokio::test]
async fn a_port_scan_takes_no_place() {
    let port = small_port().await;
    let speaks = port.connect(&Ways::default()).await.unwrap();
    for at in 0..300 {
        let stream = TcpStream::connect(port.address).await.unwrap();
        if at % 3 == 0 {
            stream.set_zero_linger().unwrap(); // ends with a reset
        }
        drop(stream);
        if at % 50 == 0 {
            call(speaks.clone(), &Ways::default(), CHECK).await.unwrap();
        }
    }
    port.call(&Ways::default(), CHECK).await.unwrap();
}

#[tokio::test]
async fn callers_that_hang_up_half_way_take_no_place() {
    let port = small_port().await;
    let begun = [&b""[..], &PREFACE[..9], PREFACE, &frame(SETTINGS_FRAME, 0, 0, &[])[..5]];
    for bytes in begun.iter().cycle().take(40) {
        let mut stream = TcpStream::connect(port.address).await.unwrap();
        let _ = stream.write_all(bytes).await; // closed at once where all places are taken
        let _ = stream.shutdown().await; // our half only
        std::mem::forget(stream.into_std().unwrap()); // the other half stays open as long as the port likes
    }
    port.call(&Ways::default(), CHECK).await.unwrap();
}

#[tokio::test]
async fn http_1_is_no_call() {
    let port = small_port().await;
    for text in [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: x\r\nContent-Type: application/grpc\r\nContent-Length: 5\r\n\r\n\0\0\0\0\0",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n",
    ] {
        let answer = String::from_utf8_lossy(&say(&port, text.as_bytes()).await).into_owned();
        assert!(!answer.contains("HTTP/1.1 2") && !answer.contains("101 Switching"), "{answer:?}");
    }
    port.call(&Ways::default(), CHECK).await.unwrap();
}

#[tokio::test]
async fn noise_is_hung_up_on() {
    let port = small_port().await;
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for at in 0..60 {
        let mut bytes = vec![0u8; random.random_range(1..6000)];
        random.fill(bytes.as_mut_slice());
        if at % 2 == 0 {
            bytes.splice(0..0, PREFACE.iter().copied()); // noise where frames belong
        }
        say(&port, &bytes).await;
    }
    port.call(&Ways::default(), CHECK).await.unwrap();
}

#[tokio::test]
async fn a_frame_of_sixteen_megabytes_is_not_waited_for() {
    let port = small_port().await;
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frame(SETTINGS_FRAME, 0, 0, &[]));
    bytes.extend([0xff, 0xff, 0xff, HEADERS_FRAME, END_OF_HEADERS, 0, 0, 0, 1]);
    bytes.extend([0; 4096]);
    say(&port, &bytes).await;
    port.call(&Ways::default(), CHECK).await.unwrap();
}

#[tokio::test]
async fn headers_that_never_end_are_ended() {
    let port = small_port().await;
    let mut stream = TcpStream::connect(port.address).await.unwrap();
    stream.write_all(PREFACE).await.unwrap();
    stream.write_all(&frame(SETTINGS_FRAME, 0, 0, &[])).await.unwrap();
    let _ = stream.write_all(&frame(HEADERS_FRAME, 0, 1, HEADERS)).await;
    // A literal header without a place in the table: name `a`, value of 120 times `b`.
    let mut header = vec![0x00, 0x01, b'a', 120];
    header.extend([b'b'; 120]);
    let more = frame(CONTINUATION_FRAME, 0, 1, &header.repeat(128));
    let (mut reading, mut writing) = stream.into_split();
    let flood = async {
        let mut sent = 0usize;
        while writing.write_all(&more).await.is_ok() && sent < 64 << 20 {
            sent += more.len();
        }
        sent
    };
    let mut answer = Vec::new();
    let (sent, ended) = tokio::join!(flood, tokio::time::timeout(PATIENCE, reading.read_to_end(&mut answer)));
    assert!(ended.is_ok() && sent < 64 << 20, "the port took {sent} bytes of headers");
    port.call(&Ways::default(), CHECK).await.unwrap();
}

#[tokio::test]
async fn huge_headers_are_refused_and_the_connection_goes_on() {
    let port = Port::open(|_, _, limits| limits.header_bytes = 8192).await;
    let channel = port.connect(&Ways::default()).await.unwrap();
    let mut client = HealthClient::new(channel.clone());
    let mut request = Request::new(HealthCheckRequest::default());
    request.metadata_mut().insert("x-huge", "b".repeat(100_000).parse().unwrap());
    let refused = client.check(request).await.unwrap_err();
    assert_ne!(refused.code(), Code::Ok, "{refused:?}");
    call(channel, &Ways::default(), CHECK).await.unwrap();
    port.call(&Ways::default(), CHECK).await.unwrap();
}

#[tokio::test]
async fn calls_that_are_taken_back_at_once_hold_nobody_up() {
    let port = small_port().await;
    let speaks = port.connect(&Ways::default()).await.unwrap();
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frame(SETTINGS_FRAME, 0, 0, &[]));
    for call in 0..20_000u32 {
        let stream = call * 2 + 1;
        bytes.extend(frame(HEADERS_FRAME, END_OF_HEADERS, stream, HEADERS));
        bytes.extend(frame(RESET_FRAME, 0, stream, &8u32.to_be_bytes()));
    }
    let flood = say(&port, &bytes);
    let served = async {
        for _ in 0..20 {
            call(speaks.clone(), &Ways::default(), CHECK).await.unwrap();
        }
    };
    tokio::join!(flood, served);
}

#[tokio::test]
async fn noise_where_tls_is_spoken_is_hung_up_on() {
    let port = Port::open(|folder, server, limits| {
        let certs = folder.join("certs");
        server.tls_cert = Some(certs.join("a.crt"));
        server.tls_key = Some(certs.join("a.key"));
        limits.connections = 4;
        limits.header_seconds = 1;
    })
    .await;
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let hello = [0x16, 0x03, 0x01];
    for at in 0..40 {
        let mut bytes = vec![0u8; random.random_range(1..3000)];
        random.fill(bytes.as_mut_slice());
        match at % 4 {
            0 => {}
            1 => drop(bytes.splice(0..0, hello)), // a handshake of random length and content
            2 => drop(bytes.splice(0..0, [0x16, 0x03, 0x01, 0xff, 0xff, 0x01, 0xff, 0xff, 0xff])), // longer than may be
            _ => bytes = PREFACE.to_vec(), // a call without TLS
        }
        say(&port, &bytes).await;
    }
    let token = Some(port.token("ann", AccessRole::Read, None));
    let ways = Ways { authority: Some(port.certs().authority().cert), token, ..Ways::default() };
    port.call(&ways, CHECK).await.unwrap();
}
