//! What callers may take.

use std::time::Duration;

use rr_actors::security::AccessRole;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;

use crate::house::{CHECK, Port, Ways, call};

#[tokio::test]
async fn one_caller_that_floods_is_told_and_the_others_are_served() {
    let port = Port::open(|_, _, limits| {
        limits.requests_per_second = 0.001;
        limits.burst = 5;
    })
    .await;
    let ways = |token| Ways { token: Some(token), ..Ways::default() };
    let (ann, bob) =
        (ways(port.token("ann", AccessRole::Read, None)), ways(port.token("bob", AccessRole::Read, None)));
    let channel = port.connect(&ann).await.unwrap();
    let mut codes = Vec::new();
    for _ in 0..8 {
        codes.push(call(channel.clone(), &ann, CHECK).await.err().map(|status| status.code()));
    }
    assert_eq!(codes[..5], [None; 5]);
    assert_eq!(codes[5..], [Some(Code::ResourceExhausted); 3]);
    call(channel, &bob, CHECK).await.unwrap();
}

#[tokio::test]
async fn callers_beyond_the_limit_wait_for_a_place_and_get_it() {
    let port = Port::open(|_, _, limits| {
        limits.connections = 4;
        limits.header_seconds = 1;
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..12 {
        held.push(TcpStream::connect(port.address).await.unwrap());
    }
    // Everybody who was here before says nothing and loses the place; the call waits for that.
    port.call(&Ways::default(), CHECK).await.unwrap();
    drop(held);
}

#[tokio::test]
async fn whoever_does_not_speak_is_closed_and_whoever_speaks_is_not() {
    let port = Port::open(|_, _, limits| limits.header_seconds = 1).await;
    let speaks = port.connect(&Ways::default()).await.unwrap();
    call(speaks.clone(), &Ways::default(), CHECK).await.unwrap();
    let mut silent = TcpStream::connect(port.address).await.unwrap();
    let mut slow = TcpStream::connect(port.address).await.unwrap();
    slow.write_all(b"PRI * HTTP/2").await.unwrap();
    for stream in [&mut silent, &mut slow] {
        let mut bytes = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut bytes)).await;
        assert!(ended.is_ok(), "the port keeps a connection that says nothing");
    }
    call(speaks, &Ways::default(), CHECK).await.unwrap();
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_ended() {
    let port = Port::open(|folder, server, limits| {
        let certs = folder.join("certs");
        server.tls_cert = Some(certs.join("a.crt"));
        server.tls_key = Some(certs.join("a.key"));
        limits.header_seconds = 1;
    })
    .await;
    let mut silent = TcpStream::connect(port.address).await.unwrap();
    let mut garbage = TcpStream::connect(port.address).await.unwrap();
    garbage.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    for stream in [&mut silent, &mut garbage] {
        let mut bytes = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut bytes)).await;
        assert!(ended.is_ok());
    }
    let token = Some(port.token("ann", AccessRole::Read, None));
    let ways = Ways { authority: Some(port.certs().authority().cert), token, ..Ways::default() };
    port.call(&ways, CHECK).await.unwrap();
}
