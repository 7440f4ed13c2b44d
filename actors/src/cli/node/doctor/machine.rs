//! The machine: clock, memory, limits of the process, accelerators.

use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nvml_wrapper::Nvml;

use super::finding::Finding;
use crate::cli::calendar::utc_text;

/// No machine's clock is rightly before the first of 2024.
const EARLIEST: i64 = 1_704_067_200;
/// Nor after the end of 2099.
const LATEST: i64 = 4_102_444_800;
/// How far the two clocks may run apart while they are compared.
const CLOCKS_APART: Duration = Duration::from_millis(20);
/// Memory that a small node needs.
const LEAST_MEMORY: u64 = 1 << 30;
/// File handles that a node may need: every connection of its ports, and the store.
const ENOUGH_FILES: u64 = 1024;

/// Checks the machine.
pub(super) fn check() -> Vec<Finding> {
    vec![clock(), memory(), open_files(), accelerator()]
}

fn clock() -> Finding {
    let wall = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (steady_start, wall_start) = (Instant::now(), wall());
    std::thread::sleep(Duration::from_millis(50));
    let steady = steady_start.elapsed();
    let apart = wall().checked_sub(wall_start).map(|passed| passed.abs_diff(steady));
    let now = i64::try_from(wall().as_secs()).unwrap_or(i64::MAX);
    judge_clock(now, apart)
}

/// Judges the wall clock by its date, and by how far it ran from the steady one; none where it ran backwards.
fn judge_clock(now: i64, apart: Option<Duration>) -> Finding {
    let advice = "start a time service, such as chrony or systemd-timesyncd, and try again";
    if !(EARLIEST..LATEST).contains(&now) {
        return Finding::fail("clock", format!("it shows {}", utc_text(now)), advice);
    }
    match apart {
        Some(apart) if apart <= CLOCKS_APART => Finding::ok("clock", utc_text(now)),
        Some(apart) => {
            Finding::warn("clock", format!("the wall clock ran {apart:?} apart from the steady one"), advice)
        }
        None => Finding::warn("clock", "the wall clock ran backwards just now", advice),
    }
}

fn memory() -> Finding {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    judge_memory(meminfo(&text, "MemTotal:"), meminfo(&text, "MemAvailable:"))
}

fn judge_memory(total: Option<u64>, available: Option<u64>) -> Finding {
    let (Some(total), Some(available)) = (total, available) else {
        return Finding::warn("memory", "the system does not tell", "see `free -m`");
    };
    let gib = |bytes: u64| bytes as f64 / f64::from(1_u32 << 30);
    let found = format!("{:.1} GiB of {:.1} GiB available", gib(available), gib(total));
    if available < LEAST_MEMORY {
        let advice = "end other programs, or use a smaller network (net.preset), fewer threads (selfplay.threads) and a smaller cache";
        return Finding::warn("memory", found, advice);
    }
    Finding::ok("memory", found)
}

fn meminfo(text: &str, key: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(rest.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1024)
}

fn open_files() -> Finding {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the call fills the structure that it is given and keeps no pointer to it.
    let asked = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) };
    if asked != 0 {
        return Finding::warn("open files", "the system does not tell the limit", "see `ulimit -n`");
    }
    let found = format!("{} file handles, at most {}", limit.rlim_cur, limit.rlim_max);
    if limit.rlim_cur < ENOUGH_FILES {
        let advice = format!("raise it: `ulimit -n {ENOUGH_FILES}`, or LimitNOFILE= in the unit");
        return Finding::warn("open files", found, advice);
    }
    Finding::ok("open files", found)
}

fn accelerator() -> Finding {
    let library = match Nvml::init() {
        Ok(library) => library,
        Err(error) => {
            return Finding::ok(
                "accelerator",
                format!("none that NVML knows ({error}): the processor computes"),
            );
        }
    };
    let read = |index: u32| {
        let device = library.device_by_index(index).ok()?;
        let (name, memory) = (device.name().ok()?, device.memory_info().ok()?);
        Some(format!("{index}: {name}, {} of {} MiB used", memory.used >> 20, memory.total >> 20))
    };
    let found: Vec<String> = (0..library.device_count().unwrap_or(0)).filter_map(read).collect();
    if found.is_empty() {
        return Finding::warn("accelerator", "NVML is there and shows no device", "see `nvidia-smi`");
    }
    let driver = library.sys_driver_version().unwrap_or_default();
    Finding::ok("accelerator", format!("{}; driver {driver}", found.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::super::finding::Health;
    use super::*;

    #[test]
    fn clocks_are_judged_by_date_and_pace() {
        let now = 1_750_000_000;
        let judged = |now, apart| judge_clock(now, apart).health;
        assert_eq!(judged(now, Some(Duration::from_millis(1))), Health::Ok);
        assert_eq!(judged(now, Some(Duration::from_secs(3))), Health::Warn);
        assert_eq!(judged(now, None), Health::Warn);
        assert_eq!(judged(0, Some(Duration::ZERO)), Health::Fail);
        assert_eq!(judged(LATEST, Some(Duration::ZERO)), Health::Fail);
    }

    #[test]
    fn memory_is_read_as_the_kernel_writes_it() {
        let text = "MemTotal:        2048000 kB\nMemFree: 1 kB\nMemAvailable:     512000 kB\n";
        assert_eq!(meminfo(text, "MemTotal:"), Some(2_048_000 * 1024));
        let little = judge_memory(meminfo(text, "MemTotal:"), meminfo(text, "MemAvailable:"));
        assert_eq!(little.health, Health::Warn);
        assert_eq!(judge_memory(Some(8 << 30), Some(4 << 30)).health, Health::Ok);
        assert_eq!(judge_memory(None, None).health, Health::Warn);
    }
}
