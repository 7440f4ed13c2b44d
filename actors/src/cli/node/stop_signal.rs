//! Signals for commands that work on plain threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tokio::signal::unix::{SignalKind, signal};

use super::signals::ONE_WISH;
use crate::cli::{Exit, Failure};

/// Returns a flag that the first SIGINT or SIGTERM sets; a second one ends the process at once.
///
/// # Errors
/// When the system gives no thread or takes no handler.
pub fn stop_on_signal() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let fail =
        |error: std::io::Error| Failure::new(Exit::Software, format!("signals cannot be watched: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(fail)?;
    let (mut interrupt, mut terminate) = {
        let _context = runtime.enter();
        (signal(SignalKind::interrupt()).map_err(fail)?, signal(SignalKind::terminate()).map_err(fail)?)
    };
    let watch = move || {
        runtime.block_on(async {
            let mut first: Option<Instant> = None;
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                flag.store(true, Ordering::SeqCst);
                if first.get_or_insert_with(Instant::now).elapsed() >= ONE_WISH {
                    Exit::Interrupted.leave();
                }
            }
        });
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(watch).map_err(fail)?;
    Ok(stop)
}
