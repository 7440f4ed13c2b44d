//! The table for people.

use super::Metric;
use super::alerts::ALERTS;
use super::dashboard::AREAS;

const HEAD: &str = "\
# Metrics

Generated from `actors/src/metrics.rs`; `UPDATE_DOCS=1 cargo test -p rr-actors --lib metrics` writes it anew.

`GET /metrics` on the health port (8790) gives OpenMetrics to whoever accepts it, as Prometheus does, and the older text format to all
others. A scrape reads memory alone: it is answered while the store hangs. What has to be asked for (store, bus, device, machine) is
gathered every ten seconds; `rr_node_reading_time_seconds` says when. Counters begin again with the process.

```yaml
scrape_configs:
  - job_name: ringrift            # the alert rules expect this name
    static_configs:
      - targets: [\"127.0.0.1:8790\"]
rule_files: [ops/prometheus/alerts.yml]
```

Off loopback add `scheme: https`, `tls_config.ca_file`, and `authorization.credentials_file` with a token of the role `read`. The dashboard
is `ops/grafana/ringrift.json`.
";

/// Writes the documentation of all metrics and alerts.
pub fn metrics_manual() -> String {
    let mut text = String::from(HEAD);
    for (area, title) in AREAS {
        text.push_str(&format!(
            "\n## {title}\n\n| metric | kind | unit | labels | meaning |\n|---|---|---|---|---|\n"
        ));
        for row in Metric::ALL.iter().map(|metric| metric.row()).filter(|row| row.area() == area) {
            let labels: Vec<String> = row.labels.iter().map(|label| format!("`{label}`")).collect();
            let (kind, unit) = (row.kind.name(), row.unit.word());
            text.push_str(&format!(
                "| `{}` | {kind} | {unit} | {} | {} |\n",
                row.name,
                labels.join(", "),
                row.help
            ));
        }
    }
    text.push_str("\n## Alerts\n\n| alert | severity | for | when | what to do |\n|---|---|---|---|---|\n");
    for row in ALERTS {
        let when = row.when.replace('|', "\\|");
        let action = row.action.replace("{{ $labels.", "<").replace(" }}", ">");
        text.push_str(&format!(
            "| {} | {} | {} | `{when}` | {action} |\n",
            row.name, row.severity, row.lasting
        ));
    }
    text
}
