//! `rr-admin scheduler`: why a board config gets the share of self-play that it gets.

use clap::{Args, Subcommand};
use rr_proto::admin::{ExplainScheduleRequest, ScheduleExplanation};

use super::flags::AdminFlags;
use super::live_node::LiveNode;
use crate::cli::{Exit, Failure, TextTable};

/// Commands about the scheduler.
#[derive(Debug, Subcommand)]
pub enum SchedulerCommand {
    /// Show each term of a config's score, the factors on their sum, and the share that follows
    Explain(ExplainScheduleArgs),
}

/// Options of `rr-admin scheduler explain`.
#[derive(Debug, Args)]
pub struct ExplainScheduleArgs {
    /// Board config, such as hex8_2p (default: every one that the node leads)
    #[arg(default_value = "")]
    config: String,
}

impl SchedulerCommand {
    /// Does what is asked for.
    ///
    /// # Errors
    /// When no node answers, or it does not schedule that config.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let Self::Explain(args) = self;
        let node = LiveNode::open(flags)?;
        let request = ExplainScheduleRequest { config: args.config.clone() };
        let configs = node
            .ask(|node| async move { node.control().explain_schedule(node.request(request)).await })?
            .configs;
        flags.format().print(&configs, || {
            let texts: Vec<String> = configs.iter().map(explained).collect();
            texts.join("\n")
        })?;
        Ok(Exit::Done)
    }
}

fn explained(config: &ScheduleExplanation) -> String {
    let mut table = TextTable::new(["term", "value", "weight", "adds"]);
    for term in &config.terms {
        table.row([
            term.name.clone(),
            format!("{:.3}", term.value),
            format!("{:.2}", term.weight),
            format!("{:.4}", term.value * term.weight),
        ]);
    }
    let sum: f64 = config.terms.iter().map(|term| term.value * term.weight).sum();
    let factors: String = config
        .factors
        .iter()
        .map(|factor| format!("times {:<12} {:.3}\n", factor.name, factor.value))
        .collect();
    format!(
        "{}\n{table}sum                {sum:.4}\n{factors}total              {:.4}\nshare of self-play {:.1} %\ngames wanted       {}\n",
        config.config,
        config.total,
        config.share * 100.0,
        config.target_games
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rr_proto::admin::{ScheduleFactor, ScheduleTerm};

    #[test]
    fn an_explanation_shows_how_the_total_comes_about() {
        let term = |name: &str, value, weight| ScheduleTerm { name: name.to_owned(), value, weight };
        let text = explained(&ScheduleExplanation {
            config: "hex8_2p".to_owned(),
            terms: vec![term("staleness", 0.5, 0.3), term("quality", 1.0, 0.15)],
            factors: vec![ScheduleFactor { name: "regression".to_owned(), value: 2.0 }],
            total: 0.6,
            share: 1.0,
            target_games: 500,
        });
        for line in
            ["staleness  0.500  0.30    0.1500", "sum                0.3000", "times regression   2.000"]
        {
            assert!(text.contains(line), "{line}:\n{text}");
        }
        assert!(
            text.ends_with("total              0.6000\nshare of self-play 100.0 %\ngames wanted       500\n"),
            "{text}"
        );
    }
}
