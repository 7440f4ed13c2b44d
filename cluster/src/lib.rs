//! Pure decisions that the whole cluster must agree on: config state, ratings, promotion tests, scheduling.
