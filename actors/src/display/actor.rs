//! The display actor. Supervised by the node, last of all; nothing restarts with it, and it never keeps anybody waiting.

use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_proto::Samples;

use super::screen::{Screen, ScreenOrder};
use super::snapshot::{LoopSnapshot, TrainingView};
use super::style::DisplayStyle;
use crate::bus::{BusMsg, Delivery, EventFilter, EventSink, LiveSubscription};
use crate::node::StatusBoard;
use crate::supervision::{Address, Ticker};

/// Time between two pictures.
const TICK: Duration = Duration::from_millis(500);
/// How long the last picture may take to be drawn.
const DRAW_LIMIT: Duration = Duration::from_secs(1);

/// What the display is told.
#[derive(Debug)]
pub enum DisplayMsg {
    /// Something happened.
    Heard(Delivery),
    /// Draw the newest counts.
    Tick,
}

/// What the display needs.
#[derive(Clone)]
pub struct DisplayArgs {
    /// How it shows.
    pub style: DisplayStyle,
    /// The newest counts.
    pub board: StatusBoard,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// This actor, for events.
    pub myself: Address<DisplayMsg>,
    /// New samples that ask for a training run.
    pub new_samples: Samples,
    /// The device in use, in words.
    pub device: String,
}

/// Shows how the loop goes.
pub struct DisplayActor;

/// The thread that draws, and what only events tell.
pub struct DisplayState {
    args: DisplayArgs,
    screen: Screen,
    training: Option<TrainingView>,
    _ticker: Ticker,
}

impl Actor for DisplayActor {
    type Msg = DisplayMsg;
    type State = DisplayState;
    type Arguments = DisplayArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<DisplayMsg>,
        args: DisplayArgs,
    ) -> Result<DisplayState, ActorProcessingErr> {
        let screen = Screen::start(&args.style)?;
        let ticker = Ticker::every(&args.myself, TICK, || DisplayMsg::Tick);
        Ok(DisplayState { args, screen, training: None, _ticker: ticker })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<DisplayMsg>,
        state: &mut DisplayState,
    ) -> Result<(), ActorProcessingErr> {
        let subscription = LiveSubscription {
            name: "display".to_owned(),
            filter: EventFilter::all(),
            sink: EventSink::new(state.args.myself.clone(), DisplayMsg::Heard),
        };
        subscription.open(&state.args.bus).await?;
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<DisplayMsg>,
        message: DisplayMsg,
        state: &mut DisplayState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            DisplayMsg::Heard(delivery) => state.heard(&delivery),
            DisplayMsg::Tick => state.draw(),
        }
        Ok(())
    }

    async fn post_stop(
        &self,
        _myself: ActorRef<DisplayMsg>,
        state: &mut DisplayState,
    ) -> Result<(), ActorProcessingErr> {
        if let Some(thread) = state.screen.close() {
            let ended = tokio::task::spawn_blocking(move || thread.join().is_ok());
            let _ = tokio::time::timeout(DRAW_LIMIT, ended).await; // a stuck terminal is left behind
        }
        Ok(())
    }
}

impl DisplayState {
    fn heard(&mut self, delivery: &Delivery) {
        self.training = TrainingView::follow(self.training, delivery.event());
        self.screen.order(ScreenOrder::Happened(Box::new(delivery.event().clone())));
    }

    fn draw(&self) {
        let about = (self.args.new_samples, self.args.device.as_str());
        let snapshot = LoopSnapshot::take(&self.args.board, self.training, about);
        self.screen.order(ScreenOrder::Show(Box::new(snapshot)));
    }
}
