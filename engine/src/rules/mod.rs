//! The rules of RingRift as the reference engine plays them.
//!
//! [`Position`] holds a game state; [`Position::legal_moves`] lists what the reference lists,
//! [`Position::decisions`] what a player chooses from, [`Position::apply`] plays a move. Where recorded
//! behaviour is odd it is followed, and the place names its number S1 to S21 in the golden games' format page.

mod apply;
mod board_edit;
mod board_state;
mod generate;
mod lps;
mod move_list;
mod moves;
mod outcome;
mod parameters;
mod perft;
mod phase;
mod player;
mod position;
mod stack;
mod zobrist;

pub use board_state::BoardState;
pub use lps::LpsState;
pub use move_list::MoveList;
pub use moves::{EliminationContext, Move, MoveKind, RecoveryMode};
pub use outcome::{EndReason, Outcome};
pub use parameters::Rules;
pub use perft::perft;
pub use phase::Phase;
pub use player::{MAX_PLAYERS, Player};
pub use position::{Position, TurnState};
pub use stack::StackView;
