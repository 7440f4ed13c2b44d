//! Actions: the exact action space of each board and the decisions of a game in it.
//!
//! [`ActionLayout`] orders the policy vector, [`ActionRef`] names a decision in it, and [`PlayState`] is what a search walks over: a
//! position whose forced moves are already played, with one micro-decision of its own where a rule offers a choice that a single entry
//! does not name. [`SymmetryTable`] says what a symmetry of the board does to cells and names.

mod coding;
mod decisions;
mod game;
mod layout;
mod list;
mod play;
mod reference;
mod scratch;
mod symmetry;

pub use layout::ActionLayout;
pub use list::{ActionList, PlayAction};
pub use play::PlayState;
pub use reference::{ActionKey, ActionRef};
pub use scratch::PlayScratch;
pub use symmetry::SymmetryTable;
