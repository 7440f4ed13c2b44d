//! SIGHUP: the configuration is read again, what can change at once does, and what can't is named.

use std::cell::RefCell;

use rr_cluster::ScheduleWeights;
use rr_config::{ConfigErrors, ConfigLayers, KeyChange, LoadedSettings, LogSection};

use super::service_manager::ServiceManager;
use crate::log_control::log_directives;
use crate::node::NodeContext;

/// Reads the configuration again, from where it came from at the start.
pub(super) struct Reloader {
    layers: ConfigLayers,
    started: LoadedSettings,
    /// What the configuration said of the log when it was last read.
    log: RefCell<String>,
}

impl Reloader {
    /// Compares with what the node was started with.
    pub fn new(layers: ConfigLayers, started: LoadedSettings) -> Self {
        let log = RefCell::new(log_directives(&started.settings.log));
        Self { layers, started, log }
    }

    /// Reads it, changes what can change, and writes to the log what did and what did not.
    pub fn reload(&self, node: &NodeContext) {
        ServiceManager::reloading();
        match self.layers.load() {
            Ok(new) => {
                let mut changes = self.started.changes(&new);
                changes.retain(|change| !counts_at_once(&change.key));
                tell(&changes);
                self.follow_log(&new.settings.log, node);
                read_certificates(node);
                read_weights(node, &new);
            }
            Err(errors) => tell_refused(&errors),
        }
        ServiceManager::reloaded();
    }

    /// Logs as the configuration says now, where it says otherwise than when it was last read: a level that an operator set
    /// meanwhile stays until then.
    fn follow_log(&self, section: &LogSection, node: &NodeContext) {
        let now = log_directives(section);
        if *self.log.borrow() == now {
            return;
        }
        match node.log.follow(section) {
            Ok(before) => {
                tracing::warn!(before, now, "log.level and log.filter were read again and count from now on");
                self.log.replace(now);
            }
            Err(error) => tracing::error!(%error, "what is logged stays as it was"),
        }
    }
}

fn read_certificates(node: &NodeContext) {
    let Some(tls) = node.security.tls() else { return };
    match tls.reload(node.clock.unix_ms() / 1000) {
        Ok(()) => tracing::info!("certificates were read again, for the connections to come"),
        Err(error) => tracing::error!(%error, "the certificates stay as they were"),
    }
}

/// Gives the scheduler the new weights, for its next allocation.
fn read_weights(node: &NodeContext, new: &LoadedSettings) {
    let weights = ScheduleWeights::from(&new.settings.scheduler);
    if *node.weights.borrow() != weights {
        node.weights.send_replace(weights);
        tracing::info!(?weights, "the scheduler's weights changed, for the next allocation");
    }
}

/// Says whether a key counts without a new start.
fn counts_at_once(key: &str) -> bool {
    matches!(key, "log.level" | "log.filter") || key.starts_with("scheduler.") && key.ends_with("_weight")
}

/// Writes every changed key to the log, with what its change asks for.
fn tell(changes: &[KeyChange]) {
    if changes.is_empty() {
        tracing::info!(
            "the configuration was read again: no key that needs a restart differs from the start"
        );
    }
    for KeyChange { key, old, new } in changes {
        tracing::warn!(key, old, new, "a key changed, and counts from the next start of the node on");
    }
}

/// Writes to the log why nothing was changed.
fn tell_refused(errors: &ConfigErrors) {
    for error in &errors.0 {
        tracing::error!(%error, "the configuration was read again and is refused: nothing is changed");
    }
}
