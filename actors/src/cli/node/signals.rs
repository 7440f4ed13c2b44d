//! The signals that a node heeds.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;

/// Signals to end that follow one another faster are one wish: `timeout` and shells send theirs to a process and to its group.
pub(super) const ONE_WISH: Duration = Duration::from_millis(100);

/// SIGINT and SIGTERM end the node, SIGHUP has it read its configuration again. A SIGHUP that says that the terminal is gone, on which
/// somebody looked at the node, ends it too: whoever closes a window does not expect a program to go on behind it.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    heeded: Option<Instant>,
    /// Whether it was started on a terminal.
    on_terminal: bool,
}

impl Signals {
    /// Begins to watch for them.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            heeded: None,
            on_terminal: io::stdout().is_terminal(),
        })
    }

    /// Waits for a signal to end.
    pub async fn end(&mut self) {
        self.end_or(|| ()).await;
    }

    /// Waits for a signal to end, and calls `reload` at every one to read the configuration.
    pub async fn end_or(&mut self, mut reload: impl FnMut()) {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
                // A terminal that is gone is none any more.
                _ = self.hangup.recv() => if !self.on_terminal || io::stdout().is_terminal() {
                    reload();
                    continue;
                }
            }
            let now = Instant::now();
            if self.heeded.is_none_or(|before| now.duration_since(before) >= ONE_WISH) {
                self.heeded = Some(now);
                return;
            }
        }
    }
}
