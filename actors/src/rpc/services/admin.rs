//! The service `rr.admin.v1.Admin`.

use std::sync::Arc;

use rr_proto::admin::admin_server::Admin;
use rr_proto::admin::{
    ConfigStatus, DeviceStatus, GetGameRequest, GetGameResponse, GetModelRequest, GetModelResponse,
    GetRatingCurveRequest, GetRatingCurveResponse, GetStatusRequest, GetStatusResponse, ListConfigsRequest,
    ListConfigsResponse, ListGamesRequest, ListGamesResponse, ListModelsRequest, ListModelsResponse,
    ListRatingsRequest, ListRatingsResponse, NodeUsage,
};
use tonic::{Request, Response, Status};

use crate::permit::HoldReason;
use crate::rpc::args::AdminArgs;
use crate::rpc::config_listing::list_configs;
use crate::rpc::listing::{config_status, list_games, list_models, list_ratings};
use crate::rpc::lookup::{find_game, find_model, rating_curve};
use crate::rpc::readiness::not_ready;
use crate::rpc::reading::read;
use crate::rpc::stage_progress::stage_progress;
use crate::rpc::usage::UsageMeter;
use crate::supervision::health_score;

/// Answers operators; reads only.
#[derive(Clone)]
pub struct AdminService {
    args: AdminArgs,
    usage: Arc<UsageMeter>,
}

impl AdminService {
    /// Answers from these sources.
    pub fn new(args: AdminArgs) -> Self {
        Self { args, usage: Arc::new(UsageMeter::new()) }
    }

    async fn devices(&self) -> Vec<DeviceStatus> {
        let Ok(report) = self.args.device.report().await else { return Vec::new() };
        let provider =
            report.models.first().map_or_else(String::new, |model| model.provider.used.to_string());
        vec![DeviceStatus {
            name: report.name,
            execution_provider: provider,
            evaluations_per_second: report.evals_per_second,
            busy: report.busy,
            in_flight: u32::try_from(report.in_flight).unwrap_or(u32::MAX),
            waiting: u32::try_from(report.waiting).unwrap_or(u32::MAX),
            paused: report.paused,
        }]
    }

    fn configs(&self) -> Vec<ConfigStatus> {
        let (board, rate) = (&self.args.board, self.args.board.positions_per_second());
        let reports = board.configs.iter().filter_map(|(key, _)| board.config(*key));
        let told = |report| ConfigStatus {
            progress: stage_progress(&report, self.args.new_samples, board),
            ..config_status(&report, rate)
        };
        reports.map(told).collect()
    }

    /// Looks at the process, off the runtime's threads: a driver may take its time.
    async fn usage(&self) -> Option<NodeUsage> {
        let meter = Arc::clone(&self.usage);
        tokio::task::spawn_blocking(move || meter.read()).await.ok()
    }
}

#[tonic::async_trait]
impl Admin for AdminService {
    async fn get_status(&self, _: Request<GetStatusRequest>) -> Result<Response<GetStatusResponse>, Status> {
        let not_ready = not_ready(&self.args.tree, &self.args.roster, &self.args.permit);
        let draining = self.args.permit.holds().iter().any(|hold| hold.reason == HoldReason::Drain);
        Ok(Response::new(GetStatusResponse {
            node_id: self.args.node.to_string(),
            role: self.args.role.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_unix_ms: self.args.started_ms,
            data_dir: self.args.data_dir.display().to_string(),
            configs: self.configs(),
            devices: self.devices().await,
            health_score: health_score(&self.args.tree.snapshot(), &self.args.tree.cascade()),
            ready: not_ready.is_empty(),
            not_ready,
            draining,
            usage: self.usage().await,
        }))
    }

    async fn list_models(
        &self,
        request: Request<ListModelsRequest>,
    ) -> Result<Response<ListModelsResponse>, Status> {
        let request = request.into_inner();
        read(&self.args.store, "list models", move |snapshot| list_models(snapshot, &request)).await
    }

    async fn list_ratings(
        &self,
        request: Request<ListRatingsRequest>,
    ) -> Result<Response<ListRatingsResponse>, Status> {
        let request = request.into_inner();
        read(&self.args.store, "list ratings", move |snapshot| list_ratings(snapshot, &request)).await
    }

    async fn list_games(
        &self,
        request: Request<ListGamesRequest>,
    ) -> Result<Response<ListGamesResponse>, Status> {
        let request = request.into_inner();
        read(&self.args.store, "list games", move |snapshot| list_games(snapshot, &request)).await
    }

    async fn get_model(
        &self,
        request: Request<GetModelRequest>,
    ) -> Result<Response<GetModelResponse>, Status> {
        let request = request.into_inner();
        read(&self.args.store, "get model", move |snapshot| find_model(snapshot, &request)).await
    }

    async fn get_game(&self, request: Request<GetGameRequest>) -> Result<Response<GetGameResponse>, Status> {
        let request = request.into_inner();
        read(&self.args.store, "get game", move |snapshot| find_game(snapshot, &request)).await
    }

    async fn get_rating_curve(
        &self,
        request: Request<GetRatingCurveRequest>,
    ) -> Result<Response<GetRatingCurveResponse>, Status> {
        let request = request.into_inner();
        read(&self.args.store, "rating curve", move |snapshot| rating_curve(snapshot, &request)).await
    }

    async fn list_configs(
        &self,
        request: Request<ListConfigsRequest>,
    ) -> Result<Response<ListConfigsResponse>, Status> {
        let request = request.into_inner();
        let mut listed =
            read(&self.args.store, "list configs", move |snapshot| list_configs(snapshot, &request)).await?;
        let rate = self.args.board.positions_per_second();
        for config in &mut listed.get_mut().configs {
            let reports = self.args.board.configs.iter().filter_map(|(key, _)| self.args.board.config(*key));
            if let Some(report) = reports.into_iter().find(|report| report.config.as_str() == config.config) {
                *config = config_status(&report, rate); // fresher than the store, and knows its stage
            }
        }
        Ok(listed)
    }
}
