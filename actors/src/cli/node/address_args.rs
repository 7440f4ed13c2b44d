//! Where a node listens, as flags: one address in place of two keys.

use std::net::SocketAddr;

use clap::Args;
use rr_config::ConfigLayers;

/// Flags with addresses.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct AddressArgs {
    /// Where the gRPC administration listens (default: 127.0.0.1:8780; port 0 lets the system choose)
    #[arg(long, value_name = "ADDRESS:PORT")]
    grpc_addr: Option<SocketAddr>,
    /// Where the health pages are (default: 127.0.0.1:8790)
    #[arg(long, value_name = "ADDRESS:PORT")]
    health_addr: Option<SocketAddr>,
    /// Where the cluster's status is (default: 127.0.0.1:8770)
    #[arg(long, value_name = "ADDRESS:PORT")]
    status_addr: Option<SocketAddr>,
}

impl AddressArgs {
    /// Fills what is not given from what was given before the command.
    pub(super) fn or(self, before: &Self) -> Self {
        Self {
            grpc_addr: self.grpc_addr.or(before.grpc_addr),
            health_addr: self.health_addr.or(before.health_addr),
            status_addr: self.status_addr.or(before.status_addr),
        }
    }

    /// Adds the keys that the flags set.
    pub(super) fn set(&self, layers: ConfigLayers) -> ConfigLayers {
        let flags = [
            ("--grpc-addr", "grpc", self.grpc_addr),
            ("--health-addr", "health", self.health_addr),
            ("--status-addr", "status", self.status_addr),
        ];
        flags.into_iter().fold(layers, |layers, (flag, port, address)| match address {
            Some(address) => layers
                .flag(flag, &format!("server.{port}_host"), address.ip().to_string())
                .flag(flag, &format!("server.{port}_port"), address.port().to_string()),
            None => layers,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_sets_host_and_port_and_the_later_one_wins() {
        let at = |text: &str| Some(text.parse().unwrap());
        let before =
            AddressArgs { health_addr: at("127.0.0.2:1"), status_addr: at("[::1]:2"), grpc_addr: None };
        let args = AddressArgs { health_addr: at("127.0.0.3:3"), ..AddressArgs::default() };
        let server = args.or(&before).set(ConfigLayers::new()).load().unwrap().settings.server;
        assert_eq!(Some(server.health_addr()), at("127.0.0.3:3"));
        assert_eq!(Some(server.status_addr()), at("[::1]:2"));
        assert_eq!(Some(server.grpc_addr()), at("127.0.0.1:8780"));
    }

    #[test]
    fn an_address_for_everybody_needs_tls() {
        let args =
            AddressArgs { health_addr: Some("0.0.0.0:8790".parse().unwrap()), ..AddressArgs::default() };
        let refused = args.set(ConfigLayers::new()).load().unwrap_err().to_string();
        assert!(refused.contains("server.health_host") && refused.contains("--health-addr"), "{refused}");
    }
}
