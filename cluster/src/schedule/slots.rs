//! Gives whole slots of self-play to configs, so that over the rounds everybody gets its share.

use std::collections::{BTreeMap, BTreeSet};

use rr_proto::ConfigKey;
use serde::{Deserialize, Serialize};

/// Remembers what each config is owed: where there are more configs than slots, they take turns.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SlotLedger {
    owed: BTreeMap<ConfigKey, f64>,
    given: BTreeMap<ConfigKey, BTreeSet<usize>>,
}

impl SlotLedger {
    /// Gives the slots of a round; a config keeps slots that it had, as far as it gets as many.
    ///
    /// Shares that are no positive numbers count as none.
    pub fn assign(
        &mut self,
        shares: &BTreeMap<ConfigKey, f64>,
        slots: usize,
    ) -> &BTreeMap<ConfigKey, BTreeSet<usize>> {
        self.owed.retain(|config, _| shares.contains_key(config));
        for (config, share) in shares {
            let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
            *self.owed.entry(*config).or_default() += share * slots as f64;
        }
        let mut counts: BTreeMap<ConfigKey, usize> = shares.keys().map(|config| (*config, 0)).collect();
        for _ in 0..slots {
            // Of equals the first one, so that two leaders decide alike.
            let most =
                self.owed.iter().fold(None, |most: Option<(ConfigKey, f64)>, (config, owed)| match most {
                    Some((_, best)) if best >= *owed => most,
                    _ => Some((*config, *owed)),
                });
            let Some((config, _)) = most else { break };
            *self.owed.entry(config).or_default() -= 1.0;
            *counts.entry(config).or_default() += 1;
        }
        self.given = hand_out(&counts, &self.given, slots);
        &self.given
    }
}

/// Names the slots behind the numbers: first those that stay, then the free ones in order.
fn hand_out(
    counts: &BTreeMap<ConfigKey, usize>,
    before: &BTreeMap<ConfigKey, BTreeSet<usize>>,
    slots: usize,
) -> BTreeMap<ConfigKey, BTreeSet<usize>> {
    let had =
        |config: &ConfigKey| before.get(config).into_iter().flatten().copied().filter(|slot| *slot < slots);
    let mut given: BTreeMap<ConfigKey, BTreeSet<usize>> =
        counts.iter().map(|(config, count)| (*config, had(config).take(*count).collect())).collect();
    let taken: BTreeSet<usize> = given.values().flatten().copied().collect();
    let mut free = (0..slots).filter(|slot| !taken.contains(slot));
    for (config, count) in counts {
        if let Some(own) = given.get_mut(config) {
            let missing = count.saturating_sub(own.len());
            own.extend(free.by_ref().take(missing));
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_slot_has_one_owner_and_over_the_rounds_everybody_gets_its_share(
            raw in prop::collection::vec(0.05f64..1.0, 1..6), slots in 1usize..5, rounds in 1usize..60,
        ) {
            let sum: f64 = raw.iter().sum();
            let shares: BTreeMap<_, _> =
                ConfigKey::ALL.into_iter().zip(raw.iter().map(|s| s / sum)).collect();
            let mut ledger = SlotLedger::default();
            let mut got: BTreeMap<ConfigKey, usize> = BTreeMap::new();
            for _ in 0..rounds {
                let given = ledger.assign(&shares, slots).clone();
                let mut all: Vec<usize> = given.values().flatten().copied().collect();
                all.sort_unstable();
                prop_assert_eq!(all, (0..slots).collect::<Vec<_>>());
                given.iter().for_each(|(config, own)| *got.entry(*config).or_default() += own.len());
            }
            for (config, share) in &shares {
                let due = share * (slots * rounds) as f64;
                prop_assert!((got[config] as f64 - due).abs() <= shares.len() as f64, "{got:?} for {shares:?}");
            }
        }
    }

    #[test]
    fn one_config_has_every_slot_and_keeps_what_it_had() {
        let (a, b) = (ConfigKey::ALL[0], ConfigKey::ALL[1]);
        let mut ledger = SlotLedger::default();
        assert_eq!(ledger.assign(&[(a, 1.0)].into(), 2), &[(a, [0, 1].into())].into());
        let halved = ledger.assign(&[(a, 0.5), (b, 0.5)].into(), 2);
        assert_eq!(halved, &[(a, [0].into()), (b, [1].into())].into());
        let again = ledger.assign(&[(a, 0.5), (b, 0.5)].into(), 2);
        assert_eq!(again, &[(a, [0].into()), (b, [1].into())].into());
        assert!(ledger.assign(&BTreeMap::new(), 2).is_empty());
    }
}
