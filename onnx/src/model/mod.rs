//! Model files and cards.
