//! A reader of pages that writes its bytes itself.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// No answer of these tests takes longer, whatever else the machine does.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What came back.
#[derive(Debug, Clone)]
pub struct Page {
    pub code: u16,
    pub head: String,
    pub body: String,
}

impl Page {
    /// Reads the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Tells whether there is such a header, in any case.
    pub fn has(&self, header: &str) -> bool {
        self.head.to_lowercase().lines().any(|line| line == header)
    }

    fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no page: {text:?}"));
        let code = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let code = code.unwrap_or_else(|| panic!("no code: {text:?}"));
        Self { code, head: head.to_owned(), body: body.to_owned() }
    }
}

/// Asks for a page on a connection of its own.
pub async fn get(address: SocketAddr, path: &str) -> Page {
    ask(address, "GET", path).await
}

/// Asks with any method.
pub async fn ask(address: SocketAddr, method: &str, path: &str) -> Page {
    Page::of(&send(address, request(method, path, "").as_bytes()).await)
}

/// Asks over any stream.
pub async fn ask_over(stream: impl AsyncRead + AsyncWrite + Unpin, path: &str, header: &str) -> Page {
    Page::of(&talk(stream, request("GET", path, header).as_bytes()).await)
}

/// Sends bytes on a connection of its own and returns all that comes until the other side closes.
pub async fn send(address: SocketAddr, bytes: &[u8]) -> String {
    talk(TcpStream::connect(address).await.unwrap(), bytes).await
}

async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> String {
    let mut answer = Vec::new();
    let talk = async {
        let _ = stream.write_all(bytes).await; // whoever is refused may be cut off before the last byte
        let _ = stream.read_to_end(&mut answer).await; // or reset
    };
    tokio::time::timeout(PATIENCE, talk).await.expect("the port neither answers nor closes");
    String::from_utf8_lossy(&answer).into_owned()
}

fn request(method: &str, path: &str, header: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: node\r\n{header}Connection: close\r\n\r\n")
}
