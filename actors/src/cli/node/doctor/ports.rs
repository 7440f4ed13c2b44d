//! The ports that a node listens on.

use std::net::{SocketAddr, TcpListener};

use rr_config::ServerSection;

use super::finding::Finding;
use crate::node::NodeFile;

/// Tries to listen on every port; where a node runs on the data folder, they may be taken by itself, as its file tells.
pub(super) fn check(server: &ServerSection, running: bool, told: Option<&NodeFile>) -> Vec<Finding> {
    let ports = [
        ("gRPC port", "server.grpc_port", server.grpc_addr()),
        ("health port", "server.health_port", server.health_addr()),
        ("status port", "server.status_port", server.status_addr()),
    ];
    let check = |(check, key, address)| match (TcpListener::bind(address), told) {
        (Ok(_), _) => Finding::ok(check, format!("{address} is free")),
        (Err(_), Some(node)) if running && is_its_own(node, address) => {
            Finding::ok(check, format!("{address} is that of the node that runs, process {}", node.pid))
        }
        (Err(_), None) if running => {
            Finding::ok(check, format!("{address} is taken, by the node that runs, it seems"))
        }
        (Err(error), _) => {
            let advice = format!(
                "see who has it with `ss -ltnp`, or choose another with --set {key}=PORT (0 lets the system choose)"
            );
            Finding::fail(check, format!("cannot listen on {address}: {error}"), advice)
        }
    };
    ports.into_iter().map(check).collect()
}

/// Tells whether a node listens there; one of an older program does not tell of its pages.
fn is_its_own(node: &NodeFile, address: SocketAddr) -> bool {
    let known = [Some(node.grpc), node.health, node.status];
    known.iter().any(|own| own.is_none_or(|own| own == address))
}

#[cfg(test)]
mod tests {
    use super::super::finding::Health;
    use super::*;

    #[test]
    fn a_taken_port_is_told_with_its_key() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let server = ServerSection {
            grpc_port: address.port(),
            health_port: 0,
            status_port: 0,
            ..ServerSection::default()
        };
        let findings = check(&server, false, None);
        let healths: Vec<Health> = findings.iter().map(|finding| finding.health).collect();
        assert_eq!(healths, [Health::Fail, Health::Ok, Health::Ok]);
        assert!(findings[0].advice.contains("server.grpc_port"), "{findings:?}");
        assert_eq!(check(&server, true, None)[0].health, Health::Ok);
        let other = Some(SocketAddr::from(([127, 0, 0, 1], 1)));
        let elsewhere = SocketAddr::from(([127, 0, 0, 1], 2));
        let mut file = NodeFile { pid: 7, node: "a".into(), grpc: elsewhere, health: other, status: other };
        let found = check(&server, true, Some(&file));
        assert_eq!(found[0].health, Health::Fail, "the node that runs listens elsewhere");
        file.grpc = address;
        assert!(check(&server, true, Some(&file))[0].found.contains("process 7"));
    }
}
