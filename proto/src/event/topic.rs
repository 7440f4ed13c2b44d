//! Where an event belongs, how far it travels, and whether it is kept.

/// Groups events into the topics that subscribers choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventArea {
    /// Games come in.
    Selfplay,
    /// Networks are trained.
    Training,
    /// Candidates are measured.
    Evaluation,
    /// Champions change.
    Promotion,
    /// Results steer what is played next.
    Curriculum,
    /// Games are looked at.
    Quality,
    /// Stored data moves, is found or is lost.
    Data,
    /// Memory, disk and devices.
    Resource,
    /// The house itself.
    System,
}

impl EventArea {
    /// Every topic.
    pub const ALL: [Self; 9] = [
        Self::Selfplay,
        Self::Training,
        Self::Evaluation,
        Self::Promotion,
        Self::Curriculum,
        Self::Quality,
        Self::Data,
        Self::Resource,
        Self::System,
    ];

    /// Returns the topic's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Selfplay => "selfplay",
            Self::Training => "training",
            Self::Evaluation => "evaluation",
            Self::Promotion => "promotion",
            Self::Curriculum => "curriculum",
            Self::Quality => "quality",
            Self::Data => "data",
            Self::Resource => "resource",
            Self::System => "system",
        }
    }
}

/// Says how far an event travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventScope {
    /// It stays on the node that raised it.
    Node,
    /// Every node hears of it.
    Cluster,
}

/// Says what a subscriber that was away still gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventDelivery {
    /// Who listens now gets it; nothing is stored.
    Transient,
    /// It is stored with what caused it and reaches every subscriber, from its cursor on.
    Durable,
}
