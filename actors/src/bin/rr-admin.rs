//! The administration client: calls a node or reads the store of a stopped one.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use rr_actors::cli::games::GamesCommand;
use rr_actors::cli::playout::PlayoutArgs;
use rr_actors::cli::security::{AuditCommand, CertsCommand, TokensCommand};
use rr_actors::cli::store::{ListRatingsArgs, ModelsCommand, StatusArgs};
use rr_actors::cli::{SharedArgs, parse, playout};

const EXAMPLES: &str = "\
Examples:
  rr-admin status                              how far the node of the default data folder is, running or stopped
  rr-admin models list hex8_2p                 its models, newest first
  rr-admin ratings hex8_2p --output json       its ratings, strongest first
  rr-admin games verify traces/                replay trace files against the rules
  rr-admin games show game.rrg --ply 20        draw a position
  rr-admin bench playout --board hex8 --players 2 --seconds 5";

/// Administers RingRift training nodes: status, models, ratings, games, measurements.
#[derive(Debug, Parser)]
#[command(name = "rr-admin", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Admin {
    #[command(flatten)]
    shared: SharedArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what a node is and how far each config has come
    Status(StatusArgs),
    /// List models
    #[command(subcommand)]
    Models(ModelsCommand),
    /// List the ratings of a board config
    Ratings(ListRatingsArgs),
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
    Bench(Bench),
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// Play random games on one thread: plies per CPU second, legal moves listed at every ply
    Playout(PlayoutArgs),
}

fn main() -> ExitCode {
    let admin: Admin = match parse() {
        Ok(admin) => admin,
        Err(code) => return code,
    };
    let (shared, format) = (&admin.shared, admin.shared.output);
    let result = match &admin.command {
        Command::Status(args) => args.run(shared),
        Command::Models(command) => command.run(shared),
        Command::Ratings(args) => args.run(shared),
        Command::Games(command) => command.run(format),
        Command::Tokens(command) => command.run(shared),
        Command::Certs(command) => command.run(shared),
        Command::Audit(command) => command.run(shared),
        Command::Bench(Bench::Playout(args)) => playout::run(args, format),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report("rr-admin"),
    }
}
