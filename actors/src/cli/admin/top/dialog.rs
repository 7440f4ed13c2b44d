//! What lies over the list and takes the keys.

use super::news::Deed;

/// Says what the keys go to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Dialog {
    /// To the list.
    #[default]
    None,
    /// To a text that is searched for.
    Search(String),
    /// To a text that the rows are filtered by.
    Filter(String),
    /// To a menu of columns, at this one.
    Sort(usize),
    /// To the help, from this line on.
    Help(usize),
    /// To a question whether to do something to these actors.
    Confirm(Deed, Vec<String>),
    /// To everything that is known of an actor.
    Actor(ActorPage),
}

/// Shows everything that is known of an actor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ActorPage {
    /// Which actor.
    pub path: String,
    /// What is known; empty before the first answer.
    pub text: String,
    /// The first line shown.
    pub top: usize,
}
