//! `rr-admin` itself: which command, on which node.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use super::actors::ActorsCommand;
use super::configs::ConfigsCommand;
use super::daemons::DaemonsCommand;
use super::devices::DevicesCommand;
use super::drain::{DrainArgs, ResumeArgs, ShutdownArgs};
use super::events::EventsCommand;
use super::flags::AdminFlags;
use super::health::HealthArgs;
use super::jobs::JobsCommand;
use super::log_level::LogCommand;
use super::scheduler::SchedulerCommand;
use super::settings::SettingsCommand;
use super::top::TopArgs;
use super::watching::watching;
use crate::cli::games::GamesCommand;
use crate::cli::playout::{self, PlayoutArgs};
use crate::cli::security::{AuditCommand, CertsCommand, TokensCommand};
use crate::cli::store::{ModelsCommand, RatingsNoun, StatusArgs};
use crate::cli::{CompletionsArgs, EXIT_CODES, Exit, Failure, ManArgs};

const EXAMPLES: &str = "\
Examples:
  rr-admin status                              how far the node of the default data folder is, running or stopped
  rr-admin health                              whether it is ready; exit code 1 where it is not
  rr-admin top                                 everything at a glance: actors, devices, self-play, Elo
  rr-admin actors tree --watch                 the tree of actors, again every two seconds
  rr-admin daemons restart trainer             stop and start the trainer, in order
  rr-admin events tail --topic training        what happens, until Ctrl-C
  rr-admin events list --since 2h --output yaml
                                               what has happened
  rr-admin events dead-letters list            what a subscriber could not handle
  rr-admin jobs list --open                    trainings and evaluations that have not ended
  rr-admin jobs cancel 3f2a                    call one off, by the beginning of its id
  rr-admin configs show hex8_2p                the loop of a board config
  rr-admin models list hex8_2p                 its models, newest first
  rr-admin ratings curve hex8_2p --output json its Elo curve
  rr-admin games list hex8_2p --last 5         games that the node has stored
  rr-admin games show game.rrg --ply 20        draw a position, of a file or of a stored game
  rr-admin games verify traces/                replay trace files against the rules
  rr-admin scheduler explain hex8_2p           why it gets the share of self-play that it gets, term by term
  rr-admin devices list                        what computes, and how busy it is
  rr-admin settings list --changed             settings that are not at their default
  rr-admin log level set info,rr_actors::bus=debug
  rr-admin drain --wait && rr-admin shutdown   let what runs end, then end the node
  rr-admin --addr 10.0.0.11:8780 --tls-ca ca.crt --token-file ann.token status
                                               a node on another machine
  rr-admin completions bash > /etc/bash_completion.d/rr-admin
  rr-admin man --dir /usr/local/share/man/man1

Commands that only read take --watch. Of a stopped node status, events, jobs, configs, models, ratings and games can be read.";

/// Administers RingRift training nodes: tree, daemons, events, jobs, models, ratings, games, settings.
#[derive(Debug, Parser)]
#[command(name = "rr-admin", version, arg_required_else_help = true, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct AdminCli {
    #[command(flatten)]
    flags: AdminFlags,
    #[command(subcommand)]
    command: AdminCommand,
}

/// What the administration client can do.
#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Say what a node is and how far each config has come
    Status(StatusArgs),
    /// Show a running node on a screen, with the keys of htop
    Top(TopArgs),
    /// Look at the tree of actors; kill and restart actors
    #[command(subcommand)]
    Actors(ActorsCommand),
    /// List, start, stop and restart daemons
    #[command(subcommand)]
    Daemons(DaemonsCommand),
    /// List events and follow them as they happen; look after dead letters
    #[command(subcommand)]
    Events(EventsCommand),
    /// List, show and cancel trainings and evaluations
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Show how far each board config is
    #[command(subcommand)]
    Configs(ConfigsCommand),
    /// List and show models
    #[command(subcommand)]
    Models(ModelsCommand),
    /// List the ratings of a board config
    Ratings(RatingsNoun),
    /// List, verify, count and draw games
    #[command(subcommand)]
    Games(GamesCommand),
    /// Show how the scheduler weighs board configs
    #[command(subcommand)]
    Scheduler(SchedulerCommand),
    /// Show what computes, and how busy it is
    #[command(subcommand)]
    Devices(DevicesCommand),
    /// Show the settings of a running node
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Say or change how much a running node logs
    #[command(subcommand)]
    Log(LogCommand),
    /// Say whether a node is ready; the exit code is 1 where it is not
    Health(HealthArgs),
    /// Have a node take no new work; what runs goes on
    Drain(DrainArgs),
    /// Have a drained node take work again
    Resume(ResumeArgs),
    /// End a node in order
    Shutdown(ShutdownArgs),
    /// Make, list and revoke the tokens by which people are known
    #[command(subcommand)]
    Tokens(TokensCommand),
    /// Make and show certificates, by which nodes are known and connections are kept private
    #[command(subcommand)]
    Certs(CertsCommand),
    /// Show who changed what
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Measure this machine
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Print a script that completes this program's command line
    Completions(CompletionsArgs),
    /// Write the manual
    Man(ManArgs),
}

/// Commands that measure.
#[derive(Debug, Subcommand)]
enum BenchCommand {
    /// Play random games on one thread: plies per CPU second, legal moves listed at every ply
    Playout(PlayoutArgs),
}

impl AdminCli {
    /// Does what the command line asks for and returns the code of the process.
    pub fn execute(&self) -> ExitCode {
        let done = if self.command.only_reads() {
            watching(self.flags.watch, || self.command.run(&self.flags))
        } else if self.flags.watch.is_some() && !matches!(self.command, AdminCommand::Top(_)) {
            Err(Failure::new(
                Exit::Usage,
                "--watch shows an answer again and again; this command changes something, or streams by itself",
            ))
        } else {
            self.command.run(&self.flags)
        };
        match done {
            Ok(exit) => exit.into(),
            Err(failure) => failure.report("rr-admin"),
        }
    }
}

impl AdminCommand {
    /// Tells whether the command may be repeated without a second thought.
    fn only_reads(&self) -> bool {
        match self {
            Self::Actors(command) => matches!(command, ActorsCommand::Tree(_) | ActorsCommand::Show(_)),
            Self::Daemons(command) => matches!(command, DaemonsCommand::List | DaemonsCommand::Show(_)),
            Self::Events(command) => command.only_reads(),
            Self::Jobs(command) => !matches!(command, JobsCommand::Cancel(_)),
            Self::Log(command) => command.only_reads(),
            Self::Status(_) | Self::Models(_) | Self::Ratings(_) | Self::Games(_) | Self::Configs(_) => true,
            Self::Devices(_) | Self::Settings(_) | Self::Health(_) | Self::Scheduler(_) => true,
            Self::Drain(_) | Self::Resume(_) | Self::Shutdown(_) => false,
            Self::Top(_) | Self::Tokens(_) | Self::Certs(_) | Self::Audit(_) | Self::Bench(_) => false,
            Self::Completions(_) | Self::Man(_) => false,
        }
    }

    fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        match self {
            Self::Status(args) => args.run(flags),
            Self::Top(args) => args.run(flags),
            Self::Actors(command) => command.run(flags),
            Self::Daemons(command) => command.run(flags),
            Self::Models(command) => command.run(flags),
            Self::Ratings(args) => args.run(flags),
            Self::Games(command) => command.run(flags),
            Self::Events(command) => command.run(flags),
            Self::Jobs(command) => command.run(flags),
            Self::Configs(command) => command.run(flags),
            Self::Scheduler(command) => command.run(flags),
            Self::Devices(command) => command.run(flags),
            Self::Settings(command) => command.run(flags),
            Self::Log(command) => command.run(flags),
            Self::Health(args) => args.run(flags),
            Self::Drain(args) => args.run(flags),
            Self::Resume(args) => args.run(flags),
            Self::Shutdown(args) => args.run(flags),
            Self::Completions(args) => args.run(AdminCli::command()),
            Self::Man(args) => args.run(AdminCli::command()),
            Self::Tokens(command) => command.run(&flags.shared),
            Self::Certs(command) => command.run(&flags.shared),
            Self::Audit(command) => command.run(&flags.shared),
            Self::Bench(BenchCommand::Playout(args)) => playout::run(args, flags.format()),
        }
    }
}
