//! HEALTH_SERVER: owns the servers of the two ports with pages. Supervised by the node, after everything that it tells about; nothing
//! restarts with it, and callers that come meanwhile wait at the port.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_config::{LimitsSection, ServerSection};
use serde::Serialize;
use tokio::task::JoinSet;

use super::page_counts::PageCounts;
use super::pages::{health_pages, status_pages};
use super::ports::PagePorts;
use super::server::{PageLimits, serve};
use super::source::PageSource;
use crate::daemons::DaemonHealth;
use crate::metrics::MetricsSource;
use crate::security::SurfaceSecurity;
use crate::supervision::{Address, Observer, Ticker};

/// How often the counts are shown.
const SHOW: Duration = Duration::from_secs(10);

/// What the health server is told.
#[derive(Debug)]
pub enum HealthServerMsg {
    /// Show what you have done.
    Show,
    /// The server of this port ended by itself. Sent by the server's task.
    PortEnded(&'static str),
}

/// What the health server needs.
#[derive(Clone)]
pub struct HealthServerArgs {
    /// The bound ports.
    pub ports: PagePorts,
    /// Where the ports are configured to be, which says who may read them.
    pub server: ServerSection,
    /// What a caller may take.
    pub limits: LimitsSection,
    /// Who may read.
    pub security: SurfaceSecurity,
    /// What the pages are made from.
    pub source: PageSource,
    /// What a scrape reads.
    pub metrics: MetricsSource,
    /// Counts the requests of the health port and of the status port.
    pub counts: [Arc<PageCounts>; 2],
    /// This actor, for showing.
    pub myself: Address<HealthServerMsg>,
    /// Shows the state.
    pub observer: Observer,
}

/// Serves the pages.
pub struct HealthServerActor;

/// Dropping it ends both servers and their connections.
pub struct HealthServerState {
    counts: [Arc<PageCounts>; 2],
    addresses: (SocketAddr, SocketAddr),
    observer: Observer,
    health: DaemonHealth,
    _ticker: Ticker,
    _servers: JoinSet<()>,
}

/// What the health server shows.
#[derive(Debug, Serialize)]
struct HealthServerNumbers {
    health_address: SocketAddr,
    status_address: SocketAddr,
    answered: u64,
    refused: u64,
}

impl Actor for HealthServerActor {
    type Msg = HealthServerMsg;
    type State = HealthServerState;
    type Arguments = HealthServerArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<HealthServerMsg>,
        args: HealthServerArgs,
    ) -> Result<HealthServerState, ActorProcessingErr> {
        let (health, status) = (args.server.health_addr(), args.server.status_addr());
        let gate = |address| args.security.page_gate(address);
        let [of_health, of_status] = args.counts.clone();
        let sources = (args.source.clone(), args.metrics.clone());
        let health_pages = health_pages(sources, gate(health), of_health);
        let status_pages = status_pages(args.source.clone(), gate(status), of_status);
        let mut servers = JoinSet::new();
        let ports = [
            ("health", health, &*args.ports.health, health_pages),
            ("status", status, &*args.ports.status, status_pages),
        ];
        for (port, address, listener, pages) in ports {
            open(&mut servers, &args, (port, address, listener, pages), myself.clone())?;
        }
        let ticker = Ticker::every(&args.myself, SHOW, || HealthServerMsg::Show);
        myself.cast(HealthServerMsg::Show)?;
        Ok(HealthServerState {
            counts: args.counts,
            addresses: args.ports.addresses()?,
            observer: args.observer,
            health: DaemonHealth::new(args.source.clock),
            _ticker: ticker,
            _servers: servers,
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<HealthServerMsg>,
        message: HealthServerMsg,
        state: &mut HealthServerState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            HealthServerMsg::Show => state.show(),
            HealthServerMsg::PortEnded(port) => return Err(format!("the {port} port ended").into()),
        }
        Ok(())
    }
}

impl HealthServerState {
    fn show(&mut self) {
        self.health.worked();
        let sum =
            |count: fn(&PageCounts) -> u64| -> u64 { self.counts.iter().map(|counts| count(counts)).sum() };
        let numbers = HealthServerNumbers {
            health_address: self.addresses.0,
            status_address: self.addresses.1,
            answered: sum(PageCounts::answered),
            refused: sum(PageCounts::refused),
        };
        self.observer.show(self.health.with(&numbers));
    }
}

/// Serves a port on a task of its own.
fn open(
    servers: &mut JoinSet<()>,
    args: &HealthServerArgs,
    (port, address, listener, pages): (&'static str, SocketAddr, &TcpListener, Router),
    myself: ActorRef<HealthServerMsg>,
) -> Result<(), ActorProcessingErr> {
    let listener = args.security.page_listener(port, address, listener.try_clone()?)?;
    let limits = PageLimits::from(&args.limits);
    servers.spawn(async move {
        serve(listener, pages, limits).await;
        let _ = myself.cast(HealthServerMsg::PortEnded(port)); // the actor may be gone
    });
    Ok(())
}
