//! The administration's actor: owns the gRPC server. Supervised by the node, after everything that it tells about.

use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::oneshot;

use super::args::AdminArgs;
use super::server::serve;

/// What the administration is told.
#[derive(Debug)]
pub enum AdminMsg {
    /// The server ended by itself, for this reason. Sent by the server's task.
    ServerEnded(String),
}

/// Serves operators.
pub struct AdminActor;

/// Dropping it ends the server.
pub struct AdminState {
    _shutdown: oneshot::Sender<()>,
}

impl Actor for AdminActor {
    type Msg = AdminMsg;
    type State = AdminState;
    type Arguments = AdminArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<AdminMsg>,
        args: AdminArgs,
    ) -> Result<AdminState, ActorProcessingErr> {
        let listener = args.listener.try_clone()?;
        let (shutdown, asked) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let until = async move {
                let _ = asked.await; // asked to, or the actor is gone
            };
            if let Err(error) = serve(listener, args, until).await {
                let _ = myself.cast(AdminMsg::ServerEnded(error)); // the actor may be gone
            }
        });
        Ok(AdminState { _shutdown: shutdown })
    }

    async fn handle(
        &self,
        _myself: ActorRef<AdminMsg>,
        AdminMsg::ServerEnded(reason): AdminMsg,
        _state: &mut AdminState,
    ) -> Result<(), ActorProcessingErr> {
        Err(format!("the gRPC server ended: {reason}").into())
    }
}
