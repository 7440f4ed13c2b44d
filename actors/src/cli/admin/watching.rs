//! `--watch`: an answer shown again and again.

use std::io::IsTerminal as _;
use std::time::Duration;

use crate::cli::output::print_text;
use crate::cli::{Exit, Failure};

/// Shortest time between two answers.
const LEAST: Duration = Duration::from_millis(200);

/// Shows an answer every so many seconds until Ctrl-C ends the program; once where no time is given.
///
/// A node that does not answer for a while, as during a restart, is shown as that.
pub(super) fn watching(
    seconds: Option<f64>,
    mut answer: impl FnMut() -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let Some(seconds) = seconds else { return answer() };
    let pace = Duration::try_from_secs_f64(seconds)
        .map_err(|_| Failure::new(Exit::Usage, format!("--watch={seconds}: give seconds, such as 2")))?;
    end_well_at_ctrl_c();
    loop {
        if std::io::stdout().is_terminal() {
            print_text("\x1b[H\x1b[2J")?; // to the corner, and an empty screen
        }
        match answer() {
            Ok(_) => {}
            Err(failure) if failure.exit == Exit::Unavailable => eprintln!("{failure}"),
            Err(failure) => return Err(failure),
        }
        std::thread::sleep(pace.max(LEAST));
    }
}

/// Whoever has seen enough says so with Ctrl-C: that is no failure.
fn end_well_at_ctrl_c() {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        // Without a runtime the system ends the program, with a code of its own.
        if runtime.is_ok_and(|runtime| runtime.block_on(tokio::signal::ctrl_c()).is_ok()) {
            Exit::Done.leave();
        }
    });
}
