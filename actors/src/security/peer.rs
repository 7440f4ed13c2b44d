//! The other end of a connection, as the connection itself tells.

use std::net::SocketAddr;

use tokio_rustls::rustls::pki_types::CertificateDer;

use super::certs::CertFacts;

/// Names a node as its certificate does, with what the authority allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerNode {
    /// The node's name.
    pub name: String,
    /// The role in its certificate.
    pub role: super::role::AccessRole,
}

/// Describes the other end of a connection; requests carry it in their extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerInfo {
    /// Its address.
    pub address: SocketAddr,
    /// The node that its certificate names, where it showed one that our authority signed; an error where it names none.
    pub node: Option<Result<PeerNode, String>>,
}

impl PeerInfo {
    /// Describes a connection without a certificate.
    pub const fn plain(address: SocketAddr) -> Self {
        Self { address, node: None }
    }

    /// Describes a connection by the certificates that were verified in its handshake.
    pub fn verified(address: SocketAddr, chain: Option<&[CertificateDer<'_>]>) -> Self {
        let node = chain.and_then(<[_]>::first).map(|own| {
            let facts = CertFacts::of_der(own.as_ref()).map_err(|error| error.to_string())?;
            let role = facts.role;
            facts.name.map(|name| PeerNode { name, role }).ok_or_else(|| "it has no common name".to_owned())
        });
        Self { address, node }
    }
}
