//! The numbers of a real node.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

use rr_actors::metrics::{Metric, MetricKind};
use rr_actors::node::Node;
use rr_actors::supervision::TreePath;
use tokio::net::TcpStream;

use crate::house::plan;
use crate::reader::{PATIENCE, Page, ask_over, get};

/// Metrics that only a node shows which has trained, measured or promoted, or which was called wrongly.
const LATER: &[Metric] = &[
    Metric::TrainingRunning,
    Metric::TrainingStep,
    Metric::TrainingPlanned,
    Metric::TrainingLoss,
    Metric::TrainingRate,
    Metric::TrainingSamples,
    Metric::TrainingTime,
    Metric::TrainingRuns,
    Metric::EvaluationRunning,
    Metric::EvaluationRatio,
    Metric::EvaluationGames,
    Metric::EvaluationScore,
    Metric::EvaluationRuns,
    Metric::RatingChampion,
    Metric::Promotions,
    Metric::PromotionRefusals,
    Metric::RollBacks,
    Metric::Regressions,
    Metric::RegressionNow,
    Metric::CallsRefused,
    Metric::EventsHeard,
];

/// The value of a sample by its name and labels.
fn value(page: &Page, series: &str) -> Option<f64> {
    let line = page.body.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.and_then(|value| value.parse().ok())
}

fn families(page: &Page) -> BTreeSet<&str> {
    let typed = page.body.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    typed.filter_map(|rest| rest.split(' ').next()).collect()
}

/// Scrapes until the page is as wanted.
async fn until(health: SocketAddr, wanted: impl Fn(&Page) -> bool) -> Page {
    let scraped = async {
        loop {
            let page = get(health, "/metrics").await;
            assert_eq!(page.code, 200, "{page:?}");
            if wanted(&page) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, scraped).await.expect("the numbers never are as wanted")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scrape_has_every_number_and_they_move() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(plan(folder.path(), &[("node.id", "ann")])).await.unwrap();
    let (health, _) = node.page_addresses().unwrap();
    let played = |page: &Page| value(page, "rr_selfplay_stored_games_total{slot=\"0\"}") > Some(0.0);
    let page = until(health, |page| played(page) && value(page, "rr_store_commits_total") > Some(0.0)).await;
    assert!(page.has("content-type: text/plain; version=0.0.4; charset=utf-8"), "{}", page.head);
    let shown = families(&page);
    let device = "cpu:0";
    for metric in Metric::ALL.iter().filter(|metric| !LATER.contains(metric)) {
        assert!(shown.contains(metric.row().name), "{} is missing:\n{}", metric.row().name, page.body);
    }
    let is = |series: &str, wanted: f64| assert_eq!(value(&page, series), Some(wanted), "{series}");
    is("rr_node_ready", 1.0);
    is("rr_cluster_alive_nodes", 1.0);
    is(
        &format!("rr_node_info{{node=\"ann\",profile=\"all\",version=\"{}\"}}", env!("CARGO_PKG_VERSION")),
        1.0,
    );
    is("rr_actor_up{actor=\"node/store\"}", 1.0);
    is("rr_daemon_up{daemon=\"store\",critical=\"yes\"}", 1.0);
    is("rr_loop_stage{config=\"hex8_2p\",stage=\"collecting\"}", 1.0);
    is(&format!("rr_device_paused{{device=\"{device}\"}}"), 0.0);
    assert!(
        value(&page, "rr_process_resident_bytes") > Some(1e6)
            && value(&page, "rr_disk_free_bytes") > Some(0.0)
    );
    assert!(value(&page, "rr_port_open_connections{port=\"health\"}") >= Some(1.0), "this one");
    node.tree().cell(&TreePath::new("node/display")).unwrap().kill();
    until(health, |page| value(page, "rr_actor_restarts_total{actor=\"node/display\"}") == Some(1.0)).await;
    promtool_has_nothing_to_say(&page.body);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_accepts_openmetrics_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(plan(folder.path(), &[("node.role", "voter")])).await.unwrap();
    let (health, _) = node.page_addresses().unwrap();
    let accept = "Accept: application/openmetrics-text; version=1.0.0\r\n";
    let page = ask_over(TcpStream::connect(health).await.unwrap(), "/metrics", accept).await;
    assert!(
        page.has("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8"),
        "{}",
        page.head
    );
    assert!(page.body.ends_with("# EOF\n"), "{}", page.body);
    let shown = families(&page);
    assert!(shown.contains("rr_actor_restarts") && !shown.iter().any(|family| family.ends_with("_total")));
    assert!(!shown.iter().any(|family| family.starts_with("rr_selfplay")), "a voter plays nothing");
    let counters = Metric::ALL.iter().filter(|metric| metric.row().kind == MetricKind::Counter).count();
    assert!(counters > 10);
    node.stop().await.unwrap();
}

/// Runs `promtool check metrics` where it is installed.
fn promtool_has_nothing_to_say(text: &str) {
    let mut command = Command::new("promtool");
    command.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else { return };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
}
