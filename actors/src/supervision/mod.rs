//! Supervision: who starts whom, what restarts with what, and where everybody can be found.
//!
//! The semantics are Erlang's. A [`Supervisor`] starts its children in order and stops them in reverse order, each
//! within its time limit. When a child dies, [`Restart`] says whether it comes back, [`Strategy`] says who is restarted
//! with it, [`Backoff`] says after how long, and [`Intensity`] says how often is too often: then the supervisor stops its
//! children and fails, and its own supervisor applies the same rules to it.
//!
//! [`ActorTree`] is the picture of all of it: one entry per path. An [`Address`] names a path and resolves to whoever
//! lives there now, so nobody keeps the reference of a dead actor.
//!
//! Every worker is counted ([`ActorLoad`]), what its [`Mailbox`] shed as well; an [`Observer`] shows what it wants seen of its state.
//!
//! ```no_run
//! # use std::{sync::Arc, time::Duration};
//! # use rr_actors::{SystemClock, supervision::*};
//! # struct Counter;
//! # impl ractor::Actor for Counter { type Msg = u32; type State = (); type Arguments = u32;
//! #   async fn pre_start(&self, _: ractor::ActorRef<u32>, _: u32) -> Result<(), ractor::ActorProcessingErr> { Ok(()) } }
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! let spec = SupervisorSpec::new(Strategy::RestForOne)
//!     .child(ChildSpec::worker("counter", |_| (Counter, 1)).shutdown(Shutdown::Within(Duration::from_secs(2))))
//!     .child(ChildSpec::supervisor(
//!         "workers",
//!         SupervisorSpec::new(Strategy::OneForOne).child(ChildSpec::worker("spare", |_| (Counter, 2))),
//!     ));
//! let tree = ActorTree::new(Arc::new(SystemClock::new()));
//! let (node, done) = Supervisor::start_root("node", spec, &tree, 7).await?;
//! let counter = tree.address::<u32>(&TreePath::new("node/counter"));
//! counter.cast(5)?;
//! node.stop(None);
//! done.await?;
//! # Ok(()) }
//! ```

mod address;
mod backoff;
mod breaker;
mod child;
mod children;
mod entry;
mod exit_watch;
mod fault;
mod gauge;
mod health;
mod ladder;
mod load;
mod mailbox;
mod message;
mod node;
mod observer;
mod ping;
mod policy;
mod slot;
mod spec;
mod supervisor;
mod ticker;
mod tree;
mod watchdog;
mod watched;
mod window;

pub use address::Address;
pub use backoff::Backoff;
pub use breaker::{CascadeOpening, CascadePolicy, CascadeView};
pub use fault::Fault;
pub use health::{ActorHealth, health_score};
pub use ladder::{Ladder, Tier};
pub use load::ActorLoad;
pub(crate) use load::RateMarks;
pub use mailbox::{Mailbox, Overflow};
pub use message::{ChildExit, SupervisorMsg};
pub use node::{NodeKind, NodeState, TreeNode, TreePath};
pub use observer::Observer;
pub use policy::{Restart, Shutdown, Strategy};
pub use spec::{ChildSpec, StartContext, StartFuture, StartedActor, SupervisorSpec};
pub use supervisor::{Supervisor, SupervisorArgs, SupervisorState};
pub use ticker::Ticker;
pub use tree::ActorTree;
pub use watchdog::{Watchdog, WatchdogArgs, WatchdogMsg, WatchdogState};
pub use window::Intensity;
