//! A node whose outputs go away: the window is closed, the reader has ended.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::fd::{FromRawFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::*;

/// Opens a terminal; returns the side of the window and the side of the program.
fn terminal() -> (File, OwnedFd) {
    let (mut window, mut program) = (-1, -1);
    let size = libc::winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    let (name, modes) = (std::ptr::null_mut(), std::ptr::null());
    // SAFETY: both numbers are ours to write, no name is asked for, and the size lives as long as the call.
    let opened = unsafe { libc::openpty(&raw mut window, &raw mut program, name, modes, &raw const size) };
    assert_eq!(opened, 0, "{}", std::io::Error::last_os_error());
    // SAFETY: a number that is open is told not to be handed on: a program that held its own window open would never miss it.
    assert_ne!(unsafe { libc::fcntl(window, libc::F_SETFD, libc::FD_CLOEXEC) }, -1);
    // SAFETY: the call has just opened both, and nobody else knows of them.
    unsafe { (File::from_raw_fd(window), OwnedFd::from_raw_fd(program)) }
}

/// Starts a node whose terminal this is, as a shell in a window does.
fn start_on_terminal(data: &Path, program: &OwnedFd) -> Child {
    let mut command = rr_node();
    tiny_loop(&mut command).arg("--data-dir").arg(data);
    let side = || Stdio::from(program.try_clone().unwrap());
    command.stdin(side()).stdout(side()).stderr(side());
    // SAFETY: both calls are allowed between fork and exec.
    unsafe {
        command.pre_exec(|| {
            libc::setsid();
            match libc::ioctl(0, libc::TIOCSCTTY, 0) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        });
    }
    command.spawn().unwrap()
}

fn ends(child: &mut Child) -> Option<i32> {
    let until = Instant::now() + STOP;
    while Instant::now() < until {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status.code().unwrap_or(-1));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

#[test]
fn closing_the_window_ends_the_node_in_order() {
    let _turn = alone();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (mut window, program) = terminal();
    let mut node = start_on_terminal(&data, &program);
    drop(program);
    let until = Instant::now() + PHASE;
    let mut shown = [0; 4096];
    while !data.join("node.json").exists() && Instant::now() < until {
        let _ = window.read(&mut shown).unwrap(); // it draws, and would wait for us
    }
    assert!(data.join("node.json").exists(), "it never ran");
    drop(window);
    assert_eq!(ends(&mut node), Some(0));
    facts(&folder);
}

#[test]
fn a_reader_that_has_gone_spoils_no_stop() {
    let _turn = alone();
    let folder = tempfile::tempdir().unwrap();
    let mut command: Command = rr_node();
    tiny_loop(&mut command).arg("--data-dir").arg(folder.path().join("data"));
    let mut node = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(node.stderr.take().unwrap()).read_line(&mut first).unwrap();
    drop(node.stdout.take());
    let until = Instant::now() + PHASE;
    while !folder.path().join("data/node.json").exists() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    rr_tests::send(node.id(), Signal::Terminate);
    assert_eq!(ends(&mut node), Some(0), "its first words: {first}");
    facts(&folder);
}
