//! Spans of a real node at a real collector: who caused what, with the ids of what it was about; and a node whose collector is down.
#![allow(clippy::unwrap_used)] // helpers of tests, which fail by panicking
mod collector;
mod wanted;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::Duration;

use collector::{Arrived, Collector};
use rr_tests::{RunningNode, Signal, alone, rr_admin, rr_node, set, tiny_loop};
use serde_json::Value;
use tempfile::TempDir;

/// How long a generation, or a stop, may take on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts a tiny loop that sends its spans to `endpoint`.
fn start(endpoint: &str, more: &[(&str, &str)]) -> (TempDir, RunningNode) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = rr_node();
    tiny_loop(&mut command);
    set(&mut command, "trace.endpoint", endpoint);
    set(&mut command, "node.id", "tracer");
    more.iter().for_each(|(key, value)| {
        set(&mut command, key, value);
    });
    let node = RunningNode::start(&mut command, &folder.path().join("data"));
    (folder, node)
}

fn expect(node: &mut RunningNode, words: &str) -> String {
    node.hear(words, PATIENCE).unwrap_or_else(|| panic!("it never said {words}:\n{}", node.text()))
}

/// Follows a span up to the beginning of its trace.
fn upwards<'a>(span: &'a Arrived, spans: &'a BTreeMap<Vec<u8>, Arrived>) -> Vec<&'a Arrived> {
    let mut way = vec![span];
    while let Some(above) = spans.get(&way[way.len() - 1].parent) {
        assert_eq!(above.trace, span.trace, "a parent of another trace");
        way.push(above);
    }
    way
}

#[test]
fn a_promotion_is_traced_back_to_the_games_that_it_came_from() {
    let _turn = alone();
    let collector = Collector::start();
    let headers = tempfile::tempdir().unwrap();
    let file = headers.path().join("headers");
    std::fs::write(&file, "x-tenant: seven\n").unwrap();
    let headers = file.to_str().unwrap();
    let json = ("log.format", "json");
    let (_folder, mut node) = start(&collector.endpoint(), &[("trace.headers_file", headers), json]);
    expect(&mut node, "MODEL_PROMOTED");
    node.signal(Signal::Terminate);
    let ending = node.end(PATIENCE);
    assert_eq!(ending.code, Some(0), "{}", ending.text);

    let spans: BTreeMap<Vec<u8>, Arrived> =
        collector.spans().into_iter().map(|span| (span.id.clone(), span)).collect();
    assert!(spans.values().all(|span| span.service == ("ringrift".to_owned(), "tracer".to_owned())));
    assert!(spans.values().all(|span| span.tenant.as_deref() == Some("seven")));
    let promotion = spans.values().find(|span| span.name == "promotion").expect("a promotion");
    let way = upwards(promotion, &spans);
    let names: Vec<&str> = way.iter().map(|span| span.name.as_str()).collect();
    let place = |name: &str| {
        names
            .iter()
            .position(|found| found.starts_with(name))
            .unwrap_or_else(|| panic!("no {name} in {names:#?}"))
    };
    let order = [
        "promotion",
        "Promote node/leader/promotion",
        "EVALUATION_COMPLETED config/hex8_2p",
        "evaluation",
        "TRAINING_COMPLETED config/hex8_2p",
        "training",
        "NEW_GAMES_AVAILABLE config/hex8_2p",
        "store games",
    ];
    let places = order.map(place);
    assert!(places.is_sorted(), "{names:#?}");
    assert_eq!(place("store games"), way.len() - 1, "the trace begins with the games: {names:#?}");

    let (evaluation, training) = (way[place("evaluation")], way[place("training")]);
    assert_eq!(promotion.attribute("config"), "hex8_2p");
    assert_eq!(promotion.attribute("model"), evaluation.attribute("model"));
    assert_eq!(promotion.attribute("job"), evaluation.attribute("job"));
    assert_eq!(way[place("TRAINING_COMPLETED")].attribute("job"), training.attribute("job"));
    assert_eq!(way[place("Promote")].attribute("actor"), "node/leader/promotion");
    let games = way[way.len() - 1].events.iter().filter(|event| event.contains_key("game")).count();
    assert!(games > 0, "the games are named: {:?}", way[way.len() - 1]);
    let blobs = spans.values().filter(|span| span.name == "put blob" && !span.attribute("blob").is_empty());
    assert!(
        blobs.map(|span| upwards(span, &spans)).any(|way| way.iter().any(|span| span.name == "training"))
    );
    logged(&ending.text, training.attribute("job"));
}

/// Asserts that a line of the log of the training run carries its ids.
fn logged(text: &str, job: &str) {
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let told: Vec<Value> =
        lines.filter(|line| line["fields"]["message"] == "training process started").collect();
    let found = told.iter().any(|line| {
        let spans = line["spans"].as_array().into_iter().flatten();
        spans
            .filter(|span| span["name"] == "training")
            .any(|span| span["job"] == job && span["config"] == "hex8_2p")
    });
    assert!(found, "{told:#?}");
}

#[test]
fn a_call_goes_on_with_the_trace_of_its_caller() {
    let _turn = alone();
    let collector = Collector::start();
    let (folder, mut node) = start(&collector.endpoint(), &[("trace.sample_share", "0")]);
    expect(&mut node, "the node runs");
    let mut command = rr_admin();
    command.arg("status").arg("--data-dir").arg(folder.path().join("data"));
    command.env("TRACEPARENT", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let status = command.output().unwrap();
    assert!(status.status.success(), "{status:?}");
    node.signal(Signal::Terminate);
    assert_eq!(node.end(PATIENCE).code, Some(0));
    let spans = collector.spans();
    let call = spans.iter().find(|span| span.name == "/rr.admin.v1.Admin/GetStatus").expect("the call");
    assert_eq!(call.trace[..2], [0x4b, 0xf9]);
    assert_eq!(call.parent, [0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7]);
    assert!(spans.iter().any(|span| span.parent == call.id), "what the call asked of others belongs to it");
}

#[test]
fn a_collector_that_is_down_costs_one_line() {
    let _turn = alone();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (_folder, mut node) = start(&format!("http://{port}"), &[("trace.message_share", "1")]);
    expect(&mut node, "the collector takes no spans");
    expect(&mut node, "TRAINING_COMPLETED");
    node.signal(Signal::Terminate);
    let ending = node.end(PATIENCE);
    assert_eq!(ending.code, Some(0), "{}", ending.text);
    assert_eq!(ending.text.matches("the collector takes no spans").count(), 1, "{}", ending.text);
}
