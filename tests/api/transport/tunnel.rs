//! A proxy that knows nothing but CONNECT, and writes down every byte that it receives.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::transport::listener::Listener;

/// What it does with a CONNECT.
#[derive(Clone, Copy)]
pub(crate) enum Does {
    /// Opens a tunnel to this port of loopback, wherever it was meant to lead.
    Tunnels(u16),
    /// Says this, and closes.
    Says(&'static str),
}

type Received = Arc<Mutex<Vec<Vec<u8>>>>;

/// A running proxy.
pub(crate) struct ConnectProxy {
    listener: Listener,
    received: Received,
}

impl ConnectProxy {
    pub(crate) async fn start(does: Does) -> Self {
        Self::with(does, None).await
    }

    pub(crate) async fn over_tls(does: Does, acceptor: TlsAcceptor) -> Self {
        Self::with(does, Some(acceptor)).await
    }

    async fn with(does: Does, acceptor: Option<TlsAcceptor>) -> Self {
        let received = Received::default();
        let record = received.clone();
        let listener = Listener::start(move |stream| {
            let (acceptor, record) = (acceptor.clone(), record.clone());
            async move {
                match acceptor {
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            serve(stream, does, record).await;
                        }
                    }
                    None => serve(stream, does, record).await,
                }
            }
        })
        .await;
        Self { listener, received }
    }

    pub(crate) fn port(&self) -> u16 {
        self.listener.port
    }

    pub(crate) fn connections(&self) -> usize {
        self.listener.connections()
    }

    /// Of every connection, its first request and all that followed.
    pub(crate) fn received(&self) -> Vec<(String, Vec<u8>)> {
        let received = self.received.lock().unwrap();
        let split = |bytes: &Vec<u8>| {
            let end = head_of(bytes).expect("a whole request");
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            (head, bytes[end..].to_vec())
        };
        received.iter().map(split).collect()
    }

    /// The first request of every connection.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.received().into_iter().map(|(head, _)| head).collect()
    }
}

/// Where a request's head ends.
fn head_of(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(end + 4)
}

async fn serve(client: impl AsyncRead + AsyncWrite, does: Does, received: Received) {
    let (mut from, mut to) = tokio::io::split(client);
    let at = {
        let mut received = received.lock().unwrap();
        received.push(Vec::new());
        received.len() - 1
    };
    let mut buffer = vec![0; 16 * 1024];
    while head_of(&received.lock().unwrap()[at]).is_none() {
        match from.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(length) => received.lock().unwrap()[at].extend_from_slice(&buffer[..length]),
        }
    }
    let port = match does {
        Does::Tunnels(port) => port,
        Does::Says(answer) => {
            let _ = to.write_all(answer.as_bytes()).await;
            let _ = to.shutdown().await;
            return;
        }
    };
    let api = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut answers, mut questions) = api.into_split();
    to.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await
        .unwrap();
    let back = async { tokio::io::copy(&mut answers, &mut to).await };
    let forth = async {
        loop {
            let length = from.read(&mut buffer).await?;
            if length == 0 {
                return questions.shutdown().await;
            }
            received.lock().unwrap()[at].extend_from_slice(&buffer[..length]);
            questions.write_all(&buffer[..length]).await?;
        }
    };
    // Either side may be gone before the other.
    let _ = tokio::join!(back, forth);
}
