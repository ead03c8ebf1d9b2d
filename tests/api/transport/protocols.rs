//! What answers does not speak the protocol of the base URL, or in an encoding that nobody asked for: it is told as what it
//! is, with a next step that fits, and a write to it is not taken for refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hookfleet::api::{Delivery, TransportErrorKind};
use hookfleet::problem::Hint;
use hookfleet::wire::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::transport::authority::Authority;
use crate::transport::listener::Listener;
use crate::transport::server::Api;
use crate::transport::stage::{Stage, send, transport};

/// A server that says this to whatever it is told, and closes.
async fn saying(bytes: &'static [u8]) -> Listener {
    Listener::start(move |mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await
}

/// What `plan` says of the API at a base URL: its failure and its hint.
async fn told(base_url: &str) -> (String, String) {
    let run = Stage::new().plan(base_url, &["--retries", "0"]).await;
    assert_eq!(run.code, 1);
    let failure = run.out.lines().next().unwrap().to_owned();
    (failure, run.err.trim().to_owned())
}

const NO_TLS: &str = "hint: the port of --base-url may speak plain http, or something else: check its scheme and its port";
const TLS: &str =
    "hint: the port of --base-url may speak TLS, or something else: check its scheme and its port";

#[tokio::test]
async fn https_to_a_port_that_speaks_plain_http_says_so() {
    let api = Api::plain().await;
    let silent = Listener::start(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
    })
    .await;
    for (port, why) in [
        (api.port(), "it does not speak TLS"),
        (saying(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.port, ""),
        (
            silent.port,
            "it closed the connection during the TLS handshake",
        ),
    ] {
        let (failure, hint) = told(&format!("https://127.0.0.1:{port}")).await;
        let start = format!("failed: 8D30ABB1E6DA: cannot connect to 127.0.0.1:<PORT>: {why}");
        assert!(failure.starts_with(&start), "{failure}");
        if !why.is_empty() {
            assert_eq!(hint, NO_TLS);
        }
    }
}

#[tokio::test]
async fn http_to_a_port_that_speaks_tls_says_so() {
    let api = Api::over_tls(Authority::new("known").acceptor(&["127.0.0.1"])).await;
    let (failure, hint) = told(&format!("http://127.0.0.1:{}", api.port())).await;
    assert_eq!(failure, "failed: 8D30ABB1E6DA: the answer is not HTTP");
    assert_eq!(hint, TLS);
    // As nginx and Go say it.
    for (answer, said) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\nContent-Length: 73\r\n\r\n<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>"[..],
            "400 The plain HTTP request was sent to HTTPS port",
        ),
        (
            b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
            "Client sent an HTTP request to an HTTPS server.",
        ),
    ] {
        let server = saying(answer).await;
        let (failure, hint) = told(&format!("http://127.0.0.1:{}", server.port)).await;
        assert_eq!(
            failure,
            format!("failed: 8D30ABB1E6DA: the API answered 400 Bad Request: {said}")
        );
        assert_eq!(hint, "hint: the port of --base-url speaks TLS: write it with https://");
    }
}

#[tokio::test]
async fn http_to_a_port_that_closes_without_a_byte_names_scheme_and_port_until_it_has_answered() {
    let silent = Listener::start(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
    })
    .await;
    let (failure, hint) = told(&format!("http://127.0.0.1:{}", silent.port)).await;
    assert_eq!(
        failure,
        "failed: 8D30ABB1E6DA: the connection was closed before an answer"
    );
    assert_eq!(
        hint,
        "hint: is the API reachable? the port of --base-url may speak TLS: check its scheme and its port, then run it again"
    );
    // What has answered once speaks HTTP.
    let answers = Arc::new(AtomicBool::new(true));
    let server = Listener::start(move |mut stream| {
        let answers = answers.swap(false, Ordering::Relaxed);
        async move {
            let _ = stream.read(&mut [0; 4096]).await;
            if answers {
                let answer =
                    b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
                let _ = stream.write_all(answer).await;
            }
        }
    })
    .await;
    let transport = transport(&format!("http://127.0.0.1:{}", server.port), None, None);
    send(&transport, Method::Get).await.unwrap();
    let error = send(&transport, Method::Get).await.err().unwrap();
    assert_eq!(
        (error.kind, error.hint),
        (TransportErrorKind::Closed, Hint::Usual)
    );
}

#[tokio::test]
async fn what_is_no_http_leaves_a_write_in_doubt() {
    for bytes in [
        &b"SSH-2.0-OpenSSH_9\r\n"[..],
        b"\x15\x03\x01\x00\x02\x02\x46",
    ] {
        let server = saying(bytes).await;
        let transport = transport(&format!("http://127.0.0.1:{}", server.port), None, None);
        let error = send(&transport, Method::Post).await.err().unwrap();
        assert_eq!(
            (error.kind, error.fate),
            (TransportErrorKind::NotHttp, Delivery::Unknown)
        );
    }
}

#[tokio::test]
async fn no_encoding_is_asked_for_and_one_that_comes_is_named() {
    for (answer, encoding) in [
        (
            &b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08"
                [..],
            "gzip",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: BR\r\nContent-Length: 2\r\n\r\n\x0b\x01",
            "br",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 2\r\n\r\n{}",
            "zstd",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: x-s3cr3t\r\nContent-Length: 2\r\n\r\n{}",
            "another encoding",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
            "gzip",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x28\xb5\x2f\xfd",
            "zstd",
        ),
    ] {
        let server = saying(answer).await;
        let (failure, hint) = told(&format!("http://127.0.0.1:{}", server.port)).await;
        assert_eq!(
            failure,
            format!(
                "failed: 8D30ABB1E6DA: the answer is compressed ({encoding}), although hookfleet asks for none that is"
            )
        );
        assert_eq!(
            hint,
            "hint: a server, or a proxy before it, does not honour `Accept-Encoding: identity`; have it compress no JSON"
        );
    }
    let server =
        saying(b"HTTP/1.1 502 Bad Gateway\r\nContent-Encoding: gzip\r\n\r\nbad text").await;
    let (failure, _) = told(&format!("http://127.0.0.1:{}", server.port)).await;
    assert_eq!(
        failure,
        "failed: 8D30ABB1E6DA: the API answered 502 Bad Gateway"
    );
}
