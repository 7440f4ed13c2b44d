//! `rr-admin top`: a terminal screen of a running node, with the keys of `htop`.
//!
//! What is shown and what a key does is pure: news and keys change a [`TopState`](state::TopState), and `frame` draws it. Around it
//! are the feed, a thread that keeps calling the node, and the session, which owns the terminal.

mod actor_list;
mod actor_table;
mod command;
mod dialog;
mod elo_curve;
mod feed;
mod footer;
mod frame;
mod header;
mod ink;
mod keys;
mod known_tree;
mod layout;
mod news;
mod numbers;
mod palette;
mod popup;
mod session;
mod sort_column;
mod state;
mod tree_rows;

#[cfg(test)]
mod tests;

pub use command::TopArgs;
