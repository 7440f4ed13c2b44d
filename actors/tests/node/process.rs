//! Running the binaries.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rr_actors::node::NodeFile;

/// Settings of a loop that is small enough for a test.
const TINY: [&str; 9] = [
    "server.grpc_port=0",
    "server.health_port=0",
    "server.status_port=0",
    "selfplay.threads=1",
    "selfplay.games_per_thread=4",
    "selfplay.simulations=2",
    "net.presets.demo.blocks=1",
    "net.presets.demo.channels=8",
    "devices.providers=[\"cpu\"]",
];

/// Prepares `rr-node` on a data folder, with a tiny loop and nothing from the surroundings.
pub fn node(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rr-node"));
    clear(&mut command);
    command.arg("--data-dir").arg(folder);
    for setting in TINY {
        command.args(["--set", setting]);
    }
    command
}

/// Prepares `rr-admin` on a data folder.
pub fn admin(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rr-admin"));
    clear(&mut command);
    command.args(args).arg("--data-dir").arg(folder);
    command
}

fn clear(command: &mut Command) {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RINGRIFT_")) {
        command.env_remove(name);
    }
}

/// Returns the code and everything that a command printed.
pub fn ending(output: &Output) -> (Option<i32>, String) {
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    (output.status.code(), text.concat())
}

/// A node that runs; killed when it is dropped.
pub struct Running {
    child: Option<Child>,
}

impl Running {
    /// Starts a node and waits until it has written its address.
    pub fn start(folder: &Path) -> Self {
        let child = node(folder).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut running = Self { child: Some(child) };
        let start = Instant::now();
        // A node that was killed left a file of its own.
        let pid = running.child.as_ref().unwrap().id();
        let written = || NodeFile::read(folder).is_some_and(|file| file.pid == pid);
        while !written() {
            let ended = running.child.as_mut().unwrap().try_wait().unwrap();
            if ended.is_some() || start.elapsed() > Duration::from_secs(120) {
                panic!("the node did not start: {:?}", running.end(None));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        running
    }

    /// Sends a signal, waits for the end, and returns the code and the output.
    pub fn end(&mut self, signal: Option<&str>) -> (Option<i32>, String) {
        let mut child = self.child.take().unwrap();
        match signal {
            Some(signal) => {
                let pid = child.id().to_string();
                assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
            }
            None => child.kill().unwrap(),
        }
        ending(&child.wait_with_output().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
