//! TLS 1.2 at least.

use std::sync::{Arc, Mutex};

use hookfleet::api::{Delivery, TransportError, TransportErrorKind};
use hookfleet::problem::Hint;
use hookfleet::wire::Method;
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::masked;
use crate::transport::authority::{Authority, params};
use crate::transport::listener::Listener;
use crate::transport::server::Api;
use crate::transport::stage::{Stage, in_sync, send, transport};

/// A whole `ServerHello` of TLS 1.1: `TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA`, no compression, no extensions.
fn hello_of_tls_1_1() -> Vec<u8> {
    let mut hello = vec![0x03, 0x02];
    hello.extend([7; 32]);
    hello.extend([0x00, 0xc0, 0x13, 0x00]);
    let mut record = vec![0x16, 0x03, 0x02, 0x00, 42, 0x02, 0x00, 0x00, 38];
    record.extend(hello);
    record
}

/// The versions that a `ClientHello` offers in its `supported_versions` extension (RFC 8446, 4.1.2 and 4.2.1).
fn offered(record: &[u8]) -> Vec<u16> {
    // After the heads of record and handshake, and the legacy version and random.
    let mut rest = &record[5 + 4 + 2 + 32..];
    let number = |bytes: &[u8]| u16::from_be_bytes([bytes[0], bytes[1]]);
    rest = &rest[1 + usize::from(rest[0])..];
    rest = &rest[2 + usize::from(number(rest))..];
    rest = &rest[1 + usize::from(rest[0])..];
    rest = &rest[2..];
    loop {
        let (kind, length) = (number(rest), usize::from(number(&rest[2..])));
        if kind == 43 {
            return rest[5..4 + length].chunks(2).map(number).collect();
        }
        rest = &rest[4 + length..];
    }
}

#[tokio::test]
async fn tls_1_1_server_is_refused() {
    let hellos = Arc::new(Mutex::new(Vec::new()));
    let seen = hellos.clone();
    let server = Listener::start(move |mut stream| {
        let seen = seen.clone();
        async move {
            let mut head = [0; 5];
            stream.read_exact(&mut head).await.unwrap();
            let mut hello = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
            stream.read_exact(&mut hello).await.unwrap();
            seen.lock().unwrap().push([&head[..], &hello].concat());
            stream.write_all(&hello_of_tls_1_1()).await.unwrap();
            // Until the client has left.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    })
    .await;
    let transport = transport(&format!("https://127.0.0.1:{}", server.port), None, None);
    let error = send(&transport, Method::Post).await.err().unwrap();
    let message = "cannot connect to 127.0.0.1:<PORT>: the server speaks no TLS 1.2 or later";
    assert_eq!(masked(&error.to_string()), message);
    assert_eq!(error.fate, Delivery::NotSent);
    let hellos = hellos.lock().unwrap();
    let offers: Vec<Vec<u16>> = hellos.iter().map(|hello| offered(hello)).collect();
    assert_eq!(offers, [[0x0304, 0x0303]]);
}

#[tokio::test]
async fn an_alert_about_the_version_is_told_the_same_way() {
    let server = Listener::start(|mut stream| async move {
        let _ = stream.read(&mut [0; 5]).await;
        // Fatal, protocol_version (RFC 8446, 6).
        stream
            .write_all(&[0x15, 0x03, 0x01, 0x00, 0x02, 2, 70])
            .await
            .unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let transport = transport(&format!("https://127.0.0.1:{}", server.port), None, None);
    let error = send(&transport, Method::Get).await.err().unwrap();
    let place = format!("127.0.0.1:{}", server.port);
    let kind =
        TransportErrorKind::Connect(format!("{place}: the server speaks no TLS 1.2 or later"));
    let hint = "hookfleet speaks TLS 1.2 and 1.3: have the server, or a proxy before it, offer one of them";
    let expected = TransportError {
        hint: Hint::Step(hint),
        ..TransportError::new(kind, Delivery::NotSent)
    };
    assert_eq!(error, expected);
}

#[tokio::test]
async fn servers_of_tls_1_2_alone_and_of_1_3_alone_are_spoken_to() {
    let authority = Authority::new("known");
    let stage = Stage::new().file("ca.pem", &authority.pem);
    for version in [&TLS12, &TLS13] {
        let acceptor = authority.acceptor_of(&params(&["127.0.0.1"]), &[version]);
        let api = Api::over_tls(acceptor).await;
        let base_url = format!("https://127.0.0.1:{}", api.port());
        let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
        assert_eq!(run, in_sync());
    }
}
