//! The stable names of what can go wrong. Every crate's error maps to one; the gRPC status and the exit code are made from it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Defines the codes with their wire name and exit code in one table.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $exit:literal;)+) => {
        /// Names a class of failure. A name never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)+
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the name that logs, events and RPC statuses carry.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Returns the process exit code, by the meanings of BSD sysexits; always above 0.
            #[must_use]
            pub const fn exit_code(self) -> u8 {
                match self {
                    $(Self::$variant => $exit,)+
                }
            }
        }
    };
}

error_codes! {
    /// A flag or an argument has a value that makes no sense.
    InvalidArgument = "INVALID_ARGUMENT", 64;
    /// A board that does not exist.
    UnknownBoard = "UNKNOWN_BOARD", 64;
    /// A board config that does not exist, or a player count outside 2 to 4.
    UnknownConfig = "UNKNOWN_CONFIG", 64;
    /// A configuration key or value that is unknown or contradicts another.
    BadConfiguration = "BAD_CONFIGURATION", 78;
    /// The thing asked for does not exist.
    NotFound = "NOT_FOUND", 66;
    /// The thing exists already, or was changed by somebody else meanwhile.
    Conflict = "CONFLICT", 65;
    /// Bytes that are truncated, altered or contradict their checksum.
    Corrupt = "CORRUPT", 65;
    /// A file that another program wrote.
    Foreign = "FOREIGN", 65;
    /// A file or message of a version that this build does not read.
    WrongVersion = "WRONG_VERSION", 65;
    /// The data folder is in use by another process.
    Locked = "LOCKED", 75;
    /// The disk is full or a quota is used up.
    DiskFull = "DISK_FULL", 74;
    /// The disk or the folder may not be written.
    ReadOnly = "READ_ONLY", 77;
    /// Reading or writing failed in another way.
    Io = "IO", 74;
    /// A library that is needed is missing or too old.
    LibraryMissing = "LIBRARY_MISSING", 69;
    /// An execution provider was asked for and does not work here.
    ProviderUnavailable = "PROVIDER_UNAVAILABLE", 69;
    /// A model whose hash, shape or weights are not what its card says.
    BadModel = "BAD_MODEL", 65;
    /// A game or position that breaks the rules.
    BadGame = "BAD_GAME", 65;
    /// Not enough games or samples for what was asked.
    NotEnoughData = "NOT_ENOUGH_DATA", 65;
    /// A gate (parity, evaluation, promotion) said no.
    Refused = "REFUSED", 65;
    /// A child process ended by itself or by a signal.
    ChildDied = "CHILD_DIED", 70;
    /// Memory ran out, of the machine or of a device.
    OutOfMemory = "OUT_OF_MEMORY", 71;
    /// Nobody knows the caller: no token or certificate, or one that does not count (any more).
    Unauthenticated = "UNAUTHENTICATED", 77;
    /// The caller is known and may not do this.
    PermissionDenied = "PERMISSION_DENIED", 77;
    /// The caller asks too often.
    RateLimited = "RATE_LIMITED", 75;
    /// A time limit passed.
    TimedOut = "TIMED_OUT", 75;
    /// The work was called off.
    Cancelled = "CANCELLED", 75;
    /// The other side cannot be reached or is stopping.
    Unavailable = "UNAVAILABLE", 69;
    /// Something that should not happen; a defect of this program.
    Internal = "INTERNAL", 70;
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ErrorCode {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().copied().find(|code| code.as_str() == name);
        found.ok_or_else(|| format!("unknown error code `{name}`"))
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_round_trip_and_never_exit_zero() {
        let names: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            assert_ne!(code.exit_code(), 0);
        }
    }
}
