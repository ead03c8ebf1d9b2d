//! The world behind real HTTP. Effectful; it moves bytes, and the world decides.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::{
    BodyExt, Full, LengthLimitError, Limited, StreamBody, combinators::UnsyncBoxBody,
};
use hyper::body::{Body as _, Frame, Incoming as IncomingBody};
use hyper::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, server::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};

use super::error::Rejection;
use super::exchange::{SharedWorld, exchange, hold};
use super::origin::{is_for_loopback, is_from_another_site};
use super::{Answer, Connections, Incoming, LoggedRequest, Reply, ReplyOutcome, Verb, World};

/// The largest request body, in bytes.
const MAX_REQUEST: usize = 8 * 1024 * 1024;

/// The delay after a failed accept: there may be no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

type Body = UnsyncBoxBody<Bytes, io::Error>;
type Listener = Arc<dyn Fn(&LoggedRequest) + Send + Sync>;

/// A running server. Dropping it stops it.
pub struct Emulator {
    addr: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<Infallible>,
}

struct Shared {
    world: SharedWorld,
    connections: AtomicU64,
    listener: Mutex<Option<Listener>>,
    loopback_only: bool,
}

impl Emulator {
    /// Serves `world` on `addr`, in the current tokio runtime; port 0 takes any free one.
    ///
    /// On a loopback address it rejects requests for another host with 421, so that a web page can't reach it by DNS
    /// rebinding. On every address it rejects what a browser sends for a page of another origin with 403, and what it sends
    /// to any other name than `localhost`.
    ///
    /// # Errors
    ///
    /// When it can't listen on the address.
    pub async fn start(world: World, addr: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared {
            world: Arc::new(Mutex::new(world)),
            connections: AtomicU64::new(0),
            listener: Mutex::new(None),
            loopback_only: addr.ip().to_canonical().is_loopback(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            addr,
            shared,
            accepting,
        })
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The base URL of the API, such as `http://127.0.0.1:8080`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The world; requests wait until the guard is dropped.
    pub fn world(&self) -> MutexGuard<'_, World> {
        hold(&self.shared.world)
    }

    /// The world, which outlives the server.
    pub fn shared_world(&self) -> SharedWorld {
        Arc::clone(&self.shared.world)
    }

    /// The number of accepted connections.
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Calls `listener` for each further request, just before its response; it replaces an earlier listener.
    pub fn log_to(&self, listener: impl Fn(&LoggedRequest) + Send + Sync + 'static) {
        *self
            .shared
            .listener
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(listener));
    }

    /// Stops listening and closes all connections. A delayed request that has arrived still takes effect.
    pub async fn shutdown(mut self) {
        self.accepting.abort();
        // The task never ends by itself, so its result is the abort.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                shared.connections.fetch_add(1, Ordering::Relaxed);
                connections.spawn(serve(stream, Arc::clone(&shared)));
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    // Without it responses may wait for the client's acknowledgement, which is only slower.
    let _ = stream.set_nodelay(true);
    let connections = hold(&shared.world).connections();
    let answered = Arc::new(Notify::new());
    let service = service_fn(|request| {
        let told = Answered(Arc::clone(&answered));
        let response = respond(request, &shared);
        async move {
            let response = response.await?;
            Ok::<_, io::Error>(match connections {
                Connections::Drop => telling(response, told),
                Connections::Keep | Connections::Close => response,
            })
        }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .keep_alive(connections != Connections::Close)
            .serve_connection(TokioIo::new(stream), service)
    );
    if connections == Connections::Drop {
        tokio::select! {
            _ = connection.as_mut() => return,
            // The head is out, and says nothing of it.
            () = answered.notified() => connection.as_mut().graceful_shutdown(),
        }
    }
    // A connection fails whenever the client disconnects or a fault closes it.
    let _ = connection.await;
}

/// Tells when it is dropped.
struct Answered(Arc<Notify>);

impl Drop for Answered {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// The response, whose body tells when it is sent.
fn telling(response: Response<Body>, told: Answered) -> Response<Body> {
    let length = response.body().size_hint().exact();
    let mut response = response.map(|body| {
        let telling = body.map_frame(move |frame| {
            let _held = &told;
            frame
        });
        telling.boxed_unsync()
    });
    if let Some(length) = length {
        let headers = response.headers_mut();
        headers
            .entry(CONTENT_LENGTH)
            .or_insert_with(|| HeaderValue::from(length));
    }
    response
}

/// Responds to a request; an error closes the connection without a response.
async fn respond(request: Request<IncomingBody>, shared: &Shared) -> io::Result<Response<Body>> {
    let reply = reply(request, shared).await?;
    let listener = shared
        .listener
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if let Some(listener) = listener {
        listener(&reply.logged);
    }
    match reply.outcome {
        ReplyOutcome::Answer(answer) => response(answer),
        ReplyOutcome::Drop => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

async fn reply(request: Request<IncomingBody>, shared: &Shared) -> io::Result<Reply> {
    let verb = Verb::of(request.method().as_str());
    if shared.loopback_only && !is_for_loopback(&request) {
        return Ok(hold(&shared.world).refuse(verb, &Rejection::Misdirected));
    }
    if is_from_another_site(&request) {
        return Ok(hold(&shared.world).refuse(verb, &Rejection::ForeignOrigin));
    }
    let target = request
        .uri()
        .path_and_query()
        .map(ToString::to_string)
        .unwrap_or_default();
    let headers = texts(request.headers());
    let body = match Limited::new(request.into_body(), MAX_REQUEST)
        .collect()
        .await
    {
        Ok(body) => body.to_bytes().to_vec(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Ok(hold(&shared.world).refuse(verb, &Rejection::TooLarge));
        }
        Err(error) => return Err(io::Error::other(error)),
    };
    let incoming = Incoming {
        verb,
        target,
        headers,
        body,
    };
    exchange(Arc::clone(&shared.world), incoming)
        .await
        .ok_or_else(|| io::ErrorKind::Other.into())
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect()
}

fn response(answer: Answer) -> io::Result<Response<Body>> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(io::Error::other)?;
    for (name, value) in answer.headers {
        let name = HeaderName::try_from(name).map_err(io::Error::other)?;
        response.headers_mut().append(
            name,
            HeaderValue::try_from(value).map_err(io::Error::other)?,
        );
    }
    match answer.cut {
        None => {
            *response.body_mut() = Full::from(answer.body)
                .map_err(|never| match never {})
                .boxed_unsync();
        }
        Some(cut) => {
            // To cut off a body that is sent whole, its length has to be longer.
            let promised = answer.body.len().max(cut + 1);
            response
                .headers_mut()
                .insert(CONTENT_LENGTH, HeaderValue::from(promised));
            *response.body_mut() = cut_off(Bytes::from(answer.body).slice(..cut));
        }
    }
    Ok(response)
}

/// Makes a body that fails after its bytes.
fn cut_off(bytes: Bytes) -> Body {
    let failure = stream::once(async {
        // hyper flushes when a body yields, and discards unsent bytes when a body fails.
        tokio::task::yield_now().await;
        Err(io::ErrorKind::ConnectionAborted.into())
    });
    let frames = stream::once(async { Ok(Frame::data(bytes)) }).chain(failure);
    StreamBody::new(frames).boxed_unsync()
}

#[cfg(test)]
mod tests;
