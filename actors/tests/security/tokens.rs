//! People, by their tokens.

use rr_actors::security::AccessRole;
use tonic::Code;

use crate::house::{CHECK, Port, Ways, now};

/// Some method that changes something; behind the gate of these tests nobody serves it.
const CHANGE: &str = "/rr.admin.v1.Actors/KillActor";

fn with(token: &str) -> Ways {
    Ways { token: Some(token.to_owned()), ..Ways::default() }
}

#[tokio::test]
async fn local_callers_are_let_in_until_there_is_a_token() {
    let port = Port::open(|_, _, _| {}).await;
    port.call(&Ways::default(), CHECK).await.unwrap();
    let wrong = port.call(&with("rr_wrong"), CHECK).await.unwrap_err();
    assert_eq!(wrong.code(), Code::Unauthenticated, "{wrong}");

    let ann = port.token("ann", AccessRole::Read, None);
    let nobody = port.call(&Ways::default(), CHECK).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);
    assert!(nobody.message().contains("--token-file"), "{nobody}");
    port.call(&with(&ann), CHECK).await.unwrap();
}

#[tokio::test]
async fn a_token_is_required_where_the_settings_say_so() {
    let port = Port::open(|_, server, _| server.require_token = true).await;
    let nobody = port.call(&Ways::default(), CHECK).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn revoked_and_expired_tokens_end_at_once_and_are_named() {
    let port = Port::open(|_, _, _| {}).await;
    let (ann, bob) = (
        port.token("ann", AccessRole::Read, None),
        port.token("bob", AccessRole::Read, Some(now() * 1000 - 1)),
    );
    let channel = port.connect(&Ways::default()).await.unwrap();
    crate::house::call(channel.clone(), &with(&ann), CHECK).await.unwrap();
    port.change_tokens(|file| file.revoke("ann", now() * 1000).unwrap());
    let revoked = crate::house::call(channel, &with(&ann), CHECK).await.unwrap_err();
    assert_eq!(revoked.code(), Code::Unauthenticated);
    assert!(revoked.message().contains("`ann` is revoked"), "{revoked}");
    let expired = port.call(&with(&bob), CHECK).await.unwrap_err();
    assert!(expired.message().contains("`bob` is expired"), "{expired}");
}

#[tokio::test]
async fn a_role_that_is_too_small_is_told_and_written_down() {
    let port = Port::open(|_, _, _| {}).await;
    let ann = port.token("ann", AccessRole::Read, None);
    let refused = port.call(&with(&ann), CHANGE).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied, "{refused}");
    for words in ["person:ann", "role read", "needs the role admin", "--role admin"] {
        assert!(refused.message().contains(words), "{words}: {refused}");
    }
    let lines = port.audit();
    assert_eq!((lines.lines, lines.faults.len()), (1, 0));
    let note = &lines.entries[0].note;
    assert_eq!((note.who.as_str(), note.method.as_str()), ("person:ann", CHANGE));
    assert!(note.outcome.contains("PERMISSION_DENIED"), "{note:?}");

    let root = port.token("root", AccessRole::Admin, None);
    let admitted = port.call(&with(&root), CHANGE).await.unwrap_err();
    assert_eq!(admitted.code(), Code::Unimplemented, "the gate lets it through: {admitted}");
    let nothing = port.call(&with(&root), "/rr.admin.v1.Actors/Nothing").await.unwrap_err();
    assert_eq!(nothing.code(), Code::NotFound, "{nothing}");
}
