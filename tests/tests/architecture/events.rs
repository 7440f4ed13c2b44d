//! Every event has somebody who raises it and somebody who hears it, and the list of events for people says so.
//!
//! `docs/events.csv` says what became of every event of the service that this one replaces; `docs/events.md` is made from it and from the
//! sources (`UPDATE_DOCS=1 cargo test -p rr-tests --test architecture events`).
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use rr_proto::{Event, EventKind, event_area};

use crate::sources::{Source, all, root};

/// Kinds whose emitter or subscriber is still being built.
const AWAITED: &[&str] = &[];

/// Kinds that only people turn on: the display, the log and the event stream show them, and the alert rules count them.
const FOR_PEOPLE: &[&str] = &[
    "TRAINING_THRESHOLD_REACHED",
    "NPZ_EXPORT_COMPLETE",
    "TRAINING_STARTED",
    "TRAINING_PROGRESS",
    "TRAINING_BLOCKED_BY_QUALITY",
    "EVALUATION_STARTED",
    "EVALUATION_PROGRESS",
    "PROMOTION_CANDIDATE",
    "MODEL_DISTRIBUTION_COMPLETE",
    "QUALITY_CHECK_FAILED",
    "PARITY_GATE_CHANGED",
    "STALE_TRAINING_FALLBACK",
    "ORPHAN_GAMES_DETECTED",
    "ORPHAN_GAMES_REGISTERED",
    "INTEGRITY_CHECKED",
    "RESOURCE_CONSTRAINT",
    "DISK_CLEANUP_TRIGGERED",
    "DLQ_STALE_EVENTS",
    "DLQ_EVENTS_REPLAYED",
    "DLQ_EVENTS_PURGED",
    "DAEMON_STARTED",
    "DAEMON_STOPPED",
    "DAEMON_STATUS_CHANGED",
    "DAEMON_PERMANENTLY_FAILED",
    "CASCADE_BREAKER_OPENED",
    "CASCADE_BREAKER_CLOSED",
    "HEALTH_ALERT",
];

/// One event of the service that this one replaces.
struct OldEvent {
    name: String,
    critical: String,
    fate: String,
    target: String,
    note: String,
}

fn old_events() -> Vec<OldEvent> {
    let text = fs::read_to_string(root().join("docs/events.csv")).expect("docs/events.csv");
    let row = |line: &str| {
        let cells: Vec<String> = line.splitn(5, ',').map(str::to_owned).collect();
        let [name, critical, fate, target, note] = cells.try_into().expect("five cells");
        OldEvent { name, critical, fate, target, note }
    };
    text.lines().skip(1).map(row).collect()
}

/// The name of a kind's variant and payload, such as `ModelPromoted`.
fn variant(kind: EventKind) -> String {
    format!("{kind:?}")
}

/// What is in front of a place in a text, without white space.
fn before(text: &str, at: usize) -> &str {
    text[..at].trim_end()
}

/// Tells whether a text makes a payload of a variant: its struct literal, not its definition or a pattern.
fn constructs(text: &str, variant: &str) -> bool {
    let literal = format!("{variant} {{");
    text.match_indices(&literal).any(|(at, _)| {
        let front = before(text, at);
        let word = |word: &str| front.ends_with(word);
        let part_of_name = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        !part_of_name && !["struct", "for", "impl", "let"].into_iter().any(word)
    })
}

/// Tells whether a text names a kind in a list of kinds, as subscriptions do.
fn subscribes(text: &str, variant: &str) -> bool {
    let path = format!("EventKind::{variant}");
    text.match_indices(&path).any(|(at, _)| {
        let ends = !text[at + path.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        ends && before(text, at).ends_with(['[', ','])
    })
}

/// The files of the actors that hold for a kind, by their path below `actors/src`.
fn files(sources: &[Source], holds: impl Fn(&str) -> bool) -> Vec<String> {
    let actors = sources.iter().filter(|source| source.krate == "actors" && !source.is_test());
    let fitting = actors.filter(|source| holds(source.without_tests()));
    fitting
        .map(|source| source.path.strip_prefix("actors/src").unwrap_or(&source.path).display().to_string())
        .map(|path| path.trim_end_matches(".rs").trim_end_matches("/actor").to_owned())
        .collect()
}

#[test]
fn failure_2_nobody_raises_or_hears_in_vain() {
    let sources = all();
    let mut wrong = Vec::new();
    for kind in Event::KINDS {
        let (name, variant) = (kind.as_str_name(), variant(*kind));
        let raised = !files(&sources, |text| constructs(text, &variant)).is_empty();
        let heard =
            FOR_PEOPLE.contains(&name) || !files(&sources, |text| subscribes(text, &variant)).is_empty();
        let awaited = AWAITED.contains(&name);
        if !(awaited || raised && heard) {
            wrong.push(format!("{name}: raised {raised}, heard {heard}"));
        }
    }
    assert!(wrong.is_empty(), "events in vain:\n{}", wrong.join("\n"));
}

#[test]
fn the_scan_tells_making_from_matching_and_hearing_from_naming() {
    assert!(constructs("publish(ModelPromoted { config })", "ModelPromoted"));
    assert!(!constructs("pub struct ModelPromoted {", "ModelPromoted"));
    assert!(!constructs("let ModelPromoted { config, .. } = event", "ModelPromoted"));
    assert!(!constructs("NewModelPromoted { config }", "ModelPromoted"));
    assert!(subscribes("EventFilter::kinds(&[EventKind::ModelPromoted])", "ModelPromoted"));
    assert!(subscribes(
        "[\n    EventKind::TrainingFailed,\n    EventKind::ModelPromoted,\n]",
        "ModelPromoted"
    ));
    assert!(!subscribes("Outcome::Promoted => EventKind::ModelPromoted.as_str_name()", "ModelPromoted"));
    assert!(!subscribes("[EventKind::ModelPromotedTwice]", "ModelPromoted"));
}

#[test]
fn every_old_event_has_a_fate_and_no_critical_name_is_lost() {
    let (mut names, mut kept) = (BTreeSet::new(), BTreeSet::new());
    for old in old_events() {
        assert!(names.insert(old.name.clone()), "{} stands twice", old.name);
        let target = EventKind::from_str_name(&old.target);
        match old.fate.as_str() {
            "kept" => assert!(old.target == old.name && kept.insert(old.name.clone()), "{}", old.name),
            "merged" => assert_ne!(old.target, old.name),
            "cluster" | "dropped" => assert!(old.target.is_empty() && !old.note.is_empty(), "{}", old.name),
            other => panic!("{}: {other} is no fate", old.name),
        }
        assert_eq!(target.is_some(), matches!(old.fate.as_str(), "kept" | "merged"), "{}", old.name);
        if old.critical == "yes" && !old.name.starts_with("StageEvent.") && old.fate != "cluster" {
            assert_eq!(Event::kind_named(&old.name), target, "{}", old.name);
        }
    }
    assert_eq!(names.len(), 294);
    for kind in Event::KINDS.iter().filter(|kind| !kept.contains(kind.as_str_name())) {
        assert!(!names.contains(kind.as_str_name()), "{} is kept, say so", kind.as_str_name());
    }
}

#[test]
fn the_list_for_people_is_up_to_date() {
    let made = page();
    let path = root().join("docs/events.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &made).expect("docs/events.md");
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(found == made, "docs/events.md is out of date: run with UPDATE_DOCS=1");
}

fn page() -> String {
    let sources = all();
    let old = old_events();
    let mut page = String::from(HEAD);
    let mut also: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for event in old.iter().filter(|event| event.fate == "merged") {
        also.entry(&event.target).or_default().push(&event.name);
    }
    for kind in Event::KINDS {
        let variant = variant(*kind);
        let list = |files: Vec<String>| if files.is_empty() { "-".to_owned() } else { files.join(", ") };
        let raised = list(files(&sources, |text| constructs(text, &variant)));
        let mut heard = files(&sources, |text| subscribes(text, &variant));
        if heard.is_empty() && FOR_PEOPLE.contains(&kind.as_str_name()) {
            heard.push("people".to_owned());
        }
        let area = event_area(*kind).map_or("", |area| area.as_str());
        let instead = also.get(kind.as_str_name()).map_or(String::new(), |names| names.join(", "));
        let heard = list(heard);
        page += &format!("| {} | {area} | {raised} | {heard} | {instead} |\n", kind.as_str_name());
    }
    page += FATES;
    for event in &old {
        let fate = match event.fate.as_str() {
            "merged" => format!("merged into {}", event.target),
            "cluster" => "comes with the cluster".to_owned(),
            other => other.to_owned(),
        };
        page += &format!("| {} | {} | {fate} | {} |\n", event.name, event.critical, event.note);
    }
    page
}

const HEAD: &str = "# Events

Made from `docs/events.csv` and the sources by `UPDATE_DOCS=1 cargo test -p rr-tests --test architecture events`; edit those.

Every event has one name, a typed payload, a topic, a scope and a delivery (`proto/src/event.rs`). *Raised by* and *heard by* name
files below `actors/src`; *people* are the display, the log and `rr-admin events tail`, which show all others too.

| event | topic | raised by | heard by | stands also for |
|---|---|---|---|---|
";

const FATES: &str = "
## What became of the events of the old service

| old event | critical flow | fate | why |
|---|---|---|---|
";
