//! Dispatch from a board known at run time to code compiled per board width.

/// Runs an expression with a constant bound to the number of words of a board's cell sets.
///
/// ```
/// use rr_engine::{board::BoardKind, with_board_width};
/// let words = with_board_width!(BoardKind::Hexagonal, W => W);
/// assert_eq!(words, 8);
/// ```
#[macro_export]
macro_rules! with_board_width {
    ($kind:expr, $w:ident => $body:expr) => {
        match $crate::board::BoardKind::descriptor($kind).words {
            1 => {
                const $w: usize = 1;
                $body
            }
            6 => {
                const $w: usize = 6;
                $body
            }
            _ => {
                const $w: usize = 8;
                $body
            }
        }
    };
}
