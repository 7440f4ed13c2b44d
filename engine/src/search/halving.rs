//! The schedule of sequential halving.

/// Returns, for every simulation in turn, the visit count that an action must have to be chosen by it.
///
/// # Source
/// `get_sequence_of_considered_visits` of mctx; Danihelka et al. 2022, "Policy improvement by planning with Gumbel", section 3.3.
pub fn considered_visits(considered: usize, simulations: usize) -> Vec<u32> {
    if considered <= 1 {
        return (0..simulations as u32).collect();
    }
    let phases = considered.next_power_of_two().trailing_zeros() as usize;
    let mut sequence = Vec::with_capacity(simulations + considered);
    let mut survivors = considered;
    // Survivors share one visit count, because a phase always visits all of them equally often.
    let mut visits = 0;
    while sequence.len() < simulations {
        let rounds = (simulations / (phases * survivors)).max(1);
        for _ in 0..rounds {
            sequence.extend(std::iter::repeat_n(visits, survivors));
            visits += 1;
        }
        survivors = (survivors / 2).max(2);
    }
    sequence.truncate(simulations);
    sequence
}
