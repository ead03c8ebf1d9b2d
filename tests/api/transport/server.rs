//! An API that says of every instance that it has no webhooks, with or without TLS, and writes down what it is asked.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, server::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

use crate::transport::listener::Listener;

/// What it answers.
pub(crate) const EMPTY: &str = r#"{"status":"success","webhooks":[],"systemConfig":null}"#;

type Requests = Arc<Mutex<Vec<String>>>;

/// A running API.
pub(crate) struct Api {
    listener: Listener,
    requests: Requests,
}

impl Api {
    pub(crate) async fn over_tls(acceptor: TlsAcceptor) -> Self {
        Self::start(Some(acceptor)).await
    }

    pub(crate) async fn plain() -> Self {
        Self::start(None).await
    }

    async fn start(acceptor: Option<TlsAcceptor>) -> Self {
        let requests = Requests::default();
        let seen = requests.clone();
        let listener = Listener::start(move |stream| {
            let (acceptor, seen) = (acceptor.clone(), seen.clone());
            async move {
                match acceptor {
                    // A client that does not trust the certificate leaves at once.
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            serve(stream, seen).await;
                        }
                    }
                    None => serve(stream, seen).await,
                }
            }
        })
        .await;
        Self { listener, requests }
    }

    pub(crate) fn port(&self) -> u16 {
        self.listener.port
    }

    pub(crate) fn connections(&self) -> usize {
        self.listener.connections()
    }

    /// `METHOD HOST PATH?QUERY` of every request.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, seen: Requests) {
    let service = service_fn(|request: Request<Incoming>| {
        let host = request.headers()["host"].to_str().unwrap();
        let line = format!("{} {host} {}", request.method(), request.uri());
        seen.lock().unwrap().push(line);
        async {
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(
                EMPTY.as_bytes(),
            ))))
        }
    });
    // It ends with an error where the client is gone.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
