//! What each key does.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use rr_proto::admin::{Actor, ActorLoad};

use super::house::{Seat, actors, curve, status};
use crate::cli::admin::top::dialog::Dialog;
use crate::cli::admin::top::news::{Deed, TopNews, TopOrder};
use crate::cli::admin::top::sort_column::SortColumn;

fn seat() -> Seat {
    Seat::new(80, 24)
}

#[test]
fn every_way_to_quit() {
    for key in [KeyCode::F(10), KeyCode::Char('q')] {
        let mut seat = seat();
        seat.press(key);
        assert!(seat.state.ended, "{key:?}");
    }
    for dialog in [KeyCode::Esc, KeyCode::F(1), KeyCode::F(3), KeyCode::F(9)] {
        let mut seat = seat();
        seat.press(dialog);
        seat.state.key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL));
        assert!(seat.state.ended, "Ctrl-C after {dialog:?}");
    }
    let mut seat = seat();
    seat.hear(TopNews::End);
    assert!(seat.state.ended, "a signal");
}

#[test]
fn the_cursor_moves_by_rows_and_pages_and_the_screen_follows() {
    let mut seat = seat();
    assert_eq!(seat.selected(), "node");
    seat.press(KeyCode::Down);
    assert_eq!(seat.selected(), "node/store");
    seat.press(KeyCode::Up);
    seat.press(KeyCode::Up);
    assert_eq!(seat.selected(), "node");
    seat.press(KeyCode::End);
    assert_eq!(seat.selected(), "node/display");
    assert!(seat.shows("display"));
    seat.press(KeyCode::Home);
    seat.press(KeyCode::PageDown);
    assert_eq!(seat.state.list.cursor() + 1, seat.state.layout().list_rows());
    seat.press(KeyCode::PageUp);
    assert_eq!(seat.selected(), "node");
}

#[test]
fn five_hundred_actors_scroll() {
    let mut seat = seat();
    let mut tree = actors();
    for at in 0..500 {
        tree.push(Actor { path: format!("node/display/{at:03}"), ..tree[21].clone() });
    }
    seat.tell_tree(tree);
    for _ in 0..300 {
        seat.press(KeyCode::Down);
    }
    let at = seat.selected().to_owned();
    assert_eq!(at, "node/display/278");
    assert!(seat.shows("278"));
    seat.press(KeyCode::End);
    assert_eq!(seat.selected(), "node/display/499");
    seat.press(KeyCode::PageUp);
    assert!(seat.shows("499"), "from the last row a page up leads to the first one in view");
    seat.tell_tree(actors());
    assert_eq!(seat.selected(), "node/display", "the rows under the cursor are gone");
}

#[test]
fn search_moves_the_cursor_and_goes_round() {
    let mut seat = seat();
    for start in [KeyCode::F(3), KeyCode::Char('/')] {
        seat.press(KeyCode::Home);
        seat.press(start);
        seat.write("play/");
        assert_eq!(seat.selected(), "node/workers/self-play/0");
        seat.press(KeyCode::F(3));
        assert_eq!(seat.selected(), "node/workers/self-play/1");
        seat.press(KeyCode::F(3));
        assert_eq!(seat.selected(), "node/workers/self-play/0");
        seat.press(KeyCode::Enter);
        seat.press(KeyCode::Char('n'));
        assert_eq!(seat.selected(), "node/workers/self-play/1");
    }
    seat.write("/PROMO");
    assert_eq!(seat.selected(), "node/leader/promotion", "in any case");
    seat.write("x");
    assert_eq!(seat.selected(), "node/leader/promotion", "nothing is found: the cursor stays");
    seat.press(KeyCode::Backspace);
    assert!(seat.shows("Search: PROMO_"));
    seat.press(KeyCode::Esc);
    assert_eq!(seat.state.dialog, Dialog::None);
    seat.write("/nobody");
    seat.press(KeyCode::Enter);
    seat.press(KeyCode::Char('n'));
    assert!(seat.shows("no other actor has `nobody` in its path"));
}

#[test]
fn a_filter_keeps_what_leads_to_its_actors() {
    let mut seat = seat();
    for start in [KeyCode::F(4), KeyCode::Char('\\')] {
        seat.press(start);
        seat.write("arena");
        assert_eq!(seat.paths(), ["node", "node/workers", "node/workers/arena"]);
        seat.press(KeyCode::Enter);
        assert_eq!(seat.paths().len(), 3, "it stays");
        seat.press(KeyCode::Char('t'));
        assert_eq!(seat.paths(), ["node/workers/arena"], "a list has no ways");
        seat.press(KeyCode::Char('t'));
        seat.press(KeyCode::Esc);
        assert_eq!(seat.paths().len(), actors().len());
    }
    seat.press(KeyCode::F(4));
    seat.write("nobody");
    assert!(seat.shows("no actor has `nobody` in its path; Esc shows all"));
    assert_eq!(seat.press(KeyCode::Enter), []);
    assert_eq!(seat.press(KeyCode::F(9)), []);
    assert_eq!(seat.state.dialog, Dialog::None, "there is nothing to kill");
    seat.press(KeyCode::F(4));
    seat.press(KeyCode::Esc);
    assert_eq!(seat.paths().len(), actors().len());
}

#[test]
fn a_tree_becomes_a_list_and_back() {
    let mut seat = seat();
    for key in [KeyCode::F(5), KeyCode::Char('t')] {
        seat.press(key);
        assert!(seat.shows(" node/workers/self-play/0"), "whole paths");
        assert!(seat.shows("F5Tree"));
        seat.press(key);
        assert!(seat.shows("├─ self-play"));
    }
}

#[test]
fn columns_are_sorted_by() {
    let mut seat = seat();
    seat.press(KeyCode::F(5));
    seat.press(KeyCode::F(6));
    for _ in 0..SortColumn::Rate.index() {
        seat.press(KeyCode::Down);
    }
    seat.press(KeyCode::Enter);
    assert_eq!(seat.paths()[0], "node/display", "the most messages");
    assert!(seat.shows("vMSG/S"));
    seat.press(KeyCode::Char('i'));
    assert_eq!(seat.paths()[0], "node");
    seat.press(KeyCode::Char('>'));
    assert_eq!(seat.paths()[0], "node/workers/trainer", "the longest at its message");
    seat.press(KeyCode::Char('>'));
    assert_eq!(seat.state.list.choice().sort, SortColumn::Tree, "the last is followed by the first");
    seat.press(KeyCode::Char('<'));
    assert_eq!(seat.state.list.choice().sort, SortColumn::Busy);
    for (column, first) in [
        (SortColumn::Restarts, "node/workers/trainer"),
        (SortColumn::State, "node/workers/trainer"),
        (SortColumn::Lag, "node/display"),
        (SortColumn::Mailbox, "node/dead-letters"),
        (SortColumn::Actor, "node"),
    ] {
        seat.state.list.sort_by(column);
        seat.state.refresh();
        assert_eq!(seat.paths()[0], first, "{column:?}");
    }
}

#[test]
fn a_sorted_screen_keeps_its_place_and_a_tree_its_actor() {
    let mut seat = seat();
    seat.press(KeyCode::Down);
    let mut tree = actors();
    tree.insert(1, Actor { path: "node/new".to_owned(), ..tree[1].clone() });
    seat.tell_tree(tree.clone());
    assert_eq!(seat.selected(), "node/store", "in the tree the cursor stays with its actor");
    seat.press(KeyCode::F(5));
    seat.state.list.sort_by(SortColumn::Rate);
    seat.state.refresh();
    tree[0].load = Some(ActorLoad { messages_per_second: 1e6, ..ActorLoad::default() });
    seat.tell_tree(tree);
    assert_eq!((seat.selected(), seat.state.list.cursor()), ("node", 0), "else with its place");
}

#[test]
fn subtrees_fold() {
    let mut seat = seat();
    seat.write("/workers");
    seat.press(KeyCode::Enter);
    seat.press(KeyCode::Char('-'));
    assert!(seat.shows("workers +5"));
    assert!(!seat.paths().contains(&"node/workers/arena"));
    seat.press(KeyCode::Char('+'));
    assert!(seat.paths().contains(&"node/workers/arena"));
    seat.press(KeyCode::Left);
    assert!(!seat.paths().contains(&"node/workers/arena"));
    seat.press(KeyCode::Right);
    assert!(seat.paths().contains(&"node/workers/arena"));
    seat.press(KeyCode::Down);
    seat.press(KeyCode::Down);
    assert_eq!(seat.selected(), "node/workers/self-play/0");
    seat.press(KeyCode::Left);
    assert_eq!(seat.selected(), "node/workers/self-play", "nothing to fold: up");
    seat.press(KeyCode::Char('*'));
    assert!(seat.paths().iter().all(|path| path.matches('/').count() <= 1), "{:?}", seat.paths());
    seat.press(KeyCode::Char('*'));
    assert_eq!(seat.paths().len(), actors().len());
}

#[test]
fn only_y_kills_and_restarts() {
    let mut seat = seat();
    seat.write("/arena");
    seat.press(KeyCode::Enter);
    let path = "node/workers/arena".to_owned();
    for (key, deed) in
        [(KeyCode::F(9), Deed::Kill), (KeyCode::Char('k'), Deed::Kill), (KeyCode::Char('r'), Deed::Restart)]
    {
        assert_eq!(seat.press(key), []);
        assert!(seat.shows("The audit log keeps who did it."));
        assert_eq!(seat.press(KeyCode::Enter), [], "Enter confirms nothing");
        assert_eq!(seat.press(KeyCode::Char('n')), []);
        assert!(seat.shows(&format!("nothing was {}", deed.past())));
        seat.press(key);
        assert_eq!(seat.press(KeyCode::Esc), []);
        seat.press(key);
        assert_eq!(seat.press(KeyCode::Char('y')), [TopOrder::Do(deed, path.clone())]);
        assert_eq!(seat.state.dialog, Dialog::None);
    }
    seat.hear(TopNews::Said("killed node/workers/arena".to_owned()));
    assert_eq!(seat.picture()[22], "killed node/workers/arena");
    seat.wait(20);
    assert!(seat.picture()[22].starts_with("node/workers/arena"), "words go, the actor is shown again");
}

#[test]
fn tagged_actors_are_meant_together() {
    let mut seat = seat();
    seat.write("/play/0");
    seat.press(KeyCode::Enter);
    seat.press(KeyCode::Char(' '));
    seat.press(KeyCode::Char(' '));
    assert_eq!(seat.selected(), "node/workers/arena", "a tag goes on to the next row");
    assert!(seat.shows("*│  │  ├─ 0"), "{:#?}", seat.picture());
    seat.press(KeyCode::Char('k'));
    let expected = ["node/workers/self-play/0", "node/workers/self-play/1"];
    let orders = expected.map(|path| TopOrder::Do(Deed::Kill, path.to_owned()));
    assert_eq!(seat.press(KeyCode::Char('y')), orders);
    assert_eq!(seat.state.list.tags(), 0);
    seat.press(KeyCode::Char(' '));
    seat.press(KeyCode::Char('u'));
    assert_eq!(seat.state.list.tags(), 0);
}

#[test]
fn nobody_is_killed_blindly() {
    let mut seat = seat();
    seat.press(KeyCode::F(9));
    assert_eq!(seat.state.dialog, Dialog::None);
    assert!(seat.shows("the root of the tree can't be killed"));
    seat.press(KeyCode::Down);
    seat.hear(TopNews::Silent("connection refused".to_owned()));
    seat.press(KeyCode::F(9));
    assert_eq!(seat.state.dialog, Dialog::None);
    assert!(seat.shows("the node does not answer: nobody can kill anything now"));
    seat.hear(TopNews::Status(Box::new(status(&["hex8_2p"]))));
    seat.press(KeyCode::F(9));
    seat.hear(TopNews::Silent("connection refused".to_owned()));
    assert_eq!(seat.press(KeyCode::Char('y')), [], "what is confirmed too late is not done to its successor");
    assert!(seat.shows("the node does not answer: nothing was killed"));
}

#[test]
fn an_actor_is_looked_at_and_asked_for_again() {
    let mut seat = seat();
    seat.press(KeyCode::Down);
    let show = TopOrder::Show("node/store".to_owned());
    assert_eq!(seat.press(KeyCode::Enter), vec![show.clone()]);
    assert!(seat.shows("asking"));
    let store = actors().into_iter().nth(1).unwrap();
    let observed: Vec<u32> = (0..60).collect();
    let observed_json = serde_json::json!({ "rows": observed }).to_string();
    seat.hear(TopNews::Actor(Box::new(Actor { observed_json, ..store })));
    assert!(seat.shows("rows:") && seat.shows("more lines"));
    seat.press(KeyCode::End);
    assert!(seat.shows("- 59") && !seat.shows("more lines"));
    seat.press(KeyCode::Up);
    assert!(seat.shows("1 more lines") || seat.shows("1 more line"), "the end is not passed");
    assert_eq!(seat.wait(1), vec![show]);
    seat.press(KeyCode::Esc);
    assert_eq!(seat.wait(5), []);
}

#[test]
fn help_lists_the_keys() {
    let mut seat = seat();
    for key in [KeyCode::F(1), KeyCode::Char('h'), KeyCode::Char('?')] {
        seat.press(key);
        assert!(seat.shows("kill: a fault, for drills; audited"));
        assert!(seat.shows("quit"), "80 by 24 shows the whole of it");
        seat.press(KeyCode::Esc);
        assert!(!seat.shows("kill: a fault"));
    }
}

#[test]
fn configs_take_turns() {
    let mut seat = seat();
    seat.hear(TopNews::Status(Box::new(status(&["hex8_2p", "square8_2p"]))));
    seat.hear(TopNews::Curve { config: "square8_2p".to_owned(), points: curve(2) });
    assert!(seat.shows("Elo of hex8_2p, 5 models"));
    assert!(seat.shows("hex8_2p 1/2 gen 3"));
    seat.press(KeyCode::Char('c'));
    assert!(seat.shows("Elo of square8_2p, 2 models"));
    seat.press(KeyCode::Char('c'));
    assert!(seat.shows("Elo of hex8_2p, 5 models"));
    seat.press(KeyCode::Char('c'));
    seat.hear(TopNews::Status(Box::new(status(&["hex8_2p"]))));
    assert!(seat.shows("Elo of hex8_2p, 5 models"), "the config that was shown is gone");
}
