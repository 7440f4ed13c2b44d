//! Tokens without the role: every method that changes something refuses them, changes nothing, and has it written down.

use rr_actors::rpc::NodeClient;
use rr_actors::security::{AccessRole, AuditReport};
use rr_proto::ErrorCode;
use rr_proto::admin::{
    CancelJobRequest, DrainRequest, ExplainScheduleRequest, GetLogLevelRequest, ListDeadLettersRequest,
    ListDevicesRequest, ListEventsRequest, ListJobsRequest, ListSettingsRequest, PurgeDeadLettersRequest,
    ResumeRequest, RetryDeadLettersRequest, SetLogLevelRequest, ShutdownRequest,
};
use tonic::{Code, Status};

use crate::asked::{Asked, refused};

fn permission_denied<T: std::fmt::Debug>(method: &str, answer: Result<T, Status>) {
    let (code, reason, message) = refused(answer);
    assert_eq!((code, reason), (Code::PermissionDenied, ErrorCode::PermissionDenied), "{method}: {message}");
}

/// Reads everything that there is to read.
async fn look(client: &NodeClient) {
    let (mut control, mut events) = (client.control(), client.events());
    control.list_settings(ListSettingsRequest::default()).await.unwrap();
    control.list_devices(ListDevicesRequest {}).await.unwrap();
    control.get_log_level(GetLogLevelRequest {}).await.unwrap();
    control.explain_schedule(ExplainScheduleRequest::default()).await.unwrap();
    events.list_events(ListEventsRequest::default()).await.unwrap();
    events.list_dead_letters(ListDeadLettersRequest::default()).await.unwrap();
    client.jobs().list_jobs(ListJobsRequest::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_without_the_role_changes_nothing_and_is_written_down() {
    let asked = Asked::start().await;
    let reader = asked.client_with("rita", AccessRole::Read).await;
    look(&reader).await;
    let (mut control, mut events) = (reader.control(), reader.events());
    let log = SetLogLevelRequest { directives: "debug".to_owned() };
    permission_denied("SetLogLevel", control.set_log_level(log).await);
    permission_denied("Drain", control.drain(DrainRequest { wait: false }).await);
    permission_denied("Resume", control.resume(ResumeRequest {}).await);
    permission_denied("Shutdown", control.shutdown(ShutdownRequest {}).await);
    permission_denied("Retry", events.retry_dead_letters(RetryDeadLettersRequest::default()).await);
    permission_denied("Purge", events.purge_dead_letters(PurgeDeadLettersRequest::default()).await);
    let cancel = CancelJobRequest { id: "00".to_owned() };
    permission_denied("CancelJob", reader.jobs().cancel_job(cancel).await);

    let operator = asked.client_with("otto", AccessRole::Operate).await;
    permission_denied("Shutdown", operator.control().shutdown(ShutdownRequest {}).await);
    operator.control().drain(DrainRequest { wait: false }).await.unwrap();
    operator.control().resume(ResumeRequest {}).await.unwrap();
    assert!(!asked.node.shutdown().is_thrown());

    let report = AuditReport::read(&asked.folder.path().join("data"), 1000).unwrap();
    let lines = |who: &str, outcome: &str| -> Vec<String> {
        let of = report
            .entries
            .iter()
            .filter(|entry| entry.note.who == who && entry.note.outcome.contains(outcome));
        of.map(|entry| entry.note.method.rsplit('/').next().unwrap().to_owned()).collect()
    };
    assert_eq!(
        lines("person:rita", "PERMISSION_DENIED"),
        ["SetLogLevel", "Drain", "Resume", "Shutdown", "RetryDeadLetters", "PurgeDeadLetters", "CancelJob"]
    );
    assert_eq!(lines("person:otto", "PERMISSION_DENIED"), ["Shutdown"]);
    assert_eq!(lines("person:otto", "done"), ["Drain", "Resume"]);
    asked.node.stop().await.unwrap();
}
