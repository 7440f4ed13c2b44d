use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::dashboard::AREAS;
use super::*;

fn rows() -> impl Iterator<Item = &'static MetricRow> {
    Metric::ALL.iter().map(|metric| metric.row())
}

/// A scrape with a sample of every metric, with labels that need care.
fn everything() -> Scrape {
    let mut scrape = Scrape::default();
    for metric in Metric::ALL {
        let labels = vec!["a \"quoted\\\" word\nand a line"; metric.row().labels.len()];
        scrape.set(*metric, &labels, 1.5);
    }
    scrape
}

#[test]
fn names_follow_the_rules() {
    let mut seen = BTreeSet::new();
    for row in rows() {
        let name = row.name;
        assert!(seen.insert(name), "{name} occurs twice");
        let plain =
            |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !text.contains("__");
        assert!(name.starts_with("rr_") && plain(name), "{name}");
        assert!(
            AREAS.iter().any(|(area, _)| *area == row.area()),
            "{name}: no row of the dashboard shows its area"
        );
        assert_eq!(
            name.ends_with("_total"),
            row.kind == MetricKind::Counter,
            "{name}: counters end in _total"
        );
        if let Some(unit) = row.unit.suffix() {
            let family = name.strip_suffix("_total").unwrap_or(name);
            assert!(family.ends_with(&format!("_{unit}")), "{name} is in {unit} and does not say so");
        }
        for word in ["counter", "gauge", "ms", "milliseconds", "percent", "kb", "mb", "minutes", "hours"] {
            assert!(!name.split('_').any(|part| part == word), "{name} has the word {word}");
        }
        for reserved in ["_count", "_sum", "_bucket", "_created"] {
            assert!(!name.ends_with(reserved), "{name} ends as only a histogram may");
        }
        for label in row.labels {
            assert!(
                plain(label) && !["le", "quantile", "instance", "job"].contains(label),
                "{name}: {label}"
            );
        }
        let meaning = row.help.trim();
        assert!(!meaning.is_empty() && meaning == row.help && !meaning.ends_with('.'), "{name}: {meaning:?}");
    }
}

#[test]
fn both_formats_say_the_same() {
    let open = everything().text(ScrapeFormat::OpenMetrics).unwrap();
    let older = everything().text(ScrapeFormat::Text).unwrap();
    assert!(open.ends_with("# EOF\n") && !older.contains("# EOF"));
    assert!(
        open.contains("# TYPE rr_store_commit_seconds counter\n# UNIT rr_store_commit_seconds seconds\n"),
        "{open}"
    );
    assert!(older.contains("# TYPE rr_store_commit_seconds_total counter\n"), "{older}");
    let samples = |text: &str| {
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(samples(&open), samples(&older));
    assert_eq!(samples(&open).len(), Metric::ALL.len());
    assert!(older.contains(r#"rr_actor_up{actor="a \"quoted\\\" word\nand a line"} 1.5"#), "{older}");
}

#[test]
fn a_reader_gets_the_format_that_it_accepts() {
    let prometheus =
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
    assert_eq!(ScrapeFormat::accepted(Some(prometheus)), ScrapeFormat::OpenMetrics);
    assert_eq!(ScrapeFormat::accepted(Some("*/*")), ScrapeFormat::Text);
    assert_eq!(ScrapeFormat::accepted(None), ScrapeFormat::Text);
}

/// Compares a file with what the table makes of it, or writes it anew.
fn is_current(path: &str, made: &str) {
    let path = root().join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept,
        made,
        "{} is old: run UPDATE_DOCS=1 cargo test -p rr-actors --lib metrics",
        path.display()
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

#[test]
fn the_files_made_of_the_table_are_current() {
    is_current("ops/grafana/ringrift.json", &dashboard());
    is_current("ops/prometheus/alerts.yml", &alert_rules());
    is_current("docs/metrics.md", &metrics_manual());
}

/// Finds everything in a text that looks like a metric of ours.
fn named(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c == '_'));
    words.filter(|word| word.starts_with("rr_") && word.len() > 3).collect()
}

#[test]
fn alerts_and_panels_name_metrics_and_labels_that_exist() {
    let known: BTreeSet<&str> = rows().map(|row| row.name).collect();
    let shown = dashboard();
    for text in ALERTS.iter().map(|alert| alert.when).chain([shown.as_str()]) {
        let unknown: Vec<_> = named(text).difference(&known).copied().collect();
        assert!(unknown.is_empty(), "{unknown:?} in {text}");
    }
    let panels = named(&shown);
    for name in &known {
        assert!(panels.contains(name), "no panel shows {name}");
    }
    for alert in ALERTS {
        let labels: BTreeSet<&str> = named(alert.when)
            .iter()
            .flat_map(|name| rows().find(|row| row.name == *name).unwrap().labels)
            .copied()
            .collect();
        for text in [alert.summary, alert.action] {
            for label in text.split("$labels.").skip(1).map(|rest| rest.split(' ').next().unwrap_or("")) {
                assert!(labels.contains(label), "{}: {label}", alert.name);
            }
        }
    }
    let names: BTreeSet<&str> = ALERTS.iter().map(|alert| alert.name).collect();
    assert_eq!(names.len(), ALERTS.len());
}

/// Runs promtool on some input; says nothing where it is not installed.
fn promtool(args: &[&str], input: &str) {
    let child = Command::new("promtool")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("promtool is not installed: its own checks were left out");
        return;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && !said.contains("rr_"), "promtool {args:?}: {said}");
}

#[test]
fn promtool_finds_nothing_to_say() {
    promtool(&["check", "metrics"], &everything().text(ScrapeFormat::Text).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("alerts.yml");
    fs::write(&rules, alert_rules()).unwrap();
    promtool(&["check", "rules", rules.to_str().unwrap()], "");
}
