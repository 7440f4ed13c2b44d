//! What metrics count and measure.

/// Says how a metric moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MetricKind {
    /// It only grows, and begins again with the process.
    Counter,
    /// It goes up and down.
    Gauge,
}

impl MetricKind {
    /// Returns the word of the exposition formats.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
        }
    }
}

/// Says what a metric is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MetricUnit {
    /// Yes is 1, no is 0.
    Flag,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// A share from 0 to 1.
    Ratio,
    /// Rating points.
    Elo,
    /// Natural units of information: of losses and likelihoods.
    Nats,
    /// Things.
    Count(&'static str),
    /// Things per second.
    PerSecond(&'static str),
}

impl MetricUnit {
    /// Returns how names end that are in this unit; none for a flag.
    pub fn suffix(self) -> Option<String> {
        match self {
            Self::Flag => None,
            Self::Seconds => Some("seconds".to_owned()),
            Self::Bytes => Some("bytes".to_owned()),
            Self::Ratio => Some("ratio".to_owned()),
            Self::Elo => Some("elo".to_owned()),
            Self::Nats => Some("nats".to_owned()),
            Self::Count(things) => Some(things.to_owned()),
            Self::PerSecond(things) => Some(format!("{things}_per_second")),
        }
    }

    /// Returns the word for people.
    pub fn word(self) -> String {
        match self {
            Self::Flag => "0 or 1".to_owned(),
            Self::PerSecond(things) => format!("{things} per second"),
            other => other.suffix().unwrap_or_default().replace('_', " "),
        }
    }

    /// Returns the name that Grafana has for it; a counter is shown as its rate.
    pub const fn grafana(self, kind: MetricKind) -> &'static str {
        match (self, kind) {
            (Self::Flag, _) => "bool_on_off",
            (Self::Ratio, _) => "percentunit",
            (Self::Seconds, MetricKind::Counter) => "percentunit",
            (Self::Seconds, MetricKind::Gauge) => "s",
            (Self::Bytes, MetricKind::Counter) => "Bps",
            (Self::Bytes, MetricKind::Gauge) => "bytes",
            (Self::Count(_), MetricKind::Counter) | (Self::PerSecond(_), _) => "cps",
            (Self::Count(_) | Self::Elo | Self::Nats, _) => "short",
        }
    }
}
