//! Asking any actor, whatever its messages are, whether it still turns its loop.
//!
//! A ping is a tiny actor that links itself below the one that is asked. ractor tells a parent of every child that starts; the
//! wrapper around the actor answers that and lets the actor inside know nothing of it.

use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::sync::oneshot;

use super::node::TreePath;
use super::tree::ActorTree;
use crate::error::AddressError;

/// What a ping is told.
pub(super) enum PingMsg {
    /// The actor that is asked has seen you.
    Seen,
}

struct Ping;

impl Actor for Ping {
    type Msg = PingMsg;
    type State = Option<oneshot::Sender<()>>;
    type Arguments = oneshot::Sender<()>;

    async fn pre_start(
        &self,
        _myself: ActorRef<PingMsg>,
        answer: oneshot::Sender<()>,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(Some(answer))
    }

    async fn handle(
        &self,
        myself: ActorRef<PingMsg>,
        PingMsg::Seen: PingMsg,
        answer: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        if let Some(answer) = answer.take() {
            let _ = answer.send(()); // the asker may have given up
        }
        if let Some(asked) = myself.get_cell().try_get_supervisor() {
            myself.get_cell().unlink(asked);
        }
        myself.stop(None);
        Ok(())
    }
}

/// Tells whether an event comes from a ping and not from a child of the actor's own.
pub(super) fn is_ping(event: &SupervisionEvent) -> bool {
    event.actor_cell().is_some_and(|cell| cell.is_message_type_of::<PingMsg>() == Some(true))
}

/// Answers a ping that has just started.
pub(super) fn answer_ping(event: &SupervisionEvent) {
    if let SupervisionEvent::ActorStarted(ping) = event {
        let _ = ping.send_message(PingMsg::Seen); // it may have been given up
    }
}

impl ActorTree {
    /// Waits until the actor at `path` turns its loop; returns how long that took. It comes before messages that wait, and after
    /// the one that is being handled.
    ///
    /// # Errors
    /// `NotRunning` when nobody lives there, `Timeout` after `timeout`, `NoReply` when the actor died instead of answering.
    pub async fn ping(&self, path: &TreePath, timeout: Duration) -> Result<Duration, AddressError> {
        let not_running = || AddressError::NotRunning { path: path.clone() };
        let asked = self.watched_cell(path).ok_or_else(not_running)?;
        let before = self.clock().stamp();
        let (answer, answered) = oneshot::channel();
        let (ping, _) = Ping::spawn_linked(None, Ping, answer, asked).await.map_err(|_| not_running())?;
        let waited = tokio::time::timeout(timeout, answered).await;
        ping.kill(); // of no effect where it has ended
        match waited {
            Ok(Ok(())) => Ok(self.clock().stamp().saturating_sub(before)),
            Ok(Err(_)) => Err(AddressError::NoReply { path: path.clone() }),
            Err(_) => Err(AddressError::Timeout { path: path.clone(), after: timeout }),
        }
    }
}
