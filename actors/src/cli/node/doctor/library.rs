//! ONNX Runtime, and which of the configured providers work here.

use rr_config::{NetShape, Settings};
use rr_engine::board::{BoardKind, GameConfig};
use rr_onnx::{OnnxError, Runtime};

use super::finding::Finding;
use crate::node::{DevicePlan, load_runtime, random_model};

/// Loads the library and opens a small network on the configured providers.
pub(super) fn check(settings: &Settings) -> Vec<Finding> {
    let runtime = match load_runtime(settings) {
        Ok(runtime) => runtime,
        Err(error) => {
            let advice =
                "install it with `make runtime`, or name it with ORT_DYLIB_PATH or devices.runtime_library";
            return vec![Finding::fail("ONNX Runtime", error.to_string(), advice)];
        }
    };
    let found = format!("{} from {}", runtime.version(), runtime.library().display());
    let mut findings = vec![Finding::ok("ONNX Runtime", found)];
    findings.extend(match probe(&runtime, settings) {
        Ok(plan) => providers(&plan),
        Err(error) => {
            vec![Finding::fail("providers", error.to_string(), "put cpu at the end of devices.providers")]
        }
    });
    findings
}

fn probe(runtime: &Runtime, settings: &Settings) -> Result<DevicePlan, OnnxError> {
    let config = GameConfig { board: BoardKind::Hex8, players: 2 };
    let model = random_model(config, NetShape { blocks: 1, channels: 8 }, 1)?;
    DevicePlan::probe(runtime, &settings.devices, &model, 1)
}

fn providers(plan: &DevicePlan) -> Vec<Finding> {
    let used = Finding::ok("providers", format!("{} works", plan.choice.used));
    let skipped = plan.choice.skipped.iter().map(|skipped| {
        Finding::warn(
            "providers",
            format!("{} does not work here: {}", skipped.provider, first_line(&skipped.reason)),
            "expected without such an accelerator: take it out of devices.providers; else point ORT_DYLIB_PATH to onnxruntime-gpu's \
             library and install CUDA",
        )
    });
    std::iter::once(used).chain(skipped).collect()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
