//! Who is let in, and to what: identity, role, rate.

use std::sync::{Arc, Mutex, PoisonError};

use super::caller::{Caller, CallerIdentity};
use super::peer::PeerInfo;
use super::permission::needed_role;
use super::rate::RateLimiter;
use super::refusal::AccessRefusal;
use super::role::AccessRole;
use super::token_book::TokenBook;
use crate::clock::Clock;

/// Decides about every call of a port.
pub struct Gate {
    tokens: Arc<TokenBook>,
    /// Whether users of this machine may do everything as long as there are no tokens.
    open_to_local: bool,
    limiter: Mutex<RateLimiter>,
    per_second: f64,
    clock: Arc<dyn Clock>,
}

impl Gate {
    /// Guards a port; `open_to_local` only where it listens on loopback and nothing asks for more.
    pub fn new(
        tokens: Arc<TokenBook>,
        open_to_local: bool,
        (per_second, burst): (f64, u32),
        clock: Arc<dyn Clock>,
    ) -> Self {
        let limiter = Mutex::new(RateLimiter::new(per_second, burst));
        Self { tokens, open_to_local, limiter, per_second, clock }
    }

    /// Lets a caller call a method, or says why not.
    ///
    /// # Errors
    /// [`AccessRefusal`]: nobody, an unknown method, too small a role, too often.
    pub fn admit(
        &self,
        path: &str,
        peer: &PeerInfo,
        authorization: Option<&str>,
    ) -> Result<Caller, AccessRefusal> {
        let caller = self.identify(peer, authorization)?;
        // Only who is known learns which methods there are.
        let needs = needed_role(path).ok_or_else(|| AccessRefusal::UnknownMethod(path.to_owned()))?;
        self.allow(caller, path, needs)
    }

    /// Lets a caller read a page, or says why not.
    ///
    /// # Errors
    /// As [`Gate::admit`].
    pub fn admit_to_page(
        &self,
        path: &str,
        peer: &PeerInfo,
        authorization: Option<&str>,
    ) -> Result<Caller, AccessRefusal> {
        let caller = self.identify(peer, authorization)?;
        self.allow(caller, path, AccessRole::Read)
    }

    fn allow(&self, caller: Caller, path: &str, needs: AccessRole) -> Result<Caller, AccessRefusal> {
        let now = self.clock.monotonic();
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        if !limiter.admit(&caller.identity, now) {
            let rate = self.per_second as u64;
            return Err(AccessRefusal::TooOften { caller: caller.identity.to_string(), rate });
        }
        if caller.role < needs {
            let (caller, has) = (caller.identity.to_string(), caller.role);
            return Err(AccessRefusal::Role { caller, has, method: path.to_owned(), needs });
        }
        Ok(caller)
    }

    /// Finds out who calls: a token before a certificate, so that a person on a node's machine is told apart from the node.
    ///
    /// # Errors
    /// [`AccessRefusal`] where nothing that counts tells.
    pub fn identify(&self, peer: &PeerInfo, authorization: Option<&str>) -> Result<Caller, AccessRefusal> {
        let from = Some(peer.address);
        if let Some(header) = authorization {
            let secret = bearer(header).ok_or(AccessRefusal::Header)?;
            let (name, role) = self.tokens.check(secret, self.clock.unix_ms())?;
            return Ok(Caller { identity: CallerIdentity::Person(name), role, from });
        }
        match &peer.node {
            Some(Ok(node)) => {
                let identity = CallerIdentity::Node(node.name.clone());
                Ok(Caller { identity, role: node.role, from })
            }
            Some(Err(reason)) => Err(AccessRefusal::Certificate(reason.clone())),
            None if self.open_to_local && peer.address.ip().is_loopback() && !self.tokens.exists() => {
                Ok(Caller { identity: CallerIdentity::Local, role: AccessRole::Admin, from })
            }
            None => Err(AccessRefusal::Nobody),
        }
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, secret) = header.split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty()).then_some(secret)
}

#[cfg(test)]
mod tests;
