//! The nearest right spelling.

/// What is less alike than this is another word, and no slip.
const ALIKE: f64 = 0.68;
/// How alike a name and a part of it count, and how many letters such a part has at least.
const PART: (f64, usize) = (0.8, 3);

/// Returns the candidate that is spelled most like `given`, if any is near enough to be meant.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (likeness(given, candidate), candidate))
        .filter(|(likeness, _)| *likeness > ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

fn likeness(given: &str, candidate: &str) -> f64 {
    let part = given.len() >= PART.1 && candidate.contains(given);
    strsim::jaro_winkler(given, candidate).max(if part { PART.0 } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_parts_are_meant_and_other_words_are_not() {
        let daemons = ["ORPHAN_DETECTION", "ELO_SYNC", "EVALUATION", "MEMORY_MONITOR"];
        let meant = |given| nearest(given, daemons);
        assert_eq!(meant("EVALUATOIN"), Some("EVALUATION"));
        assert_eq!(meant("MEMORY"), Some("MEMORY_MONITOR"));
        assert_eq!(meant("SYNC"), Some("ELO_SYNC"));
        assert_eq!((meant("NOPE"), meant("")), (None, None));
    }
}
