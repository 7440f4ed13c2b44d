//! Calling a running node.

use std::net::SocketAddr;
use std::time::Duration;

use rr_proto::admin::admin_client::AdminClient;
use tonic::transport::{Channel, Endpoint, Error};

/// How long a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// Bytes of an answer, at most: a page of models carries their cards.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Reaches the administration of a node.
#[derive(Debug, Clone)]
pub struct NodeClient;

impl NodeClient {
    /// Connects to the node at an address.
    ///
    /// # Errors
    /// When nobody answers there.
    pub async fn connect(address: SocketAddr) -> Result<AdminClient<Channel>, Error> {
        let endpoint = Endpoint::from_shared(format!("http://{address}"))?;
        let channel = endpoint.connect_timeout(CONNECT_LIMIT).timeout(ANSWER_LIMIT).connect().await?;
        Ok(AdminClient::new(channel).max_decoding_message_size(MOST_BYTES))
    }
}
