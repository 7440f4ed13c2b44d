//! A real node asked over gRPC by a real client.

use rr_proto::ErrorCode;
use rr_proto::admin::{
    Actor, GetActorRequest, GetDaemonRequest, GetStatusRequest, KillActorRequest, ListDaemonsRequest,
    ListGamesRequest, ListModelsRequest, RestartActorRequest, StartDaemonRequest, StopDaemonRequest,
    WatchTreeRequest, WatchTreeResponse,
};
use tonic::{Code, Streaming};

use crate::asked::{Asked, LIMIT, refused};

/// Reads changes until one of them says of an actor what is looked for.
async fn until(
    stream: &mut Streaming<WatchTreeResponse>,
    path: &str,
    found: impl Fn(&Actor) -> bool,
) -> Actor {
    let look = async {
        loop {
            let change = stream.message().await.unwrap().unwrap();
            if let Some(actor) = change.actors.into_iter().find(|actor| actor.path == path && found(actor)) {
                return actor;
            }
        }
    };
    tokio::time::timeout(LIMIT, look).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tree_is_shown_watched_killed_and_restarted() {
    let asked = Asked::start().await;
    let tree = asked.tree().await;
    assert_eq!((tree[0].path.as_str(), tree[0].strategy.as_str()), ("node", "rest_for_one"));
    assert!(tree.iter().all(|actor| actor.state == "running" && actor.uptime_ms.is_some()), "{tree:#?}");
    assert!(tree.iter().any(|actor| actor.path == "node/workers/trainer" && actor.critical));

    let mut stream =
        asked.client.actors().watch_tree(WatchTreeRequest::default()).await.unwrap().into_inner();
    let first = stream.message().await.unwrap().unwrap();
    assert!(first.snapshot && first.actors.len() == tree.len());

    // The root's name may be left out.
    let kill = KillActorRequest { path: "workers/trainer".to_owned() };
    asked.client.actors().kill_actor(kill).await.unwrap();
    let back =
        until(&mut stream, "node/workers/trainer", |actor| actor.restarts == 1 && actor.state == "running");
    assert!(!back.await.last_error.is_empty());

    let restart = RestartActorRequest { path: "node/workers/arena".to_owned() };
    let restarted = asked.client.actors().restart_actor(restart).await.unwrap().into_inner().actor.unwrap();
    assert_eq!((restarted.state.as_str(), restarted.restarts), ("running", 1));
    until(&mut stream, "node/workers/arena", |actor| actor.restarts == 1).await;
    drop(stream);
    asked.node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn daemons_stop_and_start_and_critical_ones_only_by_force() {
    let asked = Asked::start().await;
    let daemons = || async {
        asked.client.daemons().list_daemons(ListDaemonsRequest {}).await.unwrap().into_inner().daemons
    };
    assert!(daemons().await.iter().all(|daemon| daemon.actors > 0 && daemon.running == daemon.actors));

    let stop = |name: &str, force| StopDaemonRequest { name: name.to_owned(), force };
    let (code, reason, message) = refused(asked.client.daemons().stop_daemon(stop("trainer", false)).await);
    assert_eq!((code, reason), (Code::FailedPrecondition, ErrorCode::Refused));
    assert!(message.contains("critical"), "{message}");
    assert_eq!(asked.actor("workers/trainer").await.state, "running");

    let ready = || async {
        asked.client.admin().get_status(GetStatusRequest {}).await.unwrap().into_inner().not_ready
    };
    assert!(ready().await.is_empty());
    let stopped = asked.client.daemons().stop_daemon(stop("trainer", true)).await.unwrap().into_inner();
    assert_eq!(stopped.daemon.unwrap().actor.unwrap().state, "held");
    let reasons = ready().await;
    assert!(reasons.len() == 1 && reasons[0].contains("trainer"), "{reasons:?}");
    let start = StartDaemonRequest { name: "trainer".to_owned() };
    let started = asked.client.daemons().start_daemon(start).await.unwrap().into_inner();
    assert_eq!(started.daemon.unwrap().actor.unwrap().state, "running");
    assert!(ready().await.is_empty());
    asked.node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_wrongly_is_refused_with_a_reason_and_the_nearest_name() {
    let asked = Asked::start().await;
    let client = &asked.client;
    let get = GetActorRequest { path: "node/workers/trainr".to_owned() };
    let (code, reason, message) = refused(client.actors().get_actor(get).await);
    assert_eq!((code, reason), (Code::NotFound, ErrorCode::NotFound));
    assert!(message.contains("`node/workers/trainer`"), "{message}");
    let get = GetDaemonRequest { name: "AUTO_PROMOTON".to_owned() };
    let (code, _, message) = refused(client.daemons().get_daemon(get).await);
    assert!(code == Code::NotFound && message.contains("AUTO_PROMOTION"), "{message}");
    let get = GetDaemonRequest { name: "auto_promotion".to_owned() };
    assert_eq!(
        client.daemons().get_daemon(get).await.unwrap().into_inner().daemon.unwrap().name,
        "promotion"
    );

    let list = ListModelsRequest { config: "hex9_2p".to_owned(), ..ListModelsRequest::default() };
    let (code, reason, message) = refused(client.admin().list_models(list).await);
    assert_eq!((code, reason), (Code::NotFound, ErrorCode::UnknownConfig));
    assert!(message.contains("hex8_2p"), "{message}");
    for token in ["7", "zz", "00112233ff", "-1"] {
        let list = ListGamesRequest {
            config: "hex8_2p".to_owned(),
            page_token: token.to_owned(),
            ..ListGamesRequest::default()
        };
        let (code, reason, _) = refused(client.admin().list_games(list).await);
        assert_eq!((code, reason), (Code::InvalidArgument, ErrorCode::InvalidArgument), "{token}");
    }
    for path in ["node", "/node/"] {
        let (code, ..) =
            refused(client.actors().kill_actor(KillActorRequest { path: path.to_owned() }).await);
        assert_eq!(code, Code::FailedPrecondition);
    }
    assert!(asked.tree().await.iter().all(|actor| actor.restarts == 0), "nothing was changed");
    asked.node.stop().await.unwrap();
}
