//! Where the node listens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::check::Checks;

section! {
    /// Says where the node listens. Port 0 lets the system choose.
    pub struct ServerSection as "server" {
        /// Address of the gRPC administration.
        pub grpc_host: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST),
        /// Port of the gRPC administration.
        pub grpc_port: u16 = 8780,
        /// Address of the health pages.
        pub health_host: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST),
        /// Port of the health pages.
        pub health_port: u16 = 8790,
        /// Address of the cluster status.
        pub status_host: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST),
        /// Port of the cluster status.
        pub status_port: u16 = 8770,
        /// PEM file with the certificate that the node shows, and those up to its authority; none speaks without TLS, on loopback only.
        pub tls_cert: Option<PathBuf> = None,
        /// PEM file with the certificate's private key.
        pub tls_key: Option<PathBuf> = None,
        /// PEM file with the authority whose certificates other nodes are known by; none knows nobody by certificate.
        pub tls_client_ca: Option<PathBuf> = None,
        /// File with the tokens of people (default: tokens.json in the data folder); tokens are required as soon as it exists.
        pub tokens_file: Option<PathBuf> = None,
        /// Whether local callers need a token or a certificate even where no tokens file exists.
        pub require_token: bool = false,
        /// Whether the read-only pages may be read off loopback without TLS and by anybody.
        pub public_pages: bool = false,
    }
}

impl ServerSection {
    /// Returns where gRPC listens.
    #[must_use]
    pub const fn grpc_addr(&self) -> SocketAddr {
        SocketAddr::new(self.grpc_host, self.grpc_port)
    }

    /// Returns where the health pages are.
    #[must_use]
    pub const fn health_addr(&self) -> SocketAddr {
        SocketAddr::new(self.health_host, self.health_port)
    }

    /// Returns where the cluster status is.
    #[must_use]
    pub const fn status_addr(&self) -> SocketAddr {
        SocketAddr::new(self.status_host, self.status_port)
    }

    /// Says whether gRPC speaks TLS.
    #[must_use]
    pub const fn has_tls(&self) -> bool {
        self.tls_cert.is_some()
    }

    /// Says whether pages at an address speak TLS and ask who reads: off loopback, unless they are public.
    #[must_use]
    pub fn guards_pages(&self, address: SocketAddr) -> bool {
        !address.ip().is_loopback() && !self.public_pages
    }

    fn check_exposure(&self, checks: &mut Checks) {
        let pair = self.tls_cert.is_some() == self.tls_key.is_some();
        checks.require("server.tls_key", pair, "goes with server.tls_cert: give both or neither");
        checks.require(
            "server.tls_client_ca",
            self.tls_client_ca.is_none() || self.has_tls(),
            "is of no use without server.tls_cert and server.tls_key",
        );
        let safe = |host: IpAddr| host.is_loopback() || self.has_tls();
        checks.require(
            "server.grpc_host",
            safe(self.grpc_host),
            "is not a loopback address, and TLS is not configured: give server.tls_cert and server.tls_key \
             (`rr-admin certs init DIR` makes them), or listen on 127.0.0.1",
        );
        for (key, host) in
            [("server.health_host", self.health_host), ("server.status_host", self.status_host)]
        {
            checks.require(
                key,
                safe(host) || self.public_pages,
                "is not a loopback address, and TLS is not configured: give server.tls_cert and server.tls_key, \
                 or allow anybody to read the pages with server.public_pages = true",
            );
        }
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        self.check_exposure(checks);
        let addresses = [
            ("server.grpc_port", self.grpc_addr()),
            ("server.health_port", self.health_addr()),
            ("server.status_port", self.status_addr()),
        ];
        for (index, (key, address)) in addresses.iter().enumerate() {
            let taken = addresses[..index].iter().find(|(_, other)| other == address && address.port() != 0);
            if let Some((other, _)) = taken {
                checks.refuse(key, &format!("is the same address as {other}"));
            }
        }
    }
}
