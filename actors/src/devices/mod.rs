//! Devices: one actor per accelerator, which owns the network sessions on it and answers whole batches.
//!
//! [`DeviceClient`] is what others hold: it loads models from the store and submits batches, from actors and from plain threads.
//! [`DeviceActor`] keeps each of its lanes (a thread with a session per model) busy with one batch running and one waiting.
//! A batch that fails costs its caller an error; the session is opened afresh for the next one.

mod actor;
mod batch;
mod client;
mod lane;
mod rate;
mod report;

#[cfg(test)]
mod tests;

pub use actor::{DeviceActor, DeviceArgs, DeviceMsg, DeviceState};
pub use batch::{InferAnswers, InferRequest, PendingInfer};
pub use client::DeviceClient;
pub use lane::{BatchOutcome, OpenedModel};
pub use report::{DeviceReport, LoadedModel};
