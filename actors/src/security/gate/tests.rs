use std::net::SocketAddr;
use std::path::Path;

use super::*;
use crate::clock::ManualClock;
use crate::security::peer::PeerNode;
use crate::security::token_file::TokenFile;

const READ: &str = "/rr.admin.v1.Admin/GetStatus";

fn gate(folder: &Path, open_to_local: bool, rate: (f64, u32)) -> Gate {
    let book = Arc::new(TokenBook::new(TokenFile::path(None, folder)));
    Gate::new(book, open_to_local, rate, Arc::new(ManualClock::default()))
}

fn peer(address: &str) -> PeerInfo {
    PeerInfo::plain(address.parse::<SocketAddr>().unwrap())
}

fn add(folder: &Path, name: &str, role: AccessRole) -> String {
    let path = TokenFile::path(None, folder);
    let mut file = TokenFile::load(&path).unwrap();
    let secret = file.add(name, role, 0, None).unwrap();
    file.save(&path).unwrap();
    format!("Bearer {secret}")
}

#[test]
fn a_port_on_loopback_is_open_to_local_users_until_there_are_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let open = gate(folder.path(), true, (1e6, 1000));
    let caller = open.admit(READ, &peer("127.0.0.1:5000"), None).unwrap();
    assert_eq!((caller.identity, caller.role), (CallerIdentity::Local, AccessRole::Admin));
    assert_eq!(open.admit(READ, &peer("10.0.0.9:5000"), None), Err(AccessRefusal::Nobody));
    let closed = gate(folder.path(), false, (1e6, 1000));
    assert_eq!(closed.admit(READ, &peer("127.0.0.1:5000"), None), Err(AccessRefusal::Nobody));

    let ann = add(folder.path(), "ann", AccessRole::Read);
    assert_eq!(open.admit(READ, &peer("[::1]:5000"), None), Err(AccessRefusal::Nobody));
    let caller = open.admit(READ, &peer("10.0.0.9:5000"), Some(&ann)).unwrap();
    assert_eq!((caller.identity.to_string().as_str(), caller.role), ("person:ann", AccessRole::Read));
}

#[test]
fn a_wrong_token_is_refused_even_where_everything_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let open = gate(folder.path(), true, (1e6, 1000));
    let here = peer("127.0.0.1:5000");
    for header in ["", "Bearer", "Bearer ", "Basic YTpi", "rr_00"] {
        assert_eq!(open.admit(READ, &here, Some(header)), Err(AccessRefusal::Header), "{header}");
    }
    assert_eq!(open.admit(READ, &here, Some("bearer rr_00")), Err(AccessRefusal::UnknownToken));
}

#[test]
fn roles_are_asked_for_and_unknown_methods_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let gate = gate(folder.path(), true, (1e6, 1000));
    let caller = |role| Caller { identity: CallerIdentity::Person("ann".into()), role, from: None };
    for has in AccessRole::ALL {
        for needs in AccessRole::ALL {
            let answer = gate.allow(caller(has), "/x/y", needs);
            assert_eq!(answer.is_ok(), has >= needs, "{has} for {needs}");
        }
    }
    let answer = gate.admit("/rr.admin.v1.Admin/Nothing", &peer("127.0.0.1:1"), None);
    assert!(matches!(answer, Err(AccessRefusal::UnknownMethod(_))), "{answer:?}");
    let stranger = gate.admit("/rr.admin.v1.Admin/Nothing", &peer("10.0.0.9:1"), None);
    assert_eq!(stranger, Err(AccessRefusal::Nobody), "a stranger learns nothing about methods");
}

#[test]
fn a_certificate_names_a_node_and_a_token_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let gate = gate(folder.path(), false, (1e6, 1000));
    let node = PeerNode { name: "gpu-7".into(), role: AccessRole::Operate };
    let peer = PeerInfo { node: Some(Ok(node)), ..peer("10.0.0.7:1") };
    let caller = gate.admit(READ, &peer, None).unwrap();
    assert_eq!((caller.identity.to_string().as_str(), caller.role), ("node:gpu-7", AccessRole::Operate));
    let ann = add(folder.path(), "ann", AccessRole::Read);
    assert_eq!(gate.admit(READ, &peer, Some(&ann)).unwrap().identity.to_string(), "person:ann");
    let nameless = PeerInfo { node: Some(Err("it has no common name".into())), ..peer };
    assert!(matches!(gate.admit(READ, &nameless, None), Err(AccessRefusal::Certificate(_))));
}

#[test]
fn a_caller_that_floods_is_refused_and_others_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let gate = gate(folder.path(), true, (5.0, 10));
    let (ann, bob) =
        (add(folder.path(), "ann", AccessRole::Read), add(folder.path(), "bob", AccessRole::Read));
    let here = peer("127.0.0.1:1");
    let admitted = (0..50).filter(|_| gate.admit(READ, &here, Some(&ann)).is_ok()).count();
    assert_eq!(admitted, 10);
    assert!(matches!(gate.admit(READ, &here, Some(&ann)), Err(AccessRefusal::TooOften { rate: 5, .. })));
    assert!(gate.admit(READ, &here, Some(&bob)).is_ok());
}
