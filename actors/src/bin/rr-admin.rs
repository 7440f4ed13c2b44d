//! The administration client: calls a node or reads the store of a stopped one.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use rr_actors::cli::games::GamesCommand;
use rr_actors::cli::playout::PlayoutArgs;
use rr_actors::cli::{OutputFormat, playout};

/// Administers RingRift training nodes: games, models, ratings, measurements.
#[derive(Debug, Parser)]
#[command(name = "rr-admin", version, arg_required_else_help = true)]
struct Admin {
    /// Form of the answer
    #[arg(long, global = true, value_enum, default_value_t)]
    output: OutputFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Verify, count and draw games
    #[command(subcommand)]
    Games(GamesCommand),
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
    let admin = Admin::parse();
    let result = match &admin.command {
        Command::Games(command) => command.run(admin.output),
        Command::Bench(Bench::Playout(args)) => playout::run(args, admin.output),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report("rr-admin"),
    }
}
