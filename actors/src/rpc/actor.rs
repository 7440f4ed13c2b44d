//! The administration's actor: owns the gRPC server. Supervised by the node, after everything that it tells about.

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_proto::admin::admin_server::AdminServer;
use tokio::sync::oneshot;
use tonic::transport::Server;

use super::args::AdminArgs;
use super::service::AdminService;

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
        let security = args.security.clone();
        let connections = security.grpc_listener(args.listener.try_clone()?)?.into_stream();
        let (shutdown, asked) = oneshot::channel::<()>();
        let limits = security.grpc_limits();
        let service =
            AdminServer::new(AdminService::new(args)).max_decoding_message_size(limits.message_bytes);
        let server = limits.apply(Server::builder()).layer(security.grpc_layer()).add_service(service);
        tokio::spawn(async move {
            let until = async move {
                let _ = asked.await; // asked to, or the actor is gone
            };
            let ended = server.serve_with_incoming_shutdown(connections, until).await;
            if let Err(error) = ended {
                let _ = myself.cast(AdminMsg::ServerEnded(error.to_string())); // the actor may be gone
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
