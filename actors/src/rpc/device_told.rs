//! A device as operators see it.

use rr_onnx::ProviderChoice;
use rr_proto::admin::Device;

use crate::devices::DeviceReport;

/// Describes a device; `passed_over` says which providers did not work when the node started, and why.
pub(super) fn device(report: &DeviceReport, passed_over: &[String]) -> Device {
    let choice = report.models.first().map(|model| &model.provider);
    let skipped = choice.map_or_else(Vec::new, ProviderChoice::passed_over);
    Device {
        name: report.name.clone(),
        execution_provider: choice.map_or_else(String::new, |choice| choice.used.to_string()),
        models: report.models.iter().map(|model| model.model.to_string()).collect(),
        batches: report.batches,
        evaluations: report.evals,
        failures: report.failures,
        evaluations_per_second: report.evals_per_second,
        busy: report.busy,
        in_flight: count(report.in_flight),
        waiting: count(report.waiting),
        paused: report.paused,
        passed_over: passed_over.iter().cloned().chain(skipped).collect(),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
