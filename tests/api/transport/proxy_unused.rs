//! When no proxy is used, whatever the environment says.

use crate::transport::authority::Authority;
use crate::transport::server::Api;
use crate::transport::stage::{Stage, in_sync};
use crate::transport::tunnel::{ConnectProxy, Does};

/// A stage whose environment names the proxy in every variable that any program reads.
fn everywhere(proxy: &ConnectProxy) -> Stage {
    let names = [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    let url = format!("http://127.0.0.1:{}", proxy.port());
    names
        .into_iter()
        .fold(Stage::new(), |stage, name| stage.env(name, &url))
}

#[tokio::test]
async fn loopback_is_never_reached_through_a_proxy() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["127.0.0.1", "localhost"])).await;
    let plain = Api::plain().await;
    let proxy = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let stage = everywhere(&proxy).file("ca.pem", &authority.pem);
    for (scheme, host, port) in [
        ("https", "127.0.0.1", api.port()),
        ("https", "localhost", api.port()),
        ("http", "127.0.0.1", plain.port()),
        ("http", "localhost", plain.port()),
    ] {
        let base_url = format!("{scheme}://{host}:{port}");
        let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
        assert_eq!(run, in_sync(), "{base_url}");
    }
    assert_eq!((api.connections(), plain.connections()), (2, 2));
    assert_eq!(proxy.connections(), 0);
}

// 0.0.0.0 is no loopback address, and leads to this machine all the same.

#[tokio::test]
async fn plain_http_beyond_loopback_is_never_sent_through_a_proxy() {
    let api = Api::plain().await;
    let proxy = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let base_url = format!("http://0.0.0.0:{}", api.port());
    let run = everywhere(&proxy).plan(&base_url, &["--allow-http"]).await;
    assert_eq!(run, in_sync());
    assert_eq!((api.connections(), proxy.connections()), (1, 0));
}

#[tokio::test]
async fn variables_of_other_schemes_name_no_proxy_for_https() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["0.0.0.0"])).await;
    let proxy = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let url = format!("http://127.0.0.1:{}", proxy.port());
    let stage = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
        .into_iter()
        .fold(Stage::new(), |stage, name| stage.env(name, &url))
        .file("ca.pem", &authority.pem);
    let base_url = format!("https://0.0.0.0:{}", api.port());
    let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
    assert_eq!(run, in_sync());
    assert_eq!((api.connections(), proxy.connections()), (1, 0));
}

#[tokio::test]
async fn no_proxy_is_honoured() {
    let authority = Authority::new("known");
    for (except, through) in [
        (None, 1),
        (Some(("NO_PROXY", "api.test, 0.0.0.0")), 0),
        (Some(("no_proxy", "0.0.0.0/8")), 0),
        (Some(("NO_PROXY", "0.0.0.1")), 1),
    ] {
        let api = Api::over_tls(authority.acceptor(&["0.0.0.0"])).await;
        let proxy = ConnectProxy::start(Does::Tunnels(api.port())).await;
        let mut stage = everywhere(&proxy).file("ca.pem", &authority.pem);
        if let Some((name, value)) = except {
            stage = stage.env(name, value);
        }
        let base_url = format!("https://0.0.0.0:{}", api.port());
        let run = stage.plan(&base_url, &["--ca-cert", "ca.pem"]).await;
        assert_eq!(run, in_sync());
        assert_eq!(
            (api.connections(), proxy.connections()),
            (1, through),
            "{except:?}"
        );
    }
}

#[tokio::test]
async fn an_entry_of_no_proxy_that_names_no_host_is_a_warning_only_where_a_proxy_is_used() {
    let authority = Authority::new("known");
    let api = Api::over_tls(authority.acceptor(&["api.test", "127.0.0.1"])).await;
    let proxy = ConnectProxy::start(Does::Tunnels(api.port())).await;
    let stage = everywhere(&proxy)
        .env(
            "NO_PROXY",
            "http://api.test, *.other.test, me:pass-of-a-proxy@x",
        )
        .file("ca.pem", &authority.pem);
    let run = stage
        .plan("https://api.test", &["--ca-cert", "ca.pem"])
        .await;
    let warning = "warning: NO_PROXY: entries that name no host are passed over: `http://api.test`, number 3; it takes \
                   HOST, .HOST, *.HOST, HOST:PORT, ADDRESS and ADDRESS/BITS\n";
    assert_eq!(
        (run.code, &*run.out, &*run.err),
        (0, crate::transport::stage::IN_SYNC, warning)
    );
    assert_eq!(proxy.connections(), 1);
    let direct = format!("https://127.0.0.1:{}", api.port());
    let run = stage.plan(&direct, &["--ca-cert", "ca.pem"]).await;
    assert_eq!(run, in_sync());
}
