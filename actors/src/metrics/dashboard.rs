//! The dashboard: an overview, and a row of panels for each area of the table.

use serde_json::{Value, json};

use super::unit::{MetricKind, MetricUnit};
use super::{Metric, MetricRow};

/// Width of the grid, of a panel and of a tile; heights in its units.
const GRID: usize = 24;
const PANEL: (usize, usize) = (8, 8);
const TILE: (usize, usize) = (4, 4);

/// Areas of the table with their headings, in the order of the dashboard.
pub(super) const AREAS: [(&str, &str); 18] = [
    ("node", "Node"),
    ("cluster", "Cluster"),
    ("loop", "Loop"),
    ("selfplay", "Self-play"),
    ("training", "Training"),
    ("evaluation", "Evaluation"),
    ("rating", "Ratings"),
    ("promotion", "Promotion"),
    ("regression", "Regressions"),
    ("device", "Devices"),
    ("work", "New work"),
    ("daemon", "Daemons"),
    ("actor", "Actors"),
    ("cascade", "Cascade breaker"),
    ("bus", "Events"),
    ("store", "Store and disk"),
    ("process", "Process and memory"),
    ("port", "Ports"),
];

/// What a glance has to tell: title, query, unit.
const TILES: [(&str, &str, MetricUnit); 6] = [
    ("Health", "rr_node_health_ratio{instance=~\"$instance\"}", MetricUnit::Ratio),
    ("Ready", "rr_node_ready{instance=~\"$instance\"}", MetricUnit::Flag),
    ("Generation", "rr_loop_champion_generation{instance=~\"$instance\"}", MetricUnit::Count("generation")),
    ("Elo", "rr_rating_champion_elo{instance=~\"$instance\",bound=\"elo\"}", MetricUnit::Elo),
    (
        "Positions per second",
        "sum by (instance) (rr_selfplay_positions_per_second{instance=~\"$instance\"})",
        MetricUnit::PerSecond("positions"),
    ),
    (
        "Games in an hour",
        "sum by (instance) (increase(rr_selfplay_games_total{instance=~\"$instance\"}[1h]))",
        MetricUnit::Count("games"),
    ),
];

impl MetricRow {
    /// Returns the area: the second word of the name, disk, memory and calls counted among their nearest.
    pub(super) fn area(&self) -> &'static str {
        match self.name.split('_').nth(1).unwrap_or("") {
            "disk" => "store",
            "memory" => "process",
            "grpc" | "http" => "port",
            area => area,
        }
    }

    /// Returns the query that shows it: a counter as its rate.
    fn query(&self) -> String {
        let name = self.name;
        match self.kind {
            MetricKind::Gauge => format!("{name}{{instance=~\"$instance\"}}"),
            MetricKind::Counter => format!("rate({name}{{instance=~\"$instance\"}}[$__rate_interval])"),
        }
    }

    fn legend(&self) -> String {
        let labels: Vec<String> = self.labels.iter().map(|label| format!("{{{{{label}}}}}")).collect();
        if labels.is_empty() { "{{instance}}".to_owned() } else { labels.join(" ") }
    }
}

/// Writes the dashboard as Grafana imports it.
pub fn dashboard() -> String {
    let mut panels = vec![heading(1, "Overview", 0, None)];
    let mut next = 2;
    for (index, (title, query, unit)) in TILES.iter().enumerate() {
        panels.push(tile(next, (title, query, *unit), index * TILE.0));
        next += 1;
    }
    for (top, (area, title)) in (1 + TILE.1..).zip(AREAS) {
        let rows = Metric::ALL.iter().map(|metric| metric.row());
        let of_area = rows.filter(|row| row.area() == area && row.name != "rr_node_info");
        let inner: Vec<Value> = of_area
            .enumerate()
            .map(|(index, row)| {
                let (x, y) = (index * PANEL.0 % GRID, top + 1 + index * PANEL.0 / GRID * PANEL.1);
                panel(next + 1 + index, row, (x, y))
            })
            .collect();
        let count = inner.len();
        panels.push(heading(next, title, top, Some(inner)));
        next += 1 + count;
    }
    let text = serde_json::to_string_pretty(&whole(&panels)).unwrap_or_default();
    format!("{text}\n")
}

fn whole(panels: &[Value]) -> Value {
    json!({
        "uid": "ringrift",
        "title": "RingRift",
        "description": "Generated from actors/src/metrics.rs; `UPDATE_DOCS=1 cargo test -p rr-actors --lib metrics` writes it anew.",
        "tags": ["ringrift"],
        "schemaVersion": 39,
        "editable": true,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": { "from": "now-6h", "to": "now" },
        "templating": { "list": [
            { "name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus" },
            {
                "name": "instance",
                "type": "query",
                "label": "Node",
                "datasource": source(),
                "query": { "query": "label_values(rr_node_info, instance)", "refId": "instance" },
                "refresh": 2,
                "includeAll": true,
                "multi": true,
                "current": { "text": "All", "value": "$__all" },
            },
        ] },
        "panels": panels,
    })
}

fn source() -> Value {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}

/// Makes a heading; one with panels of its own is folded.
fn heading(id: usize, title: &str, y: usize, panels: Option<Vec<Value>>) -> Value {
    json!({
        "id": id,
        "type": "row",
        "title": title,
        "collapsed": panels.is_some(),
        "gridPos": { "x": 0, "y": y, "w": GRID, "h": 1 },
        "panels": panels.unwrap_or_default(),
    })
}

fn tile(id: usize, (title, query, unit): (&str, &str, MetricUnit), x: usize) -> Value {
    json!({
        "id": id,
        "type": "stat",
        "title": title,
        "datasource": source(),
        "gridPos": { "x": x, "y": 1, "w": TILE.0, "h": TILE.1 },
        "fieldConfig": { "defaults": { "unit": unit.grafana(MetricKind::Gauge) }, "overrides": [] },
        "options": { "reduceOptions": { "calcs": ["lastNotNull"] }, "graphMode": "area", "textMode": "auto" },
        "targets": [{ "refId": "A", "expr": query, "datasource": source(), "legendFormat": "{{instance}}" }],
    })
}

fn panel(id: usize, row: &MetricRow, (x, y): (usize, usize)) -> Value {
    let least = if matches!(row.unit, MetricUnit::Elo | MetricUnit::Nats) { Value::Null } else { json!(0) };
    json!({
        "id": id,
        "type": "timeseries",
        "title": row.help.split(':').next().unwrap_or(row.help),
        "description": format!("{}: {}", row.name, row.help),
        "datasource": source(),
        "gridPos": { "x": x, "y": y, "w": PANEL.0, "h": PANEL.1 },
        "fieldConfig": {
            "defaults": { "unit": row.unit.grafana(row.kind), "min": least, "custom": { "fillOpacity": 8 } },
            "overrides": [],
        },
        "options": { "legend": { "displayMode": "list", "placement": "bottom" }, "tooltip": { "mode": "multi" } },
        "targets": [{ "refId": "A", "expr": row.query(), "datasource": source(), "legendFormat": row.legend() }],
    })
}
