//! The actor that children are linked to: it takes their exits, lets go of their last state at once, and tells the
//! supervisor. Supervised by its supervisor, which fails when it dies; the children die with it.
//!
//! The state of an actor that ended travels inside the exit event. A supervisor that is busy stopping a group would keep
//! that event, and with it an open database or a locked file, in its queue while it starts the successor.

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, Signal, SupervisionEvent};
use rr_proto::{ErrorCode, FailureNote};

use super::message::{ChildExit, SupervisorMsg};
use crate::failure_class::note_of;

/// What an exit watch can be asked.
pub(super) enum ExitWatchMsg {
    /// Answer when the states of all actors that have ended are dropped.
    Settle(RpcReplyPort<()>),
}

/// Takes the exits of a supervisor's children.
pub(super) struct ExitWatch;

impl Actor for ExitWatch {
    type Msg = ExitWatchMsg;
    type State = ActorRef<SupervisorMsg>;
    type Arguments = ActorRef<SupervisorMsg>;

    async fn pre_start(
        &self,
        _myself: ActorRef<ExitWatchMsg>,
        supervisor: ActorRef<SupervisorMsg>,
    ) -> Result<ActorRef<SupervisorMsg>, ActorProcessingErr> {
        Ok(supervisor)
    }

    async fn handle(
        &self,
        _myself: ActorRef<ExitWatchMsg>,
        message: ExitWatchMsg,
        _supervisor: &mut ActorRef<SupervisorMsg>,
    ) -> Result<(), ActorProcessingErr> {
        // exits come before messages, so those that were there when this was sent have been dealt with
        let ExitWatchMsg::Settle(reply) = message;
        let _ = reply.send(());
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _myself: ActorRef<ExitWatchMsg>,
        event: SupervisionEvent,
        supervisor: &mut ActorRef<SupervisorMsg>,
    ) -> Result<(), ActorProcessingErr> {
        if let Some(exit) = exit_of(event) {
            let _ = supervisor.cast(SupervisorMsg::ChildExited(exit)); // refused once it stops, which stops us
        }
        Ok(())
    }
}

fn exit_of(event: SupervisionEvent) -> Option<ChildExit> {
    match event {
        SupervisionEvent::ActorFailed(actor, error) => {
            Some(ChildExit { actor: actor.get_id(), normal: false, cause: note_of(&*error) })
        }
        // ractor tells a kill only by this reason, or, where the actor was not in its message loop, by the lack of a state
        SupervisionEvent::ActorTerminated(actor, state, reason) => {
            let message = reason.unwrap_or_else(|| "ended".to_owned());
            let normal = state.is_some() && message != Signal::Kill.to_string();
            let cause = FailureNote { code: ErrorCode::Internal, message };
            Some(ChildExit { actor: actor.get_id(), normal, cause })
        }
        _ => None,
    }
}
