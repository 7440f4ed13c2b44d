//! Files that are whole or not there: magic, format, body, hash; written beside and renamed.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::error::TrainError;

/// Bytes of the hash at the end.
const HASH: usize = 32;
/// Bytes of magic and format at the front.
const HEAD: usize = 12;

/// Names a kind of file.
pub(crate) struct FileKind {
    /// The first eight bytes.
    pub(crate) magic: [u8; 8],
    /// The format that this build writes and reads.
    pub(crate) format: u32,
    /// What it is called in messages.
    pub(crate) name: &'static str,
}

/// Writes a file so that a reader sees the old one or the new one, never a part; returns the SHA-256 of the whole file.
pub(crate) fn write_sealed(path: &Path, kind: &FileKind, body: &[u8]) -> Result<[u8; 32], TrainError> {
    let mut bytes = Vec::with_capacity(HEAD + body.len() + HASH);
    bytes.extend_from_slice(&kind.magic);
    bytes.extend_from_slice(&kind.format.to_le_bytes());
    bytes.extend_from_slice(body);
    let seal = Sha256::digest(&bytes);
    bytes.extend_from_slice(&seal);
    write_atomically(path, &bytes)?;
    Ok(Sha256::digest(&bytes).into())
}

/// Reads the body of a file and checks magic, format and seal.
pub(crate) fn read_sealed(path: &Path, kind: &FileKind) -> Result<(Vec<u8>, [u8; 32]), TrainError> {
    let mut bytes = fs::read(path).map_err(TrainError::io("read", path))?;
    let found = bytes.len();
    if found >= kind.magic.len() && bytes[..kind.magic.len()] != kind.magic {
        return Err(TrainError::Foreign { path: path.to_owned(), expected: kind.name });
    }
    if found < HEAD + HASH {
        return Err(TrainError::Truncated {
            path: path.to_owned(),
            found: found as u64,
            needed: (HEAD + HASH) as u64,
        });
    }
    let mut format = [0; 4];
    format.copy_from_slice(&bytes[8..HEAD]);
    let format = u32::from_le_bytes(format);
    if format != kind.format {
        return Err(TrainError::Version { path: path.to_owned(), found: format, known: kind.format });
    }
    let whole: [u8; 32] = Sha256::digest(&bytes).into();
    let (content, seal) = bytes.split_at(found - HASH);
    if Sha256::digest(content).as_slice() != seal {
        return Err(TrainError::corrupt(path, "its content does not match its hash, or its end is missing"));
    }
    bytes.truncate(found - HASH);
    bytes.drain(..HEAD);
    Ok((bytes, whole))
}

/// Writes beside the target, forces it to the disk, and renames it over the target.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), TrainError> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(TrainError::io("create", folder))?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let write = || {
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|source| {
        // What is left of a failed write would only fill the disk further.
        let _ = fs::remove_file(&part);
        TrainError::io("write", path)(source)
    })
}

/// Writes bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
