use std::time::Duration;

use ractor::Actor;
use rr_actors::error::AddressError;
use rr_actors::supervision::{Address, Backoff, Strategy, SupervisorSpec, TreePath};

use crate::probe::{Grove, ProbeMsg, SOON, knobs, path, probe};

async fn one() -> Grove {
    Grove::plant(|journal| {
        SupervisorSpec::new(Strategy::OneForOne).backoff(Backoff::none()).child(probe("a", journal, &knobs()))
    })
    .await
}

#[tokio::test]
async fn an_address_made_before_the_actor_finds_it_in_every_life() {
    let tree = crate::probe::tree();
    let address: Address<ProbeMsg> = tree.address(&path("a"));
    assert!(matches!(address.cast(ProbeMsg::End), Err(AddressError::NotRunning { .. })));
    assert_eq!(tree.snapshot(), []);

    let journal = crate::probe::Journal::default();
    let spec = SupervisorSpec::new(Strategy::OneForOne).backoff(Backoff::none()).child(probe(
        "a",
        &journal,
        &knobs(),
    ));
    let (_root, _done) =
        rr_actors::supervision::Supervisor::start_root("node", spec, &tree, 1).await.unwrap();
    for life in 1..=5 {
        address.wait_up(SOON).await.unwrap();
        assert_eq!(address.call(ProbeMsg::Life, SOON).await, Ok(life));
        let old = address.current().unwrap();
        address.cast(ProbeMsg::Panic).unwrap();
        old.get_cell().wait(Some(SOON)).await.unwrap();
    }
}

#[tokio::test]
async fn a_request_that_dies_with_its_actor_is_told_so() {
    let grove = one().await;
    let address = grove.at("a");
    let dies = address.call(|_reply| ProbeMsg::Panic, SOON).await;
    assert_eq!(dies, Err::<(), _>(AddressError::NoReply { path: path("a") }));
}

#[tokio::test]
async fn other_messages_are_refused() {
    let grove = one().await;
    let wrong: Address<String> = grove.tree.address(&path("a"));
    assert_eq!(wrong.cast("hello".into()), Err(AddressError::WrongType { path: path("a") }));
}

#[tokio::test]
async fn nobody_comes_where_nobody_lives() {
    let tree = crate::probe::tree();
    let address: Address<ProbeMsg> = tree.address(&TreePath::new("nowhere"));
    let waited = address.wait_up(Duration::from_millis(10)).await;
    assert_eq!(waited.unwrap_err(), AddressError::NotRunning { path: TreePath::new("nowhere") });
}

#[tokio::test]
async fn a_fixed_address_reaches_a_probe() {
    struct Echo;
    impl Actor for Echo {
        type Msg = ractor::RpcReplyPort<u8>;
        type State = ();
        type Arguments = ();
        async fn pre_start(
            &self,
            _: ractor::ActorRef<Self::Msg>,
            (): (),
        ) -> Result<(), ractor::ActorProcessingErr> {
            Ok(())
        }
        async fn handle(
            &self,
            _: ractor::ActorRef<Self::Msg>,
            reply: Self::Msg,
            (): &mut (),
        ) -> Result<(), ractor::ActorProcessingErr> {
            reply.send(7)?;
            Ok(())
        }
    }
    let (echo, _task) = Echo::spawn(None, Echo, ()).await.unwrap();
    let address = Address::fixed(TreePath::new("echo"), &echo);
    assert_eq!(address.call(|reply| reply, SOON).await, Ok(7));
}
