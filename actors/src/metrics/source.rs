//! Everything that a scrape reads.

use std::sync::Arc;

use super::Metric;
use super::board::MetricsBoard;
use super::of_loop::scrape_loop;
use super::of_ports::scrape_ports;
use super::of_readings::scrape_readings;
use super::of_tree::scrape_tree;
use super::scrape::Scrape;
use crate::http::{PageCounts, PageSource};
use crate::node::StatusBoard;
use crate::security::SurfaceCounts;
use crate::store::StoreAccess;

/// Holds what a scrape reads; cheap to clone. A scrape takes locks for moments and waits for nobody.
#[derive(Clone)]
pub struct MetricsSource {
    /// The tree and the permit.
    pub pages: PageSource,
    /// Self-play and configs.
    pub board: StatusBoard,
    /// What was gathered and heard.
    pub metrics: MetricsBoard,
    /// Whether the disk takes what is written.
    pub store: StoreAccess,
    /// Connections and refusals.
    pub surface: Arc<SurfaceCounts>,
    /// Requests of the health port and of the status port.
    pub page_counts: [Arc<PageCounts>; 2],
}

impl MetricsSource {
    /// Takes the samples of this moment.
    pub fn scrape(&self) -> Scrape {
        let mut scrape = Scrape::default();
        scrape_tree(&mut scrape, &self.pages);
        scrape_loop(&mut scrape, &self.board);
        scrape_readings(&mut scrape, &self.metrics.readings());
        self.metrics.tally().scrape(&mut scrape);
        scrape.flag(Metric::StoreTrouble, &[], self.store.trouble().is_some());
        let [health, status] = &self.page_counts;
        scrape_ports(&mut scrape, &self.surface, [health, status]);
        scrape
    }
}
