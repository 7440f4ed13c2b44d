//! The service `rr.admin.v1.Control`: the node as a whole.

use rr_cluster::ConfigExplanation;
use rr_config::{Origin, OriginRow};
use rr_proto::admin::control_server::Control;
use rr_proto::admin::{
    DrainRequest, DrainResponse, ExplainScheduleRequest, ExplainScheduleResponse, GetLogLevelRequest,
    GetLogLevelResponse, ListDevicesRequest, ListDevicesResponse, ListSettingsRequest, ListSettingsResponse,
    ResumeRequest, ResumeResponse, SetLogLevelRequest, SetLogLevelResponse, Setting, ShutdownRequest,
    ShutdownResponse,
};
use rr_proto::{ConfigKey, ErrorCode};
use tonic::{Request, Response, Status};

use crate::leader::SchedulerMsg;
use crate::permit::HoldReason;
use crate::rpc::args::AdminArgs;
use crate::rpc::device_told::device;
use crate::rpc::drain::drain;
use crate::rpc::mutation::{MutatingCall, audited};
use crate::rpc::schedule_told::explanation;
use crate::rpc::status::{refusal, to_status, unknown};
use crate::rpc::stream::timeout_of;
use crate::rpc::supervisor_port::{limit_of, unreachable};

/// Answers about the node as a whole, and ends it.
#[derive(Clone)]
pub struct ControlService {
    args: AdminArgs,
}

impl ControlService {
    /// Answers from these sources.
    pub fn new(args: AdminArgs) -> Self {
        Self { args }
    }
}

#[tonic::async_trait]
impl Control for ControlService {
    async fn list_settings(
        &self,
        request: Request<ListSettingsRequest>,
    ) -> Result<Response<ListSettingsResponse>, Status> {
        let asked = request.get_ref();
        let rows = &self.args.settings;
        if !rows.iter().any(|row| row.key.starts_with(&asked.prefix)) {
            return Err(unknown("setting", &asked.prefix, rows.iter().map(|row| row.key.as_str())));
        }
        let meant = |row: &&OriginRow| {
            row.key.starts_with(&asked.prefix) && (!asked.changed || row.origin != Origin::Default)
        };
        let settings = rows.iter().filter(meant).map(setting).collect();
        Ok(Response::new(ListSettingsResponse { settings }))
    }

    async fn explain_schedule(
        &self,
        request: Request<ExplainScheduleRequest>,
    ) -> Result<Response<ExplainScheduleResponse>, Status> {
        if self.args.roster.find("scheduler").is_none() {
            let message = format!("a node with the role {} schedules nothing", self.args.role);
            return Err(refusal(ErrorCode::Refused, message, "ask a node that leads (--addr)"));
        }
        let told = self.args.scheduler.call(SchedulerMsg::Explain, limit_of(&request)).await;
        let told = told.map_err(unreachable)?;
        let asked = request.into_inner().config;
        if !asked.is_empty() {
            let key = asked.parse::<ConfigKey>();
            let key = key.map_err(|error| to_status(ErrorCode::UnknownConfig, error))?;
            if !told.iter().any(|told| told.config == key) {
                let led: Vec<String> = told.iter().map(|told| told.config.to_string()).collect();
                let message = format!("this node does not lead {key}; it leads {}", led.join(", "));
                return Err(refusal(ErrorCode::NotFound, message, "name one that it leads, or none for all"));
            }
        }
        let meant = |told: &&ConfigExplanation| asked.is_empty() || told.config.as_str() == asked;
        let configs = told.iter().filter(meant).map(explanation).collect();
        Ok(Response::new(ExplainScheduleResponse { configs }))
    }

    async fn list_devices(
        &self,
        _: Request<ListDevicesRequest>,
    ) -> Result<Response<ListDevicesResponse>, Status> {
        if self.args.roster.find("device").is_none() {
            return Ok(Response::new(ListDevicesResponse::default())); // this role computes nothing
        }
        let report = self.args.device.report().await.map_err(|error| to_status(error.code(), error))?;
        Ok(Response::new(ListDevicesResponse { devices: vec![device(&report, &self.args.passed_over)] }))
    }

    async fn get_log_level(
        &self,
        _: Request<GetLogLevelRequest>,
    ) -> Result<Response<GetLogLevelResponse>, Status> {
        Ok(Response::new(GetLogLevelResponse { directives: self.args.log.directives() }))
    }

    async fn set_log_level(
        &self,
        request: Request<SetLogLevelRequest>,
    ) -> Result<Response<SetLogLevelResponse>, Status> {
        let call = MutatingCall::new(&request, "SetLogLevel", request.get_ref().directives.clone());
        let directives = request.into_inner().directives;
        let work = async move {
            let before = self.args.log.set(&directives).map_err(|error| to_status(error.code(), error))?;
            tracing::warn!(before, now = directives, "an operator changed what is logged");
            Ok(SetLogLevelResponse { before, directives })
        };
        audited(&*self.args.mutations, call, work).await
    }

    async fn drain(&self, request: Request<DrainRequest>) -> Result<Response<DrainResponse>, Status> {
        let call = MutatingCall::new(&request, "Drain", "node");
        let (limit, wait) = (timeout_of(&request), request.get_ref().wait);
        audited(&*self.args.mutations, call, drain(&self.args, wait, limit)).await
    }

    async fn resume(&self, request: Request<ResumeRequest>) -> Result<Response<ResumeResponse>, Status> {
        let call = MutatingCall::new(&request, "Resume", "node");
        audited(&*self.args.mutations, call, async { self.release() }).await
    }

    async fn shutdown(
        &self,
        request: Request<ShutdownRequest>,
    ) -> Result<Response<ShutdownResponse>, Status> {
        let call = MutatingCall::new(&request, "Shutdown", "node");
        let answer = audited(&*self.args.mutations, call, async { self.may_shut_down() }).await?;
        // After the audit log has it: the server ends with the node, and lets this answer out first.
        self.args.shutdown.throw();
        Ok(answer)
    }
}

impl ControlService {
    fn release(&self) -> Result<ResumeResponse, Status> {
        if self.args.shutdown.is_thrown() {
            return Err(refusal(
                ErrorCode::Refused,
                "the node is ending",
                "start it again when it has ended",
            ));
        }
        if !self.args.permit.release(HoldReason::Drain) {
            let held: Vec<String> = self
                .args
                .permit
                .holds()
                .iter()
                .map(|hold| format!("{} ({})", hold.reason.name(), hold.detail))
                .collect();
            let message = match held.is_empty() {
                true => "the node does not drain: it takes work".to_owned(),
                false => {
                    format!("the node does not drain; work waits for another reason: {}", held.join(", "))
                }
            };
            return Err(refusal(ErrorCode::Refused, message, "look at `rr-admin health`"));
        }
        Ok(ResumeResponse {})
    }

    fn may_shut_down(&self) -> Result<ShutdownResponse, Status> {
        if self.args.shutdown.is_thrown() {
            let message = "the node is ending already";
            return Err(refusal(ErrorCode::Refused, message, "wait until it has ended"));
        }
        let within_ms = u64::try_from(self.args.stop_within.as_millis()).unwrap_or(u64::MAX);
        Ok(ShutdownResponse { within_ms })
    }
}

fn setting(row: &OriginRow) -> Setting {
    Setting { key: row.key.clone(), value: row.value.clone(), origin: row.origin.to_string() }
}
