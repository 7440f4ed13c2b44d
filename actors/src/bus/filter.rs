//! Which events a subscriber wants.

use rr_proto::{ConfigKey, Event, EventArea, EventKind, EventScope};

/// Accepts events by kind, area, config and scope; each condition that is set has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    kinds: Vec<EventKind>,
    areas: Vec<EventArea>,
    config: Option<ConfigKey>,
    scope: Option<EventScope>,
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

    /// Accepts these areas only, and of them what was accepted before.
    #[must_use]
    pub fn of_areas(self, areas: &[EventArea]) -> Self {
        Self { areas: areas.to_vec(), ..self }
    }

    /// Accepts only what is about this config, or about all of them.
    #[must_use]
    pub fn about(self, config: ConfigKey) -> Self {
        Self { config: Some(config), ..self }
    }

    /// Accepts only what travels this far.
    #[must_use]
    pub fn within(self, scope: EventScope) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// Tells whether the subscriber wants this event.
    pub fn accepts(&self, event: &Event) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&event.kind()))
            && (self.areas.is_empty() || self.areas.contains(&event.area()))
            && (self.config.is_none() || event.config().is_none() || event.config() == self.config)
            && self.scope.is_none_or(|scope| event.scope() == scope)
    }
}
