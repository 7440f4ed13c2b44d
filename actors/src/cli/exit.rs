//! Exit codes and the error that a command ends with.

use std::fmt;
use std::io::Write as _;
use std::process::ExitCode;

use rr_proto::ErrorCode;

/// Explains the codes to people.
pub const EXIT_CODES: &str = "\
Exit codes (those from 64 on as in sysexits.h):
    0  done                                   70  a defect of ours: please report it
    1  the answer is no: not ready, a          73  an output could not be created
       divergence, a candidate that lost       74  reading or writing failed: a full disk
    2  an input file could not be read         75  busy: try again later, or wait longer
   64  the command line is wrong               77  not permitted: no token, or a role too small
   65  damaged data, or refused as it stands   78  the configuration is wrong
   66  what was named does not exist          130  a second interrupt ended it at once
   69  something needed is not there: a node that does not run, ONNX Runtime's library";

/// Says how a command ended, as the process tells its caller.
///
/// # Source
/// The values from 64 on are those of `sysexits.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything asked for was done.
    Done = 0,
    /// The answer is no: a divergence, a candidate that lost.
    Negative = 1,
    /// An input file could not be read.
    Unreadable = 2,
    /// The command line is wrong.
    Usage = 64,
    /// The input is damaged, foreign or of another version.
    Data = 65,
    /// A file or a thing that was named does not exist.
    NotFound = 66,
    /// Something needed is not there, such as ONNX Runtime's library or a running node.
    Unavailable = 69,
    /// A bug: an invariant of ours does not hold.
    Software = 70,
    /// An output could not be created.
    CannotCreate = 73,
    /// Reading or writing failed: a full disk, a failing one.
    Io = 74,
    /// Somebody else holds what is needed; trying again later may work.
    Busy = 75,
    /// A folder or a file may not be written or read by this user.
    NotPermitted = 77,
    /// The configuration is wrong.
    Config = 78,
    /// A second interrupt ended the process at once.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl From<ErrorCode> for Exit {
    fn from(code: ErrorCode) -> Self {
        match code.exit_code() {
            64 => Self::Usage,
            65 => Self::Data,
            66 => Self::NotFound,
            69 => Self::Unavailable,
            73 => Self::CannotCreate,
            74 => Self::Io,
            75 => Self::Busy,
            77 => Self::NotPermitted,
            78 => Self::Config,
            _ => Self::Software,
        }
    }
}

impl Exit {
    /// Ends the process at once with this code, without the destructors of loaded libraries.
    ///
    /// ONNX Runtime keeps threads of its own; destructors that run at the end of `main` while one of them still works have ended
    /// a node by a signal that had stopped in good order. Everything durable is on the disk by then.
    pub fn leave(self) -> ! {
        let _ = std::io::stdout().flush(); // nobody is left to be told
        let _ = std::io::stderr().flush();
        // SAFETY: `_exit` takes any code, touches no memory of ours, and does not return.
        unsafe { libc::_exit(i32::from(self as u8)) }
    }
}

/// Ends a command with a message for people and a code for scripts.
#[derive(Debug)]
pub struct Failure {
    /// The code of the process.
    pub exit: Exit,
    /// What went wrong and what to do next.
    pub message: String,
}

impl Failure {
    /// Pairs a code with a message.
    pub fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Failure { exit, message: message.to_string() }
    }

    /// Ends a command with an error whose class is known.
    pub fn of(code: ErrorCode, message: impl fmt::Display) -> Self {
        Self::new(code.into(), message)
    }

    /// Prints `error: …` to standard error and returns the code.
    pub fn report(&self, program: &str) -> ExitCode {
        eprintln!("{program}: error: {}", self.message);
        self.exit.into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
