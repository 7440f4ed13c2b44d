//! Shards: immutable files of whole games, so that the trainer never opens the node's database.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::TrainError;
use crate::sealed_file::{FileKind, hex, read_sealed, write_sealed};

/// Version of the shard format.
pub const SHARD_FORMAT: u16 = 1;

const KIND: FileKind = FileKind { magic: *b"RRSHARD\n", format: SHARD_FORMAT as u32, name: "shard of games" };

/// Compression level; games compress little beyond it.
const LEVEL: i32 = 3;

/// Holds the games of one shard, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GameShard {
    /// Which config was played, such as `hex8_2p`.
    pub config: String,
    /// The records of the games, as the engine packs them.
    pub records: Vec<Vec<u8>>,
}

/// Writes a shard: packed, compressed, hashed, and renamed into place when it is whole.
///
/// Returns the file's SHA-256 as hex, which the job file names.
///
/// # Errors
/// When the file cannot be written.
pub fn write_shard(path: &Path, shard: &GameShard) -> Result<String, TrainError> {
    let packed = postcard::to_stdvec(shard).map_err(|e| TrainError::corrupt(path, e))?;
    let body = zstd::bulk::compress(&packed, LEVEL).map_err(TrainError::io("compress", path))?;
    let mut framed = (packed.len() as u64).to_le_bytes().to_vec();
    framed.extend_from_slice(&body);
    write_sealed(path, &KIND, &framed).map(|hash| hex(&hash))
}

/// Reads a shard and checks it; `sha256` is the hash that the file must have, where it is known.
///
/// # Errors
/// When the file is missing, truncated, foreign, of another format, or does not match its hash.
pub fn read_shard(path: &Path, sha256: Option<&str>) -> Result<GameShard, TrainError> {
    let (framed, whole) = read_sealed(path, &KIND)?;
    if let Some(expected) = sha256
        && !expected.eq_ignore_ascii_case(&hex(&whole))
    {
        return Err(TrainError::corrupt(
            path,
            format!("its hash is {}, the job names {expected}", hex(&whole)),
        ));
    }
    let Some((size, body)) = framed.split_first_chunk::<8>() else {
        return Err(TrainError::corrupt(path, "it has no size"));
    };
    let size = usize::try_from(u64::from_le_bytes(*size)).map_err(|e| TrainError::corrupt(path, e))?;
    // A size that no compression reaches would only make the allocation fail.
    if size / 4096 > body.len() {
        return Err(TrainError::corrupt(path, format!("{size} bytes cannot be packed into {}", body.len())));
    }
    let packed = zstd::bulk::decompress(body, size).map_err(|e| TrainError::corrupt(path, e))?;
    postcard::from_bytes(&packed).map_err(|e| TrainError::corrupt(path, e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fs;

    fn shard() -> GameShard {
        GameShard {
            config: "hex8_2p".to_owned(),
            records: vec![vec![1, 2, 3], vec![], (0..2000).map(|i| (i % 7) as u8).collect()],
        }
    }

    #[test]
    fn round_trips_and_checks_the_hash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rrs");
        let hash = write_shard(&path, &shard()).unwrap();
        assert_eq!(read_shard(&path, Some(&hash)).unwrap(), shard());
        assert_eq!(hash, write_shard(&folder.path().join("b.rrs"), &shard()).unwrap());
        let error = read_shard(&path, Some("00ff")).unwrap_err();
        assert!(error.to_string().contains("the job names 00ff"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn names_what_is_wrong_with_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rrs");
        write_shard(&path, &shard()).unwrap();
        let good = fs::read(&path).unwrap();
        let check = |bytes: &[u8], needle: &str| {
            fs::write(&path, bytes).unwrap();
            let error = read_shard(&path, None).unwrap_err().to_string();
            assert!(error.contains(needle), "{error}");
        };
        check(&good[..good.len() - 1], "corrupt");
        check(&good[..20], "truncated");
        check(b"", "truncated");
        check(b"SQLite format 3\0 and more of it than a head and a hash", "no shard of games");
        let mut newer = good.clone();
        newer[8] = 9;
        check(&newer, "format 9, this build reads 1");
        let mut flipped = good.clone();
        flipped[40] ^= 1;
        check(&flipped, "does not match its hash");
        let missing = read_shard(&folder.path().join("none"), None).unwrap_err();
        assert!(missing.to_string().contains("cannot read"), "{missing}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn damaged_files_are_refused_and_never_panic(at in 0usize..200, bit in 0u8..8, cut in 0usize..200) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.rrs");
            write_shard(&path, &shard()).unwrap();
            let mut bytes = fs::read(&path).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            bytes.truncate(bytes.len() - cut % bytes.len());
            fs::write(&path, &bytes).unwrap();
            prop_assert!(read_shard(&path, None).is_err());
        }
    }
}
