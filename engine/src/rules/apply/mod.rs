//! Playing a move.

mod board;
mod play;
mod turn;
mod victory;
