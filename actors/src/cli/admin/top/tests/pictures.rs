//! What is drawn, compared with pictures in files; `UPDATE_PICTURES=1` writes them anew.

use std::path::PathBuf;

use proptest::prelude::*;
use ratatui::crossterm::event::KeyCode;
use rr_proto::admin::Actor;

use super::house::{Seat, actors, curve, status};
use crate::cli::admin::top::news::TopNews;
use crate::cli::admin::top::palette::Palette;

/// Compares what is drawn with a picture.
fn expect(name: &str, seat: &mut Seat) {
    let drawn = seat.picture().join("\n") + "\n";
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/cli/admin/top/tests/pictures");
    let file = folder.join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&file, &drawn).unwrap();
    }
    let known = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(known == drawn, "{} differs; drawn now:\n{drawn}", file.display());
}

#[test]
fn a_node_in_80_by_24() {
    expect("80x24", &mut Seat::new(80, 24));
}

#[test]
fn a_node_in_120_by_40() {
    expect("120x40", &mut Seat::new(120, 40));
}

#[test]
fn a_node_without_signs_that_is_not_ready() {
    let mut seat = Seat::new(80, 24).with_palette(Palette { colours: false, signs: false });
    let not_ready = vec!["node/workers/self-play/0 is backing_off: no room on the device".to_owned()];
    let ill = rr_proto::admin::GetStatusResponse {
        ready: false,
        not_ready,
        health_score: 0.4999,
        ..status(&["hex8_2p", "square19_3p", "hexagonal_4p"])
    };
    seat.hear(TopNews::Status(Box::new(ill)));
    expect("80x24-ascii", &mut seat);
}

#[test]
fn help_menu_question_and_actor() {
    let mut seat = Seat::new(80, 24);
    seat.press(KeyCode::F(1));
    expect("help", &mut seat);
    seat.press(KeyCode::Esc);
    seat.press(KeyCode::F(6));
    expect("sort", &mut seat);
    seat.press(KeyCode::Esc);
    seat.write("/train");
    seat.press(KeyCode::Enter);
    seat.press(KeyCode::F(9));
    expect("kill", &mut seat);
    seat.press(KeyCode::Esc);
    seat.press(KeyCode::Enter);
    let actor = actors().into_iter().find(|actor| actor.path == "node/workers/trainer").unwrap();
    let observed_json = r#"{"status":"waiting","errors_count":3}"#.to_owned();
    seat.hear(TopNews::Actor(Box::new(Actor { observed_json, ..actor })));
    expect("actor", &mut seat);
}

#[test]
fn a_node_that_does_not_answer_is_said_so_and_nothing_goes_on() {
    let mut seat = Seat::new(80, 24);
    seat.hear(TopNews::Status(Box::new(status(&["hex8_2p"]))));
    assert!(seat.picture()[0].starts_with("node-1 (all)  ready  health 0.97"));
    let before = seat.picture();
    seat.wait(4);
    assert!(seat.picture()[0].starts_with("no answer since 4 s, reconnecting"), "silence alone is told");
    seat.hear(TopNews::Silent("connection refused".to_owned()));
    seat.wait(8);
    let silent = seat.picture();
    assert_eq!(silent[0], "no answer since 12 s, reconnecting: connection refused");
    assert_eq!(silent[8..22], before[8..22], "uptimes stand still");
    seat.hear(TopNews::Status(Box::new(status(&["hex8_2p"]))));
    assert!(seat.picture()[0].starts_with("node-1 (all)  ready"));
}

#[test]
fn colours_only_where_they_are_wanted() {
    use ratatui::style::Color;
    for colours in [false, true] {
        let mut seat = Seat::new(80, 24).with_palette(Palette { colours, signs: true });
        seat.picture();
        assert_eq!(seat.has_colour(|colour| colour != Color::Reset), colours);
    }
}

#[test]
fn names_and_errors_of_any_length_keep_to_their_columns() {
    let mut tree = actors();
    tree[3].path = format!("node/{}", "dead-letters-of-".repeat(12));
    tree[3].last_error = "ä".repeat(500) + "\nand a second line";
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let mut seat = Seat::new(columns, rows);
        seat.tell_tree(tree.clone());
        let picture = seat.picture();
        let row = picture.iter().find(|row| row.contains("dead-letters-of-")).unwrap();
        assert!(row.contains('…') && row.contains("running"), "{row}");
        assert!(!seat.shows("second line"));
        seat.press(KeyCode::F(5));
        assert!(seat.shows("…"), "a path loses its beginning");
        assert!(seat.shows("letters-of-"));
    }
}

#[test]
fn the_curve_shows_the_newest_models_where_there_are_too_many() {
    let mut seat = Seat::new(80, 24);
    seat.hear(TopNews::Curve { config: "hex8_2p".to_owned(), points: curve(400) });
    let picture = seat.picture();
    assert!(picture[1].contains("Elo of hex8_2p, last 2"), "{}", picture[1]);
    assert!(picture.iter().any(|row| row.contains('◆')), "{picture:#?}");
    seat.hear(TopNews::Curve { config: "hex8_2p".to_owned(), points: Vec::new() });
    assert!(seat.shows("Elo of hex8_2p: no model rated yet"));
}

#[test]
fn any_size_can_be_drawn() {
    let mut seat = Seat::new(80, 24);
    for (columns, rows) in
        [(20, 5), (1, 1), (5, 20), (40, 2), (300, 3), (80, 8), (69, 15), (500, 200), (0, 0)]
    {
        for dialog in [KeyCode::Esc, KeyCode::F(1), KeyCode::F(6), KeyCode::Enter, KeyCode::F(9)] {
            seat.resize(columns, rows);
            seat.press(dialog);
            seat.resize(rows, columns);
            seat.picture();
            seat.press(KeyCode::Esc);
        }
    }
    seat.resize(20, 5);
    let picture = seat.picture();
    assert!(picture[0].starts_with("node-1 (all)"), "{picture:#?}");
    assert!(picture[2].contains("node"), "{picture:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_typed_the_screen_is_drawn(
        keys in prop::collection::vec(0usize..26, 1..60), columns in 1u16..140, rows in 1u16..50,
    ) {
        let codes = [
            KeyCode::Up, KeyCode::Down, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Home, KeyCode::End,
            KeyCode::Left, KeyCode::Right, KeyCode::Enter, KeyCode::Esc, KeyCode::Backspace, KeyCode::F(1),
            KeyCode::F(3), KeyCode::F(4), KeyCode::F(5), KeyCode::F(6), KeyCode::F(9), KeyCode::Char('a'),
            KeyCode::Char('*'), KeyCode::Char(' '), KeyCode::Char('<'), KeyCode::Char('>'), KeyCode::Char('y'),
            KeyCode::Char('-'), KeyCode::Char('+'), KeyCode::Char('c'),
        ];
        let mut seat = Seat::new(columns, rows);
        for key in keys {
            seat.press(codes[key]);
            let list = &seat.state.list;
            let visible = list.visible();
            prop_assert!(list.rows().is_empty() || list.cursor() < list.rows().len());
            prop_assert!(seat.state.layout().list_rows() == 0 || list.rows().is_empty()
                || visible.iter().any(|row| Some(row.path.as_str()) == list.selected()));
        }
    }
}
