//! Metrics of the ports: connections, calls, pages.

use super::Metric;
use super::scrape::Scrape;
use crate::http::PageCounts;
use crate::security::SurfaceCounts;

/// Adds what the ports counted; `pages` are those of the health port and of the status port.
pub(super) fn scrape_ports(scrape: &mut Scrape, surface: &SurfaceCounts, pages: [&PageCounts; 2]) {
    for port in surface.ports() {
        scrape.count(Metric::PortOpen, &[port.name()], port.open());
        scrape.count(Metric::PortAccepted, &[port.name()], port.accepted());
        for (reason, count) in port.refused() {
            scrape.count(Metric::PortRefused, &[port.name(), reason], count);
        }
    }
    for (reason, count) in surface.refused_calls() {
        scrape.count(Metric::CallsRefused, &[reason], count);
    }
    for (port, counts) in ["health", "status"].into_iter().zip(pages) {
        scrape.count(Metric::PagesAnswered, &[port], counts.answered());
        scrape.count(Metric::PagesRefused, &[port], counts.refused());
    }
}
