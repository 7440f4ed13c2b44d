//! `rr-admin actors show`.

use clap::Args;
use rr_proto::admin::{Actor, GetActorRequest};

use crate::cli::admin::flags::AdminFlags;
use crate::cli::admin::live_node::LiveNode;
use crate::cli::admin::span_text::span_text;
use crate::cli::{Exit, Failure};

/// Options of `rr-admin actors show`.
#[derive(Debug, Args)]
pub struct ShowActorArgs {
    /// Its path, such as workers/trainer
    path: String,
}

impl ShowActorArgs {
    pub(super) fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let node = LiveNode::open(flags)?;
        let request = GetActorRequest { path: self.path.clone() };
        let answer = node.ask(|node| async move { node.actors().get_actor(node.request(request)).await })?;
        let actor = answer.actor.unwrap_or_default();
        flags.format().print(&actor, || actor_text(&actor))?;
        Ok(Exit::Done)
    }
}

/// Writes down everything that is known of an actor.
pub fn actor_text(actor: &Actor) -> String {
    let mut lines = vec![
        ("actor", actor.path.clone()),
        ("kind", [actor.kind.as_str(), actor.strategy.as_str()].join(" ").trim_end().to_owned()),
        ("restart", actor.restart.clone()),
        ("critical", if actor.critical { "yes" } else { "no" }.to_owned()),
        ("state", actor.state.clone()),
        ("uptime", actor.uptime_ms.map_or_else(|| "-".to_owned(), span_text)),
        ("restarts", actor.restarts.to_string()),
    ];
    if let Some(load) = &actor.load {
        lines.extend([
            ("mailbox", format!("{} waiting, {:.1} ms lag", load.mailbox_depth, load.mailbox_lag_ms)),
            ("messages", format!("{} handled, {:.1} per second", load.handled, load.messages_per_second)),
            (
                "handler",
                format!("{:.0} ms in all, {:.0} ms in the one at work", load.handler_ms, load.busy_ms),
            ),
            ("shed", load.shed.to_string()),
            ("panics", load.panics.to_string()),
        ]);
    }
    if !actor.last_error.is_empty() {
        lines.push(("last error", actor.last_error.clone()));
    }
    let mut text: String = lines.into_iter().map(|(name, value)| format!("{name:<12}{value}\n")).collect();
    if let Ok(state) = serde_json::from_str::<serde_json::Value>(&actor.observed_json) {
        let state = serde_yaml_ng::to_string(&state).unwrap_or_default();
        text.push_str("state\n");
        text.extend(state.lines().map(|line| format!("  {line}\n")));
    }
    text
}
