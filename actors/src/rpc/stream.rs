//! Streams to readers that may be slow, or gone without a word.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rr_proto::ErrorCode;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_stream::Stream;
use tonic::{Request, Status};

use super::status::refusal;

/// How long a stream waits for its reader before it is ended.
const READER_PATIENCE: Duration = Duration::from_secs(60);

/// What the server hands to the transport: one message waits there, everything else waits with us.
#[derive(Debug)]
pub struct AdminStream<T> {
    messages: mpsc::Receiver<Result<T, Status>>,
    end: StreamEnd,
}

/// Where the writer leaves the reason for which it ended: it has a place even where the reader takes nothing.
type StreamEnd = Arc<Mutex<Option<Status>>>;

impl<T> Stream for AdminStream<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match ready!(self.messages.poll_recv(context)) {
            Some(message) => Poll::Ready(Some(message)),
            None => Poll::Ready(self.end.lock().unwrap_or_else(PoisonError::into_inner).take().map(Err)),
        }
    }
}

/// Writes a stream; what it writes is made when there is room for it, so that a slow reader costs no memory.
#[derive(Debug)]
pub(super) struct StreamWriter<T> {
    out: mpsc::Sender<Result<T, Status>>,
    end: StreamEnd,
    deadline: Option<Instant>,
    patience: Duration,
}

/// Opens the answer to a request, which ends at the request's deadline.
pub(super) fn open<T, R>(request: &Request<R>) -> (StreamWriter<T>, AdminStream<T>) {
    let (out, stream) = mpsc::channel(1);
    let deadline = timeout_of(request).and_then(|timeout| Instant::now().checked_add(timeout));
    let end = StreamEnd::default();
    let writer = StreamWriter { out, end: Arc::clone(&end), deadline, patience: READER_PATIENCE };
    (writer, AdminStream { messages: stream, end })
}

impl<T> StreamWriter<T> {
    /// Waits for the reader as long as this, in place of the usual time.
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Waits until the reader takes the next message; none where the stream is over. A reader that takes nothing for too long is
    /// cut off, and told `resume` when it reads on after all.
    pub async fn room(&self, resume: &str) -> Option<mpsc::Permit<'_, Result<T, Status>>> {
        let patience = Instant::now() + self.patience;
        let end = self.deadline.map_or(patience, |deadline| deadline.min(patience));
        match tokio::time::timeout_at(end, self.out.reserve()).await {
            Ok(room) => room.ok(), // none where the reader has gone
            Err(_) if end < patience => {
                self.fail(late());
                None
            }
            Err(_) => {
                let message = format!("the reader took nothing for {:?} and was cut off", self.patience);
                self.fail(refusal(ErrorCode::TimedOut, message, resume));
                None
            }
        }
    }

    /// Waits for something to tell; none where the stream is over before it comes.
    pub async fn next<O>(&self, source: impl Future<Output = O>) -> Option<O> {
        let deadline = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.out.closed() => None,
            () = deadline => {
                self.fail(late());
                None
            }
            found = source => Some(found),
        }
    }

    /// Has the stream end with this error, when the writer is dropped.
    pub fn fail(&self, status: Status) {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(status);
    }
}

fn late() -> Status {
    refusal(ErrorCode::TimedOut, "the deadline of the call has passed", "ask again, for longer")
}

/// Reads the deadline that the caller set.
///
/// # Source
/// gRPC over HTTP/2: `grpc-timeout` is up to eight digits and a unit.
pub(super) fn timeout_of<R>(request: &Request<R>) -> Option<Duration> {
    let text = request.metadata().get("grpc-timeout")?.to_str().ok()?;
    let unit = text.chars().last()?;
    let digits = &text[..text.len() - unit.len_utf8()];
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        'H' => Duration::from_secs(count * 3600),
        'M' => Duration::from_secs(count * 60),
        'S' => Duration::from_secs(count),
        'm' => Duration::from_millis(count),
        'u' => Duration::from_micros(count),
        'n' => Duration::from_nanos(count),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_stream::StreamExt;

    fn request(timeout: &str) -> Request<()> {
        let mut request = Request::new(());
        request.metadata_mut().insert("grpc-timeout", timeout.parse().unwrap());
        request
    }

    #[test]
    fn timeouts_are_read_as_grpc_writes_them() {
        for (text, expected) in [
            ("2S", Some(Duration::from_secs(2))),
            ("99999999n", Some(Duration::from_nanos(99_999_999))),
            ("5m", Some(Duration::from_millis(5))),
            ("1H", Some(Duration::from_secs(3600))),
            ("123456789S", None),
            ("S", None),
            ("5", None),
            ("+5S", None),
        ] {
            assert_eq!(timeout_of(&request(text)), expected, "{text}");
        }
        assert_eq!(timeout_of(&Request::new(())), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_ends_at_its_deadline_and_says_so() {
        let (writer, mut stream) = open::<u32, _>(&request("1S"));
        assert_eq!(writer.next(std::future::pending::<()>()).await, None);
        drop(writer);
        let end = stream.next().await.unwrap().unwrap_err();
        assert_eq!(end.code(), tonic::Code::DeadlineExceeded);
        assert!(stream.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_never_reads_is_given_up() {
        let (writer, mut stream) = open::<u32, _>(&Request::new(()));
        writer.room("").await.unwrap().send(Ok(1));
        assert!(writer.room("read on from 2").await.is_none(), "one message waits, the second finds no room");
        drop(writer);
        assert_eq!(stream.next().await.unwrap().unwrap(), 1);
        let cut = stream.next().await.unwrap().unwrap_err();
        assert!(cut.message().contains("took nothing for 60s"), "{cut}");
        assert_eq!(crate::rpc::reason_of(&cut).unwrap().1.unwrap(), "read on from 2");

        let (writer, stream) = open::<u32, _>(&Request::new(()));
        drop(stream);
        assert_eq!(writer.next(std::future::pending::<()>()).await, None);
    }
}
