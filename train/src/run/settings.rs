//! The numbers that steer a run.

use rr_config::{DevicesSection, ExecutionProvider, TrainingPrecision, TrainingSection};
use rr_onnx::{
    Element, GraphOptions, LossWeights, MomentDecays, NetSpec, Provider, SessionOptions, StepOptions,
};
use serde::{Deserialize, Serialize};

use super::schedule::LearningSchedule;
use crate::error::TrainError;

/// Holds the numbers that steer a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainSettings {
    /// Rate and averaging.
    pub schedule: LearningSchedule,
    /// What each part of the loss counts.
    pub losses: LossWeights,
    /// AdamW's decay of weights.
    pub weight_decay: f64,
    /// AdamW's memory of the gradient.
    pub beta1: f64,
    /// AdamW's memory of the squared gradient.
    pub beta2: f64,
    /// Norm above which a gradient is scaled down.
    pub clip: f64,
    /// Part of the value target that comes from the search and not from the game's end.
    pub search_share: f64,
    /// Actions on many cells for which a sample has room.
    pub regions: usize,
    /// Whether samples are turned by random symmetries.
    pub symmetries: bool,
    /// Share of the games kept back to measure.
    pub validation: f64,
    /// A loss of so many times its running mean rolls the run back.
    pub spike_factor: f64,
    /// Rollbacks after which the run fails.
    pub max_rollbacks: u32,
    /// Steps between two checkpoints.
    pub checkpoint_every: u64,
    /// Steps between two lines of progress.
    pub report_every: u64,
    /// Number format of the layers.
    pub precision: TrainingPrecision,
    /// Threads on the CPU; zero takes all cores.
    pub threads: usize,
    /// Execution providers in the order to try them.
    pub providers: Vec<Provider>,
    /// Index of the accelerator.
    pub device: i32,
}

impl Default for TrainSettings {
    fn default() -> Self {
        Self::from(&TrainingSection::default())
    }
}

impl From<&TrainingSection> for TrainSettings {
    /// Takes the numbers over, for a run on the CPU.
    fn from(section: &TrainingSection) -> Self {
        Self {
            schedule: LearningSchedule {
                peak: section.learning_rate,
                end: section.final_learning_rate_share,
                warm_up: section.warmup_steps,
                ema_decay: section.ema_decay,
            },
            losses: LossWeights {
                policy: section.policy_weight,
                value: section.value_weight,
                owner: section.owner_weight,
                margins: section.margin_weight,
                ..LossWeights::default()
            },
            weight_decay: section.weight_decay,
            beta1: section.beta1,
            beta2: section.beta2,
            clip: section.gradient_clip,
            search_share: 0.0,
            regions: 8,
            symmetries: section.symmetries,
            validation: section.validation_share,
            spike_factor: section.spike_factor,
            max_rollbacks: 5,
            checkpoint_every: section.checkpoint_steps,
            report_every: 10,
            precision: section.precision,
            threads: section.threads as usize,
            providers: vec![Provider::Cpu],
            device: 0,
        }
    }
}

impl TrainSettings {
    /// Runs on the devices of a node.
    ///
    /// TensorRT compiles networks that stay as they are; where it is asked for, the step runs on CUDA.
    #[must_use]
    pub fn on(mut self, devices: &DevicesSection) -> Self {
        self.providers = Vec::new();
        for provider in &devices.providers {
            let provider = match provider {
                ExecutionProvider::TensorRt | ExecutionProvider::Cuda => Provider::Cuda,
                ExecutionProvider::Cpu => Provider::Cpu,
            };
            if !self.providers.contains(&provider) {
                self.providers.push(provider);
            }
        }
        self.device = i32::try_from(devices.device_index).unwrap_or(0);
        self
    }

    /// Returns what the training step is opened with.
    ///
    /// # Errors
    /// Where the format needs a GPU and the run may use none.
    pub(super) fn step_options(&self, spec: &NetSpec) -> Result<StepOptions, TrainError> {
        let mut providers = self.providers.clone();
        let compute = match self.precision {
            TrainingPrecision::F32 => Element::F32,
            TrainingPrecision::F16 => {
                // On a CPU most operators have no 16-bit form, and the others are slower than in 32 bits.
                providers.retain(|provider| *provider != Provider::Cpu);
                Element::F16
            }
        };
        if providers.is_empty() && compute == Element::F16 {
            return Err(TrainError::Precision("the run may use the CPU only".to_owned()));
        }
        Ok(StepOptions {
            graph: GraphOptions { compute, ..GraphOptions::cpu_training(spec) },
            weights: self.losses,
            decays: MomentDecays { mean: self.beta1, square: self.beta2 },
            regions: self.regions,
            clip: self.clip as f32,
            weight_decay: self.weight_decay as f32,
            session: SessionOptions { providers, device: self.device, threads: self.threads },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rr_engine::board::BoardKind;
    use rr_onnx::NetSize;

    fn spec() -> NetSpec {
        NetSpec::for_board(BoardKind::Hex8, NetSize::new(1, 8)).unwrap()
    }

    #[test]
    fn the_configuration_reaches_the_step() {
        let section = TrainingSection { beta1: 0.5, beta2: 0.75, weight_decay: 0.25, ..Default::default() };
        let options = TrainSettings::from(&section).step_options(&spec()).unwrap();
        assert_eq!(options.decays, MomentDecays { mean: 0.5, square: 0.75 });
        assert_eq!((options.weight_decay, options.graph.compute), (0.25, Element::F32));
        assert_eq!(options.session.providers, [Provider::Cpu]);
    }

    #[test]
    fn devices_are_tried_in_the_order_of_the_node() {
        let devices = DevicesSection { device_index: 3, ..Default::default() };
        let settings = TrainSettings::default().on(&devices);
        assert_eq!((settings.providers, settings.device), (vec![Provider::Cuda, Provider::Cpu], 3));
        let only = DevicesSection { providers: vec![ExecutionProvider::TensorRt], ..Default::default() };
        assert_eq!(TrainSettings::default().on(&only).providers, [Provider::Cuda]);
    }

    #[test]
    fn sixteen_bits_never_run_on_the_cpu() {
        let section = TrainingSection { precision: TrainingPrecision::F16, ..Default::default() };
        let settings = TrainSettings::from(&section);
        let error = settings.step_options(&spec()).unwrap_err().to_string();
        assert!(error.contains("training.precision") && error.contains("f32"), "{error}");
        let options = settings.on(&DevicesSection::default()).step_options(&spec()).unwrap();
        assert_eq!((options.graph.compute, options.session.providers), (Element::F16, vec![Provider::Cuda]));
    }
}
