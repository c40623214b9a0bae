//! HTTP around it all: one request in, one answer, one failure or one cut connection out.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderValue, RETRY_AFTER};
use hyper::{Request, Response, StatusCode};

use super::error::ApiError;
use super::faults::{Failure, Kind};
use super::routes::{self, Route};
use super::state::State;

/// Bytes of a request's body; Google takes 10 MB, and refuses more.
const MAX_BODY: usize = 10 << 20;

/// What all connections share.
#[derive(Debug)]
pub struct Shared {
    /// Address, with the closing slash.
    pub url: String,
    /// What may be changed.
    state: Mutex<State>,
}

impl Shared {
    /// The state at the beginning.
    pub fn new(url: String, state: State) -> Shared {
        Shared { url, state: Mutex::new(state) }
    }

    /// The state, one at a time. A request that panicked has changed nothing that matters to the next.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request, read whole.
#[derive(Debug)]
pub struct Call {
    /// Method.
    pub method: String,
    /// Path, still percent-encoded.
    pub path: String,
    /// Query's fields.
    pub query: Vec<(String, String)>,
    /// Bearer token.
    pub token: Option<String>,
    /// Body.
    pub body: Bytes,
}

impl Call {
    /// A field of the query.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// All fields of the query with a name.
    pub fn fields(&self, name: &str) -> Vec<String> {
        self.query.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }
}

/// An answer, before it is sent.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub kind: &'static str,
    /// Body.
    pub body: Vec<u8>,
    /// A further header.
    pub header: Option<(&'static str, String)>,
}

impl Answer {
    /// JSON, well.
    pub fn json(value: &serde_json::Value) -> Answer {
        Answer {
            status: 200,
            kind: "application/json; charset=UTF-8",
            body: serde_json::to_vec_pretty(value).unwrap_or_default(),
            header: None,
        }
    }

    /// A page.
    pub fn page(status: u16, html: String) -> Answer {
        Answer { status, kind: "text/html; charset=UTF-8", body: html.into(), header: None }
    }
}

impl From<ApiError> for Answer {
    fn from(error: ApiError) -> Self {
        Answer { status: error.code, ..Answer::json(&error.body()) }
    }
}

/// The connection is to be cut.
#[derive(Debug)]
pub struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cut on request")
    }
}

impl std::error::Error for Cut {}

/// A body that is sent whole, or breaks off where its bytes end.
#[derive(Debug)]
pub struct Sent {
    bytes: Option<Bytes>,
    breaks_off: bool,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        Poll::Ready(match self.bytes.take() {
            Some(bytes) => Some(Ok(Frame::data(bytes))),
            None if self.breaks_off => Some(Err(Cut)),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && !self.breaks_off
    }

    fn size_hint(&self) -> SizeHint {
        match &self.bytes {
            Some(bytes) if !self.breaks_off => SizeHint::with_exact(bytes.len() as u64),
            _ => SizeHint::default(),
        }
    }
}

/// Answers one request.
///
/// # Errors
/// [`Cut`]: hyper closes the connection without an answer.
pub async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Sent>, Cut> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await.map(http_body_util::Collected::to_bytes);
    let query = url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let token = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let call = Call {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query,
        token: token.map(str::to_owned),
        body: body.as_ref().cloned().unwrap_or_default(),
    };
    let route = Route::of(&call);
    let (mut visit, latency, failure) = arrive(&shared, &call, route.as_ref());
    if latency > Duration::ZERO {
        tokio::time::sleep(latency).await;
    }
    let mut answer = match failure {
        Some(Failure::Cut) => return Err(Cut),
        Some(Failure::Status(code)) => ApiError::outage(code).into(),
        _ if body.is_err() => ApiError::payload("Request payload size exceeds the limit: 10485760 bytes.").into(),
        _ => routes::answer(&shared, &call, route),
    };
    let state = shared.state();
    if let (429 | 503, Some(seconds)) = (answer.status, state.ledger.faults.retry_after) {
        answer.header = Some((RETRY_AFTER.as_str(), seconds.to_string()));
    }
    let date = http_date(state.now());
    drop(state);
    if failure == Some(Failure::CutAfter) {
        return Err(Cut);
    }
    visit.status = answer.status;
    Ok(response(answer, &date, failure == Some(Failure::Truncate), call.method == "HEAD"))
}

/// Counts a request and decides on what becomes of it.
fn arrive(shared: &Arc<Shared>, call: &Call, route: Option<&Route>) -> (Visit, Duration, Option<Failure>) {
    let kind = route.map_or(Kind::Page, Route::kind);
    let mut shown = call.path.clone();
    let public: Vec<_> =
        call.query.iter().filter(|(name, _)| !matches!(name.as_str(), "key" | "access_token")).collect();
    if !public.is_empty() {
        shown += "?";
        shown += &url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(public.iter().map(|p| (&p.0, &p.1)))
            .finish();
    }
    let mut state = shared.state();
    let place = state.ledger.arrive(kind, route.and_then(Route::spreadsheet), &call.method, &shown);
    let failure = match kind {
        Kind::Page => None,
        // Every assertion is signed anew, so requests for a token are told apart by their address only.
        Kind::Token => state.ledger.failure(&call.path, call.path.clone()),
        _ => {
            let digest = ring::digest::digest(&ring::digest::SHA256, &call.body);
            state.ledger.failure(&call.path, format!("{} {shown} {digest:?}", call.method))
        }
    };
    (Visit { shared: shared.clone(), place, status: 0 }, state.ledger.faults.latency, failure)
}

/// A request being answered; it is over when this is dropped, also when the client has gone in the meantime.
struct Visit {
    shared: Arc<Shared>,
    place: usize,
    status: u16,
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.shared.state().ledger.leave(self.place, self.status);
    }
}

fn response(answer: Answer, date: &str, breaks_off: bool, is_head: bool) -> Response<Sent> {
    let mut bytes = Bytes::from(answer.body);
    let length = bytes.len();
    if breaks_off {
        bytes.truncate(length / 2);
    }
    let mut response = Response::new(Sent { bytes: Some(bytes), breaks_off });
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.kind));
    if let Ok(date) = HeaderValue::from_str(date) {
        headers.insert(DATE, date);
    }
    if breaks_off && !is_head {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    if let Some((name, value)) = answer.header
        && let Ok(value) = HeaderValue::from_str(&value)
    {
        headers.insert(name, value);
    }
    response
}

/// A time (seconds since 1970) as HTTP writes it.
fn http_date(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Seconds since 1970 by this machine's clock.
pub fn machine_time() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// Answers the connections of a listener until the runtime ends.
pub async fn listen(shared: Arc<Shared>, listener: tokio::net::TcpListener) -> Infallible {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: others must close first.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = hyper::service::service_fn(move |request| answer(shared.clone(), request));
            let io = hyper_util::rt::TokioIo::new(stream);
            // A connection that ends badly is the client's matter, or was asked for.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
        });
    }
}
