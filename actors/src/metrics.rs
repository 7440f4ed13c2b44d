//! The metrics of a node: one table. A row says a metric's name, kind, unit, labels and meaning; the scrape, the dashboard, the alert
//! rules and the documentation know no others.
//!
//! Names are `rr_<area>_<what>_<unit>`, and end in `_total` where they only grow. A yes or no has no unit.
//!
//! - [`MetricsSource`] reads everything at the moment of a scrape and waits for nobody; [`MetricsActor`] gathers beforehand what has
//!   to be asked for.
//! - [`dashboard`], [`alert_rules`] and [`metrics_manual`] write the files that are made from the table.

mod actor;
mod alerts;
mod board;
mod dashboard;
mod documents;
mod machine;
mod of_loop;
mod of_ports;
mod of_readings;
mod of_tree;
mod readings;
mod scrape;
mod source;
mod tally;
mod unit;

pub use actor::{MetricsActor, MetricsArgs, MetricsMsg, MetricsState};
pub use alerts::{ALERTS, AlertRow, alert_rules};
pub use board::MetricsBoard;
pub use dashboard::dashboard;
pub use documents::metrics_manual;
pub use machine::MachineReading;
pub use readings::Readings;
pub use scrape::{Scrape, ScrapeFormat};
pub use source::MetricsSource;
pub use tally::EventTally;
pub use unit::{MetricKind, MetricUnit};

/// Describes one metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricRow {
    /// Its whole name.
    pub name: &'static str,
    /// Whether it only grows.
    pub kind: MetricKind,
    /// What it counts or measures.
    pub unit: MetricUnit,
    /// The labels that tell its series apart.
    pub labels: &'static [&'static str],
    /// What it means.
    pub help: &'static str,
}

/// Makes the enum, the list of all of it and the row of each.
macro_rules! metrics {
    ($($variant:ident: $name:literal, $kind:ident, $unit:expr, [$($label:literal),*], $help:literal;)+) => {
        /// Names a metric.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Metric {
            $(#[doc = $help] $variant,)+
        }

        impl Metric {
            /// Every metric, in the order of the rows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the row of the table.
            pub const fn row(self) -> &'static MetricRow {
                match self {
                    $(Self::$variant => &MetricRow {
                        name: $name,
                        kind: MetricKind::$kind,
                        unit: $unit,
                        labels: &[$($label),*],
                        help: $help,
                    },)+
                }
            }
        }
    };
}

use MetricUnit::{Bytes, Count, Elo, Flag, Nats, PerSecond, Ratio, Seconds};

metrics! {
    NodeInfo: "rr_node_info", Gauge, Flag, ["node", "profile", "version"], "The node: always 1";
    NodeHealth: "rr_node_health_ratio", Gauge, Ratio, [], "Health of the whole tree, from 0 to 1";
    NodeReady: "rr_node_ready", Gauge, Flag, [], "Whether every critical daemon runs and no drain is on";
    NodeStart: "rr_node_start_time_seconds", Gauge, Seconds, [], "When the node started, since the Unix epoch";
    NodeReading: "rr_node_reading_time_seconds", Gauge, Seconds, [], "When what has to be asked for was last gathered, since the Unix epoch";
    ClusterLeads: "rr_cluster_leads", Gauge, Flag, [], "Whether this node leads";
    ClusterNodes: "rr_cluster_alive_nodes", Gauge, Count("nodes"), [], "Nodes that live, this one included";
    WorkHeld: "rr_work_held", Gauge, Flag, ["reason"], "Whether a reason holds new work";
    WorkAllowed: "rr_work_allowed", Gauge, Flag, ["kind"], "Whether work of a kind may be taken";
    CascadeOpen: "rr_cascade_open", Gauge, Flag, [], "Whether the breaker holds all restarts back";
    CascadeRestarts: "rr_cascade_recent_restarts", Gauge, Count("restarts"), [], "Restarts within the window of the breaker";
    CascadeThreshold: "rr_cascade_tolerated_restarts", Gauge, Count("restarts"), [], "Restarts that the breaker tolerates in its window now";
    CascadeOpenings: "rr_cascade_openings_total", Counter, Count("openings"), [], "How often the breaker has opened";

    ActorUp: "rr_actor_up", Gauge, Flag, ["actor"], "Whether the actor runs";
    ActorRestarts: "rr_actor_restarts_total", Counter, Count("restarts"), ["actor"], "Starts after the first";
    ActorHandled: "rr_actor_handled_messages_total", Counter, Count("messages"), ["actor"], "Messages that the actor took up";
    ActorShed: "rr_actor_shed_messages_total", Counter, Count("messages"), ["actor"], "Messages shed because the mailbox was full";
    ActorPanics: "rr_actor_panics_total", Counter, Count("panics"), ["actor"], "Panics of the actor";
    ActorHandlerTime: "rr_actor_handler_seconds_total", Counter, Seconds, ["actor"], "Time spent in handlers, waits included";
    ActorLongest: "rr_actor_longest_handler_seconds", Gauge, Seconds, ["actor"], "The longest time that a handler took";
    ActorBusy: "rr_actor_busy_seconds", Gauge, Seconds, ["actor"], "How long the actor has been at its present message";
    ActorDepth: "rr_actor_mailbox_messages", Gauge, Count("messages"), ["actor"], "Messages that wait for the actor";
    ActorBound: "rr_actor_mailbox_bound_messages", Gauge, Count("messages"), ["actor"], "Messages that may wait for the actor, where there is a bound";
    ActorLag: "rr_actor_mailbox_lag_seconds", Gauge, Seconds, ["actor"], "How long the message waited that was last measured";

    DaemonUp: "rr_daemon_up", Gauge, Flag, ["daemon", "critical"], "Whether all actors of the daemon run";
    DaemonHealthy: "rr_daemon_healthy", Gauge, Flag, ["daemon"], "Whether the daemon is neither degraded nor failing nor failed";
    DaemonErrors: "rr_daemon_errors_total", Counter, Count("errors"), ["daemon"], "Failures that the daemon counted itself";
    DaemonRestarts: "rr_daemon_restarts_total", Counter, Count("restarts"), ["daemon", "critical"], "Starts after the first, of all actors of the daemon";
    DaemonActive: "rr_daemon_activity_time_seconds", Gauge, Seconds, ["daemon"], "When the daemon last did something, since the Unix epoch";

    EventsHeard: "rr_bus_heard_events_total", Counter, Count("events"), ["kind"], "Events of a kind that were announced since the start";
    EventsStored: "rr_bus_stored_events_total", Counter, Count("events"), [], "Events that the outbox has ever taken";
    EventsDuplicate: "rr_bus_duplicate_events_total", Counter, Count("events"), [], "Transient events that were refused as duplicates";
    SubscriberBehind: "rr_bus_subscriber_behind_events", Gauge, Count("events"), ["subscriber"], "Stored events that a durable subscriber has still to pass";
    SubscriberFailed: "rr_bus_subscriber_failed_tries_total", Counter, Count("tries"), ["subscriber"], "Tries of a subscriber that failed";
    SubscriberLost: "rr_bus_subscriber_lost_events_total", Counter, Count("events"), ["subscriber"], "Events that a live subscriber had no room for";
    DeadLetters: "rr_bus_dead_letters", Gauge, Count("letters"), ["subscriber"], "Events that a subscriber could not handle and that are tried again";

    PlayGames: "rr_selfplay_games_total", Counter, Count("games"), ["slot"], "Games that ended";
    PlayStored: "rr_selfplay_stored_games_total", Counter, Count("games"), ["slot"], "Games that are stored";
    PlayAbandoned: "rr_selfplay_abandoned_games_total", Counter, Count("games"), ["slot"], "Games that grew too long";
    PlayPlies: "rr_selfplay_plies_total", Counter, Count("plies"), ["slot"], "Decisions in games that ended";
    PlayPositions: "rr_selfplay_positions_total", Counter, Count("positions"), ["slot"], "Positions that the network evaluated";
    PlayRate: "rr_selfplay_positions_per_second", Gauge, PerSecond("positions"), ["slot"], "Positions per second of late";
    PlayRunning: "rr_selfplay_running_games", Gauge, Count("games"), ["slot"], "Games in progress";
    PlayActive: "rr_selfplay_playing", Gauge, Flag, ["slot"], "Whether the slot plays now and does not wait";

    LoopGames: "rr_loop_stored_games", Gauge, Count("games"), ["config"], "Games ever stored of a config";
    LoopSamples: "rr_loop_stored_samples", Gauge, Count("samples"), ["config"], "Samples ever stored of a config";
    LoopNewSamples: "rr_loop_new_samples", Gauge, Count("samples"), ["config"], "Samples since the last training run was ordered";
    LoopStage: "rr_loop_stage", Gauge, Flag, ["config", "stage"], "The stage that a config is in";
    LoopGeneration: "rr_loop_champion_generation", Gauge, Count("generation"), ["config"], "Number of the champion; that of the random start is 0, and one that returns gets a new one";
    LoopChampionSince: "rr_loop_champion_time_seconds", Gauge, Seconds, ["config"], "Since when the champion is champion, since the Unix epoch";
    LoopFailures: "rr_loop_failures_in_row", Gauge, Count("in_row"), ["config"], "Failures in a row of a config's loop";
    LoopRefusals: "rr_loop_refusals_in_row", Gauge, Count("in_row"), ["config"], "Refused candidates since the last promotion";

    TrainingRunning: "rr_training_running", Gauge, Flag, ["config"], "Whether a run is at work";
    TrainingStep: "rr_training_reached_steps", Gauge, Count("steps"), ["config"], "The step that the newest run has reached";
    TrainingPlanned: "rr_training_planned_steps", Gauge, Count("steps"), ["config"], "The step at which the newest run ends";
    TrainingLoss: "rr_training_loss_nats", Gauge, Nats, ["config", "part"], "Loss of late: total, policy, value, auxiliary";
    TrainingRate: "rr_training_samples_per_second", Gauge, PerSecond("samples"), ["config"], "Training speed of late";
    TrainingSamples: "rr_training_used_samples_total", Counter, Count("samples"), ["config"], "Samples that finished runs drew";
    TrainingTime: "rr_training_duration_seconds_total", Counter, Seconds, ["config"], "Time that finished runs took";
    TrainingRuns: "rr_training_runs_total", Counter, Count("runs"), ["config", "outcome"], "Runs that started, completed, failed";

    EvaluationRunning: "rr_evaluation_running", Gauge, Flag, ["config"], "Whether a candidate is being measured";
    EvaluationRatio: "rr_evaluation_likelihood_nats", Gauge, Nats, ["config", "bound"], "Log-likelihood ratio of the test against the champion: lower bound, now, upper bound";
    EvaluationGames: "rr_evaluation_candidate_games", Gauge, Count("games"), ["config", "result"], "Games of the newest candidate against the champion, by result";
    EvaluationScore: "rr_evaluation_score_ratio", Gauge, Ratio, ["config", "opponent"], "Share of points of the last measured candidate against an opponent";
    EvaluationRuns: "rr_evaluation_runs_total", Counter, Count("runs"), ["config", "outcome"], "Evaluations that started, completed, failed";

    RatingChampion: "rr_rating_champion_elo", Gauge, Elo, ["config", "bound"], "The champion's rating: low end of its interval, middle, high end";
    Promotions: "rr_promotion_promotions_total", Counter, Count("promotions"), ["config"], "Candidates that became champion since the start";
    PromotionRefusals: "rr_promotion_refusals_total", Counter, Count("refusals"), ["config"], "Candidates refused, or promotions that broke, since the start";
    RollBacks: "rr_promotion_rollbacks_total", Counter, Count("rollbacks"), ["config"], "Returns to an earlier champion since the start";
    Regressions: "rr_regression_detections_total", Counter, Count("detections"), ["config", "level"], "Champions found weaker than their predecessors, by level";
    RegressionNow: "rr_regression_standing", Gauge, Flag, ["config", "level"], "Whether a regression of a level stands and was not cleared";

    DeviceEvals: "rr_device_evaluated_positions_total", Counter, Count("positions"), ["device"], "Positions that the device evaluated";
    DeviceBatches: "rr_device_batches_total", Counter, Count("batches"), ["device"], "Batches that the device answered";
    DeviceFailures: "rr_device_failed_batches_total", Counter, Count("batches"), ["device"], "Batches that failed";
    DeviceRate: "rr_device_positions_per_second", Gauge, PerSecond("positions"), ["device"], "Positions per second over the last ten seconds";
    DeviceBusy: "rr_device_busy_ratio", Gauge, Ratio, ["device"], "Share of the last ten seconds that each lane computed";
    DeviceInFlight: "rr_device_computing_batches", Gauge, Count("batches"), ["device"], "Batches that a lane has in hand";
    DeviceWaiting: "rr_device_waiting_batches", Gauge, Count("batches"), ["device"], "Batches that wait for a lane";
    DeviceModels: "rr_device_loaded_models", Gauge, Count("models"), ["device"], "Models that are loaded";
    DevicePaused: "rr_device_paused", Gauge, Flag, ["device"], "Whether the device refuses new work";

    StoreCommits: "rr_store_commits_total", Counter, Count("commits"), [], "Commits, each one sync of the disk";
    StoreTransactions: "rr_store_transactions_total", Counter, Count("transactions"), [], "Pieces of work in commits";
    StoreFailures: "rr_store_failed_transactions_total", Counter, Count("transactions"), [], "Pieces of work that failed";
    StoreCommitTime: "rr_store_commit_seconds_total", Counter, Seconds, [], "Time spent in commits";
    StoreSlowest: "rr_store_slowest_commit_seconds", Gauge, Seconds, [], "How long the slowest commit took";
    StoreSize: "rr_store_database_bytes", Gauge, Bytes, [], "Size of the database file";
    StoreTrouble: "rr_store_refused_by_disk", Gauge, Flag, [], "Whether the disk refused the last write";

    DiskFree: "rr_disk_free_bytes", Gauge, Bytes, [], "Free space on the disk of the data folder";
    DiskSize: "rr_disk_size_bytes", Gauge, Bytes, [], "Size of the disk of the data folder";
    MemoryUsed: "rr_memory_used_bytes", Gauge, Bytes, ["memory"], "Memory in use, of the machine and of each accelerator";
    MemorySize: "rr_memory_size_bytes", Gauge, Bytes, ["memory"], "Size of a memory";

    ProcessResident: "rr_process_resident_bytes", Gauge, Bytes, [], "Memory that the process holds";
    ProcessCpu: "rr_process_cpu_seconds_total", Counter, Seconds, [], "Time on processors, the training process left out";
    ProcessFiles: "rr_process_open_files", Gauge, Count("files"), [], "File handles in use";
    ProcessFileLimit: "rr_process_limit_files", Gauge, Count("files"), [], "File handles that the process may use";
    ProcessThreads: "rr_process_running_threads", Gauge, Count("threads"), [], "Threads of the process";

    PortOpen: "rr_port_open_connections", Gauge, Count("connections"), ["port"], "Connections that are open";
    PortAccepted: "rr_port_accepted_connections_total", Counter, Count("connections"), ["port"], "Connections that were taken";
    PortRefused: "rr_port_refused_connections_total", Counter, Count("connections"), ["port", "reason"], "Connections closed before a request: all places taken, waited too long, a failed handshake";
    CallsRefused: "rr_grpc_refused_calls_total", Counter, Count("calls"), ["reason"], "gRPC calls that were refused before they reached a service";
    PagesAnswered: "rr_http_answered_requests_total", Counter, Count("requests"), ["port"], "Requests that got a page";
    PagesRefused: "rr_http_refused_requests_total", Counter, Count("requests"), ["port"], "Requests that got none: no such page, another method, nobody who may read";
}

#[cfg(test)]
mod tests;
