//! The service `rr.admin.v1.Events`: what happened, what happens, and what could not be handled.

use std::time::Duration;

use rr_proto::ErrorCode;
use rr_proto::admin::events_server::Events;
use rr_proto::admin::{
    DeadLetterSelection, ListDeadLettersRequest, ListDeadLettersResponse, ListEventsRequest,
    ListEventsResponse, PurgeDeadLettersRequest, PurgeDeadLettersResponse, RetryDeadLettersRequest,
    RetryDeadLettersResponse, TailEventsRequest, TailEventsResponse,
};
use tokio_stream::StreamExt as _;
use tonic::{Request, Response, Status};

use crate::bus::{DeadLetterMsg, EventStream, LetterSelection, StreamFailure};
use crate::rpc::args::AdminArgs;
use crate::rpc::event_listing::{list_dead_letters, list_events, record};
use crate::rpc::event_selection::SelectedEvents;
use crate::rpc::mutation::{MutatingCall, audited};
use crate::rpc::reading::read;
use crate::rpc::status::{refusal, to_status};
use crate::rpc::stream::{self, AdminStream, StreamWriter};
use crate::rpc::supervisor_port::{limit_of, unreachable};

/// Answers about events.
#[derive(Clone)]
pub struct EventsService {
    args: AdminArgs,
}

impl EventsService {
    /// Answers from these sources.
    pub fn new(args: AdminArgs) -> Self {
        Self { args }
    }

    async fn retry(&self, meant: LetterSelection, limit: Duration) -> Result<u32, Status> {
        let asked = meant.clone();
        let answer = self.args.dead_letters.call(|reply| DeadLetterMsg::Retry(asked, reply), limit).await;
        let count = answer.map_err(unreachable)?.map_err(|error| to_status(error.code(), error))?;
        some_of(&meant, count)
    }

    async fn purge(&self, meant: LetterSelection, limit: Duration) -> Result<u32, Status> {
        let (asked, reason) = (meant.clone(), "an operator purged them".to_owned());
        let answer =
            self.args.dead_letters.call(|reply| DeadLetterMsg::Purge(asked, reason, reply), limit).await;
        let count = answer.map_err(unreachable)?.map_err(|error| to_status(error.code(), error))?;
        some_of(&meant, count)
    }
}

#[tonic::async_trait]
impl Events for EventsService {
    type TailEventsStream = AdminStream<TailEventsResponse>;

    async fn list_events(
        &self,
        request: Request<ListEventsRequest>,
    ) -> Result<Response<ListEventsResponse>, Status> {
        let request = request.into_inner();
        read(&self.args.store, "list events", move |snapshot| list_events(snapshot, &request)).await
    }

    async fn tail_events(
        &self,
        request: Request<TailEventsRequest>,
    ) -> Result<Response<Self::TailEventsStream>, Status> {
        let selected = SelectedEvents::read(request.get_ref().selection.as_ref())
            .map_err(|error| to_status(error.code(), error))?;
        let source = self.args.events.open(selected.stream()).await.map_err(cut)?;
        let (writer, stream) = stream::open(&request);
        tokio::spawn(tail(source, selected, writer.patient(self.args.events.patience())));
        Ok(Response::new(stream))
    }

    async fn list_dead_letters(
        &self,
        request: Request<ListDeadLettersRequest>,
    ) -> Result<Response<ListDeadLettersResponse>, Status> {
        let request = request.into_inner();
        read(&self.args.store, "list dead letters", move |snapshot| list_dead_letters(snapshot, &request))
            .await
    }

    async fn retry_dead_letters(
        &self,
        request: Request<RetryDeadLettersRequest>,
    ) -> Result<Response<RetryDeadLettersResponse>, Status> {
        let meant = selection(request.get_ref().selection.as_ref());
        let call = MutatingCall::new(&request, "RetryDeadLetters", in_words(&meant));
        let limit = limit_of(&request);
        let work = async move { Ok(RetryDeadLettersResponse { letters: self.retry(meant, limit).await? }) };
        audited(&*self.args.mutations, call, work).await
    }

    async fn purge_dead_letters(
        &self,
        request: Request<PurgeDeadLettersRequest>,
    ) -> Result<Response<PurgeDeadLettersResponse>, Status> {
        let meant = selection(request.get_ref().selection.as_ref());
        let call = MutatingCall::new(&request, "PurgeDeadLetters", in_words(&meant));
        let limit = limit_of(&request);
        let work = async move { Ok(PurgeDeadLettersResponse { letters: self.purge(meant, limit).await? }) };
        audited(&*self.args.mutations, call, work).await
    }
}

fn selection(asked: Option<&DeadLetterSelection>) -> LetterSelection {
    let Some(asked) = asked else { return LetterSelection::default() };
    let subscriber = (!asked.subscriber.is_empty()).then(|| asked.subscriber.clone());
    LetterSelection { subscriber, sequence: asked.sequence }
}

fn in_words(meant: &LetterSelection) -> String {
    let subscriber = meant.subscriber.as_deref().unwrap_or("every subscriber");
    meant.sequence.map_or_else(|| subscriber.to_owned(), |sequence| format!("{subscriber}, event {sequence}"))
}

/// Refuses a selection that named somebody or something and met nothing.
fn some_of(meant: &LetterSelection, count: u64) -> Result<u32, Status> {
    if count == 0 && *meant != LetterSelection::default() {
        let message = format!("there is no dead letter of {}", in_words(meant));
        return Err(refusal(ErrorCode::NotFound, message, "see `rr-admin events dead-letters list`"));
    }
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Tells a reader of events until it is gone, is too slow, or its time is up.
async fn tail(mut source: EventStream, selected: SelectedEvents, writer: StreamWriter<TailEventsResponse>) {
    let (mut lost, mut resume) = (0, "read on from where you were".to_owned());
    while let Some(Some(told)) = writer.next(source.next()).await {
        let event = match told {
            Ok(event) => event,
            Err(failure) => return writer.fail(cut(failure)),
        };
        lost += event.lost;
        if selected.includes(event.sequence, &event.envelope) {
            let Some(room) = writer.room(&resume).await else { return };
            let record = Some(record(event.sequence, &event.envelope));
            room.send(Ok(TailEventsResponse { event: record, lost: std::mem::take(&mut lost) }));
        }
        resume = format!("read on from place {} (--since {})", event.next, event.next);
    }
}

fn cut(failure: StreamFailure) -> Status {
    let next = match &failure {
        StreamFailure::TooOld { oldest, .. } => format!("begin at place {oldest} (--since {oldest})"),
        StreamFailure::Ahead { next, .. } => format!("begin at place {next} or before, or without a place"),
        StreamFailure::TooSlow { cursor, .. } => format!("read on from place {cursor} (--since {cursor})"),
        StreamFailure::Store(_) | StreamFailure::Bus(_) => "look at the tree, and try again".to_owned(),
    };
    refusal(failure.code(), &failure, &next)
}
