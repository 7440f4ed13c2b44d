//! How often a caller may call.

use std::collections::HashMap;
use std::time::Duration;

use super::caller::CallerIdentity;

/// Callers that are remembered; those that called longest ago are forgotten first, with a full allowance.
const MOST_CALLERS: usize = 4096;

/// Gives every caller a bucket of calls that fills steadily; pure, the time comes in.
#[derive(Debug)]
pub struct RateLimiter {
    per_second: f64,
    burst: f64,
    buckets: HashMap<CallerIdentity, Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    calls: f64,
    at: Duration,
}

impl RateLimiter {
    /// Allows `per_second` calls in the long run and `burst` at once.
    pub fn new(per_second: f64, burst: u32) -> Self {
        Self { per_second, burst: f64::from(burst).max(1.0), buckets: HashMap::new() }
    }

    /// Takes one call out of a caller's bucket, at a time that never runs backwards; says whether there was one.
    pub fn admit(&mut self, caller: &CallerIdentity, now: Duration) -> bool {
        if !self.buckets.contains_key(caller) {
            self.make_room();
            self.buckets.insert(caller.clone(), Bucket { calls: self.burst, at: now });
        }
        let (burst, rate) = (self.burst, self.per_second);
        let Some(bucket) = self.buckets.get_mut(caller) else { return false };
        let passed = now.saturating_sub(bucket.at).as_secs_f64();
        bucket.calls = (bucket.calls + passed * rate).min(burst);
        bucket.at = bucket.at.max(now);
        let admitted = bucket.calls >= 1.0;
        if admitted {
            bucket.calls -= 1.0;
        }
        admitted
    }

    fn make_room(&mut self) {
        while self.buckets.len() >= MOST_CALLERS {
            let oldest = self.buckets.iter().min_by_key(|(_, bucket)| bucket.at).map(|(who, _)| who.clone());
            match oldest {
                Some(who) => self.buckets.remove(&who),
                None => return,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person(name: &str) -> CallerIdentity {
        CallerIdentity::Person(name.to_owned())
    }

    #[test]
    fn a_burst_then_the_rate_and_nobody_pays_for_another() {
        let mut limiter = RateLimiter::new(2.0, 3);
        let at = Duration::from_millis;
        let ann: Vec<bool> = (0..5).map(|_| limiter.admit(&person("ann"), at(0))).collect();
        assert_eq!(ann, [true, true, true, false, false]);
        assert!(limiter.admit(&person("bob"), at(0)));
        assert!(!limiter.admit(&person("ann"), at(499)));
        assert!(limiter.admit(&person("ann"), at(501)));
        assert!(!limiter.admit(&person("ann"), at(400)), "a clock that steps back gives nothing away");
    }

    #[test]
    fn memory_is_bounded() {
        let mut limiter = RateLimiter::new(1.0, 1);
        for n in 0..(MOST_CALLERS as u64 + 500) {
            assert!(limiter.admit(&person(&n.to_string()), Duration::from_secs(n)));
        }
        assert_eq!(limiter.buckets.len(), MOST_CALLERS);
    }

    proptest! {
        #[test]
        fn never_more_than_burst_and_rate(steps in prop::collection::vec(0_u64..400, 1..200)) {
            let (rate, burst) = (5.0, 4);
            let mut limiter = RateLimiter::new(rate, burst);
            let (mut now, mut admitted) = (0_u64, 0_u32);
            for step in steps {
                now += step;
                admitted += u32::from(limiter.admit(&person("ann"), Duration::from_millis(now)));
            }
            let most = f64::from(burst) + rate * now as f64 / 1000.0;
            prop_assert!(f64::from(admitted) <= most + 1e-6);
        }
    }
}
