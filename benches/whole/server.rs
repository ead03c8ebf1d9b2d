//! The API over loopback HTTP, as fast as hyper serves it, so that what is measured is the client.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Collected, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, server::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use crate::world::World;

/// A running server; it ends with its runtime.
pub(crate) struct Server {
    /// What it serves.
    pub(crate) world: Arc<World>,
    address: SocketAddr,
}

impl Server {
    /// Serves a world on a port of loopback; 0 is any free one.
    pub(crate) fn start(runtime: &Runtime, port: u16, world: World) -> Self {
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, port)))
            .expect("loopback can be listened on");
        let address = listener.local_addr().expect("a listener has an address");
        let world = Arc::new(world);
        runtime.spawn(accept(listener, world.clone()));
        Self { world, address }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn accept(listener: TcpListener, world: Arc<World>) {
    loop {
        let (stream, _) = listener.accept().await.expect("there are file descriptors");
        tokio::spawn(serve(stream, world.clone()));
    }
}

async fn serve(stream: TcpStream, world: Arc<World>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(request, &world));
    // A connection ends in an error when a client leaves.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    request: Request<Incoming>,
    world: &World,
) -> Result<Response<Full<Bytes>>, Infallible> {
    world.tally().begins();
    let (head, body) = request.into_parts();
    let target = head
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let is_post = head.method == Method::POST;
    let sent = if is_post {
        body.collect().await.map(Collected::to_bytes).ok()
    } else {
        None
    };
    let mut posted = 0;
    let (status, answer) = if !world.admits() {
        let message = Bytes::from_static(br#"{"message":"Too Many Requests"}"#);
        (StatusCode::TOO_MANY_REQUESTS, Some(message))
    } else if let Some(sent) = sent {
        posted = sent.len();
        let done = world.write(target, &sent);
        let answer = done.map(|()| Bytes::from_static(br#"{"status":"success"}"#));
        (StatusCode::OK, answer)
    } else {
        (StatusCode::OK, world.read(target))
    };
    let status = if answer.is_some() {
        status
    } else {
        StatusCode::BAD_REQUEST
    };
    if !world.manner.delay.is_zero() {
        tokio::time::sleep(world.manner.delay).await;
    }
    let mut response = Response::new(Full::new(answer.unwrap_or_default()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    let asks = world.manner.limit.is_some_and(|limit| limit.retry_after);
    if asks && status == StatusCode::TOO_MANY_REQUESTS {
        let second = HeaderValue::from_static("1");
        response.headers_mut().insert(RETRY_AFTER, second);
    }
    let method = if is_post { "POST" } else { "GET" };
    world.tally().ends(method, status.as_u16(), posted);
    Ok(response)
}
