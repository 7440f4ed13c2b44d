//! The node as a whole: its settings, devices and log, its emptying and its end.

use rr_actors::log_control::LogControl;
use rr_proto::ErrorCode;
use rr_proto::admin::{
    DrainRequest, ExplainScheduleRequest, GetLogLevelRequest, GetStatusRequest, ListConfigsRequest,
    ListDevicesRequest, ListSettingsRequest, ResumeRequest, SetLogLevelRequest, ShutdownRequest,
};
use tonic::Code;

use crate::asked::{Asked, LIMIT, eventually, refused};

fn set(directives: &str) -> SetLogLevelRequest {
    SetLogLevelRequest { directives: directives.to_owned() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_devices_and_configs_are_told() {
    let asked = Asked::start().await;
    let mut control = asked.client.control();
    let list = |prefix: &str, changed| ListSettingsRequest { prefix: prefix.to_owned(), changed };
    let all = control.list_settings(list("", false)).await.unwrap().into_inner().settings;
    assert!(all.len() > 100 && all.is_sorted_by_key(|setting| setting.key.clone()));
    let changed = control.list_settings(list("selfplay.", true)).await.unwrap().into_inner().settings;
    let told: Vec<_> =
        changed.iter().map(|s| (s.key.as_str(), s.value.as_str(), s.origin.as_str())).collect();
    assert_eq!(
        told,
        [
            ("selfplay.games_per_thread", "2", "flag --set"),
            ("selfplay.simulations", "2", "flag --set"),
            ("selfplay.threads", "2", "flag --set"),
        ]
    );
    let (code, reason, message) = refused(control.list_settings(list("selfplai.threads", false)).await);
    assert_eq!((code, reason), (Code::NotFound, ErrorCode::NotFound));
    assert!(message.contains("`selfplay.threads`"), "{message}");

    let device = eventually(async || {
        let devices = asked.client.control().list_devices(ListDevicesRequest {}).await.unwrap().into_inner();
        devices.devices.into_iter().find(|device| device.evaluations > 0)
    });
    let device = device.await;
    assert_eq!((device.name.as_str(), device.execution_provider.as_str()), ("cpu:0", "cpu"));
    assert!(device.models.len() == 1 && device.failures == 0 && device.passed_over.is_empty(), "{device:?}");

    let configs = |config: &str| ListConfigsRequest { config: config.to_owned() };
    let listed = asked.client.admin().list_configs(configs("")).await.unwrap().into_inner().configs;
    assert_eq!((listed.len(), listed[0].config.as_str()), (1, "hex8_2p"));
    assert_eq!((listed[0].stage.as_str(), listed[0].simulations), ("collecting", 2));
    let other = asked.client.admin().list_configs(configs("square8_3p")).await.unwrap().into_inner().configs;
    assert_eq!((other.len(), other[0].stage.as_str(), other[0].games), (1, "idle", 0));
    let (code, reason, _) = refused(asked.client.admin().list_configs(configs("hex9_2p")).await);
    assert_eq!((code, reason), (Code::NotFound, ErrorCode::UnknownConfig));
    asked.node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schedule_is_explained_term_by_term() {
    let asked = Asked::start().await;
    let explain = |config: &str| ExplainScheduleRequest { config: config.to_owned() };
    let mut control = asked.client.control();
    let told = control.explain_schedule(explain("hex8_2p")).await.unwrap().into_inner().configs;
    assert_eq!((told.len(), told[0].config.as_str(), told[0].share), (1, "hex8_2p", 1.0));
    let weights: f64 = told[0].terms.iter().map(|term| term.weight).sum();
    assert!(told[0].terms.len() == 6 && (weights - 1.0).abs() < 1e-9, "{told:?}");
    assert_eq!(control.explain_schedule(explain("")).await.unwrap().into_inner().configs.len(), 1);
    let (code, reason, message) = refused(control.explain_schedule(explain("square8_3p")).await);
    assert_eq!((code, reason), (Code::NotFound, ErrorCode::NotFound));
    assert!(message.contains("it leads hex8_2p"), "{message}");
    let (_, reason, _) = refused(control.explain_schedule(explain("hex9_2p")).await);
    assert_eq!(reason, ErrorCode::UnknownConfig);
    asked.node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_level_is_told_and_changed_and_a_wrong_one_changes_nothing() {
    let log = LogControl::new("info", |_| Ok(()));
    let given = log.clone();
    let asked = Asked::start_with(&[], |plan| plan.log = given).await;
    let mut control = asked.client.control();
    let level = async |mut control: rr_proto::admin::control_client::ControlClient<_>| {
        let answer: tonic::Response<rr_proto::admin::GetLogLevelResponse> =
            control.get_log_level(GetLogLevelRequest {}).await.unwrap();
        answer.into_inner().directives
    };
    assert_eq!(level(control.clone()).await, "info");
    let changed = control.set_log_level(set("warn,rr_actors=debug")).await.unwrap().into_inner();
    assert_eq!((changed.before.as_str(), changed.directives.as_str()), ("info", "warn,rr_actors=debug"));
    let (code, reason, message) = refused(control.set_log_level(set("loud")).await);
    assert_eq!((code, reason), (Code::InvalidArgument, ErrorCode::InvalidArgument));
    assert!(message.contains("`loud`") && message.contains("debug"), "{message}");
    assert_eq!(level(control).await, "warn,rr_actors=debug");
    assert_eq!(log.directives(), "warn,rr_actors=debug");
    asked.node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drained_node_plays_nothing_until_it_is_resumed() {
    let asked = Asked::start().await;
    let slots = asked.node.context().board.self_play.clone();
    let positions = || slots.iter().map(|slot| slot.borrow().positions).sum::<u64>();
    eventually(async || (positions() > 0).then_some(())).await;
    let mut control = asked.client.control();
    let drained = control.drain(DrainRequest { wait: true }).await.unwrap().into_inner();
    assert!(drained.drained && drained.open_jobs.is_empty(), "{drained:?}");
    assert!(slots.iter().all(|slot| !slot.borrow().playing));
    let status = asked.client.admin().get_status(GetStatusRequest {}).await.unwrap().into_inner();
    assert!(status.draining && !status.ready, "{status:?}");
    assert_eq!(status.not_ready, ["draining: an operator drains the node"]);
    let before = positions();
    control.resume(ResumeRequest {}).await.unwrap();
    eventually(async || (positions() > before).then_some(())).await;
    let (code, reason, message) = refused(control.resume(ResumeRequest {}).await);
    assert_eq!((code, reason), (Code::FailedPrecondition, ErrorCode::Refused));
    assert!(message.contains("does not drain"), "{message}");
    asked.node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_ends_the_node_once() {
    let asked = Asked::start_with(&[("node.shutdown_seconds", "33")], |_| {}).await;
    let mut control = asked.client.control();
    let ending = control.shutdown(ShutdownRequest {}).await.unwrap().into_inner();
    assert_eq!(ending.within_ms, 33_000);
    tokio::time::timeout(LIMIT, asked.node.shutdown().thrown()).await.unwrap();
    let (code, reason, _) = refused(control.shutdown(ShutdownRequest {}).await);
    assert_eq!((code, reason), (Code::FailedPrecondition, ErrorCode::Refused));
    let (code, ..) = refused(control.resume(ResumeRequest {}).await);
    assert_eq!(code, Code::FailedPrecondition);
    asked.node.stop().await.unwrap();
}
