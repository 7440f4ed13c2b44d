//! Where the node listens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

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

    pub(crate) fn check(&self, checks: &mut Checks) {
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
