//! The alert rules: what an operator is woken for, and what is worth a look in the morning.

/// Describes an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertRow {
    /// Its name.
    pub name: &'static str,
    /// When it fires, in PromQL.
    pub when: &'static str,
    /// For how long that must hold.
    pub lasting: &'static str,
    /// `critical`: somebody has to come now; `warning`: somebody has to look.
    pub severity: &'static str,
    /// What has happened.
    pub summary: &'static str,
    /// What to do.
    pub action: &'static str,
}

const fn alert(
    name: &'static str,
    (when, lasting): (&'static str, &'static str),
    severity: &'static str,
    summary: &'static str,
    action: &'static str,
) -> AlertRow {
    AlertRow { name, when, lasting, severity, summary, action }
}

/// Every alert.
pub const ALERTS: &[AlertRow] = &[
    alert(
        "RingRiftNodeDown",
        ("up{job=\"ringrift\"} == 0", "2m"),
        "critical",
        "the node does not answer scrapes",
        "systemctl status rr-node, journalctl -u rr-node",
    ),
    alert(
        "RingRiftNodeNotReady",
        ("rr_node_ready == 0 unless on(job, instance) rr_work_held{reason=\"drain\"} == 1", "5m"),
        "critical",
        "a critical daemon does not run",
        "curl the node's /ready for the list; rr-admin actors tree",
    ),
    alert(
        "RingRiftNodeUnhealthy",
        ("rr_node_health_ratio < 0.9", "10m"),
        "warning",
        "parts of the node are degraded or down",
        "curl the node's /status; rr-admin daemons list",
    ),
    alert(
        "RingRiftCascadeOpen",
        ("rr_cascade_open == 1", "0m"),
        "critical",
        "too much failed at once: all restarts are held back",
        "rr-admin actors tree: the last errors name the cause",
    ),
    alert(
        "RingRiftCriticalDaemonRestarted",
        ("increase(rr_daemon_restarts_total{critical=\"yes\"}[15m]) > 0", "0m"),
        "warning",
        "{{ $labels.daemon }} was restarted",
        "rr-admin daemons show {{ $labels.daemon }}",
    ),
    alert(
        "RingRiftDaemonUnhealthy",
        ("rr_daemon_healthy == 0", "15m"),
        "warning",
        "{{ $labels.daemon }} is degraded or failing",
        "rr-admin daemons show {{ $labels.daemon }}",
    ),
    alert(
        "RingRiftActorStuck",
        ("rr_actor_busy_seconds > 300", "1m"),
        "warning",
        "{{ $labels.actor }} has been at one message for five minutes",
        "rr-admin actors show {{ $labels.actor }}; the watchdog restarts it in the end",
    ),
    alert(
        "RingRiftMailboxFull",
        ("rr_actor_mailbox_messages / rr_actor_mailbox_bound_messages > 0.8", "5m"),
        "warning",
        "the mailbox of {{ $labels.actor }} is almost full",
        "look at its lag and its handler's time: something is slower than what feeds it",
    ),
    alert(
        "RingRiftMessagesShed",
        ("increase(rr_actor_shed_messages_total[10m]) > 0", "10m"),
        "warning",
        "{{ $labels.actor }} sheds messages",
        "look at its lag and its handler's time: something is slower than what feeds it",
    ),
    alert(
        "RingRiftNoGames",
        (
            "sum by (instance) (increase(rr_selfplay_games_total[30m])) == 0 \
             and on (instance) rr_work_allowed{kind=\"self_play\"} == 1 \
             and on (instance) max by (instance) (max_over_time(rr_training_running[30m])) == 0",
            "5m",
        ),
        "warning",
        "no game has ended for half an hour, although self-play is allowed and nothing trains",
        "rr-admin actors tree node/workers/self-play; the node's log",
    ),
    alert(
        "RingRiftNoPromotion",
        ("time() - rr_loop_champion_time_seconds > 86400", "0m"),
        "warning",
        "{{ $labels.config }} has had the same champion for a day",
        "rr-admin ratings {{ $labels.config }}; the losses and the scores say whether it still learns",
    ),
    alert(
        "RingRiftTrainerFailing",
        ("sum by (instance, config) (increase(rr_training_runs_total{outcome=\"failed\"}[1h])) >= 2", "0m"),
        "warning",
        "training of {{ $labels.config }} fails again and again",
        "rr-admin events tail; the node's log has the reason of each failure",
    ),
    alert(
        "RingRiftRegressionCritical",
        ("rr_regression_standing{level=\"critical\"} == 1", "0m"),
        "critical",
        "the champion of {{ $labels.config }} plays much worse than its predecessor",
        "rr-admin ratings {{ $labels.config }}; it is rolled back unless that is switched off",
    ),
    alert(
        "RingRiftRegressionSevere",
        ("rr_regression_standing{level=~\"moderate|severe\"} == 1", "30m"),
        "warning",
        "the champion of {{ $labels.config }} plays worse than its predecessor",
        "rr-admin ratings {{ $labels.config }}",
    ),
    alert(
        "RingRiftMemoryShort",
        ("rr_memory_used_bytes / rr_memory_size_bytes > 0.85", "5m"),
        "warning",
        "{{ $labels.memory }} is short: new work is held",
        "see what else runs on the machine; smaller batches and caches need less",
    ),
    alert(
        "RingRiftDiskShort",
        ("rr_disk_free_bytes / rr_disk_size_bytes < 0.1", "10m"),
        "warning",
        "less than a tenth of the data folder's disk is free",
        "free space, or move the folder to a larger disk",
    ),
    alert(
        "RingRiftDiskFull",
        ("rr_disk_free_bytes < 1e9", "1m"),
        "critical",
        "less than 1 GB is free on the data folder's disk",
        "free space now: the node takes no new work and will end when it can't write",
    ),
    alert(
        "RingRiftDiskRefuses",
        ("rr_store_refused_by_disk == 1", "0m"),
        "critical",
        "the disk refused the last write of the store",
        "the node's log has the system's words; rr-node doctor checks the disk",
    ),
    alert(
        "RingRiftSlowCommits",
        ("rate(rr_store_commit_seconds_total[5m]) / rate(rr_store_commits_total[5m]) > 0.5", "10m"),
        "warning",
        "a commit takes more than half a second",
        "rr-node doctor measures the disk; look for who else writes to it",
    ),
    alert(
        "RingRiftDeadLetters",
        ("rr_bus_dead_letters > 0", "30m"),
        "warning",
        "{{ $labels.subscriber }} has events that it can't handle",
        "rr-admin events dead-letters names them and the reasons",
    ),
    alert(
        "RingRiftSubscriberBehind",
        ("rr_bus_subscriber_behind_events > 1000", "15m"),
        "warning",
        "{{ $labels.subscriber }} is far behind with its events",
        "rr-admin actors tree: who is it, and what keeps it",
    ),
    alert(
        "RingRiftFileHandlesShort",
        ("rr_process_open_files / rr_process_limit_files > 0.8", "5m"),
        "warning",
        "four fifths of the file handles are in use",
        "raise LimitNOFILE of the unit, or lower limits.connections",
    ),
    alert(
        "RingRiftReadingsOld",
        ("time() - rr_node_reading_time_seconds > 120", "5m"),
        "warning",
        "store, bus and device have not been read for minutes: their numbers are old",
        "curl the node's /status: the daemon `metrics` says who does not answer",
    ),
    alert(
        "RingRiftCallersRefused",
        ("sum by (instance, reason) (rate(rr_grpc_refused_calls_total[5m])) > 1", "10m"),
        "warning",
        "calls are refused again and again: {{ $labels.reason }}",
        "the node's log has the callers' addresses",
    ),
    alert(
        "RingRiftPortFull",
        ("increase(rr_port_refused_connections_total{reason=\"full\"}[10m]) > 0", "0m"),
        "warning",
        "all connections of the {{ $labels.port }} port were taken",
        "ss -tn names the callers; limits.connections is the limit",
    ),
];

/// Writes the rules as Prometheus reads them.
pub fn alert_rules() -> String {
    let mut text = String::from(
        "# Generated from actors/src/metrics/alerts.rs; `UPDATE_DOCS=1 cargo test -p rr-actors --lib metrics` writes it anew.\n\
         # The scrape job is expected to be called `ringrift`.\n\
         groups:\n  - name: ringrift\n    rules:\n",
    );
    for row in ALERTS {
        text.push_str(&format!(
            "      - alert: {}\n        expr: {}\n        for: {}\n        labels:\n          severity: {}\n        annotations:\n          \
             summary: {}\n          action: {}\n",
            row.name,
            quoted(row.when),
            row.lasting,
            row.severity,
            quoted(row.summary),
            quoted(row.action),
        ));
    }
    text
}

/// Quotes text for YAML; within single quotes only they themselves are special.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
