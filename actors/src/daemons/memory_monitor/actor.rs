//! The actor itself. Supervised by `daemons`, one for one; a restart looks again at once, and what it held stays held until then.
//! An event that could not be stored is told at the next look.

use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_config::{DevicesSection, MemorySection};
use rr_proto::{NodeId, UnixMillis};
use serde::Serialize;

use super::level::{MemoryLevel, MemoryLimits};
use super::news::MemoryNews;
use super::probe::{MemoryProbe, MemoryReading, MemoryUse};
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::error::BusFailure;
use crate::permit::{HoldReason, WorkPermit};
use crate::supervision::{Address, Observer, Ticker};

/// What the memory monitor is told.
#[derive(Debug)]
pub enum MemoryMonitorMsg {
    /// Look now.
    Look,
    /// This is what a look found. Sent by the look.
    Found(MemoryReading),
}

/// What the memory monitor needs.
#[derive(Clone)]
pub struct MemoryMonitorArgs {
    /// How memory is watched.
    pub settings: MemorySection,
    /// The shares that are warned of and that hold new work.
    pub devices: DevicesSection,
    /// Reads memory.
    pub probe: Arc<dyn MemoryProbe>,
    /// Holds new work.
    pub permit: WorkPermit,
    /// Events.
    pub publisher: EventPublisher,
    /// This node.
    pub node: NodeId,
    /// This actor, for looks.
    pub myself: Address<MemoryMonitorMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Watches memory.
pub struct MemoryMonitorActor;

/// The level and what it was found by.
pub struct MemoryMonitorState {
    args: MemoryMonitorArgs,
    _ticker: Ticker,
    health: DaemonHealth,
    looking: bool,
    news: MemoryNews,
    numbers: MemoryNumbers,
}

/// What the monitor shows.
#[derive(Debug, Clone, Default, Serialize)]
struct MemoryNumbers {
    level: MemoryLevel,
    memories: Vec<MemoryUse>,
    /// Times that pressure began.
    pressures: u64,
}

impl Actor for MemoryMonitorActor {
    type Msg = MemoryMonitorMsg;
    type State = MemoryMonitorState;
    type Arguments = MemoryMonitorArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<MemoryMonitorMsg>,
        args: MemoryMonitorArgs,
    ) -> Result<MemoryMonitorState, ActorProcessingErr> {
        let every = Duration::from_secs(args.settings.interval_seconds);
        let ticker = Ticker::every(&args.myself, every, || MemoryMonitorMsg::Look);
        myself.cast(MemoryMonitorMsg::Look)?;
        let health = DaemonHealth::new(args.clock.clone());
        let numbers = MemoryNumbers::default();
        let news = MemoryNews::new(args.node.clone());
        Ok(MemoryMonitorState { args, _ticker: ticker, health, looking: false, news, numbers })
    }

    async fn handle(
        &self,
        _myself: ActorRef<MemoryMonitorMsg>,
        message: MemoryMonitorMsg,
        state: &mut MemoryMonitorState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            MemoryMonitorMsg::Look => state.look(),
            MemoryMonitorMsg::Found(reading) => state.found(reading).await,
        }
        Ok(())
    }
}

impl MemoryMonitorState {
    /// Looks on another thread, one look at a time: a driver may take its time.
    fn look(&mut self) {
        if std::mem::replace(&mut self.looking, true) {
            return;
        }
        let (probe, actor) = (Arc::clone(&self.args.probe), self.args.myself.clone());
        tokio::task::spawn_blocking(move || {
            let _ = actor.cast(MemoryMonitorMsg::Found(probe.read())); // gone with its supervisor
        });
    }

    async fn found(&mut self, reading: MemoryReading) {
        self.looking = false;
        let before = self.numbers.level;
        self.numbers.memories = self.memories(reading);
        let limits = MemoryLimits::new(&self.args.settings, &self.args.devices);
        let worst = self.numbers.memories.iter().max_by(|a, b| a.share().total_cmp(&b.share())).cloned();
        let (share, detail) = worst.as_ref().map_or((0.0, String::new()), |w| (w.share(), in_words(w)));
        let level = before.next(share, &limits);
        self.numbers.level = level;
        if level == MemoryLevel::Pressure {
            self.args.permit.hold(HoldReason::Memory, detail.clone());
        } else {
            // Whether this life held it or the one before.
            self.args.permit.release(HoldReason::Memory);
        }
        if level > before {
            self.numbers.pressures += u64::from(level == MemoryLevel::Pressure);
            tracing::warn!(?level, detail, "memory gets short");
        } else if level < before {
            tracing::info!(?level, detail, "memory is less short");
        }
        match self.tell(level, worst).await {
            Ok(()) => self.health.worked(),
            Err(failure) => self.health.failed("MEMORY_MONITOR", &failure),
        }
        self.args.observer.show(self.health.with(&self.numbers));
    }

    async fn tell(&mut self, level: MemoryLevel, worst: Option<MemoryUse>) -> Result<(), BusFailure> {
        let Some(worst) = worst else { return Ok(()) };
        let mut news = self.news.clone();
        let events = news.look(level, &worst, UnixMillis(self.args.clock.unix_ms()));
        self.args.publisher.publish_together(events).await?;
        self.news = news;
        Ok(())
    }

    /// Lists the memories; that of this process is measured so that its limit lies where pressure begins.
    fn memories(&self, reading: MemoryReading) -> Vec<MemoryUse> {
        let mut memories = reading.shared;
        let limit = self.args.settings.process_limit_mb.saturating_mul(1024 * 1024);
        if limit > 0 {
            let total_bytes = (limit as f64 / self.args.devices.memory_pressure) as u64;
            let name = "process".to_owned();
            memories.push(MemoryUse { name, used_bytes: reading.process_bytes, total_bytes });
        }
        memories
    }
}

fn in_words(memory: &MemoryUse) -> String {
    let mib = |bytes: u64| bytes / (1024 * 1024);
    let (used, total) = (mib(memory.used_bytes), mib(memory.total_bytes));
    format!("{}: {:.0} % in use ({used} of {total} MiB)", memory.name, memory.share() * 100.0)
}

#[cfg(test)]
mod tests;
