//! `rr-admin top` itself: what stands against a screen, and its start.

use std::env;
use std::io::IsTerminal as _;
use std::sync::mpsc::channel;

use clap::Args;

use super::feed::Feed;
use super::session::{run, watch_signals};
use crate::cli::admin::{AdminFlags, LiveNode};
use crate::cli::{Exit, Failure};

/// Seconds that the screen waits for an answer at most: a node that takes longer is shown as silent.
const PATIENCE: u64 = 5;
/// What shows the same as text.
const AS_TEXT: &str = "`rr-admin actors tree --watch` and `rr-admin status --watch` show the same as text";

/// Options of `rr-admin top`.
#[derive(Debug, Args)]
pub struct TopArgs {}

impl TopArgs {
    /// Shows the screen until a key or a signal ends it.
    ///
    /// # Errors
    /// When there is no terminal, no node answers, or the terminal fails.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        refuse(flags)?;
        let flags = AdminFlags {
            timeout: Some(flags.timeout.map_or(PATIENCE, |given| given.min(PATIENCE))),
            ..flags.clone()
        };
        // A node that is not there is told of in words, not on an empty screen.
        let node = LiveNode::open(&flags)?;
        let fail = |error: std::io::Error| Failure::new(Exit::Software, error);
        let (news, heard) = channel();
        watch_signals(news.clone()).map_err(fail)?;
        let feed = Feed::start(node, flags, news).map_err(fail)?;
        run(&feed, &heard)
    }
}

/// Says what stands against a screen.
fn refuse(flags: &AdminFlags) -> Result<(), Failure> {
    let usage = |message: String| Err(Failure::new(Exit::Usage, message));
    if !flags.format().is_table() {
        return usage(
            "rr-admin top is a screen for people; `rr-admin actors tree` and `rr-admin status` take --output"
                .to_owned(),
        );
    }
    if flags.watch.is_some() {
        return usage("rr-admin top goes on by itself: leave --watch out".to_owned());
    }
    if !std::io::stdout().is_terminal() {
        return usage(format!("rr-admin top needs a terminal, and standard output is none; {AS_TEXT}"));
    }
    match env::var("TERM").as_deref() {
        Ok("dumb") => usage(format!("rr-admin top needs a terminal that can move its cursor; {AS_TEXT}")),
        _ => Ok(()),
    }
}
