//! `rr-node` itself: which command, with which settings.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use super::config_show::ConfigCommand;
use super::doctor::DoctorArgs;
use super::evaluate::EvaluateArgs;
use super::loop_pass::LoopArgs;
use super::run::RunArgs;
use super::selfplay::SelfplayCommandArgs;
use super::train::{TrainArgs, TrainerChildArgs};
use crate::cli::{CompletionsArgs, EXIT_CODES, Exit, Failure, ManArgs, SharedArgs, load};

const EXAMPLES: &str = "\
Examples:
  rr-node                                      teach a network to play hex8 with two players, until Ctrl-C
  rr-node --data-dir /data/a --set server.grpc_port=8781
                                               the same beside another node
  rr-node loop --board hex8 --players 2 --selfplay-games 1000
                                               one pass: play, train, measure, promote or refuse
  rr-node selfplay --board hex8 --players 2 --games 200 --out games
  rr-node train --board hex8 --players 2 --data games --out trained
  rr-node evaluate trained/model.onnx random --games 100
  rr-node doctor                               whether this machine can run a node, and what to do
  rr-node config show --origin                 every setting and where it came from

Ctrl-C stops in order and loses nothing; the same command goes on. A second Ctrl-C ends at once, without damage.";

/// Teaches networks to play RingRift by self-play.
#[derive(Debug, Parser)]
#[command(name = "rr-node", version, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct NodeCli {
    #[command(flatten)]
    shared: SharedArgs,
    #[command(flatten)]
    run: RunArgs,
    #[command(subcommand)]
    command: Option<NodeCommand>,
}

/// What the node binary can do.
#[derive(Debug, Subcommand)]
pub enum NodeCommand {
    /// Run the node until it is stopped: self-play, training, evaluation, promotion, again and again (the default)
    Run(RunArgs),
    /// One pass of the loop: play games, train on them, measure the candidate, promote or refuse it, stop
    Loop(LoopArgs),
    /// Play games with a network against itself and write them as shards, without a node
    Selfplay(SelfplayCommandArgs),
    /// Train a network from games by hand, without a node
    Train(TrainArgs),
    /// Measure A against B: shared openings, every seat rotation, score, Elo, sequential test
    Evaluate(EvaluateArgs),
    /// Show the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Check whether this machine can run a node, and say what to do where it can't
    Doctor(DoctorArgs),
    /// Print a script that completes this program's command line
    Completions(CompletionsArgs),
    /// Write the manual
    Man(ManArgs),
    /// Train as the child process of a node
    #[command(hide = true)]
    TrainerChild(TrainerChildArgs),
}

impl NodeCli {
    /// Does what the command line asks for and returns the code of the process.
    pub fn execute(&self) -> ExitCode {
        if let Some(NodeCommand::TrainerChild(args)) = &self.command {
            return args.execute();
        }
        match self.dispatch() {
            Ok(exit) => exit.leave(),
            Err(failure) => {
                let _ = failure.report("rr-node"); // the code follows
                failure.exit.leave()
            }
        }
    }

    fn dispatch(&self) -> Result<Exit, Failure> {
        let (shared, format) = (&self.shared, self.shared.output);
        let settings = || Ok::<_, Failure>(load(&shared.layers()?)?.settings);
        match &self.command {
            None => self.run.run(shared),
            Some(NodeCommand::Run(args)) => args.or(&self.run).run(shared),
            Some(NodeCommand::Loop(args)) => args.run(shared),
            Some(NodeCommand::Selfplay(args)) => args.run(&settings()?, format),
            Some(NodeCommand::Train(args)) => args.run(&settings()?, format),
            Some(NodeCommand::Evaluate(args)) => args.run(&settings()?, format),
            Some(NodeCommand::Config(command)) => command.run(&load(&shared.layers()?)?, format),
            Some(NodeCommand::Doctor(args)) => args.run(shared),
            Some(NodeCommand::Completions(args)) => args.run(Self::command()),
            Some(NodeCommand::Man(args)) => args.run(Self::command()),
            Some(NodeCommand::TrainerChild(_)) => Ok(Exit::Done),
        }
    }
}
