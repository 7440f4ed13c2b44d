//! Calling a running node.

use std::time::Duration;

use rr_proto::TraceContext;
use rr_proto::admin::actors_client::ActorsClient;
use rr_proto::admin::admin_client::AdminClient;
use rr_proto::admin::control_client::ControlClient;
use rr_proto::admin::daemons_client::DaemonsClient;
use rr_proto::admin::events_client::EventsClient;
use rr_proto::admin::jobs_client::JobsClient;
use tonic::metadata::AsciiMetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Error};
use tonic::{Request, Status};

use super::traced_calls::TRACEPARENT;
use crate::security::{Credentials, CredentialsFailure};

/// How long a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// Bytes of an answer, at most: a page of models carries their cards.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What calls go through.
pub type NodeChannel = InterceptedService<Channel, CallSigner>;

/// Why a node was not reached.
#[derive(Debug, thiserror::Error)]
pub enum ConnectFailure {
    /// What is to be shown to it is of no use for this address.
    #[error(transparent)]
    Credentials(#[from] CredentialsFailure),
    /// Nobody answers there.
    #[error(transparent)]
    Transport(#[from] Error),
}

/// Shows with every call who calls, and in which trace.
#[derive(Clone, Default)]
pub struct CallSigner {
    credentials: Credentials,
    trace: Option<AsciiMetadataValue>,
}

impl Interceptor for CallSigner {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        self.credentials.sign(&mut request);
        if let Some(trace) = &self.trace {
            request.metadata_mut().insert(TRACEPARENT, trace.clone());
        }
        Ok(request)
    }
}

/// Reaches the administration of a node; cheap to clone.
#[derive(Clone)]
pub struct NodeClient {
    connection: Channel,
    signer: CallSigner,
    channel: NodeChannel,
    limit: Duration,
}

impl NodeClient {
    /// Connects to the node at an address, such as `127.0.0.1:8780`; answers may take as long as `limit`.
    ///
    /// # Errors
    /// When nobody answers there, or the credentials are of no use for it.
    pub async fn connect(
        address: &str,
        credentials: Credentials,
        limit: Duration,
    ) -> Result<Self, ConnectFailure> {
        let endpoint = credentials.endpoint(address)?;
        let connection = endpoint.connect_timeout(CONNECT_LIMIT).timeout(limit).connect().await?;
        let signer = CallSigner { credentials, trace: None };
        Ok(Self {
            channel: InterceptedService::new(connection.clone(), signer.clone()),
            connection,
            signer,
            limit,
        })
    }

    /// Calls as part of a trace, which the node goes on with.
    #[must_use]
    pub fn traced(self, trace: TraceContext) -> Self {
        let signer = CallSigner { trace: trace.to_string().parse().ok(), ..self.signer };
        Self { channel: InterceptedService::new(self.connection.clone(), signer.clone()), signer, ..self }
    }

    /// Makes a request with a deadline, so that the node gives up with us.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(self.limit);
        request
    }

    /// The service `Admin`.
    pub fn admin(&self) -> AdminClient<NodeChannel> {
        AdminClient::new(self.channel.clone()).max_decoding_message_size(MOST_BYTES)
    }

    /// The service `Actors`.
    pub fn actors(&self) -> ActorsClient<NodeChannel> {
        ActorsClient::new(self.channel.clone()).max_decoding_message_size(MOST_BYTES)
    }

    /// The service `Daemons`.
    pub fn daemons(&self) -> DaemonsClient<NodeChannel> {
        DaemonsClient::new(self.channel.clone()).max_decoding_message_size(MOST_BYTES)
    }

    /// The service `Events`.
    pub fn events(&self) -> EventsClient<NodeChannel> {
        EventsClient::new(self.channel.clone()).max_decoding_message_size(MOST_BYTES)
    }

    /// The service `Jobs`.
    pub fn jobs(&self) -> JobsClient<NodeChannel> {
        JobsClient::new(self.channel.clone()).max_decoding_message_size(MOST_BYTES)
    }

    /// The service `Control`.
    pub fn control(&self) -> ControlClient<NodeChannel> {
        ControlClient::new(self.channel.clone()).max_decoding_message_size(MOST_BYTES)
    }

    /// Returns what calls go through, for services that are not ours.
    pub fn channel(&self) -> NodeChannel {
        self.channel.clone()
    }
}
