//! A server that refuses TLS says why: it is told in words, with a next step that fits, and never to run it again.

use std::sync::Arc;

use hookfleet::wire::Method;
use rcgen::KeyPair;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use crate::transport::authority::{Authority, self_signed};
use crate::transport::listener::Listener;
use crate::transport::stage::{Stage, send, transport};

/// A server that answers each `ClientHello` with a fatal alert (RFC 8446, 6).
async fn alerting(alert: u8) -> Listener {
    Listener::start(move |mut stream| async move {
        let _ = stream.read(&mut [0; 5]).await;
        let record = [0x15, 0x03, 0x01, 0x00, 0x02, 2, alert];
        stream.write_all(&record).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await
}

#[tokio::test]
async fn an_alert_is_told_with_what_it_says_and_what_to_do() {
    for (alert, why, hint) in [
        (
            70,
            "the server speaks no TLS 1.2 or later",
            "hookfleet speaks TLS 1.2 and 1.3",
        ),
        (
            40,
            "the server refused the TLS handshake (handshake failure)",
            "have the server offer",
        ),
        (
            71,
            "the server refused the TLS handshake (insufficient security)",
            "have the server offer",
        ),
        (
            112,
            "the server knows no such host",
            "check the host in --base-url",
        ),
        (
            120,
            "the server wants another protocol than HTTP/1.1",
            "have the server offer HTTP/1.1",
        ),
        (
            116,
            "the server wants a certificate of the client",
            "hookfleet has none to show",
        ),
        (
            49,
            "the server refused the TLS handshake (access denied)",
            "ask those who run the server",
        ),
        (
            80,
            "the server refused the TLS handshake (internal error)",
            "ask those who run the server",
        ),
    ] {
        let server = alerting(alert).await;
        let base_url = format!("https://127.0.0.1:{}", server.port);
        let run = Stage::new().plan(&base_url, &["--retries", "0"]).await;
        let failure = run.out.lines().next().unwrap();
        let expected = format!("failed: 8D30ABB1E6DA: cannot connect to 127.0.0.1:<PORT>: {why}");
        assert_eq!(failure, expected);
        assert!(run.err.contains(hint), "{alert}: {}", run.err);
    }
}

/// A server that demands a certificate of its clients.
fn demanding(version: &'static rustls::SupportedProtocolVersion) -> (String, TlsAcceptor) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let authority = Authority::new("clients");
    let mut roots = RootCertStore::empty();
    roots.add(authority.der()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let key = KeyPair::generate().unwrap();
    let certificate = crate::transport::authority::params(&["127.0.0.1"])
        .self_signed(&key)
        .unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (certificate.pem(), TlsAcceptor::from(Arc::new(config)))
}

#[tokio::test]
async fn a_server_that_demands_a_certificate_of_the_client_is_told_so_by_either_version() {
    for version in [&TLS12, &TLS13] {
        let (pem, acceptor) = demanding(version);
        let server = Listener::start(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                if let Err((_, mut stream)) = acceptor.accept(stream).into_fallible().await {
                    let _ = stream.read_to_end(&mut Vec::new()).await;
                }
            }
        })
        .await;
        let base_url = format!("https://127.0.0.1:{}", server.port);
        for method in [Method::Get, Method::Post] {
            let error = send(&transport(&base_url, None, Some(&pem)), method).await;
            let error = error.err().unwrap();
            let expected = format!(
                "cannot connect to 127.0.0.1:{}: the server wants a certificate of the client",
                server.port
            );
            assert_eq!(error.to_string(), expected, "{version:?}");
        }
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_told_as_such() {
    let (pem, acceptor) = self_signed(&["127.0.0.1"]);
    for is_tls in [false, true] {
        let acceptor = is_tls.then(|| acceptor.clone());
        let server = Listener::start(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                match acceptor {
                    Some(acceptor) => large_head(acceptor.accept(stream).await.unwrap()).await,
                    None => large_head(stream).await,
                }
            }
        })
        .await;
        let scheme = if is_tls { "https" } else { "http" };
        let base_url = format!("{scheme}://127.0.0.1:{}", server.port);
        let error = send(&transport(&base_url, None, Some(&pem)), Method::Get).await;
        let error = error.err().unwrap();
        assert_eq!(error.to_string(), "the headers of the answer are too large");
        assert_eq!(error.hint, hookfleet::problem::Hint::Usual);
    }
}

async fn large_head(stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite) {
    let (mut from, mut to) = tokio::io::split(stream);
    let _ = from.read(&mut [0; 4096]).await;
    let head = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(2 << 20));
    let _ = to.write_all(head.as_bytes()).await;
    let _ = to.shutdown().await;
    let _ = from.read_to_end(&mut Vec::new()).await;
}
