//! Sample shards, replay window, data loader and the training loop.
