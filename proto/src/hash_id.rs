//! Identifiers that are hashes: of a content (games, models, blobs) or of what makes a thing unique (jobs, matches, events).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    Sha256Digest,
    digest::{parse_hex, write_hex},
    error::IdError,
};

/// Defines an identifier of `$len` bytes that reads and prints as hex, and travels as hex in text formats and as bytes in binary ones.
macro_rules! hash_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Derives the identifier from a list of parts; the same parts always give the same identifier.
            #[must_use]
            pub fn derive(parts: &[&[u8]]) -> Self {
                let digest = Sha256Digest::of_parts(parts);
                let mut bytes = [0; $len];
                bytes.copy_from_slice(&digest.as_bytes()[..$len]);
                Self(bytes)
            }

            /// Wraps bytes that already are such an identifier.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Returns the bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// Returns the first eight hex digits, for people.
            #[must_use]
            pub fn short(&self) -> String {
                self.to_string().chars().take(8).collect()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.short())
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_hex(text).map(Self).ok_or_else(|| IdError::BadHex {
                    what: $what,
                    digits: 2 * $len,
                    given: text.to_owned(),
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    self.0.serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
                } else {
                    <[u8; $len]>::deserialize(deserializer).map(Self)
                }
            }
        }
    };
}

/// Defines `of`, `digest` and the conversion from a digest for identifiers that hash a content.
macro_rules! content_id {
    ($name:ident) => {
        impl $name {
            /// Hashes the content that the identifier stands for.
            #[must_use]
            pub fn of(content: &[u8]) -> Self {
                Self(*Sha256Digest::of(content).as_bytes())
            }

            /// Returns the SHA-256 of the content.
            #[must_use]
            pub const fn digest(&self) -> Sha256Digest {
                Sha256Digest::from_bytes(self.0)
            }
        }

        impl From<Sha256Digest> for $name {
            fn from(digest: Sha256Digest) -> Self {
                Self(*digest.as_bytes())
            }
        }
    };
}

hash_id!(
    /// Names a model by the SHA-256 of its file.
    ModelId, 32, "a model id"
);
hash_id!(
    /// Names a game by the SHA-256 of its record, so that the same game is stored once.
    GameId, 32, "a game id"
);
hash_id!(
    /// Names a blob by the SHA-256 of its bytes.
    BlobId, 32, "a blob id"
);
hash_id!(
    /// Names one piece of work (a training run, an evaluation); derived from what asked for it, so that asking twice is one job.
    JobId, 16, "a job id"
);
hash_id!(
    /// Names one match of the rating log; derived from job, opening and seats, so that replaying a job adds nothing twice.
    MatchId, 16, "a match id"
);
hash_id!(
    /// Names one event.
    EventId, 16, "an event id"
);

content_id!(ModelId);
content_id!(GameId);
content_id!(BlobId);

impl From<ModelId> for BlobId {
    /// A model is stored as the blob with the same hash.
    fn from(model: ModelId) -> Self {
        Self(model.0)
    }
}

impl From<BlobId> for ModelId {
    /// The blob of a model file carries the model's identifier.
    fn from(blob: BlobId) -> Self {
        Self(blob.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn hex_round_trips(bytes: [u8; 32]) {
            let id = ModelId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<ModelId>(), Ok(id));
            let packed = postcard::to_stdvec(&id).unwrap();
            prop_assert_eq!(packed.len(), 32);
            prop_assert_eq!(postcard::from_bytes::<ModelId>(&packed).unwrap(), id);
        }

        #[test]
        fn parsing_never_panics(text: String) {
            let _ = text.parse::<JobId>();
        }
    }

    #[test]
    fn a_short_hash_is_refused_by_name() {
        let error = "ab12".parse::<ModelId>().unwrap_err();
        assert_eq!(error.to_string(), "`ab12` is not a model id: expected 64 hexadecimal digits");
    }

    #[test]
    fn derived_ids_depend_on_every_part() {
        let one = JobId::derive(&[b"train", b"hex8_2p", &1u64.to_le_bytes()]);
        assert_eq!(one, JobId::derive(&[b"train", b"hex8_2p", &1u64.to_le_bytes()]));
        assert_ne!(one, JobId::derive(&[b"train", b"hex8_2p", &2u64.to_le_bytes()]));
        assert_eq!(one.short().len(), 8);
    }
}
