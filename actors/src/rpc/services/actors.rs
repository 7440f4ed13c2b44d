//! The service `rr.admin.v1.Actors`: the tree, a watch of it, drills.

use std::time::Duration;

use rr_proto::ErrorCode;
use rr_proto::admin::actors_server::Actors;
use rr_proto::admin::{
    GetActorRequest, GetActorResponse, GetTreeRequest, GetTreeResponse, KillActorRequest, KillActorResponse,
    RestartActorRequest, RestartActorResponse, WatchTreeRequest, WatchTreeResponse,
};
use tokio::time::MissedTickBehavior;
use tonic::{Request, Response, Status};

use crate::rpc::args::AdminArgs;
use crate::rpc::mutation::{MutatingCall, audited};
use crate::rpc::status::refusal;
use crate::rpc::stream::{self, AdminStream, StreamWriter};
use crate::rpc::supervisor_port::{ChildOrder, limit_of, order};
use crate::rpc::tree_told::TreeTold;
use crate::rpc::tree_view::{actor_at, actors, node_at};

/// Time between two changes told where the caller does not say: five pictures a second.
const WATCH_PACE: Duration = Duration::from_millis(200);
/// Time between two changes told, at least.
const LEAST_PACE: Duration = Duration::from_millis(100);

/// Answers about actors.
#[derive(Clone)]
pub struct ActorsService {
    args: AdminArgs,
}

impl ActorsService {
    /// Answers from these sources.
    pub fn new(args: AdminArgs) -> Self {
        Self { args }
    }
}

#[tonic::async_trait]
impl Actors for ActorsService {
    type WatchTreeStream = AdminStream<WatchTreeResponse>;

    async fn get_tree(&self, request: Request<GetTreeRequest>) -> Result<Response<GetTreeResponse>, Status> {
        let actors = actors(&self.args.tree, &self.args.roster, &request.get_ref().path)?;
        Ok(Response::new(GetTreeResponse { actors }))
    }

    async fn get_actor(
        &self,
        request: Request<GetActorRequest>,
    ) -> Result<Response<GetActorResponse>, Status> {
        let node = node_at(&self.args.tree, &request.get_ref().path)?;
        let actor = Some(actor_at(&self.args.tree, &self.args.roster, &node.path)?);
        Ok(Response::new(GetActorResponse { actor }))
    }

    async fn watch_tree(
        &self,
        request: Request<WatchTreeRequest>,
    ) -> Result<Response<Self::WatchTreeStream>, Status> {
        let asked = request.get_ref();
        let path = match asked.path.as_str() {
            "" => String::new(),
            path => node_at(&self.args.tree, path)?.path.to_string(),
        };
        let pace = match asked.interval_ms {
            0 => WATCH_PACE,
            millis => Duration::from_millis(millis.into()).max(LEAST_PACE),
        };
        let (writer, stream) = stream::open(&request);
        tokio::spawn(watch(self.args.clone(), path, pace, writer));
        Ok(Response::new(stream))
    }

    async fn kill_actor(
        &self,
        request: Request<KillActorRequest>,
    ) -> Result<Response<KillActorResponse>, Status> {
        let call = MutatingCall::new(&request, "KillActor", request.get_ref().path.clone());
        let path = request.into_inner().path;
        audited(&*self.args.mutations, call, async move { self.kill(&path) }).await
    }

    async fn restart_actor(
        &self,
        request: Request<RestartActorRequest>,
    ) -> Result<Response<RestartActorResponse>, Status> {
        let call = MutatingCall::new(&request, "RestartActor", request.get_ref().path.clone());
        let limit = limit_of(&request);
        let path = request.into_inner().path;
        let work = async move {
            let (tree, roster) = (&self.args.tree, &self.args.roster);
            let path = node_at(tree, &path)?.path;
            order(tree, &path, ChildOrder::Restart, limit).await?;
            Ok(RestartActorResponse { actor: Some(actor_at(tree, roster, &path)?) })
        };
        audited(&*self.args.mutations, call, work).await
    }
}

impl ActorsService {
    fn kill(&self, path: &str) -> Result<KillActorResponse, Status> {
        let node = node_at(&self.args.tree, path)?;
        if !node.path.as_str().contains('/') {
            let message =
                format!("{} is the root of the tree: its death ends the node without order", node.path);
            return Err(refusal(ErrorCode::Refused, message, "shut the node down instead"));
        }
        let Some(cell) = self.args.tree.cell(&node.path) else {
            let message = format!("{} does not run: it is {}", node.path, node.state.name());
            return Err(refusal(ErrorCode::Refused, message, "start it first, or wait until it is back"));
        };
        tracing::warn!(path = %node.path, "an operator kills an actor");
        cell.kill();
        Ok(KillActorResponse {})
    }
}

/// Tells a reader of the tree until it is gone, is too slow, or its time is up.
async fn watch(args: AdminArgs, path: String, pace: Duration, writer: StreamWriter<WatchTreeResponse>) {
    let mut told = TreeTold::default();
    let mut ticks = tokio::time::interval(pace);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while writer.next(ticks.tick()).await.is_some() {
        let Some(room) = writer.room("watch again: a watch begins with the whole tree").await else { return };
        // What is watched may be gone for now: then nothing is there, and the watch goes on.
        let now = actors(&args.tree, &args.roster, &path).unwrap_or_default();
        if let Some(change) = told.update(now) {
            room.send(Ok(change));
        }
    }
}
