//! What has to be asked for, as it was at the last gathering.

use rr_proto::{ConfigKey, UnixMillis};

use super::machine::MachineReading;
use crate::bus::BusReport;
use crate::devices::DeviceReport;
use crate::store::StoreReport;

/// Holds the answers of one gathering; what did not answer in time is left out.
#[derive(Debug, Clone, Default)]
pub struct Readings {
    /// When they were gathered, in milliseconds since the Unix epoch; 0 where they never were.
    pub at_ms: u64,
    /// The store's.
    pub store: Option<StoreReport>,
    /// The place of the next event.
    pub next_event: Option<u64>,
    /// Since when each champion is champion.
    pub champions: Vec<(ConfigKey, UnixMillis)>,
    /// The bus'.
    pub bus: Option<BusReport>,
    /// The device's.
    pub device: Option<DeviceReport>,
    /// The machine's.
    pub machine: MachineReading,
}
