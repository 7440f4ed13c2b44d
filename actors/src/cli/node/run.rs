//! `rr-node run`: the node until it is stopped.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use rr_config::{ConfigLayers, LoadedSettings, LogLevel, LogSection, NodeRole, Origin};

use super::address_args::AddressArgs;
use super::board_args::ChosenBoard;
use super::reload::Reloader;
use super::service_manager::ServiceManager;
use super::signals::Signals;
use crate::cli::{Exit, Failure, OutputFormat, SharedArgs, data_dir, load};
use crate::display::{DisplayStyle, start_logging};
use crate::error::NodeFailure;
use crate::node::{Node, NodePlan, host_name};
use crate::trace::SpanPipe;

/// How long threads that do not end are waited for after the tree has stopped.
const LEFTOVERS: Duration = Duration::from_millis(500);

/// What a node is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// Everything on one machine
    All,
    /// Decides and schedules; plays and trains nothing
    Coordinator,
    /// Plays games and measures candidates, as a leader orders; waits where there is none
    Gpu,
    /// Trains, as a leader orders; waits where there is none
    Trainer,
    /// Keeps what the cluster agrees on and does no work; alone it has nothing to vote on
    Voter,
}

impl From<RoleArg> for NodeRole {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::All => Self::All,
            RoleArg::Coordinator => Self::Coordinator,
            RoleArg::Gpu => Self::Gpu,
            RoleArg::Trainer => Self::Trainer,
            RoleArg::Voter => Self::Voter,
        }
    }
}

/// Options of `rr-node run`.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct RunArgs {
    /// What the node is for
    #[arg(long, value_enum)]
    role: Option<RoleArg>,
    #[command(flatten)]
    addresses: AddressArgs,
    #[command(flatten)]
    board: ChosenBoard,
}

impl RunArgs {
    /// Fills what is not given from what was given before the command.
    pub(super) fn or(self, before: &Self) -> Self {
        let addresses = self.addresses.or(&before.addresses);
        Self { role: self.role.or(before.role), board: self.board.or(before.board), addresses }
    }

    /// Returns the addresses, for commands that take them too.
    pub(super) fn addresses(&self) -> &AddressArgs {
        &self.addresses
    }

    /// Runs the node until a signal.
    ///
    /// # Errors
    /// What stands against the start, or the failure that ended the tree.
    pub fn run(self, shared: &SharedArgs) -> Result<Exit, Failure> {
        let mut layers = self.addresses.set(self.board.over(shared.layers()?)?);
        if let Some(role) = self.role {
            layers = layers.flag("--role", "node.role", NodeRole::from(role).name());
        }
        let session = NodeSession::new(layers, None, DisplayStyle::of_stdout())?;
        session.run(|_| std::future::pending::<Exit>())
    }
}

/// Runs a node on a runtime of its own, with signals watched.
pub(super) struct NodeSession {
    plan: NodePlan,
    reloader: Reloader,
    spans: Option<SpanPipe>,
}

impl NodeSession {
    /// Starts to log and gathers what the node is started with.
    pub fn new(
        layers: ConfigLayers,
        pass_games: Option<u64>,
        display: DisplayStyle,
    ) -> Result<Self, Failure> {
        let loaded = load(&layers)?;
        let log = log_section(&loaded, &display);
        let spans = open_spans(&loaded)?;
        let log = start_logging(&log, spans.as_ref(), display.bars().cloned())
            .map_err(|error| Failure::new(Exit::Config, error))?;
        let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("rr-node"));
        let data_dir = data_dir(&loaded)?;
        let setting_rows = loaded.rows();
        let settings = loaded.settings.clone();
        let reloader = Reloader::new(layers, loaded);
        let plan = NodePlan { settings, setting_rows, data_dir, program, display, log, pass_games };
        Ok(Self { plan, reloader, spans })
    }

    /// Runs until a signal, the end of `until`, or the failure of the tree.
    pub fn run<U, F>(mut self, until: U) -> Result<Exit, Failure>
    where
        U: FnOnce(&Node) -> F,
        F: Future<Output = Exit>,
    {
        let fail = |error: std::io::Error| Failure::new(Exit::Software, error);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(fail)?;
        let spans = self.spans.take();
        let ended = runtime.block_on(self.session(until));
        runtime.shutdown_timeout(LEFTOVERS);
        if let Some(spans) = spans {
            spans.close();
        }
        ended
    }

    async fn session<U, F>(self, until: U) -> Result<Exit, Failure>
    where
        U: FnOnce(&Node) -> F,
        F: Future<Output = Exit>,
    {
        let mut signals = Signals::new().map_err(|error| Failure::new(Exit::Software, error))?;
        let display = self.plan.display.clone();
        let mut node = tokio::select! {
            started = Node::start(self.plan) => started.map_err(failure)?,
            // Nothing plays yet, and the store survives any end.
            () = signals.end() => return Ok(Exit::Done),
        };
        let service = ServiceManager::ready(&node);
        let (until, context) = (until(&node), node.context().clone());
        let shutdown = node.shutdown().clone();
        let exit = tokio::select! {
            () = signals.end_or(|| self.reloader.reload(&context)) => Exit::Done,
            () = shutdown.thrown() => Exit::Done,
            exit = until => exit,
            ended = node.ended() => {
                node.clean_up();
                return match ended {
                    Ok(()) => Err(Failure::new(Exit::Software, "the tree ended without having been asked to")),
                    Err(error) => Err(failure(error)),
                };
            }
        };
        service.stopping();
        say(
            &display,
            "rr-node: stopping: what runs finishes or leaves a checkpoint; Ctrl-C again ends at once",
        );
        tokio::select! {
            stopped = node.stop() => stopped.map_err(failure)?,
            () = signals.end() => Exit::Interrupted.leave(),
        }
        Ok(exit)
    }
}

/// Prints a line for people on standard error, above the bars where there are any. Where nobody reads any more, the node goes on.
fn say(display: &DisplayStyle, line: &str) {
    let write = || writeln!(io::stderr(), "{line}");
    let written = match display.bars() {
        Some(bars) => bars.suspend(write),
        None => write(),
    };
    written.ok();
}

/// Opens the way of spans to a collector, where one is configured.
fn open_spans(loaded: &LoadedSettings) -> Result<Option<SpanPipe>, Failure> {
    let settings = &loaded.settings;
    let opened = SpanPipe::open(&settings.trace, &settings.node.resolved_id(&host_name()));
    opened.map_err(|error| Failure::new(Exit::Config, error))
}

/// Logs less beside bars, unless a level was asked for: they show what happens.
fn log_section(loaded: &LoadedSettings, display: &DisplayStyle) -> LogSection {
    let mut log = loaded.settings.log.clone();
    if display.bars().is_some() && loaded.origin("log.level") == Origin::Default {
        log.level = LogLevel::Warn;
    }
    log
}

fn failure(error: NodeFailure) -> Failure {
    Failure::of(error.code(), error)
}

/// Says how a node shows itself beside a command's answer: not at all where the answer is for a program.
pub(super) fn display_beside(format: OutputFormat) -> DisplayStyle {
    match format {
        OutputFormat::Table => DisplayStyle::of_stdout(),
        OutputFormat::Json | OutputFormat::Yaml => DisplayStyle::Off,
    }
}
