//! The samples of one moment, and their text.

use std::collections::BTreeMap;
use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry, Unit};

use super::unit::MetricKind;
use super::{Metric, MetricRow};

/// Names the text format of an exposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScrapeFormat {
    /// OpenMetrics 1.0, which Prometheus asks for.
    OpenMetrics,
    /// Prometheus' older text, which `curl` gets and `promtool check metrics` reads.
    Text,
}

impl ScrapeFormat {
    /// Chooses by what a reader says that it accepts.
    pub fn accepted(accept: Option<&str>) -> Self {
        match accept {
            Some(accept) if accept.contains("application/openmetrics-text") => Self::OpenMetrics,
            _ => Self::Text,
        }
    }

    /// Returns the content type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// The values of a metric's labels, in the order of its row.
type Labels = Vec<String>;

/// Gathers samples. A series that is given twice keeps its last value.
#[derive(Debug, Default)]
pub struct Scrape {
    samples: BTreeMap<Metric, BTreeMap<Labels, f64>>,
}

impl Scrape {
    /// Gives a series its value; the labels stand in the order of the metric's row.
    pub fn set(&mut self, metric: Metric, labels: &[&str], value: f64) {
        debug_assert_eq!(labels.len(), metric.row().labels.len(), "{metric:?}");
        let labels = labels.iter().map(ToString::to_string).collect();
        self.samples.entry(metric).or_default().insert(labels, value);
    }

    /// Gives a series a count.
    pub fn count(&mut self, metric: Metric, labels: &[&str], count: u64) {
        self.set(metric, labels, count as f64);
    }

    /// Gives a series a yes or a no.
    pub fn flag(&mut self, metric: Metric, labels: &[&str], is: bool) {
        self.set(metric, labels, f64::from(u8::from(is)));
    }

    /// Returns the value of a series.
    pub fn value(&self, metric: Metric, labels: &[&str]) -> Option<f64> {
        let labels: Labels = labels.iter().map(ToString::to_string).collect();
        self.samples.get(&metric)?.get(&labels).copied()
    }

    /// Lists the metrics that have a sample.
    pub fn metrics(&self) -> impl Iterator<Item = Metric> {
        self.samples.keys().copied()
    }

    /// Writes everything.
    ///
    /// # Errors
    /// None in practice: writing to memory does not fail.
    pub fn text(self, format: ScrapeFormat) -> Result<String, fmt::Error> {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(self));
        let mut text = String::with_capacity(64 * 1024);
        encode(&mut text, &registry)?;
        Ok(match format {
            ScrapeFormat::OpenMetrics => text,
            ScrapeFormat::Text => older_text(&text),
        })
    }
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for (metric, series) in &self.samples {
            let row = metric.row();
            let (stem, unit) = row.stem_and_unit();
            let kind = match row.kind {
                MetricKind::Counter => MetricType::Counter,
                MetricKind::Gauge => MetricType::Gauge,
            };
            let mut metric = encoder.encode_descriptor(stem, row.help, unit.as_ref(), kind)?;
            for (values, value) in series {
                let labels: Vec<(&str, &str)> =
                    row.labels.iter().copied().zip(values.iter().map(String::as_str)).collect();
                if labels.is_empty() {
                    sample(&mut metric, row.kind, *value)?;
                } else {
                    sample(&mut metric.encode_family(&labels)?, row.kind, *value)?;
                }
            }
        }
        Ok(())
    }
}

fn sample(metric: &mut MetricEncoder<'_>, kind: MetricKind, value: f64) -> fmt::Result {
    match kind {
        MetricKind::Counter => metric.encode_counter::<NoLabelSet, _, f64>(&value, None),
        MetricKind::Gauge => metric.encode_gauge(&value),
    }
}

impl MetricRow {
    /// Returns the name of the family: a counter's without its ending.
    fn family(&self) -> &'static str {
        match self.kind {
            MetricKind::Counter => self.name.strip_suffix("_total").unwrap_or(self.name),
            MetricKind::Gauge => self.name,
        }
    }

    /// Takes the family's name apart; one that does not end in its unit has none.
    fn stem_and_unit(&self) -> (&'static str, Option<Unit>) {
        let family = self.family();
        let apart = self.unit.suffix().and_then(|unit| {
            let stem = family.strip_suffix(unit.as_str())?.strip_suffix('_')?;
            Some((stem, unit))
        });
        apart.map_or((family, None), |(stem, unit)| (stem, Some(Unit::Other(unit))))
    }
}

/// Rewrites OpenMetrics as the older text, in which a counter's family has the name of its samples and units have no line.
fn older_text(text: &str) -> String {
    let counters: Vec<&str> = Metric::ALL
        .iter()
        .map(|metric| metric.row())
        .filter(|row| row.kind == MetricKind::Counter)
        .map(MetricRow::family)
        .collect();
    let mut older = String::with_capacity(text.len());
    for line in text.lines() {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some(what @ ("HELP" | "TYPE")), Some(family), Some(rest)) => {
                let ending = if counters.contains(&family) { "_total" } else { "" };
                older.push_str(&format!("# {what} {family}{ending} {rest}\n"));
            }
            (Some("#"), ..) => {} // a unit, or the end
            _ => {
                older.push_str(line);
                older.push('\n');
            }
        }
    }
    older
}
