//! The exit codes that are promised, by class; those from 64 on are the ones of `sysexits.h`.

/// A file that cannot be read as what it should be.
pub const UNREADABLE: i32 = 2;
/// The command line is wrong.
pub const USAGE: i32 = 64;
/// Damaged, foreign, of another version, or not enough.
pub const DATA: i32 = 65;
/// A thing that was named does not exist.
pub const NOT_FOUND: i32 = 66;
/// Something needed is missing or taken.
pub const UNAVAILABLE: i32 = 69;
/// An output cannot be created.
pub const CANNOT_CREATE: i32 = 73;
/// The disk is full or failed.
pub const IO: i32 = 74;
/// Somebody else holds what is needed.
pub const BUSY: i32 = 75;
/// Not writable for this user.
pub const NOT_PERMITTED: i32 = 77;
/// The configuration is wrong.
pub const CONFIG: i32 = 78;
