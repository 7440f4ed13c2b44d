//! A node at work.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::system::{Signal, children_of, forking, send};

type Lines = Arc<Mutex<Vec<String>>>;

/// Runs `rr-node` and reads along; dropping it kills the process.
pub struct RunningNode {
    child: Child,
    lines: Lines,
    readers: Vec<thread::JoinHandle<()>>,
    seen: usize,
}

/// Tells how a node ended.
#[derive(Debug)]
pub struct Ending {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// From the call to the end.
    pub took: Duration,
    /// Everything that it said, both outputs together.
    pub text: String,
}

impl RunningNode {
    /// Starts a node.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start(command: &mut Command, data_dir: &Path) -> Self {
        command.arg("--data-dir").arg(data_dir);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = {
            let _forking = forking();
            command.spawn()
        };
        let mut child = started.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let lines = Lines::default();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let readers = vec![
            follow(stdout.expect("a piped output"), Arc::clone(&lines)),
            follow(stderr.expect("a piped output"), Arc::clone(&lines)),
        ];
        Self { child, lines, readers, seen: 0 }
    }

    /// Returns the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns its training processes.
    pub fn trainers(&self) -> Vec<u32> {
        children_of(self.pid(), "trainer-child")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        send(self.pid(), signal);
    }

    /// Returns what it has said so far.
    pub fn text(&self) -> String {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }

    /// Waits until it says a line with `words` that was not looked at before; returns the line, or none where it ended or the
    /// time passed.
    pub fn hear(&mut self, words: &str, limit: Duration) -> Option<String> {
        self.until(limit, |node| {
            let lines = node.lines.lock().unwrap_or_else(PoisonError::into_inner);
            let found = lines.iter().enumerate().skip(node.seen).find(|(_, line)| line.contains(words));
            found.map(|(at, line)| (at, line.clone()))
        })
        .map(|(at, line)| {
            self.seen = at + 1;
            line
        })
    }

    /// Waits until `look` finds something; none where the node ended or the time passed.
    pub fn until<T>(&mut self, limit: Duration, mut look: impl FnMut(&Self) -> Option<T>) -> Option<T> {
        let start = Instant::now();
        loop {
            let ended = !matches!(self.child.try_wait(), Ok(None));
            if let Some(found) = look(self) {
                return Some(found);
            }
            if ended || start.elapsed() > limit {
                return None;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for its end, and kills it where `limit` passes first.
    ///
    /// # Panics
    /// Where it does not end in time, or panicked.
    pub fn end(mut self, limit: Duration) -> Ending {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                break status;
            }
            if start.elapsed() > limit {
                send(self.pid(), Signal::Kill);
                panic!("the node did not end within {limit:?}; it said:\n{}", self.text());
            }
            thread::sleep(Duration::from_millis(10));
        };
        let took = start.elapsed();
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        let text = self.text();
        assert!(!text.contains("panicked at"), "the node panicked:\n{text}");
        Ending { code: status.code(), took, text }
    }

    /// Kills it on the spot.
    ///
    /// # Panics
    /// Where it panicked before.
    pub fn kill(self) -> Ending {
        self.signal(Signal::Kill);
        self.end(Duration::from_secs(30))
    }
}

impl Drop for RunningNode {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn follow(pipe: impl Read + Send + 'static, lines: Lines) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(text);
            line.clear();
        }
    })
}
