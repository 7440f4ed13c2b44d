//! SIGHUP: the configuration is read again, what can change at once does, and what can't is named.

use rr_cluster::ScheduleWeights;
use rr_config::{ConfigErrors, ConfigLayers, KeyChange, LoadedSettings};

use super::service_manager::ServiceManager;
use crate::node::NodeContext;

/// Reads the configuration again, from where it came from at the start.
pub(super) struct Reloader {
    layers: ConfigLayers,
    started: LoadedSettings,
}

impl Reloader {
    /// Compares with what the node was started with.
    pub fn new(layers: ConfigLayers, started: LoadedSettings) -> Self {
        Self { layers, started }
    }

    /// Reads it, changes what can change, and writes to the log what did and what did not.
    pub fn reload(&self, node: &NodeContext) {
        ServiceManager::reloading();
        match self.layers.load() {
            Ok(new) => {
                tell(&self.started.changes(&new));
                read_certificates(node);
                read_weights(node, &new);
            }
            Err(errors) => tell_refused(&errors),
        }
        ServiceManager::reloaded();
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
    key.starts_with("scheduler.") && key.ends_with("_weight")
}

/// Writes every changed key to the log, with what its change asks for.
fn tell(changes: &[KeyChange]) {
    if changes.is_empty() {
        tracing::info!("the configuration was read again: no key differs from the start");
    }
    for KeyChange { key, old, new } in changes.iter().filter(|change| !counts_at_once(&change.key)) {
        tracing::warn!(key, old, new, "a key changed, and counts from the next start of the node on");
    }
}

/// Writes to the log why nothing was changed.
fn tell_refused(errors: &ConfigErrors) {
    for error in &errors.0 {
        tracing::error!(%error, "the configuration was read again and is refused: nothing is changed");
    }
}
