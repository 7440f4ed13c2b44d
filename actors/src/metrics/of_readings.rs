//! Metrics of what was gathered beforehand: store, bus, device, machine.

use super::Metric;
use super::machine::MachineReading;
use super::readings::Readings;
use super::scrape::Scrape;
use crate::bus::BusReport;
use crate::devices::DeviceReport;
use crate::store::StoreReport;

/// Adds the newest readings, none where there never were any.
pub(super) fn scrape_readings(scrape: &mut Scrape, readings: &Readings) {
    if readings.at_ms == 0 {
        return;
    }
    scrape.set(Metric::NodeReading, &[], readings.at_ms as f64 / 1e3);
    for (config, since) in &readings.champions {
        scrape.set(Metric::LoopChampionSince, &[config.as_str()], since.0 as f64 / 1e3);
    }
    if let Some(next) = readings.next_event {
        scrape.count(Metric::EventsStored, &[], next);
    }
    if let Some(store) = &readings.store {
        scrape_store(scrape, store);
    }
    if let Some(bus) = &readings.bus {
        scrape_bus(scrape, bus, readings.next_event);
    }
    if let Some(device) = &readings.device {
        scrape_device(scrape, device);
    }
    scrape_machine(scrape, &readings.machine);
}

fn scrape_store(scrape: &mut Scrape, store: &StoreReport) {
    scrape.count(Metric::StoreCommits, &[], store.commits);
    scrape.count(Metric::StoreTransactions, &[], store.transactions);
    scrape.count(Metric::StoreFailures, &[], store.failures);
    scrape.set(Metric::StoreCommitTime, &[], store.in_commits.as_secs_f64());
    scrape.set(Metric::StoreSlowest, &[], store.slowest_commit.as_secs_f64());
}

fn scrape_bus(scrape: &mut Scrape, bus: &BusReport, next: Option<u64>) {
    scrape.count(Metric::EventsDuplicate, &[], bus.duplicates);
    for subscriber in &bus.subscribers {
        let labels = &[subscriber.name.as_str()];
        if !subscriber.durable {
            scrape.count(Metric::SubscriberLost, labels, subscriber.lost);
            continue;
        }
        scrape.count(Metric::SubscriberFailed, labels, subscriber.failed);
        scrape.count(Metric::DeadLetters, labels, subscriber.dead_letters as u64);
        if let (Some(cursor), Some(next)) = (subscriber.cursor, next) {
            scrape.count(Metric::SubscriberBehind, labels, next.saturating_sub(cursor));
        }
    }
}

fn scrape_device(scrape: &mut Scrape, device: &DeviceReport) {
    let labels = &[device.name.as_str()];
    scrape.count(Metric::DeviceEvals, labels, device.evals);
    scrape.count(Metric::DeviceBatches, labels, device.batches);
    scrape.count(Metric::DeviceFailures, labels, device.failures);
    scrape.set(Metric::DeviceRate, labels, device.evals_per_second);
    scrape.set(Metric::DeviceBusy, labels, device.busy);
    scrape.count(Metric::DeviceInFlight, labels, device.in_flight as u64);
    scrape.count(Metric::DeviceWaiting, labels, device.waiting as u64);
    scrape.count(Metric::DeviceModels, labels, device.models.len() as u64);
    scrape.flag(Metric::DevicePaused, labels, device.paused);
}

fn scrape_machine(scrape: &mut Scrape, machine: &MachineReading) {
    for memory in &machine.memories {
        scrape.count(Metric::MemoryUsed, &[&memory.name], memory.used_bytes);
        scrape.count(Metric::MemorySize, &[&memory.name], memory.total_bytes);
    }
    scrape.count(Metric::ProcessResident, &[], machine.process_bytes);
    if let Some(seconds) = machine.cpu_seconds {
        scrape.set(Metric::ProcessCpu, &[], seconds);
    }
    let counts = [
        (Metric::ProcessThreads, machine.threads),
        (Metric::ProcessFiles, machine.open_files),
        (Metric::ProcessFileLimit, machine.limit_files),
        (Metric::DiskFree, machine.disk.map(|(free, _)| free)),
        (Metric::DiskSize, machine.disk.map(|(_, size)| size)),
        (Metric::StoreSize, machine.database_bytes),
    ];
    for (metric, count) in counts {
        if let Some(count) = count {
            scrape.count(metric, &[], count);
        }
    }
}
