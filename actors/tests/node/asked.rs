//! A node in the test's own process, asked over gRPC by a real client.

use std::time::Duration;

use rr_actors::node::{Node, NodePlan};
use rr_actors::rpc::{NodeClient, reason_of};
use rr_actors::security::{AccessRole, CredentialFiles, Credentials, TokenFile};
use rr_proto::ErrorCode;
use rr_proto::admin::{Actor, GetActorRequest, GetTreeRequest};
use tonic::{Code, Status};

use crate::house::plan;

/// No answer of these tests takes longer.
pub const LIMIT: Duration = Duration::from_secs(60);

/// A node in this process, and a client of it.
pub struct Asked {
    pub node: Node,
    pub client: NodeClient,
    pub folder: tempfile::TempDir,
}

impl Asked {
    pub async fn start() -> Self {
        Self::start_with(&[], |_| {}).await
    }

    /// Starts a node with settings of its own, and a plan that `change` has changed.
    pub async fn start_with(own: &[(&str, &str)], change: impl FnOnce(&mut NodePlan)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut plan = plan(folder.path(), own);
        change(&mut plan);
        let node = Node::start(plan).await.unwrap();
        let client = connect(&node, Credentials::default()).await;
        Self { node, client, folder }
    }

    /// Makes a token of a role and calls with it; from the first one on nobody calls without.
    pub async fn client_with(&self, name: &str, role: AccessRole) -> NodeClient {
        let data = self.folder.path().join("data");
        let path = TokenFile::path(None, &data);
        let mut file = TokenFile::load(&path).unwrap();
        let token = Some(file.add(name, role, 1, None).unwrap());
        file.save(&path).unwrap();
        let files = CredentialFiles { token, ..CredentialFiles::default() };
        connect(&self.node, Credentials::load(&files).unwrap()).await
    }

    pub async fn actor(&self, path: &str) -> Actor {
        let request = GetActorRequest { path: path.to_owned() };
        self.client.actors().get_actor(request).await.unwrap().into_inner().actor.unwrap()
    }

    pub async fn tree(&self) -> Vec<Actor> {
        let request = GetTreeRequest::default();
        self.client.actors().get_tree(request).await.unwrap().into_inner().actors
    }
}

async fn connect(node: &Node, credentials: Credentials) -> NodeClient {
    let address = node.grpc_address().unwrap().to_string();
    NodeClient::connect(&address, credentials, LIMIT).await.unwrap()
}

/// Waits until `look` finds something.
pub async fn eventually<T, F: Future<Output = Option<T>>>(mut look: impl FnMut() -> F) -> T {
    let searching = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LIMIT * 3, searching).await.unwrap()
}

/// Takes a refusal apart, which names its class and a next step.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, ErrorCode, String) {
    let status = answer.unwrap_err();
    let (reason, next) = reason_of(&status).unwrap_or_else(|| panic!("no reason: {status:?}"));
    assert!(!next.unwrap().is_empty(), "no next step: {status:?}");
    (status.code(), reason, status.message().to_owned())
}
