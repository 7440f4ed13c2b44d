//! The gRPC server, put together in one place: limits, layers, services.

use std::net::TcpListener;

use rr_proto::FILE_DESCRIPTOR_SET;
use rr_proto::admin::actors_server::{ActorsServer, SERVICE_NAME as ACTORS};
use rr_proto::admin::admin_server::{AdminServer, SERVICE_NAME as ADMIN};
use rr_proto::admin::control_server::{ControlServer, SERVICE_NAME as CONTROL};
use rr_proto::admin::daemons_server::{DaemonsServer, SERVICE_NAME as DAEMONS};
use rr_proto::admin::events_server::{EventsServer, SERVICE_NAME as EVENTS};
use rr_proto::admin::jobs_server::{JobsServer, SERVICE_NAME as JOBS};
use tonic::transport::Server;

use super::args::AdminArgs;
use super::health::follow_readiness;
use super::services::{
    ActorsService, AdminService, ControlService, DaemonsService, EventsService, JobsService,
};
use super::traced_calls::TraceLayer;

/// Our services, as health and reflection name them.
const SERVICES: [&str; 6] = [ADMIN, ACTORS, CONTROL, DAEMONS, EVENTS, JOBS];
/// Calls of a connection that are worked on together; more of them wait.
const CALLS_PER_CONNECTION: usize = 32;

/// Serves until `until` ends.
///
/// # Errors
/// What ended the server otherwise, in words.
pub(super) async fn serve(
    listener: TcpListener,
    args: AdminArgs,
    until: impl Future<Output = ()>,
) -> Result<(), String> {
    let security = args.security.clone();
    let connections = security.grpc_listener(listener).map_err(|error| error.to_string())?.into_stream();
    let (limits, bytes) = (security.grpc_limits(), security.grpc_limits().message_bytes);
    let (reporter, health) = tonic_health::server::health_reporter();
    let (tree, roster, permit) = (args.tree.clone(), args.roster.clone(), args.permit.clone());
    let follow = follow_readiness(reporter, tree, roster, permit, SERVICES.to_vec());
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let broken = |error: tonic_reflection::server::Error| error.to_string();
    // Layers that every call passes stand between the limits and the services, the outermost first.
    let server = limits
        .apply(Server::builder())
        .concurrency_limit_per_connection(CALLS_PER_CONNECTION)
        .layer(security.grpc_layer())
        .layer(TraceLayer)
        .add_service(health)
        .add_service(reflection().build_v1().map_err(broken)?)
        .add_service(reflection().build_v1alpha().map_err(broken)?)
        .add_service(AdminServer::new(AdminService::new(args.clone())).max_decoding_message_size(bytes))
        .add_service(ActorsServer::new(ActorsService::new(args.clone())).max_decoding_message_size(bytes))
        .add_service(ControlServer::new(ControlService::new(args.clone())).max_decoding_message_size(bytes))
        .add_service(EventsServer::new(EventsService::new(args.clone())).max_decoding_message_size(bytes))
        .add_service(JobsServer::new(JobsService::new(args.clone())).max_decoding_message_size(bytes))
        .add_service(DaemonsServer::new(DaemonsService::new(args)).max_decoding_message_size(bytes));
    tokio::select! {
        ended = server.serve_with_incoming_shutdown(connections, until) => ended.map_err(|error| error.to_string()),
        () = follow => Ok(()),
    }
}
