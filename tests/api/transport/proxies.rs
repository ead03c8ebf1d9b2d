//! What a proxy sees of a run: CONNECT, host and port, and its own credentials.

use hookfleet::wire::Method;

use crate::harness::TOKEN;
use crate::transport::authority::Authority;
use crate::transport::server::{Api, EMPTY};
use crate::transport::stage::{Stage, in_sync, send, transport};
use crate::transport::tunnel::{ConnectProxy, Does};

/// What goes through a tunnel that the proxy may not be able to read.
const PRIVATE: [&str; 5] = [
    TOKEN,
    "/v2/session/webhook",
    "instance_id",
    "8D30ABB1E6DA",
    "hookfleet",
];

/// Bytes that are TLS from the first to the last, and show nothing that is private.
fn assert_unreadable(bytes: &[u8]) {
    let mut rest = bytes;
    while !rest.is_empty() {
        assert!((0x14..=0x17).contains(&rest[0]), "a TLS record: {rest:?}");
        let length = usize::from(u16::from_be_bytes([rest[3], rest[4]]));
        rest = &rest[5 + length..];
    }
    let text = String::from_utf8_lossy(bytes);
    for word in PRIVATE {
        assert!(!text.contains(word), "{word}");
    }
}

#[tokio::test]
async fn proxy_sees_only_host_port_and_its_own_credentials() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["api.test"])).await;
    let proxy = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let stage = Stage::new().file("ca.pem", &authority.pem).env(
        "HTTPS_PROXY",
        format!("http://me:p%40ss@127.0.0.1:{}", proxy.port()),
    );
    let run = stage
        .plan("https://api.test", &["--ca-cert", "ca.pem"])
        .await;
    assert_eq!(run, in_sync());
    let query = "instance_id=8D30ABB1E6DA&access_token=token-of-a-test";
    assert_eq!(
        api.requests(),
        [format!("GET api.test /v2/session/webhook?{query}")]
    );
    let received = proxy.received();
    assert_eq!(received.len(), 1);
    let (head, rest) = &received[0];
    let expected = "CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\
                    Proxy-Authorization: Basic bWU6cEBzcw==\r\n\r\n";
    assert_eq!(head, expected);
    assert!(!rest.is_empty());
    assert_unreadable(rest);
}

#[tokio::test]
async fn a_proxy_without_userinfo_is_told_no_credentials() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["api.test"])).await;
    let proxy = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let stage = Stage::new()
        .file("ca.pem", &authority.pem)
        .env("HTTPS_PROXY", format!("127.0.0.1:{}", proxy.port()));
    let base_url = "https://api.test:8443/v";
    let run = stage.plan(base_url, &["--ca-cert", "ca.pem"]).await;
    assert_eq!(run, in_sync());
    let expected = "CONNECT api.test:8443 HTTP/1.1\r\nHost: api.test:8443\r\n\r\n";
    assert_eq!(proxy.heads(), [expected]);
}

#[tokio::test]
async fn a_write_goes_through_the_tunnel_too_unreadable() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["api.test"])).await;
    let proxy = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let url = format!("http://me:pass@127.0.0.1:{}", proxy.port());
    let transport = transport("https://api.test", Some(&url), Some(&authority.pem));
    for method in [Method::Get, Method::Post] {
        let answer = send(&transport, method).await.ok().unwrap();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (200, EMPTY.as_bytes())
        );
    }
    assert_eq!(api.requests().len(), 2);
    assert_eq!(proxy.connections(), 2, "a write has its own tunnel");
    for (_, received) in proxy.received() {
        assert_unreadable(&received);
    }
}

#[tokio::test]
async fn tunnels_are_kept_where_they_stay_open() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["api.test"])).await;
    let proxy = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let url = format!("http://127.0.0.1:{}", proxy.port());
    let transport = transport("https://api.test", Some(&url), Some(&authority.pem));
    for _ in 0..5 {
        for method in [Method::Get, Method::Get, Method::Post] {
            assert!(send(&transport, method).await.is_ok());
        }
    }
    assert_eq!(api.requests().len(), 15);
    // Two, unless one was not back in time for the next request.
    let tunnels = proxy.connections();
    assert!((2..15).contains(&tunnels), "{tunnels}");
}

#[tokio::test]
async fn a_proxy_may_be_reached_over_tls_itself() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["api.test"])).await;
    let acceptor = authority.acceptor(&["127.0.0.1"]);
    let proxy = ConnectProxy::over_tls(Does::Tunnels(api.port()), acceptor).await;
    let stage = Stage::new().file("ca.pem", &authority.pem).env(
        "HTTPS_PROXY",
        format!("https://me:pass@127.0.0.1:{}", proxy.port()),
    );
    let run = stage
        .plan("https://api.test", &["--ca-cert", "ca.pem"])
        .await;
    assert_eq!(run, in_sync());
    let (head, rest) = &proxy.received()[0];
    let expected = "CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\
                    Proxy-Authorization: Basic bWU6cGFzcw==\r\n\r\n";
    assert_eq!(head, expected);
    assert_unreadable(rest);
}

#[tokio::test]
async fn a_certificate_is_checked_through_a_tunnel_too() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["other.test"])).await;
    let proxy = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let stage = Stage::new().file("ca.pem", &authority.pem).env(
        "HTTPS_PROXY",
        format!("http://me:pass@127.0.0.1:{}", proxy.port()),
    );
    let run = stage
        .plan("https://api.test", &["--ca-cert", "ca.pem"])
        .await;
    let expected = "\
exit 1
--- stdout
failed: 8D30ABB1E6DA: cannot trust api.test through the proxy 127.0.0.1:<PORT>: its certificate is for other.test, and not for api.test

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 1 failed, 0 blocked.
--- stderr

hint: the proxy of HTTPS_PROXY may show a certificate of its own in place of the API's: where it is of a private authority, --ca-cert FILE trusts that one too
";
    assert_eq!(run.told(), expected);
    assert_eq!(api.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn the_lower_case_variable_wins() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["api.test"])).await;
    let upper = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let lower = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let stage = Stage::new()
        .file("ca.pem", &authority.pem)
        .env("HTTPS_PROXY", format!("127.0.0.1:{}", upper.port()))
        .env("https_proxy", format!("127.0.0.1:{}", lower.port()));
    let run = stage
        .plan("https://api.test", &["--ca-cert", "ca.pem"])
        .await;
    assert_eq!(run, in_sync());
    assert_eq!((upper.connections(), lower.connections()), (0, 1));
}
