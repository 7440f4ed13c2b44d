//! The service `rr.admin.v1.Daemons`: the rows of the registry.

use rr_proto::ErrorCode;
use rr_proto::admin::daemons_server::Daemons;
use rr_proto::admin::{
    Daemon, GetDaemonRequest, GetDaemonResponse, ListDaemonsRequest, ListDaemonsResponse,
    RestartDaemonRequest, RestartDaemonResponse, StartDaemonRequest, StartDaemonResponse, StopDaemonRequest,
    StopDaemonResponse,
};
use tonic::{Request, Response, Status};

use crate::rpc::args::AdminArgs;
use crate::rpc::mutation::{MutatingCall, audited};
use crate::rpc::roster::RosterEntry;
use crate::rpc::status::{refusal, unknown};
use crate::rpc::supervisor_port::{ChildOrder, limit_of, order};
use crate::rpc::tree_view::{actor_at, told};
use crate::supervision::NodeState;

/// Answers about daemons.
#[derive(Clone)]
pub struct DaemonsService {
    args: AdminArgs,
}

impl DaemonsService {
    /// Answers from these sources.
    pub fn new(args: AdminArgs) -> Self {
        Self { args }
    }

    fn entry(&self, name: &str) -> Result<&RosterEntry, Status> {
        let roster = &self.args.roster;
        roster.find(name).ok_or_else(|| unknown("daemon", name, roster.names()))
    }

    /// Describes a daemon without what it shows of its state.
    fn daemon(&self, entry: &RosterEntry) -> Daemon {
        let nodes = self.args.tree.subtree(&entry.path);
        let running = nodes.iter().filter(|node| node.state == NodeState::Running).count();
        Daemon {
            name: entry.name.clone(),
            duties: entry.duties.clone(),
            critical: entry.critical,
            actor: nodes.first().map(|node| told(node, &self.args.roster)),
            actors: count(nodes.len()),
            running: count(running),
        }
    }

    /// Describes a daemon with what it shows of its state.
    fn whole(&self, entry: &RosterEntry) -> Daemon {
        let actor = actor_at(&self.args.tree, &self.args.roster, &entry.path).ok();
        Daemon { actor, ..self.daemon(entry) }
    }

    /// Refuses to stop what the node can't do without, unless it has to be.
    fn may_stop(&self, entry: &RosterEntry, force: bool) -> Result<(), Status> {
        if entry.critical && !force {
            let message = format!("{} is critical: without it the node is of no use", entry.name);
            return Err(refusal(ErrorCode::Refused, message, "stop it by force (--force), or restart it"));
        }
        if entry.path.as_str().ends_with("/admin") && !force {
            let message = "without `admin` nobody could start it again".to_owned();
            return Err(refusal(ErrorCode::Refused, message, "restart it, or stop it by force (--force)"));
        }
        Ok(())
    }
}

#[tonic::async_trait]
impl Daemons for DaemonsService {
    async fn list_daemons(
        &self,
        _: Request<ListDaemonsRequest>,
    ) -> Result<Response<ListDaemonsResponse>, Status> {
        let daemons = self.args.roster.entries().iter().map(|entry| self.daemon(entry)).collect();
        Ok(Response::new(ListDaemonsResponse { daemons }))
    }

    async fn get_daemon(
        &self,
        request: Request<GetDaemonRequest>,
    ) -> Result<Response<GetDaemonResponse>, Status> {
        let daemon = Some(self.whole(self.entry(&request.get_ref().name)?));
        Ok(Response::new(GetDaemonResponse { daemon }))
    }

    async fn start_daemon(
        &self,
        request: Request<StartDaemonRequest>,
    ) -> Result<Response<StartDaemonResponse>, Status> {
        let call = MutatingCall::new(&request, "StartDaemon", request.get_ref().name.clone());
        let (limit, name) = (limit_of(&request), request.into_inner().name);
        let work = async move {
            let entry = self.entry(&name)?;
            order(&self.args.tree, &entry.path, ChildOrder::Start, limit).await?;
            Ok(StartDaemonResponse { daemon: Some(self.whole(entry)) })
        };
        audited(&*self.args.mutations, call, work).await
    }

    async fn stop_daemon(
        &self,
        request: Request<StopDaemonRequest>,
    ) -> Result<Response<StopDaemonResponse>, Status> {
        let call = MutatingCall::new(&request, "StopDaemon", request.get_ref().name.clone());
        let (limit, asked) = (limit_of(&request), request.into_inner());
        let work = async move {
            let entry = self.entry(&asked.name)?;
            self.may_stop(entry, asked.force)?;
            order(&self.args.tree, &entry.path, ChildOrder::Stop, limit).await?;
            Ok(StopDaemonResponse { daemon: Some(self.whole(entry)) })
        };
        audited(&*self.args.mutations, call, work).await
    }

    async fn restart_daemon(
        &self,
        request: Request<RestartDaemonRequest>,
    ) -> Result<Response<RestartDaemonResponse>, Status> {
        let call = MutatingCall::new(&request, "RestartDaemon", request.get_ref().name.clone());
        let (limit, name) = (limit_of(&request), request.into_inner().name);
        let work = async move {
            let entry = self.entry(&name)?;
            order(&self.args.tree, &entry.path, ChildOrder::Restart, limit).await?;
            Ok(RestartDaemonResponse { daemon: Some(self.whole(entry)) })
        };
        audited(&*self.args.mutations, call, work).await
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
