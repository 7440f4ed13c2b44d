//! The file of tokens: salted hashes, for its owner's eyes only.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use subtle::ConditionallySelectable as _;

use super::role::AccessRole;
use super::token::TokenRecord;

/// The file's name in a data folder.
const NAME: &str = "tokens.json";
/// The version of its form.
const FORMAT: u32 = 1;
/// Tokens that a file holds at most: each one costs a hash per call.
const MOST: usize = 1000;

/// Holds every token that was made and not forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenFile {
    format: u32,
    tokens: Vec<TokenRecord>,
}

impl Default for TokenFile {
    fn default() -> Self {
        Self { format: FORMAT, tokens: Vec::new() }
    }
}

/// Why the tokens could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum TokenFailure {
    /// The file can't be read or written.
    #[error("cannot {action} the tokens file {path}: {source}; check the folder and its permissions")]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The file is not one of ours, or was damaged.
    #[error(
        "the tokens file {path} is not readable: {reason}; nobody is let in by a token until it is restored, or removed and made anew \
         with `rr-admin tokens add`"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Another valid token has the name.
    #[error("there is a valid token `{0}` already; revoke it first, or choose another name")]
    Exists(String),
    /// No token has the name.
    #[error("there is no valid token `{name}`; there are: {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The name can't be one.
    #[error("`{0}` is no name for a token; take 1 to 64 letters, digits, '.', '_' or '-'")]
    Name(String),
    /// Too many tokens.
    #[error(
        "the file holds {MOST} tokens already; take them away with `rr-admin tokens revoke NAME --forget`"
    )]
    Full,
    /// No randomness.
    #[error("{0}")]
    Random(String),
}

impl TokenFile {
    /// Returns where the file lies: where the settings say, else in the data folder.
    pub fn path(configured: Option<&Path>, data_dir: &Path) -> PathBuf {
        configured.map_or_else(|| data_dir.join(NAME), Path::to_path_buf)
    }

    /// Reads the file; no tokens where there is none.
    ///
    /// # Errors
    /// When it can't be read or says what is not understood.
    pub fn load(path: &Path) -> Result<Self, TokenFailure> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => {
                return Err(TokenFailure::File { action: "read", path: path.to_path_buf(), source });
            }
        };
        let damaged = |reason: String| TokenFailure::Damaged { path: path.to_path_buf(), reason };
        let file: Self = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if file.format != FORMAT {
            return Err(damaged(format!("it has form {}, this program reads {FORMAT}", file.format)));
        }
        Ok(file)
    }

    /// Writes the file whole or not at all, readable by its owner alone.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn save(&self, path: &Path) -> Result<(), TokenFailure> {
        let fail = |source| TokenFailure::File { action: "write", path: path.to_path_buf(), source };
        let part = path.with_extension("part");
        let text = serde_json::to_vec_pretty(self).map_err(|error| fail(error.into()))?;
        let write = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
            file.set_permissions(Permissions::from_mode(0o600))?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&part, path)
        };
        write().map_err(fail)
    }

    /// Lists the tokens, oldest first.
    pub fn tokens(&self) -> &[TokenRecord] {
        &self.tokens
    }

    /// Makes a token and returns its secret, which nobody can find out later.
    ///
    /// # Errors
    /// [`TokenFailure`] for a name that is taken or no name.
    pub fn add(
        &mut self,
        name: &str,
        role: AccessRole,
        now_ms: u64,
        expires_ms: Option<u64>,
    ) -> Result<String, TokenFailure> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if !(1..=64).contains(&name.len()) || !name.bytes().all(allowed) {
            return Err(TokenFailure::Name(name.to_owned()));
        }
        if self.valid(name, now_ms).is_some() {
            return Err(TokenFailure::Exists(name.to_owned()));
        }
        if self.tokens.len() >= MOST {
            return Err(TokenFailure::Full);
        }
        let (record, secret) =
            TokenRecord::issue(name, role, now_ms, expires_ms).map_err(TokenFailure::Random)?;
        self.tokens.push(record);
        Ok(secret)
    }

    /// Ends a token's validity; its record stays, so that whoever still shows it is told why it is refused.
    ///
    /// # Errors
    /// [`TokenFailure::Unknown`] where no valid token has the name.
    pub fn revoke(&mut self, name: &str, now_ms: u64) -> Result<(), TokenFailure> {
        let Some(at) = self.valid(name, now_ms) else { return Err(self.unknown(name)) };
        self.tokens[at].revoked_unix_ms = Some(now_ms);
        Ok(())
    }

    /// Takes away every record of a name.
    ///
    /// # Errors
    /// [`TokenFailure::Unknown`] where there is none.
    pub fn forget(&mut self, name: &str) -> Result<(), TokenFailure> {
        let before = self.tokens.len();
        self.tokens.retain(|token| token.name != name);
        if self.tokens.len() == before { Err(self.unknown(name)) } else { Ok(()) }
    }

    /// Finds the token of a secret, whether it still counts or not. Every record is compared, in the same time.
    pub fn find(&self, secret: &str) -> Option<&TokenRecord> {
        let mut found = u64::MAX;
        for (at, token) in self.tokens.iter().enumerate() {
            found.conditional_assign(&(at as u64), token.matches(secret));
        }
        usize::try_from(found).ok().and_then(|at| self.tokens.get(at))
    }

    fn valid(&self, name: &str, now_ms: u64) -> Option<usize> {
        self.tokens.iter().position(|token| token.name == name && token.standing(now_ms) == "valid")
    }

    fn unknown(&self, name: &str) -> TokenFailure {
        let names: Vec<&str> = self.tokens.iter().map(|token| token.name.as_str()).collect();
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        TokenFailure::Unknown { name: name.to_owned(), known }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_again_and_stands_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let path = TokenFile::path(None, folder.path());
        let mut file = TokenFile::load(&path).unwrap();
        let ann = file.add("ann", AccessRole::Operate, 10, None).unwrap();
        let bob = file.add("bob", AccessRole::Read, 10, Some(20)).unwrap();
        assert_ne!(ann, bob);
        file.save(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(&ann[3..]) && !text.contains(&bob[3..]), "{text}");
        let read = TokenFile::load(&path).unwrap();
        assert_eq!(read, file);
        assert_eq!(read.find(&ann).map(|t| (t.name.as_str(), t.standing(15))), Some(("ann", "valid")));
        assert_eq!(read.find(&bob).map(|t| t.standing(20)), Some("expired"));
        for wrong in ["", "rr_", &ann[..60], &format!("{ann}0"), &ann.to_uppercase()] {
            assert!(read.find(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn names_are_taken_once_and_revoked_tokens_are_remembered() {
        let mut file = TokenFile::default();
        let first = file.add("ann", AccessRole::Admin, 10, None).unwrap();
        assert!(matches!(file.add("ann", AccessRole::Read, 11, None), Err(TokenFailure::Exists(_))));
        file.revoke("ann", 12).unwrap();
        assert_eq!(file.find(&first).map(|t| t.standing(13)), Some("revoked"));
        assert!(matches!(file.revoke("ann", 13), Err(TokenFailure::Unknown { .. })));
        let second = file.add("ann", AccessRole::Read, 14, None).unwrap();
        assert_eq!(file.find(&second).map(|t| t.role), Some(AccessRole::Read));
        file.forget("ann").unwrap();
        assert!(file.find(&first).is_none() && file.find(&second).is_none());
        for name in ["", "a b", "ann\n", &"x".repeat(65)] {
            assert!(
                matches!(file.add(name, AccessRole::Read, 1, None), Err(TokenFailure::Name(_))),
                "{name}"
            );
        }
    }

    #[test]
    fn a_damaged_file_is_an_error_and_not_no_tokens() {
        let folder = tempfile::tempdir().unwrap();
        let path = TokenFile::path(None, folder.path());
        for text in ["", "{", "{}", r#"{"format":2,"tokens":[]}"#, r#"{"format":1,"tokens":[],"more":1}"#] {
            fs::write(&path, text).unwrap();
            assert!(matches!(TokenFile::load(&path), Err(TokenFailure::Damaged { .. })), "{text}");
        }
    }
}
