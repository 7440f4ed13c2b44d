//! `--watch`: an answer shown again and again.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

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
    loop {
        if std::io::stdout().is_terminal() {
            print!("\x1b[H\x1b[2J"); // to the corner, and an empty screen
            let _ = std::io::stdout().flush();
        }
        match answer() {
            Ok(_) => {}
            Err(failure) if failure.exit == Exit::Unavailable => eprintln!("{failure}"),
            Err(failure) => return Err(failure),
        }
        std::thread::sleep(pace.max(LEAST));
    }
}
