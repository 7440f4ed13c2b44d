//! The switch by which somebody inside the node has it stopped.

use std::sync::Arc;

use tokio::sync::watch;

/// Asks for the end of the node; cheap to clone, all clones are one.
#[derive(Debug, Clone)]
pub struct ShutdownSwitch(Arc<watch::Sender<bool>>);

impl ShutdownSwitch {
    /// Makes a switch that nobody has thrown.
    pub fn new() -> Self {
        Self(Arc::new(watch::channel(false).0))
    }

    /// Asks for the end; returns whether nobody had before.
    pub fn throw(&self) -> bool {
        !self.0.send_replace(true)
    }

    /// Tells whether the end was asked for.
    pub fn is_thrown(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the end is asked for.
    pub async fn thrown(&self) {
        let mut thrown = self.0.subscribe();
        let _ = thrown.wait_for(|thrown| *thrown).await; // we hold the sender: it never closes
    }
}

impl Default for ShutdownSwitch {
    fn default() -> Self {
        Self::new()
    }
}
