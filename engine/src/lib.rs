//! RingRift: boards, rules, notation, encoding and search.
