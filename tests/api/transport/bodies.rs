//! A body has a bound, however it is sent.

use hookfleet::api::transport::MAX_BODY;
use hookfleet::api::{Delivery, TransportError, TransportErrorKind};
use hookfleet::wire::{Method, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter};

use crate::transport::listener::Listener;
use crate::transport::stage::{send, transport};

/// How a body is sent.
#[derive(Debug, Clone, Copy)]
enum Framing {
    /// With its length in the head.
    Length,
    /// In chunks.
    Chunked,
    /// Until the connection ends.
    Close,
}

/// Of a body: how it is sent, how long it is.
const FRAMINGS: [Framing; 3] = [Framing::Length, Framing::Chunked, Framing::Close];

/// A server that answers with a body of that length; a client that has seen enough may leave.
async fn answering(status: u16, framing: Framing, length: usize) -> Listener {
    Listener::start(move |mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let mut stream = BufWriter::new(stream);
        let _ = answer(&mut stream, status, framing, length).await;
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await
}

async fn answer(
    stream: &mut (impl AsyncWriteExt + Unpin),
    status: u16,
    framing: Framing,
    length: usize,
) -> std::io::Result<()> {
    let how = match framing {
        Framing::Length => format!("Content-Length: {length}"),
        Framing::Chunked => "Transfer-Encoding: chunked".to_owned(),
        Framing::Close => "Connection: close".to_owned(),
    };
    let head = format!("HTTP/1.1 {status} Whatever\r\n{how}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let block = [b'x'; 4096];
    let mut left = length;
    while left > 0 {
        let part = &block[..left.min(block.len())];
        left -= part.len();
        if let Framing::Chunked = framing {
            let size = format!("{:x}\r\n", part.len());
            stream.write_all(size.as_bytes()).await?;
        }
        stream.write_all(part).await?;
        if let Framing::Chunked = framing {
            stream.write_all(b"\r\n").await?;
        }
    }
    if let Framing::Chunked = framing {
        stream.write_all(b"0\r\n\r\n").await?;
    }
    stream.flush().await
}

async fn sent(server: &Listener, method: Method) -> Result<Response, TransportError> {
    let transport = transport(&format!("http://127.0.0.1:{}", server.port), None, None);
    send(&transport, method).await
}

#[tokio::test]
async fn a_body_of_just_four_mebibytes_is_read_however_it_is_sent() {
    for framing in FRAMINGS {
        let server = answering(200, framing, MAX_BODY).await;
        let answer = sent(&server, Method::Get).await.ok().unwrap();
        assert_eq!(
            (answer.status, answer.body.len()),
            (200, 4 * 1024 * 1024),
            "{framing:?}"
        );
    }
}

#[tokio::test]
async fn one_byte_more_is_refused_however_it_is_sent() {
    for framing in FRAMINGS {
        for method in [Method::Get, Method::Post] {
            let server = answering(200, framing, MAX_BODY + 1).await;
            let expected = TransportError::new(TransportErrorKind::TooLarge, Delivery::Unknown);
            let error = sent(&server, method).await.err();
            assert_eq!(error, Some(expected), "{framing:?}");
        }
    }
}

#[tokio::test]
async fn a_body_without_an_end_is_left_behind() {
    for framing in [Framing::Chunked, Framing::Close] {
        let server = answering(200, framing, usize::MAX).await;
        let error = sent(&server, Method::Get).await.err().unwrap();
        assert_eq!(error.kind, TransportErrorKind::TooLarge, "{framing:?}");
    }
}

#[tokio::test]
async fn endless_error_body_keeps_the_status_and_the_first_bytes() {
    for framing in [Framing::Chunked, Framing::Close] {
        let server = answering(503, framing, usize::MAX).await;
        let answer = sent(&server, Method::Get).await.ok().unwrap();
        assert_eq!(answer.status, 503, "{framing:?}");
        assert!(answer.body.len() <= MAX_BODY, "{}", answer.body.len());
    }
}
