//! Nodes, by their certificates.

use rr_actors::security::{AccessRole, CertFolder, ServerTls};
use tonic::Code;

use crate::house::{CHECK, Port, Ways, now};

fn ways(port: &Port, certs: &CertFolder, name: Option<&str>) -> Ways {
    let certificate = name.map(|name| {
        let paths = certs.paths(name);
        (paths.cert, paths.key)
    });
    Ways { authority: Some(port.certs().authority().cert), certificate, token: None }
}

#[tokio::test]
async fn a_node_is_known_by_its_certificate_and_its_role() {
    let port = Port::with_tls().await;
    let certs = port.certs();
    port.token("ann", AccessRole::Read, None);
    let stranger = port.call(&ways(&port, &certs, None), CHECK).await.unwrap_err();
    assert_eq!(stranger.code(), Code::Unauthenticated, "{stranger}");
    certs.make_node("b", &[], AccessRole::Read, (now(), 30)).unwrap();
    port.call(&ways(&port, &certs, Some("b")), CHECK).await.unwrap();
    let change = "/rr.admin.v1.Actors/KillActor";
    let refused = port.call(&ways(&port, &certs, Some("b")), change).await.unwrap_err();
    assert!(refused.message().contains("node:b has the role read"), "{refused}");
    assert_eq!(port.audit().entries[0].note.who, "node:b");
}

#[tokio::test]
async fn a_token_works_over_tls_without_a_certificate() {
    let port = Port::with_tls().await;
    let token = Some(port.token("ann", AccessRole::Read, None));
    port.call(&Ways { token, ..ways(&port, &port.certs(), None) }, CHECK).await.unwrap();
}

#[tokio::test]
async fn expired_and_foreign_certificates_are_refused_in_the_handshake() {
    let port = Port::with_tls().await;
    let certs = port.certs();
    let year = 365 * 86_400;
    certs.make_node("old", &[], AccessRole::Admin, (now() - year, 30)).unwrap();
    certs.make_node("early", &[], AccessRole::Admin, (now() + year, 30)).unwrap();
    let foreign = CertFolder::new(&port.folder.path().join("foreign"));
    foreign.make_authority(now()).unwrap();
    foreign.make_node("a", &[], AccessRole::Admin, (now(), 30)).unwrap();
    for (whose, name) in [(&certs, "old"), (&certs, "early"), (&foreign, "a")] {
        let refused = port.call(&ways(&port, whose, Some(name)), CHECK).await.unwrap_err();
        let text = format!("{refused:?}").to_lowercase();
        assert!(
            text.contains("certificate") || text.contains("alert") || text.contains("unknownca"),
            "{name}: {text}"
        );
    }
    port.token("ann", AccessRole::Read, None);
    // Nor does a caller take a node of another authority for ours.
    let fooled = Ways { authority: Some(foreign.authority().cert), ..ways(&port, &certs, None) };
    let refused = port.call(&fooled, CHECK).await.unwrap_err();
    assert!(format!("{refused:?}").to_lowercase().contains("certificate"), "{refused:?}");
    certs.make_node("b", &[], AccessRole::Read, (now(), 30)).unwrap();
    port.call(&ways(&port, &certs, Some("b")), CHECK).await.unwrap();
}

#[tokio::test]
async fn plain_callers_do_not_get_through_to_a_port_with_tls() {
    let port = Port::with_tls().await;
    let token = Some(port.token("ann", AccessRole::Read, None));
    let refused = port.call(&Ways { token: token.clone(), ..Ways::default() }, CHECK).await;
    assert!(refused.is_err());
    port.call(&Ways { token, ..ways(&port, &port.certs(), None) }, CHECK).await.unwrap();
}

#[tokio::test]
async fn a_new_certificate_is_used_without_a_restart() {
    let port = Port::with_tls().await;
    let (certs, token) = (port.certs(), Some(port.token("ann", AccessRole::Read, None)));
    let call = Ways { token, ..ways(&port, &certs, None) };
    let before = port.connect(&call).await.unwrap();
    // Another authority signs the node anew, as when the old one ends.
    let next = CertFolder::new(&port.folder.path().join("next"));
    next.make_authority(now()).unwrap();
    let paths = next.make_node("a", &[], AccessRole::Operate, (now(), 30)).unwrap();
    let own = certs.paths("a");
    std::fs::copy(paths.cert, &own.cert).unwrap();
    let tls = port.security.tls().unwrap();
    assert!(tls.reload(now()).is_err(), "the new certificate does not fit the old key");
    port.call(&call, CHECK).await.unwrap();
    std::fs::copy(paths.key, &own.key).unwrap();
    tls.reload(now()).unwrap();
    assert!(
        port.call(&call, CHECK).await.is_err(),
        "the old authority does not vouch for the new certificate"
    );
    port.call(&Ways { authority: Some(next.authority().cert), ..call.clone() }, CHECK).await.unwrap();
    crate::house::call(before, &call, CHECK).await.unwrap();
}

#[test]
fn certificates_that_cannot_serve_are_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let certs = CertFolder::new(folder.path());
    certs.make_authority(now()).unwrap();
    let a = certs.make_node("a", &[], AccessRole::Read, (now(), 30)).unwrap();
    let b = certs.make_node("b", &[], AccessRole::Read, (now(), 30)).unwrap();
    let refusal = |cert: &std::path::Path, key: &std::path::Path, moment| {
        let files = (cert.to_path_buf(), key.to_path_buf(), None);
        ServerTls::load(files, moment).unwrap_err().to_string()
    };
    let later = now() + 31 * 86_400;
    assert!(refusal(&a.cert, &a.key, later).contains("expired"));
    assert!(refusal(&a.cert, &b.key, now()).contains("cannot be used with the key"));
    assert!(refusal(&a.key, &a.key, now()).contains("holds no certificate"));
    assert!(refusal(&a.cert, &a.cert, now()).contains("holds no private key"));
    assert!(refusal(&folder.path().join("none.crt"), &a.key, now()).contains("none.crt"));
}
