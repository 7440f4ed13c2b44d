//! One line of text for an event about the house: its data, its resources, its daemons, its dead letters.

use rr_proto::{Event, ResourceUse};

/// Returns what follows the wire name in the line of an event about data, resources or the house itself.
pub(super) fn house_line(event: &Event) -> Option<String> {
    data_line(event).or_else(|| resource_line(event)).or_else(|| system_line(event))
}

fn data_line(event: &Event) -> Option<String> {
    Some(match event {
        Event::DataSyncCompleted(e) => {
            format!("{}: {}, {} bytes in {}", e.node, e.games, e.bytes, seconds(e.duration_ms))
        }
        Event::DataSyncFailed(e) => {
            format!("{}: {} in a row ({})", e.node, e.consecutive, e.failure.message)
        }
        Event::StaleTrainingFallback(e) => {
            let state = if e.active { "older data may be used" } else { "over" };
            format!("{state}: {}", e.reason)
        }
        Event::OrphanGamesDetected(e) => format!("{}: {} pieces, {} bytes", e.node, e.count, e.bytes),
        Event::OrphanGamesRegistered(e) => format!("{}: {} pieces with {}", e.node, e.registered, e.games),
        Event::IntegrityChecked(e) => format!(
            "{}: {} pieces in {}, {} damaged, {} in quarantine",
            e.node,
            e.checked,
            seconds(e.duration_ms),
            e.damaged,
            e.quarantined.len()
        ),
        _ => return None,
    })
}

fn resource_line(event: &Event) -> Option<String> {
    Some(match event {
        Event::ResourceConstraint(e) => format!("{}: {} ({:?})", e.node, usage(&e.usage), e.level),
        Event::MemoryPressure(e) => format!("{}: {}, new work waits", e.node, usage(&e.usage)),
        Event::MemoryPressureCleared(e) => {
            format!("{}: {} after {}", e.node, usage(&e.usage), seconds(e.duration_ms))
        }
        Event::DiskSpaceLow(e) => format!("{}: {} ({:?})", e.node, usage(&e.usage), e.level),
        Event::DiskCleanupTriggered(e) => {
            format!("{}: {} files, {} bytes freed ({})", e.node, e.files, e.freed_bytes, e.tasks.join(", "))
        }
        Event::IdleResourceDetected(e) => {
            format!(
                "{}: {} is {:.0} % busy for {}",
                e.node,
                e.device,
                e.utilization * 100.0,
                seconds(e.idle_ms)
            )
        }
        _ => return None,
    })
}

fn system_line(event: &Event) -> Option<String> {
    Some(match event {
        Event::DaemonStarted(e) => format!("{}: restarted {} times", e.daemon, e.restarts),
        Event::DaemonStopped(e) => format!("{}: {}", e.daemon, e.reason),
        Event::DaemonStatusChanged(e) => format!("{}: {:?} to {:?} ({})", e.daemon, e.from, e.to, e.reason),
        Event::DaemonPermanentlyFailed(e) => {
            format!("{}: given up after {} restarts ({})", e.daemon, e.restarts, e.failure.message)
        }
        Event::CascadeBreakerOpened(e) => {
            let open = seconds(e.open_ms);
            format!("{}: {} restarts of at most {}, open for {open}", e.node, e.restarts, e.threshold)
        }
        Event::CascadeBreakerClosed(e) => format!("{}: after {}", e.node, seconds(e.duration_ms)),
        Event::DlqStaleEvents(e) => format!("{} letters of {}", e.count, e.subscribers.join(", ")),
        Event::DlqEventsReplayed(e) => format!("{} letters of {}", e.count, e.subscribers.join(", ")),
        Event::DlqEventsPurged(e) => format!("{} letters: {}", e.count, e.reason),
        Event::HealthAlert(e) => format!("{:?} {}: {}", e.severity, e.subject, e.message),
        _ => return None,
    })
}

fn usage(usage: &ResourceUse) -> String {
    let place = usage.place.as_deref().unwrap_or("here");
    format!("{:?} of {place} is {:.0} % full", usage.resource, usage.percent())
}

fn seconds(ms: u64) -> String {
    format!("{:.1} s", ms as f64 / 1000.0)
}
