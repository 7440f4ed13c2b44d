use crate::{
    board::{BoardKind, GameConfig},
    rules::Position,
    with_board_width,
};

const INITIAL: &str = "RR1 square8 2\nS active ring_placement 1 0\nP 1:18:0:0 2:18:0:0\nM - - 0\nT -\n\
                       H 0 0 0 0 -\nL 0 0 - 0 0 0\nK\nR\nC\n";

#[test]
fn initial_positions_round_trip() {
    for config in GameConfig::ALL {
        with_board_width!(config.board, W => {
            let text = Position::<W>::initial(config).unwrap().to_text();
            assert_eq!(Position::<W>::from_text(&text).unwrap().to_text(), text);
        });
    }
    let square8 = GameConfig::new(BoardKind::Square8, 2).unwrap();
    assert_eq!(Position::<1>::initial(square8).unwrap().to_text(), INITIAL);
}

#[test]
fn a_rich_position_round_trips_with_its_order() {
    let text = "RR1 square8 3\nS active line_processing 2 0\nP 1:0:13:7 2:2:6:3 3:3:11:8\nM - - 1\nT -\n\
                H 0 1 0 0 -\nL 10 2 2:1 0 0 0\nK 0,0=3 0,2=1 1,0=22211 2,3=222 5,3=312\nR 0,1=2 7,2=2\n\
                C 0,4=3 7,7=1\n";
    let pos = Position::<1>::from_text(text).unwrap();
    assert_eq!(pos.to_text(), text);
    let full = format!("{text}X lps-rounds=2 order=5,3;0,0;1,0;0,2;2,3\n");
    let pos = Position::<1>::from_text(&full).unwrap();
    assert_eq!(pos.to_full_text(), full);
    assert_eq!(pos.zobrist(), pos.fresh_zobrist());
    let stack = pos.stack(pos.geometry().cell_at(1, 0).unwrap()).unwrap();
    assert_eq!((stack.height, stack.cap(), stack.owner().number()), (5, 2, 1));
}

#[test]
fn tall_stacks_stay_exact() {
    let rings = "1212".repeat(12) + &"1".repeat(40);
    let text =
        INITIAL.replace("K\n", &format!("K 3,3={rings}\n")).replace("1:18", "1:0").replace("2:18", "2:0");
    let text = format!("{text}X rings=96\n");
    let mut pos = Position::<1>::from_text(&text).unwrap();
    let cell = pos.geometry().cell_at(3, 3).unwrap();
    assert_eq!(pos.to_text(), text.replace("X rings=96\n", ""));
    assert_eq!(pos.board().cap(cell), 40);
    assert_eq!(pos.zobrist(), pos.fresh_zobrist());
    assert!(pos.board.extract_lowest(cell, crate::rules::Player(1)));
    assert_eq!(pos.board.pop_top(cell).number(), 1);
    assert_eq!(pos.board.pop_cap(cell), 39);
    assert_eq!(pos.board.height(cell), 47);
    assert_eq!(pos.board.pop_top(cell).number(), 2);
    assert_eq!(pos.board.stack(cell).unwrap().count(crate::rules::Player(1)), 22);
    assert_eq!(pos.zobrist(), pos.fresh_zobrist());
    assert_eq!(pos.board.remove_stack(cell), 46);
    assert_eq!(pos.board.key(), 0);
}

#[test]
fn bad_texts_are_refused_with_their_line() {
    for (from, to, line) in [
        ("RR1", "RR2", 1),
        ("ring_placement", "placement", 2),
        ("S active", "S won", 2),
        (" 1 0\nP", " 3 0\nP", 2),
        ("2:18:0:0", "2:18:0", 3),
        ("2:18", "2:19", 8),
        ("M - -", "M 9,9 -", 4),
        ("0 0 -\nL", "0 1 -\nL", 6),
        ("L 0 0 -", "L 0 0 1:2", 7),
        ("K\n", "K 1,1=\n", 8),
        ("K\n", "K 1,1=3\n", 8),
        ("R\n", "R 1,1=1 1,1=2\n", 9),
        ("C\n", "C\nX what=1\n", 11),
    ] {
        let error = Position::<1>::from_text(&INITIAL.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(&format!("line {line}:")), "{from} -> {to}: {error}");
    }
    assert!(Position::<6>::from_text(INITIAL).is_err());
    assert!(Position::<1>::from_text("").is_err());
}
