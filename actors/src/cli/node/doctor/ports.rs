//! The ports that a node listens on.

use std::net::TcpListener;

use rr_config::ServerSection;

use super::finding::Finding;

/// Tries to listen on every port; where a node runs on the data folder, they are its own.
pub(super) fn check(server: &ServerSection, running: bool) -> Vec<Finding> {
    let ports = [
        ("gRPC port", "server.grpc_port", server.grpc_addr()),
        ("health port", "server.health_port", server.health_addr()),
        ("status port", "server.status_port", server.status_addr()),
    ];
    let check = |(check, key, address)| match TcpListener::bind(address) {
        Ok(_) => Finding::ok(check, format!("{address} is free")),
        Err(_) if running => {
            Finding::ok(check, format!("{address} is taken, by the node that runs, it seems"))
        }
        Err(error) => {
            let advice = format!(
                "see who has it with `ss -ltnp`, or choose another with --set {key}=PORT (0 lets the system choose)"
            );
            Finding::fail(check, format!("cannot listen on {address}: {error}"), advice)
        }
    };
    ports.into_iter().map(check).collect()
}

#[cfg(test)]
mod tests {
    use super::super::finding::Health;
    use super::*;

    #[test]
    fn a_taken_port_is_told_with_its_key() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = ServerSection {
            grpc_port: taken.local_addr().unwrap().port(),
            health_port: 0,
            status_port: 0,
            ..ServerSection::default()
        };
        let findings = check(&server, false);
        let healths: Vec<Health> = findings.iter().map(|finding| finding.health).collect();
        assert_eq!(healths, [Health::Fail, Health::Ok, Health::Ok]);
        assert!(findings[0].advice.contains("server.grpc_port"), "{findings:?}");
        assert_eq!(check(&server, true)[0].health, Health::Ok);
    }
}
