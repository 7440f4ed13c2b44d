//! Which events a subscriber wants.

use rr_proto::{ConfigKey, Event, EventArea, EventKind};

/// Accepts events by kind, area and config; each condition that is set has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    kinds: Vec<EventKind>,
    areas: Vec<EventArea>,
    config: Option<ConfigKey>,
}

impl EventFilter {
    /// Accepts everything.
    pub fn all() -> Self {
        Self::default()
    }

    /// Accepts these kinds only.
    pub fn kinds(kinds: &[EventKind]) -> Self {
        Self { kinds: kinds.to_vec(), ..Self::default() }
    }

    /// Accepts these areas only.
    pub fn areas(areas: &[EventArea]) -> Self {
        Self { areas: areas.to_vec(), ..Self::default() }
    }

    /// Accepts only what is about this config, or about all of them.
    #[must_use]
    pub fn about(self, config: ConfigKey) -> Self {
        Self { config: Some(config), ..self }
    }

    /// Tells whether the subscriber wants this event.
    pub fn accepts(&self, event: &Event) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&event.kind()))
            && (self.areas.is_empty() || self.areas.contains(&event.area()))
            && (self.config.is_none() || event.config().is_none() || event.config() == self.config)
    }
}
