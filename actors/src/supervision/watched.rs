//! The wrapper around every actor of the tree: it counts what the actor does, opens a span around it, and strikes it with the
//! faults of a drill.

use std::fmt::Debug;
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};
use tracing::Instrument;

use super::fault::Fault;
use super::gauge::Gauge;
use super::node::TreePath;
use super::ping::{answer_ping, is_ping};
use crate::trace::message_span;

/// What the spans of callbacks without a message are called by.
#[derive(Debug)]
enum Callback {
    Start,
    Started,
    Stop,
}

/// Counts and passes on everything that happens to the actor inside; state and arguments are the actor's own.
pub(super) struct Watched<A> {
    actor: A,
    path: TreePath,
    gauge: Arc<Gauge>,
}

impl<A> Watched<A> {
    pub fn new(actor: A, path: TreePath, gauge: Arc<Gauge>) -> Self {
        Self { actor, path, gauge }
    }

    /// Strikes with the fault that a drill has armed for handling a message.
    #[cold]
    async fn strike_in_handle(&self) -> Result<(), ActorProcessingErr> {
        let faults = &self.gauge.faults;
        assert!(!faults.take(Fault::PanicInHandle), "a drill makes the handler panic");
        if faults.take(Fault::ErrorInHandle) {
            return Err("a drill makes the handler fail".into());
        }
        if faults.take(Fault::HangInHandle) {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

impl<A> Actor for Watched<A>
where
    A: Actor,
    A::Msg: Debug,
{
    type Msg = A::Msg;
    type State = A::State;
    type Arguments = A::Arguments;

    async fn pre_start(
        &self,
        myself: ActorRef<A::Msg>,
        args: A::Arguments,
    ) -> Result<A::State, ActorProcessingErr> {
        let _in = self.gauge.enter(false);
        assert!(!self.gauge.faults.take(Fault::PanicInStart), "a drill makes the start panic");
        self.actor.pre_start(myself, args).instrument(message_span(&self.path, &Callback::Start)).await
    }

    async fn post_start(
        &self,
        myself: ActorRef<A::Msg>,
        state: &mut A::State,
    ) -> Result<(), ActorProcessingErr> {
        let _in = self.gauge.enter(false);
        self.actor.post_start(myself, state).instrument(message_span(&self.path, &Callback::Started)).await
    }

    async fn post_stop(
        &self,
        myself: ActorRef<A::Msg>,
        state: &mut A::State,
    ) -> Result<(), ActorProcessingErr> {
        let _in = self.gauge.enter(false);
        let faults = &self.gauge.faults;
        assert!(!faults.take(Fault::PanicInStop), "a drill makes the stop panic");
        if faults.take(Fault::HangInStop) {
            std::future::pending::<()>().await;
        }
        self.actor.post_stop(myself, state).instrument(message_span(&self.path, &Callback::Stop)).await
    }

    async fn handle(
        &self,
        myself: ActorRef<A::Msg>,
        message: A::Msg,
        state: &mut A::State,
    ) -> Result<(), ActorProcessingErr> {
        if self.gauge.take() {
            return Ok(());
        }
        let _in = self.gauge.enter(true);
        if self.gauge.faults.is_armed() {
            self.strike_in_handle().await?;
        }
        let span = message_span(&self.path, &message);
        if span.is_disabled() {
            // The usual way: no detour on any message.
            return self.actor.handle(myself, message, state).await;
        }
        self.actor.handle(myself, message, state).instrument(span).await
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<A::Msg>,
        event: SupervisionEvent,
        state: &mut A::State,
    ) -> Result<(), ActorProcessingErr> {
        let _in = self.gauge.enter(false);
        if is_ping(&event) {
            if self.gauge.faults.is_armed() {
                self.strike_in_handle().await?;
            }
            answer_ping(&event);
            return Ok(());
        }
        self.actor.handle_supervisor_evt(myself, event, state).await
    }
}
