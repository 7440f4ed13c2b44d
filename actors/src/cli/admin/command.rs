//! `rr-admin` itself: which command, on which node.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::actors::ActorsCommand;
use super::daemons::DaemonsCommand;
use super::flags::AdminFlags;
use super::top::TopArgs;
use super::watching::watching;
use crate::cli::games::GamesCommand;
use crate::cli::playout::{self, PlayoutArgs};
use crate::cli::security::{AuditCommand, CertsCommand, TokensCommand};
use crate::cli::store::{ModelsCommand, RatingsNoun, StatusArgs};
use crate::cli::{Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  rr-admin status                              how far the node of the default data folder is, running or stopped
  rr-admin top                                 everything at a glance: actors, devices, self-play, Elo
  rr-admin actors tree --watch                 the tree of actors, again every two seconds
  rr-admin daemons restart trainer             stop and start the trainer, in order
  rr-admin models list hex8_2p                 its models, newest first
  rr-admin ratings hex8_2p --output json       its ratings, strongest first
  rr-admin games verify traces/                replay trace files against the rules
  rr-admin games show game.rrg --ply 20        draw a position
  rr-admin bench playout --board hex8 --players 2 --seconds 5";

/// Administers RingRift training nodes: tree, daemons, events, jobs, models, ratings, games, settings.
#[derive(Debug, Parser)]
#[command(name = "rr-admin", version, arg_required_else_help = true, after_help = EXAMPLES)]
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
    /// List and show models
    #[command(subcommand)]
    Models(ModelsCommand),
    /// List the ratings of a board config
    Ratings(RatingsNoun),
    /// Verify, count and draw games
    #[command(subcommand)]
    Games(GamesCommand),
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
                "--watch shows answers again and again; this command changes something",
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
            Self::Status(_) | Self::Models(_) | Self::Ratings(_) | Self::Games(_) => true,
            Self::Top(_) | Self::Tokens(_) | Self::Certs(_) | Self::Audit(_) | Self::Bench(_) => false,
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
            Self::Games(command) => command.run(flags.format()),
            Self::Tokens(command) => command.run(&flags.shared),
            Self::Certs(command) => command.run(&flags.shared),
            Self::Audit(command) => command.run(&flags.shared),
            Self::Bench(BenchCommand::Playout(args)) => playout::run(args, flags.format()),
        }
    }
}
