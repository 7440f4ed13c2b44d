//! What a command left behind.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::system::forking;

/// No command of these tests works longer; one that does hangs.
const LIMIT: Duration = Duration::from_secs(120);

/// Holds the exit code and the two outputs of a command that ended.
#[derive(Debug)]
pub struct Answer {
    /// The command line, for messages.
    pub line: String,
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Answer {
    /// Runs a command to its end.
    ///
    /// # Panics
    /// Where it does not start, or hangs.
    pub fn of(command: &mut Command) -> Self {
        let line = format!("{command:?}");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = {
            let _forking = forking();
            command.spawn()
        };
        let mut child = started.unwrap_or_else(|error| panic!("{line}: {error}"));
        let (stdout, stderr) = (reader(child.stdout.take()), reader(child.stderr.take()));
        let code = wait(&mut child, &line);
        let text = |handle: thread::JoinHandle<String>| handle.join().expect("a reader ends");
        let answer = Self { line, code, stdout: text(stdout), stderr: text(stderr) };
        assert!(!answer.stderr.contains("panicked at"), "it panicked:\n{answer:#?}");
        answer
    }

    /// Asserts success and returns standard output.
    ///
    /// # Panics
    /// Where the exit code is not 0.
    #[track_caller]
    pub fn succeeded(&self) -> &str {
        assert_eq!(self.code, Some(0), "should have succeeded:\n{self:#?}");
        &self.stdout
    }

    /// Asserts a refusal: one of these exit codes, and a message with each of these fragments.
    ///
    /// # Panics
    /// Where one of them is not there.
    #[track_caller]
    pub fn refused(&self, codes: &[i32], fragments: &[&str]) -> &Self {
        assert!(
            self.code.is_some_and(|code| code != 0 && codes.contains(&code)),
            "should have ended with one of {codes:?}:\n{self:#?}"
        );
        let text = self.stderr.to_lowercase();
        for fragment in fragments {
            assert!(
                text.contains(&fragment.to_lowercase()),
                "standard error should say `{fragment}`:\n{self:#?}"
            );
        }
        self
    }
}

fn reader(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What came before a broken pipe is all there is to see.
            let _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn wait(child: &mut Child, line: &str) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return status.code();
        }
        if start.elapsed() > LIMIT {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{line} did not end within {LIMIT:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
}
