//! The thread that draws.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rr_proto::Event;

use super::bars::BarScreen;
use super::lines::LineScreen;
use super::snapshot::LoopSnapshot;
use super::style::DisplayStyle;

/// Orders that may wait for a slow terminal; more are passed over.
const QUEUE: usize = 256;

/// What the thread is told.
pub(super) enum ScreenOrder {
    /// The newest counts.
    Show(Box<LoopSnapshot>),
    /// Something happened.
    Happened(Box<Event>),
}

/// Hands orders to the thread; the thread ends when this is dropped.
pub(super) struct Screen {
    orders: Option<SyncSender<ScreenOrder>>,
    thread: Option<JoinHandle<()>>,
}

impl Screen {
    /// Starts the thread.
    pub fn start(style: &DisplayStyle) -> std::io::Result<Self> {
        let (orders, receiver) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("rr-display".to_owned());
        let thread = match style.clone() {
            DisplayStyle::Off => return Ok(Self { orders: None, thread: None }),
            DisplayStyle::Lines => thread.spawn(move || draw_lines(&receiver))?,
            DisplayStyle::Bars(bars) => thread.spawn(move || draw_bars(&BarScreen::new(bars), &receiver))?,
        };
        Ok(Self { orders: Some(orders), thread: Some(thread) })
    }

    /// Passes an order on, unless the terminal is too slow for it.
    pub fn order(&self, order: ScreenOrder) {
        if let Some(orders) = &self.orders {
            let _ = orders.try_send(order); // a full queue loses a picture, not a fact
        }
    }

    /// Ends the thread and returns what to wait for.
    pub fn close(&mut self) -> Option<JoinHandle<()>> {
        self.orders = None;
        self.thread.take()
    }
}

fn draw_lines(orders: &Receiver<ScreenOrder>) {
    let mut screen = LineScreen::new();
    for order in orders {
        match order {
            ScreenOrder::Show(snapshot) => screen.show(&snapshot),
            ScreenOrder::Happened(event) => screen.happened(&event),
        }
    }
}

fn draw_bars(screen: &BarScreen, orders: &Receiver<ScreenOrder>) {
    for order in orders {
        match order {
            ScreenOrder::Show(snapshot) => screen.show(&snapshot),
            ScreenOrder::Happened(event) => screen.happened(&event),
        }
    }
    screen.clear();
}
