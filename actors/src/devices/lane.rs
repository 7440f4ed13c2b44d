//! A lane of a device: a thread with one session per model, which answers batches one after the other.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rr_engine::player::BatchEvaluator;
use rr_onnx::{InferenceSession, ModelFile, ProviderChoice, Runtime, SessionEvaluator, SessionOptions};
use rr_proto::{BlobId, ModelId};
use rr_storage::BlobStore;

use super::batch::InferRequest;
use crate::error::DeviceFailure;

/// Holds the sessions of a model, one per lane, with the provider they run on.
#[derive(Debug)]
pub struct OpenedModel {
    pub(super) sessions: Vec<SessionEvaluator>,
    pub(super) provider: ProviderChoice,
}

/// Tells what became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchOutcome {
    /// The lane that had it.
    pub lane: usize,
    /// The model.
    pub model: ModelId,
    /// Positions in it.
    pub rows: usize,
    /// How long it was computed.
    pub busy: Duration,
    /// Whether it failed; the session is gone then.
    pub failed: bool,
}

enum LaneJob {
    Infer(InferRequest),
    Install(ModelId, Box<SessionEvaluator>),
    Remove(ModelId),
}

/// Owns the thread; dropping it lets the thread end after the batches it has in hand.
pub(super) struct Lane {
    jobs: Sender<LaneJob>,
    thread: JoinHandle<()>,
    pub in_flight: usize,
}

impl Lane {
    /// Starts the thread; `done` is called after each batch.
    pub fn start(
        device: &str,
        index: usize,
        done: impl Fn(BatchOutcome) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (jobs, inbox) = channel();
        let thread = std::thread::Builder::new()
            .name(format!("rr-{device}-{index}"))
            .spawn(move || run(&inbox, index, &done))?;
        Ok(Self { jobs, thread, in_flight: 0 })
    }

    /// Hands a batch over; gives it back when the thread has died.
    pub fn infer(&mut self, request: InferRequest) -> Result<(), DeviceFailure> {
        self.in_flight += 1;
        self.send(LaneJob::Infer(request))
    }

    pub fn install(&self, model: ModelId, session: SessionEvaluator) -> Result<(), DeviceFailure> {
        self.send(LaneJob::Install(model, Box::new(session)))
    }

    pub fn remove(&self, model: ModelId) -> Result<(), DeviceFailure> {
        self.send(LaneJob::Remove(model))
    }

    /// Lets the thread finish what it has in hand and waits for it.
    pub fn close(self) {
        drop(self.jobs);
        let _ = self.thread.join();
    }

    fn send(&self, job: LaneJob) -> Result<(), DeviceFailure> {
        self.jobs.send(job).map_err(|_| DeviceFailure::LaneEnded)
    }
}

fn run(inbox: &Receiver<LaneJob>, lane: usize, done: &impl Fn(BatchOutcome)) {
    let mut sessions: BTreeMap<ModelId, Box<SessionEvaluator>> = BTreeMap::new();
    while let Ok(job) = inbox.recv() {
        match job {
            LaneJob::Install(model, session) => drop(sessions.insert(model, session)),
            LaneJob::Remove(model) => drop(sessions.remove(&model)),
            LaneJob::Infer(request) => {
                let (model, rows) = (request.model, request.batch.rows());
                let started = Instant::now();
                let failed = answer(&mut sessions, request);
                if failed {
                    // a driver may refuse everything after one fault: the next batch gets a new session
                    sessions.remove(&model);
                }
                done(BatchOutcome { lane, model, rows, busy: started.elapsed(), failed });
            }
        }
    }
}

/// Computes a batch and answers it; returns whether it failed.
fn answer(sessions: &mut BTreeMap<ModelId, Box<SessionEvaluator>>, request: InferRequest) -> bool {
    let InferRequest { model, batch, mut answers, reply } = request;
    let outcome = match sessions.get_mut(&model) {
        None => Err(DeviceFailure::NotLoaded { model }),
        Some(session) => {
            let compute = AssertUnwindSafe(|| {
                session.evaluate(
                    batch.rows(),
                    batch.cells(),
                    batch.globals(),
                    &mut answers.policy,
                    &mut answers.value,
                )
            });
            match catch_unwind(compute) {
                Ok(Ok(())) => Ok(answers),
                Ok(Err(error)) => Err(DeviceFailure::Run { model, cause: error.to_string() }),
                Err(_) => Err(DeviceFailure::Run { model, cause: "the runtime panicked".to_owned() }),
            }
        }
    };
    if let Err(failure) = &outcome {
        tracing::warn!(%failure, "a batch failed");
    }
    let failed = matches!(outcome, Err(DeviceFailure::Run { .. }));
    drop(batch); // the asker fills it again as soon as it has the answers
    let _ = reply.send(outcome); // the asker may have gone
    failed
}

/// Reads a model, checks it against its card, and opens `count` sessions. It blocks on the disk and computes.
pub(super) fn open_model(
    (runtime, options): (&Runtime, &SessionOptions),
    blobs: &BlobStore,
    model: ModelId,
    card: &str,
    count: usize,
) -> Result<OpenedModel, DeviceFailure> {
    let refused = |cause: String| DeviceFailure::BadModel { model, cause };
    let bytes = blobs.get(BlobId::from(model))?;
    let file = ModelFile::from_bytes(card.as_bytes(), bytes).map_err(|error| refused(error.to_string()))?;
    if file.card().sha256 != model.to_string() {
        return Err(refused(format!("its card is of model {}", file.card().sha256)));
    }
    let open = |_| {
        InferenceSession::new(runtime, file.spec(), file.onnx(), options)
            .map_err(|error| refused(error.to_string()))
    };
    let opened: Vec<InferenceSession> = (0..count.max(1)).map(open).collect::<Result<_, _>>()?;
    let Some(provider) = opened.first().map(|session| session.provider().clone()) else {
        return Err(refused("no session was opened".to_owned()));
    };
    Ok(OpenedModel { sessions: opened.into_iter().map(SessionEvaluator::new).collect(), provider })
}
