//! What a search said at one decision.

use serde::{Deserialize, Serialize};

use crate::action::ActionKey;
use crate::rules::MAX_PLAYERS;

/// Full scale of a stored probability.
pub(super) const SCALE: u16 = u16::MAX;

/// Weighs one action in a stored policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PolicyWeight {
    /// The action.
    pub key: ActionKey,
    /// Its probability in units of 1/65535.
    pub weight: u16,
}

/// Points at one decision of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DecisionSite {
    /// Moves played before, forced ones included.
    pub ply: u32,
    /// Whether this is the second half of a recovery slide, the choice of its option.
    pub option: bool,
}

/// Holds what a search said at one decision of a game, quantised for storage.
///
/// Everything is by absolute seat; the loader turns it to the mover's side.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SearchStats {
    /// Which decision.
    pub site: DecisionSite,
    /// Simulations that were spent.
    pub budget: u32,
    /// Whether the search had its full budget: only then does its policy serve as a target.
    pub full: bool,
    /// Expected share of each seat, in units of 1/65535.
    pub value: [u16; MAX_PLAYERS],
    /// Improved policy, sorted by action; weights of a full search add up to 65535. Actions without weight are left out.
    pub policy: Vec<PolicyWeight>,
}

impl SearchStats {
    /// Quantises the expected shares that a search found; there is no policy yet.
    pub fn new(site: DecisionSite, budget: u32, full: bool, value: [f32; MAX_PLAYERS]) -> Self {
        let value = value.map(|v| (v.clamp(0.0, 1.0) * f32::from(SCALE)).round() as u16);
        SearchStats { site, budget, full, value, policy: Vec::new() }
    }

    /// Adds the improved policy, one probability for each action, scaled to a sum of one.
    ///
    /// The weights add up to exactly 65535: what rounding leaves over goes to the largest remainders.
    #[must_use]
    pub fn with_policy(mut self, keys: impl IntoIterator<Item = ActionKey>, probabilities: &[f32]) -> Self {
        let clean = |p: f32| if p.is_finite() && p > 0.0 { f64::from(p) } else { 0.0 };
        let total: f64 = probabilities.iter().map(|&p| clean(p)).sum();
        self.policy.clear();
        if total <= 0.0 {
            return self;
        }
        let mut left = i64::from(SCALE);
        let mut parts: Vec<(ActionKey, u16, f64)> = Vec::with_capacity(probabilities.len());
        for (key, &p) in keys.into_iter().zip(probabilities) {
            let exact = clean(p) / total * f64::from(SCALE);
            let weight = exact.floor() as u16;
            left -= i64::from(weight);
            parts.push((key, weight, exact - f64::from(weight)));
        }
        parts.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        let extra = usize::try_from(left).unwrap_or(0);
        parts.iter_mut().take(extra).for_each(|part| part.1 = part.1.saturating_add(1));
        let kept = parts.into_iter().filter(|&(_, weight, _)| weight > 0);
        self.policy.extend(kept.map(|(key, weight, _)| PolicyWeight { key, weight }));
        self.policy.sort_unstable_by_key(|w| w.key);
        self
    }

    /// Returns the expected share of each seat.
    pub fn value(&self) -> [f32; MAX_PLAYERS] {
        self.value.map(|v| f32::from(v) / f32::from(SCALE))
    }
}

impl PolicyWeight {
    /// Returns the probability.
    pub fn probability(self) -> f32 {
        f32::from(self.weight) / f32::from(SCALE)
    }
}
