//! Collecting what is wrong with values that have the right type.

/// Names a key whose value breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The key with its section.
    pub(crate) key: String,
    /// The rule, as a phrase that follows the key.
    pub(crate) rule: String,
}

/// Collects broken rules, so that a user sees all of them at once.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    pub(crate) violations: Vec<Violation>,
}

impl Checks {
    /// Notes a broken rule.
    pub(crate) fn refuse(&mut self, key: &str, rule: &str) {
        self.violations.push(Violation { key: key.to_owned(), rule: rule.to_owned() });
    }

    /// Notes the rule as broken unless it `holds`.
    pub(crate) fn require(&mut self, key: &str, holds: bool, rule: &str) {
        if !holds {
            self.refuse(key, rule);
        }
    }

    /// Requires a count of at least `least`.
    pub(crate) fn at_least(&mut self, key: &str, value: u64, least: u64) {
        self.require(key, value >= least, &format!("must be at least {least}"));
    }

    /// Requires a number above 0.
    pub(crate) fn positive(&mut self, key: &str, value: f64) {
        self.require(key, value.is_finite() && value > 0.0, "must be a number above 0");
    }

    /// Requires a number of at least 0.
    pub(crate) fn not_negative(&mut self, key: &str, value: f64) {
        self.require(key, value.is_finite() && value >= 0.0, "must be a number of at least 0");
    }

    /// Requires a share.
    pub(crate) fn share(&mut self, key: &str, value: f64) {
        self.require(key, (0.0..=1.0).contains(&value), "must be between 0 and 1");
    }

    /// Requires numbers that rise; `key` stands for the list.
    pub(crate) fn ascending(&mut self, key: &str, values: &[f64]) {
        let rises = values.iter().all(|value| value.is_finite()) && values.is_sorted_by(|a, b| a < b);
        self.require(key, rises, "must lie between its neighbours: the levels rise from one to the next");
    }
}
