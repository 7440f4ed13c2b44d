//! The thread that keeps calling the node: it reads the stream of the tree, asks how the node is, and does what is ordered.
//!
//! A node that does not answer is called again until it does, at the address that it has by then.

use std::collections::BTreeMap;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rr_proto::admin::{
    ConfigStatus, GetActorRequest, GetRatingCurveRequest, GetStatusRequest, KillActorRequest,
    RestartActorRequest, WatchTreeRequest,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tonic::Status;

use super::news::{Deed, TopNews, TopOrder};
use crate::cli::Failure;
use crate::cli::admin::{AdminFlags, LiveNode, refused};
use crate::rpc::NodeClient;

/// Time between two changes of the tree told: five a second.
const TREE_PACE_MS: u32 = 200;
/// Time between two questions how the node is.
const STATUS_PACE: Duration = Duration::from_secs(1);
/// Time after which a curve is asked for again though nothing says that it changed: other models than the champion play too.
const CURVE_PACE: Duration = Duration::from_secs(15);
/// Time between two calls of a node that does not answer.
const CALL_AGAIN: Duration = Duration::from_secs(1);

/// Hands orders to the thread.
pub(super) struct Feed {
    orders: UnboundedSender<TopOrder>,
    thread: JoinHandle<()>,
}

impl Feed {
    /// Starts the thread with a node that was reached; it ends when nobody takes its news.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(first: LiveNode, flags: AdminFlags, news: Sender<TopNews>) -> std::io::Result<Self> {
        let (orders, ordered) = unbounded_channel();
        let thread = std::thread::Builder::new().name("rr-top-feed".to_owned());
        let thread = thread.spawn(move || keep_calling(first, &flags, &news, ordered))?;
        Ok(Self { orders, thread })
    }

    /// Tells whether the thread has ended, which it does by itself only after the screen.
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Passes an order on.
    pub fn order(&self, order: TopOrder) {
        let _ = self.orders.send(order); // a thread that has ended is noticed by its silence
    }
}

fn keep_calling(
    first: LiveNode,
    flags: &AdminFlags,
    news: &Sender<TopNews>,
    mut orders: UnboundedReceiver<TopOrder>,
) {
    let mut node = Ok(first);
    loop {
        let reason = match node {
            Ok(node) => {
                let (client, runtime) = node.into_parts();
                runtime.block_on(serve(&client, news, &mut orders))
            }
            Err(failure) => Failure::to_string(&failure),
        };
        // What was ordered from a node that is gone is not done to its successor.
        while let Ok(order) = orders.try_recv() {
            if let TopOrder::Do(deed, path) = order {
                let _ = news.send(TopNews::Said(format!("{path} was not {}: no answer", deed.past())));
            }
        }
        if news.send(TopNews::Silent(cause(&reason).to_owned())).is_err() {
            return;
        }
        std::thread::sleep(CALL_AGAIN);
        node = LiveNode::open(flags);
    }
}

/// Calls a node until it does not answer, and returns why.
async fn serve(
    client: &NodeClient,
    news: &Sender<TopNews>,
    orders: &mut UnboundedReceiver<TopOrder>,
) -> String {
    let mut work = JoinSet::new();
    let (status, tree) = (client.clone(), client.clone());
    let (status_news, tree_news) = (news.clone(), news.clone());
    work.spawn(async move { Some(ask_for_status(&status, &status_news).await) });
    work.spawn(async move { Some(read_tree(&tree, &tree_news).await) });
    loop {
        tokio::select! {
            ended = work.join_next() => match ended {
                Some(Ok(None)) => {}
                Some(Ok(Some(reason))) => return reason,
                Some(Err(error)) => match error.try_into_panic() {
                    // A panic gave the terminal back: there is no screen to go on with.
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(error) => return error.to_string(),
                },
                None => return "nothing is asked any more".to_owned(),
            },
            order = orders.recv() => {
                let Some(order) = order else { return "the screen has ended".to_owned() };
                let (client, news) = (client.clone(), news.clone());
                work.spawn(async move {
                    let _ = news.send(carry_out(&client, order).await); // the screen may have ended
                    None
                });
            }
        }
    }
}

async fn read_tree(client: &NodeClient, news: &Sender<TopNews>) -> String {
    // Without a deadline: the stream lasts as long as both ends.
    let request = WatchTreeRequest { path: String::new(), interval_ms: TREE_PACE_MS };
    let mut stream = match client.actors().watch_tree(request).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return words(&status),
    };
    loop {
        match stream.message().await {
            Ok(Some(change)) => {
                if news.send(TopNews::Tree(change)).is_err() {
                    return "the screen has ended".to_owned();
                }
            }
            Ok(None) => return "the node ended the stream of its tree".to_owned(),
            Err(status) => return words(&status),
        }
    }
}

async fn ask_for_status(client: &NodeClient, news: &Sender<TopNews>) -> String {
    let mut ticks = tokio::time::interval(STATUS_PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut curves = Curves::default();
    loop {
        ticks.tick().await;
        let asked = client.admin().get_status(client.request(GetStatusRequest {})).await;
        let status = match asked {
            Ok(answer) => answer.into_inner(),
            Err(status) => return words(&status),
        };
        let due = curves.due(&status.configs);
        if news.send(TopNews::Status(Box::new(status))).is_err() {
            return "the screen has ended".to_owned();
        }
        for config in due {
            let request = GetRatingCurveRequest { config: config.clone() };
            match client.admin().get_rating_curve(client.request(request)).await {
                Ok(answer) => {
                    let points = answer.into_inner().points;
                    let _ = news.send(TopNews::Curve { config, points }); // noticed with the next status
                }
                Err(status) => return words(&status),
            }
        }
    }
}

/// Remembers of which rating of a config its curve was asked for, and when.
#[derive(Default)]
struct Curves(BTreeMap<String, (CurveMark, Instant)>);

/// What changes when a curve does: generation and rating of the champion.
type CurveMark = (u32, Option<(u64, u64)>);

impl Curves {
    /// Returns the configs whose curve is to be asked for now.
    fn due(&mut self, configs: &[ConfigStatus]) -> Vec<String> {
        let mut due = Vec::new();
        for config in configs {
            let rating = config.elo.map(|elo| (elo.elo.to_bits(), elo.low.to_bits()));
            let mark = (config.generation, rating);
            let is_known = self
                .0
                .get(&config.config)
                .is_some_and(|(known, at)| *known == mark && at.elapsed() < CURVE_PACE);
            if !is_known {
                self.0.insert(config.config.clone(), (mark, Instant::now()));
                due.push(config.config.clone());
            }
        }
        due
    }
}

async fn carry_out(client: &NodeClient, order: TopOrder) -> TopNews {
    let done = match &order {
        TopOrder::Show(path) => {
            let request = GetActorRequest { path: path.clone() };
            let asked = client.actors().get_actor(client.request(request)).await;
            match asked {
                Ok(answer) => {
                    return TopNews::Actor(Box::new(answer.into_inner().actor.unwrap_or_default()));
                }
                Err(status) => Err(status),
            }
        }
        TopOrder::Do(Deed::Kill, path) => {
            let request = KillActorRequest { path: path.clone() };
            client.actors().kill_actor(client.request(request)).await.map(|_| ())
        }
        TopOrder::Do(Deed::Restart, path) => {
            let request = RestartActorRequest { path: path.clone() };
            client.actors().restart_actor(client.request(request)).await.map(|_| ())
        }
    };
    TopNews::Said(match (order, done) {
        (TopOrder::Do(deed, path), Ok(())) => format!("{} {path}", deed.past()),
        (TopOrder::Do(deed, path), Err(status)) => {
            format!("{path} was not {}: {}", deed.past(), words(&status))
        }
        (TopOrder::Show(path), Err(status)) => format!("{path}: {}", words(&status)),
        (TopOrder::Show(path), Ok(())) => path,
    })
}

/// Says in one line what a node refuses.
fn words(status: &Status) -> String {
    refused(status).message.replace("\n  next: ", "; ")
}

/// Returns the cause at the end of a message, without what to do about it: the first line of the screen has room for no more.
fn cause(message: &str) -> &str {
    let line = message.lines().next().unwrap_or_default();
    let clause = line.split("; ").next().unwrap_or(line);
    clause.rsplit(": ").next().unwrap_or(clause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_fit_the_first_line() {
        for (message, expected) in [
            (
                "the node a (process 7) of /x does not answer at [::1]:1: Connection refused; see whether it runs",
                "Connection refused",
            ),
            ("the node did not answer: Timeout expired (Cancelled)", "Timeout expired (Cancelled)"),
            ("the node ended the stream of its tree", "the node ended the stream of its tree"),
            ("", ""),
        ] {
            assert_eq!(cause(message), expected);
        }
    }

    #[test]
    fn a_curve_is_asked_for_when_its_champion_changes() {
        let config =
            |generation| ConfigStatus { config: "hex8_2p".to_owned(), generation, ..ConfigStatus::default() };
        let mut curves = Curves::default();
        assert_eq!(curves.due(&[config(1)]), ["hex8_2p"]);
        assert_eq!(curves.due(&[config(1)]), [""; 0]);
        assert_eq!(curves.due(&[config(2)]), ["hex8_2p"]);
    }
}
