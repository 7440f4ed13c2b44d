//! A service manager's side of the socket that a service tells it by.
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What a service said, one `KEY=VALUE` each.
pub type Said = Vec<String>;

/// Hears what a service says.
pub struct Manager {
    socket: UnixDatagram,
    folder: TempDir,
}

impl Manager {
    /// Listens on a socket of its own.
    pub fn listen() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        Self { socket, folder }
    }

    /// Returns where services find it.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("notify")
    }

    /// Starts a service under it that has to give signs of life within `watchdog`.
    pub fn over(&self, command: &mut Command, watchdog: Duration) {
        command.env("NOTIFY_SOCKET", self.path());
        command.env("WATCHDOG_USEC", watchdog.as_micros().to_string());
        command.env_remove("WATCHDOG_PID");
    }

    /// Hears what is said next, within `limit`.
    pub fn hear(&self, limit: Duration) -> Option<Said> {
        let (start, mut bytes) = (Instant::now(), [0; 4096]);
        loop {
            match self.socket.recv(&mut bytes) {
                Ok(length) => {
                    let text = String::from_utf8_lossy(&bytes[..length]);
                    return Some(text.lines().map(str::to_owned).collect());
                }
                Err(_) if start.elapsed() < limit => {}
                Err(_) => return None,
            }
        }
    }

    /// Hears on until `word` is said, within `limit`; returns everything that was said, the word last.
    pub fn until(&self, word: &str, limit: Duration) -> Vec<Said> {
        let (start, mut heard) = (Instant::now(), Vec::new());
        while start.elapsed() < limit {
            let Some(said) = self.hear(limit) else { break };
            let found = said.iter().any(|said| said == word);
            heard.push(said);
            if found {
                return heard;
            }
        }
        panic!("{word} was not said within {limit:?}, but {heard:?}");
    }
}
