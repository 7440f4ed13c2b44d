//! Runs the inference graph over batches.

use ort::session::Session;
use ort::value::TensorRef;

use crate::error::OnnxError;
use crate::net::{ConvForm, NetSpec, SLOTS};
use crate::session::batch_range::{BatchRange, MIN_ROWS};
use crate::session::{Provider, ProviderChoice, Runtime, SessionOptions};

/// Cells of a piece of a large batch on the CPU, by form: what a layer reads and writes then stays in the cache.
const PIECE_CELLS: [(ConvForm, usize); 2] = [(ConvForm::Gather, 16 * 64), (ConvForm::Winograd, 64 * 64)];

/// Holds the answers to a batch of positions, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions {
    rows: usize,
    entries: usize,
    cells: usize,
    policy: Vec<f32>,
    value: Vec<f32>,
    owner: Vec<f32>,
    margins: Vec<f32>,
}

impl Predictions {
    /// Returns the number of positions.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the policy logits of a position in the order of the action layout; empty past the end.
    #[must_use]
    pub fn policy(&self, row: usize) -> &[f32] {
        slice(&self.policy, row, self.entries)
    }

    /// Exchanges the policy and the value logits of all positions for the caller's buffers, which the next run fills.
    pub fn swap_answers(&mut self, policy: &mut Vec<f32>, value: &mut Vec<f32>) {
        std::mem::swap(&mut self.policy, policy);
        std::mem::swap(&mut self.value, value);
        self.rows = 0;
    }

    /// Returns the value logits of a position by slot.
    #[must_use]
    pub fn value_logits(&self, row: usize) -> &[f32] {
        slice(&self.value, row, SLOTS)
    }

    /// Returns the chance of each slot to win; absent slots have none.
    #[must_use]
    pub fn win_chances(&self, row: usize) -> [f32; SLOTS] {
        let mut chances = [0.0; SLOTS];
        let logits = self.value_logits(row);
        let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut total = 0.0;
        for (chance, logit) in chances.iter_mut().zip(logits) {
            *chance = (logit - top).exp();
            total += *chance;
        }
        chances.map(|c| if total > 0.0 { c / total } else { 0.0 })
    }

    /// Returns the owner logits of a position, `[cells, 5]`.
    #[must_use]
    pub fn owner(&self, row: usize) -> &[f32] {
        slice(&self.owner, row, self.cells * (SLOTS + 1))
    }

    /// Returns the margins of a position: territory by slot, then eliminated rings by slot.
    #[must_use]
    pub fn margins(&self, row: usize) -> &[f32] {
        slice(&self.margins, row, 2 * SLOTS)
    }
}

fn slice(values: &[f32], row: usize, width: usize) -> &[f32] {
    values.get(row * width..(row + 1) * width).unwrap_or(&[])
}

/// Runs one model on one provider.
///
/// On the CPU an answer is the same bit by bit whatever the size of the batch and the place in it.
#[derive(Debug)]
pub struct InferenceSession {
    session: Session,
    choice: ProviderChoice,
    spec: NetSpec,
    padded: (Vec<f32>, Vec<f32>),
    /// Most rows of one run.
    piece: usize,
}

impl InferenceSession {
    /// Opens a session for the bytes of an inference graph.
    ///
    /// # Errors
    /// `NoProvider` where no configured provider is usable, `Session` where the graph is refused, `Spec` where it is not of
    /// this net.
    pub fn new(
        runtime: &Runtime,
        spec: &NetSpec,
        model: &[u8],
        options: &SessionOptions,
    ) -> Result<Self, OnnxError> {
        let (session, choice) = options.open(runtime, model, Some(&BatchRange::of(spec)))?;
        check_outlets(&session, spec)?;
        let piece = match choice.used {
            Provider::Cpu => piece_rows(spec),
            Provider::Cuda => usize::MAX,
            Provider::TensorRt => BatchRange::MOST_ROWS,
        };
        Ok(Self { session, choice, spec: spec.clone(), padded: (Vec::new(), Vec::new()), piece })
    }

    /// Returns the provider in use and why others are not.
    #[must_use]
    pub fn provider(&self) -> &ProviderChoice {
        &self.choice
    }

    /// Returns the description of the net.
    #[must_use]
    pub fn spec(&self) -> &NetSpec {
        &self.spec
    }

    /// Answers a batch; its size follows from the lengths and may differ from call to call.
    ///
    /// # Shapes
    /// `cells` `[N, cells, features]`, `globals` `[N, features]`, row-major.
    ///
    /// # Errors
    /// `Size` where the lengths are not of one batch, `Session` where the run fails.
    pub fn run(&mut self, cells: &[f32], globals: &[f32], out: &mut Predictions) -> Result<(), OnnxError> {
        let features = self.spec.features();
        let (wide, narrow) = (self.spec.cells() * features.cell, features.global);
        let rows = globals.len() / narrow;
        check_len("globals", globals.len(), rows * narrow)?;
        check_len("cells", cells.len(), rows * wide)?;
        out.rows = rows;
        out.entries = self.spec.entries();
        out.cells = self.spec.cells();
        for answers in [&mut out.policy, &mut out.value, &mut out.owner, &mut out.margins] {
            answers.clear();
        }
        let mut from = 0;
        while from < rows {
            let to = rows.min(from.saturating_add(self.piece));
            let inputs = (&cells[from * wide..to * wide], &globals[from * narrow..to * narrow]);
            self.run_piece(inputs, to - from, out)?;
            from = to;
        }
        Ok(())
    }

    /// Answers a batch in one run, filled up where it is too small.
    fn run_piece(
        &mut self,
        inputs: (&[f32], &[f32]),
        rows: usize,
        out: &mut Predictions,
    ) -> Result<(), OnnxError> {
        if rows >= MIN_ROWS {
            return run_session(&mut self.session, &self.spec, inputs, (rows, rows), out);
        }
        let (mut cells, mut globals) = std::mem::take(&mut self.padded);
        refill(&mut cells, inputs.0, MIN_ROWS * inputs.0.len() / rows);
        refill(&mut globals, inputs.1, MIN_ROWS * inputs.1.len() / rows);
        let result = run_session(&mut self.session, &self.spec, (&cells, &globals), (MIN_ROWS, rows), out);
        self.padded = (cells, globals);
        result
    }
}

/// Returns how many rows are run at once on the CPU.
fn piece_rows(spec: &NetSpec) -> usize {
    let form = ConvForm::fastest_inference(spec);
    let cells = PIECE_CELLS.iter().find(|(f, _)| *f == form).map_or(1024, |(_, cells)| *cells);
    (cells / spec.cells()).max(MIN_ROWS)
}

/// Runs `given` rows and appends the answers to the first `kept`.
fn run_session(
    session: &mut Session,
    spec: &NetSpec,
    (cells, globals): (&[f32], &[f32]),
    (given, kept): (usize, usize),
    out: &mut Predictions,
) -> Result<(), OnnxError> {
    let doing = "handing a batch over";
    let features = spec.features();
    let cells = TensorRef::from_array_view(([given, spec.cells(), features.cell], cells));
    let globals = TensorRef::from_array_view(([given, features.global], globals));
    let cells = cells.map_err(OnnxError::session(doing))?;
    let globals = globals.map_err(OnnxError::session(doing))?;
    let answers = session
        .run(ort::inputs!["cells" => cells, "globals" => globals])
        .map_err(OnnxError::session("running a batch"))?;
    let parts = [
        ("policy", spec.entries(), &mut out.policy),
        ("value", SLOTS, &mut out.value),
        ("owner", spec.cells() * (SLOTS + 1), &mut out.owner),
        ("margins", 2 * SLOTS, &mut out.margins),
    ];
    for (name, width, target) in parts {
        let (_, values) =
            answers[name].try_extract_tensor::<f32>().map_err(OnnxError::session("reading answers"))?;
        check_len(name, values.len(), given * width)?;
        target.extend_from_slice(&values[..kept * width]);
    }
    Ok(())
}

fn refill(target: &mut Vec<f32>, values: &[f32], len: usize) {
    target.clear();
    target.extend_from_slice(values);
    target.resize(len, 0.0);
}

pub(super) fn check_len(what: &str, found: usize, needed: usize) -> Result<(), OnnxError> {
    if found == needed { Ok(()) } else { Err(OnnxError::Size { what: what.to_owned(), found, needed }) }
}

/// Refuses a graph whose inputs or outputs are not those of the net.
fn check_outlets(session: &Session, spec: &NetSpec) -> Result<(), OnnxError> {
    let features = spec.features();
    let needed: [(&str, Vec<i64>); 2] = [
        ("cells", vec![-1, spec.cells() as i64, features.cell as i64]),
        ("globals", vec![-1, features.global as i64]),
    ];
    for (name, shape) in needed {
        let found = session.inputs().iter().find(|i| i.name() == name).and_then(|i| i.dtype().tensor_shape());
        if found.is_none_or(|f| f[..] != shape[..]) {
            return Err(OnnxError::Spec(format!(
                "the graph's input {name} has shape {found:?}, the net needs {shape:?}"
            )));
        }
    }
    for name in ["policy", "value", "owner", "margins"] {
        if !session.outputs().iter().any(|o| o.name() == name) {
            return Err(OnnxError::Spec(format!("the graph has no output {name}")));
        }
    }
    Ok(())
}
