//! Signals and processes, as the system shows them.

use std::fs;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Names a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// A polite request to stop.
    Terminate,
    /// A request to read the configuration again.
    Hangup,
    /// The end, without a word.
    Kill,
}

/// Sends a signal; a process that is gone already is passed over.
///
/// # Panics
/// Where there is no shell.
pub fn send(pid: u32, signal: Signal) {
    let name = match signal {
        Signal::Interrupt => "INT",
        Signal::Terminate => "TERM",
        Signal::Hangup => "HUP",
        Signal::Kill => "KILL",
    };
    // `kill` is part of every shell; the program of that name is not on every machine.
    let script = format!("kill -{name} {pid} 2>/dev/null || true");
    let _forking = forking();
    let status = Command::new("sh").args(["-c", &script]).status().expect("a shell starts");
    assert!(status.success(), "{script}");
}

/// Says whether a process runs; one that ended and was not waited for does not.
pub fn is_alive(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != 'Z' && state != 'X')
}

/// Lists the children of a process whose command line holds a word.
pub fn children_of(pid: u32, word: &str) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|child| stat(*child).is_some_and(|(state, parent)| parent == pid && state != 'Z'))
        .filter(|child| {
            let line = fs::read(format!("/proc/{child}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(word)
        })
        .collect()
}

/// Reads state and parent of a process.
fn stat(pid: u32) -> Option<(char, u32)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold anything; what follows the last one is numbers.
    let mut rest = text.rsplit_once(')')?.1.split_whitespace();
    Some((rest.next()?.chars().next()?, rest.next()?.parse().ok()?))
}

/// Keeps starts of processes and open data folders apart.
///
/// Between its fork and its exec a new process holds what this one has open, the lock of a data folder included; a node that
/// another test starts at that moment would find its folder in use.
pub(crate) fn forking() -> MutexGuard<'static, ()> {
    static FORKING: Mutex<()> = Mutex::new(());
    FORKING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps other tests of the same executable from starting nodes meanwhile: two nodes share the cores badly.
pub struct NodeTurn(#[allow(dead_code)] MutexGuard<'static, ()>);

/// Waits until no other test of this executable runs a node.
pub fn alone() -> NodeTurn {
    static TURN: Mutex<()> = Mutex::new(());
    NodeTurn(TURN.lock().unwrap_or_else(PoisonError::into_inner))
}
