//! The envelope around every stored value: format, version and checksum in front of `postcard` bytes.

use std::path::Path;

use serde::{Serialize, de::DeserializeOwned};

use crate::StorageError;

/// First byte of every stored value.
const MARK: u8 = 0xd1;
/// Mark, version (little-endian u16), CRC-32 of version and body (little-endian u32).
const HEADER: usize = 7;

/// Marks a type that is stored, and gives the version of its layout.
///
/// A layout that changes gets a higher `VERSION`, and [`StoredValue::upgrade`] reads the older ones.
pub trait StoredValue: Serialize + DeserializeOwned {
    /// What the value is, for error messages.
    const NAME: &'static str;
    /// The version that this build writes.
    const VERSION: u16;

    /// Reads the body of an older version; `None` where that version is no longer read.
    #[must_use]
    fn upgrade(_version: u16, _body: &[u8]) -> Option<Self> {
        None
    }
}

/// Packs and unpacks values with their version and checksum.
#[derive(Debug, Clone, Copy)]
pub struct Versioned;

impl Versioned {
    /// Packs a value.
    ///
    /// # Errors
    /// [`StorageError::Refused`] where the value cannot be encoded.
    pub fn pack<T: StoredValue>(value: &T) -> Result<Vec<u8>, StorageError> {
        let body = postcard::to_stdvec(value)
            .map_err(|error| StorageError::Refused { what: T::NAME, reason: error.to_string() })?;
        let version = T::VERSION.to_le_bytes();
        let mut bytes = Vec::with_capacity(HEADER + body.len());
        bytes.push(MARK);
        bytes.extend(version);
        bytes.extend(checksum(version, &body).to_le_bytes());
        bytes.extend(body);
        Ok(bytes)
    }

    /// Unpacks a value that was read from `from`.
    ///
    /// # Errors
    /// [`StorageError::WrongVersion`] where a newer build wrote it; [`StorageError::Corrupt`] where the bytes are damaged.
    pub fn unpack<T: StoredValue>(bytes: &[u8], from: &Path) -> Result<T, StorageError> {
        let damaged = |reason: &str| StorageError::Corrupt {
            what: format!("a stored {} in {}", T::NAME, from.display()),
            reason: reason.to_owned(),
            restore: from.to_path_buf(),
        };
        let Some((&[mark, low, high, crc0, crc1, crc2, crc3], body)) = bytes.split_first_chunk::<HEADER>()
        else {
            return Err(damaged("it is shorter than its header"));
        };
        if mark != MARK {
            return Err(damaged("it does not begin like a stored value"));
        }
        if checksum([low, high], body) != u32::from_le_bytes([crc0, crc1, crc2, crc3]) {
            return Err(damaged("the checksum does not match"));
        }
        let version = u16::from_le_bytes([low, high]);
        let wrong_version = || StorageError::WrongVersion {
            what: format!("a stored {} in {}", T::NAME, from.display()),
            found: version.into(),
            known: T::VERSION.into(),
        };
        if version != T::VERSION {
            return T::upgrade(version, body).ok_or_else(wrong_version);
        }
        match postcard::take_from_bytes(body) {
            Ok((value, [])) => Ok(value),
            Ok((_, rest)) => Err(damaged(&format!("{} bytes follow it", rest.len()))),
            Err(error) => Err(damaged(&error.to_string())),
        }
    }
}

fn checksum(version: [u8; 2], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&version);
    hasher.update(body);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Note {
        text: String,
        number: u64,
    }

    impl StoredValue for Note {
        const NAME: &'static str = "note";
        const VERSION: u16 = 2;

        fn upgrade(version: u16, body: &[u8]) -> Option<Self> {
            (version == 1).then(|| Self { text: String::from_utf8_lossy(body).into_owned(), number: 0 })
        }
    }

    fn at() -> &'static Path {
        Path::new("store.redb")
    }

    fn with_version(version: u16, body: &[u8]) -> Vec<u8> {
        let version = version.to_le_bytes();
        [&[MARK][..], &version, &checksum(version, body).to_le_bytes(), body].concat()
    }

    proptest! {
        #[test]
        fn values_round_trip_and_any_flipped_bit_is_seen(text: String, number: u64, at_bit: prop::sample::Index) {
            let note = Note { text, number };
            let mut bytes = Versioned::pack(&note).unwrap();
            prop_assert_eq!(&Versioned::unpack::<Note>(&bytes, at()).unwrap(), &note);
            let bit = at_bit.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(Versioned::unpack::<Note>(&bytes, at()).is_err());
        }

        #[test]
        fn unpacking_arbitrary_bytes_never_panics(bytes: Vec<u8>) {
            prop_assert!(Versioned::unpack::<Note>(&bytes, at()).is_err());
        }
    }

    #[test]
    fn an_older_version_is_upgraded_and_a_newer_one_refused_by_name() {
        let old = Versioned::unpack::<Note>(&with_version(1, b"hello"), at()).unwrap();
        assert_eq!(old, Note { text: "hello".to_owned(), number: 0 });
        let error = Versioned::unpack::<Note>(&with_version(3, b""), at()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a stored note in store.redb has version 3, this build reads up to version 2; \
             run a build that is at least as new as the one that wrote it"
        );
    }
}
