//! The loader's thread: batches are written while the step before runs.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{Builder, JoinHandle};

use rr_onnx::StepBatch;

use crate::data::BatchSampler;
use crate::error::TrainError;
use crate::sample::{BatchLayout, SampleArena};

/// Batches that lie ready beside the one in use.
const AHEAD: usize = 2;

/// Hands out batches in the order of their numbers.
pub(super) struct BatchLoader {
    batches: Option<Receiver<(u64, StepBatch)>>,
    thread: Option<JoinHandle<()>>,
}

impl BatchLoader {
    /// Starts to write batches from a number on.
    pub(super) fn start(
        arena: Arc<SampleArena>,
        layout: BatchLayout,
        mut sampler: BatchSampler,
        first: u64,
    ) -> Result<Self, TrainError> {
        let (send, batches) = sync_channel(AHEAD - 1);
        let write = move || {
            for number in first.. {
                let batch = layout.write(&arena, &sampler.batch(number));
                // The run is over when nobody takes batches any more.
                if send.send((number, batch)).is_err() {
                    return;
                }
            }
        };
        let thread = Builder::new().name("batch-loader".to_owned()).spawn(write);
        let thread = thread.map_err(TrainError::io("start a thread for", "the batch loader".as_ref()))?;
        Ok(Self { batches: Some(batches), thread: Some(thread) })
    }

    /// Waits for the next batch.
    pub(super) fn next(&self) -> Result<(u64, StepBatch), TrainError> {
        let batches = self.batches.as_ref().ok_or(TrainError::LoaderStopped)?;
        batches.recv().map_err(|_| TrainError::LoaderStopped)
    }
}

impl Drop for BatchLoader {
    fn drop(&mut self) {
        self.batches = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was seen here as the end of the channel.
            let _ = thread.join();
        }
    }
}
