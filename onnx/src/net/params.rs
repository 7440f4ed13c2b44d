//! The parameters of a network as one flat vector.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::net::{NetSpec, SLOTS};

/// Places one parameter tensor in the flat vector.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamEntry {
    /// The name, also of the tensor in the model file.
    pub name: String,
    /// The sizes; one axis for a bias, `[inputs, outputs]` for a weight.
    pub sizes: Vec<usize>,
    /// Where it starts in the flat vector.
    pub offset: usize,
    /// The standard deviation of its random start; zero for a bias.
    pub deviation: f64,
}

impl ParamEntry {
    /// Returns the number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sizes.iter().product()
    }

    /// Tells whether the tensor holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Lists all parameters of a network in the order of the flat vector: every weight, then every bias.
///
/// The order of names is the order of the layers: stem, blocks, policy, value, owner, margins, next policy. Weight
/// decay applies to the first part only.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamTable {
    entries: Vec<ParamEntry>,
    weights: usize,
    total: usize,
}

impl ParamTable {
    /// Lists the parameters of a network.
    #[must_use]
    pub fn new(spec: &NetSpec) -> Self {
        let mut list = List { weights: Vec::new(), biases: Vec::new() };
        list.tower(spec);
        list.policy("policy", spec);
        list.value(spec);
        list.policy("next", spec);
        let mut entries = list.weights;
        let count = |es: &[ParamEntry]| es.iter().map(ParamEntry::len).sum::<usize>();
        let weights = count(&entries);
        entries.extend(list.biases);
        let mut offset = 0;
        for entry in &mut entries {
            entry.offset = offset;
            offset += entry.len();
        }
        Self { entries, weights, total: offset }
    }

    /// Returns the entries in the order of the flat vector.
    #[must_use]
    pub fn entries(&self) -> &[ParamEntry] {
        &self.entries
    }

    /// Returns the length of the flat vector.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// Returns how many values at the front are weights; the rest are biases.
    #[must_use]
    pub fn weights(&self) -> usize {
        self.weights
    }

    /// Draws the random start of a network.
    ///
    /// Without batch norm the scale carries the signal: He's deviation, times `1/sqrt(blocks)` on the second
    /// convolution of a block, so that the sum over blocks stays near the size of one, and a tenth of it on the last layers, so
    /// that a fresh network answers nearly uniformly.
    ///
    /// # Source
    /// He et al. 2015; the scaling follows the idea of Fixup (Zhang et al. 2019).
    #[must_use]
    pub fn init(&self, rng: &mut ChaCha8Rng) -> Vec<f32> {
        let mut values = Vec::with_capacity(self.total);
        for entry in &self.entries {
            values.extend((0..entry.len()).map(|_| (normal(rng) * entry.deviation) as f32));
        }
        values
    }
}

/// Draws from the standard normal distribution (Box and Muller).
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let radius: f64 = 1.0 - rng.random::<f64>();
    let angle: f64 = rng.random::<f64>() * std::f64::consts::TAU;
    (-2.0 * radius.ln()).sqrt() * angle.cos()
}

struct List {
    weights: Vec<ParamEntry>,
    biases: Vec<ParamEntry>,
}

impl List {
    fn weight(&mut self, name: String, inputs: usize, outputs: usize, gain: f64) {
        let deviation = gain * (1.0 / inputs as f64).sqrt();
        self.weights.push(ParamEntry { name, sizes: vec![inputs, outputs], offset: 0, deviation });
    }

    fn bias(&mut self, name: String, outputs: usize) {
        self.biases.push(ParamEntry { name, sizes: vec![outputs], offset: 0, deviation: 0.0 });
    }

    fn layer(&mut self, name: &str, inputs: usize, outputs: usize, gain: f64) {
        self.weight(format!("{name}.w"), inputs, outputs, gain);
        self.bias(format!("{name}.b"), outputs);
    }

    fn tower(&mut self, spec: &NetSpec) {
        let (size, taps, features) = (spec.size(), spec.table().taps(), spec.features());
        let he = std::f64::consts::SQRT_2;
        let channels = size.channels;
        self.layer("stem", taps * features.cell, channels, he);
        self.weight("stem.global.w".to_owned(), features.global, channels, 1.0);
        for block in 0..size.blocks {
            self.layer(&format!("block{block}.a"), taps * channels, channels, he);
            if pools(block) {
                self.weight(format!("block{block}.pool.w"), channels, channels, 0.5);
            }
            self.layer(
                &format!("block{block}.b"),
                taps * channels,
                channels,
                he / (size.blocks as f64).sqrt(),
            );
        }
    }

    fn policy(&mut self, head: &str, spec: &NetSpec) {
        let (size, policy, channels) = (spec.size(), spec.policy(), spec.size().channels);
        self.layer(&format!("{head}.cell"), channels, size.policy_channels, std::f64::consts::SQRT_2);
        self.weight(format!("{head}.pool.w"), channels, size.policy_channels, 0.5);
        if policy.planes() > 0 {
            self.layer(&format!("{head}.plane"), size.policy_channels, policy.planes(), 0.1);
        }
        if policy.globals() > 0 {
            self.layer(&format!("{head}.global"), channels, policy.globals(), 0.1);
        }
        if policy.has_pairs() {
            self.layer(&format!("{head}.from"), channels, size.pair_channels, 0.5);
            self.layer(&format!("{head}.to"), channels, size.pair_channels, 0.5);
        }
    }

    fn value(&mut self, spec: &NetSpec) {
        let (size, he) = (spec.size(), std::f64::consts::SQRT_2);
        self.layer("value.cell", size.channels, size.value_channels, he);
        self.layer("value.hidden", size.value_channels + spec.features().global, size.value_hidden, he);
        self.layer("value.out", size.value_hidden, SLOTS, 0.1);
        self.layer("owner", size.value_channels, SLOTS + 1, 0.1);
        self.layer("margins", size.value_hidden, 2 * SLOTS, 0.1);
    }
}

/// Tells whether a block adds a bias pooled from the whole board: every second one does.
pub(crate) fn pools(block: usize) -> bool {
    block % 2 == 1
}
