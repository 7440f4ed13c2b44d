//! The tokens file as a running node sees it: read again when it changed, so that a revoked token ends at once.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::refusal::AccessRefusal;
use super::role::AccessRole;
use super::token_file::TokenFile;

/// What tells one state of the file from the next: inode, length, and when it changed, to the nanosecond.
type Stamp = (u64, u64, i64, i64);

/// Knows tokens by the newest state of their file.
#[derive(Debug)]
pub struct TokenBook {
    path: PathBuf,
    read: Mutex<Option<(Stamp, Result<TokenFile, String>)>>,
}

impl TokenBook {
    /// Reads tokens from a file, which may come into being later.
    pub fn new(path: PathBuf) -> Self {
        Self { path, read: Mutex::new(None) }
    }

    /// Says whether there is a file: from then on nobody is let in without a token or a certificate.
    pub fn exists(&self) -> bool {
        // A file that can't be looked at counts as one: what is unclear lets nobody in.
        !matches!(self.path.try_exists(), Ok(false))
    }

    /// Finds whose a secret is, and what it allows.
    ///
    /// # Errors
    /// [`AccessRefusal`] for a secret that is unknown, revoked or expired, and for a file that can't be read.
    pub fn check(&self, secret: &str, now_ms: u64) -> Result<(String, AccessRole), AccessRefusal> {
        let stamp = self.stamp();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = matches!((&*read, stamp), (Some((known, _)), Some(stamp)) if *known == stamp);
        if !fresh {
            let file = TokenFile::load(&self.path).map_err(|error| error.to_string());
            *read = Some((stamp.unwrap_or_default(), file));
        }
        let Some((_, file)) = &*read else { return Err(AccessRefusal::UnknownToken) };
        let file = file.as_ref().map_err(|reason| AccessRefusal::Tokens(reason.clone()))?;
        let token = file.find(secret).ok_or(AccessRefusal::UnknownToken)?;
        match token.standing(now_ms) {
            "valid" => Ok((token.name.clone(), token.role)),
            standing => Err(AccessRefusal::DeadToken { name: token.name.clone(), standing }),
        }
    }

    fn stamp(&self) -> Option<Stamp> {
        let found = fs::metadata(&self.path).ok()?;
        Some((found.ino(), found.len(), found.mtime(), found.mtime_nsec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_the_file_counts_at_the_next_call() {
        let folder = tempfile::tempdir().unwrap();
        let path = TokenFile::path(None, folder.path());
        let book = TokenBook::new(path.clone());
        assert!(!book.exists());
        assert!(matches!(book.check("rr_x", 1), Err(AccessRefusal::UnknownToken)));
        let mut file = TokenFile::default();
        let secret = file.add("ann", AccessRole::Operate, 1, Some(100)).unwrap();
        file.save(&path).unwrap();
        assert!(book.exists());
        assert_eq!(book.check(&secret, 2).unwrap(), ("ann".to_owned(), AccessRole::Operate));
        assert!(matches!(
            book.check(&secret, 100),
            Err(AccessRefusal::DeadToken { standing: "expired", .. })
        ));
        file.revoke("ann", 3).unwrap();
        file.save(&path).unwrap();
        assert!(matches!(book.check(&secret, 4), Err(AccessRefusal::DeadToken { standing: "revoked", .. })));
        fs::write(&path, "{").unwrap();
        assert!(matches!(book.check(&secret, 5), Err(AccessRefusal::Tokens(_))));
        assert!(book.exists());
    }
}
