//! What is told when a proxy leads nowhere: which one, and what it said; never its userinfo.

use hookfleet::api::{Delivery, TransportError, TransportErrorKind};
use hookfleet::wire::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::Run;
use crate::harness::TOKEN;
use crate::transport::authority::Authority;
use crate::transport::listener::{Listener, closed_port};
use crate::transport::stage::{Stage, send, transport};
use crate::transport::tunnel::{ConnectProxy, Does};

const WANTS: &str = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\
                     Content-Length: 0\r\n\r\n";
const BAD: &str = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
const FORBIDDEN: &str = "HTTP/1.0 403 Forbidden\r\n\r\n<h1>policy</h1>";

const WHICH: &str = "HTTPS_PROXY says which proxy is used, and with which userinfo; hosts that NO_PROXY names are reached without it";
const USERINFO: &str =
    "HTTPS_PROXY carries the userinfo for the proxy: http://USER:PASSWORD@HOST:PORT";
const REFUSED: &str = "the proxy of HTTPS_PROXY does not reach the API, or may not: ask those who run it; hosts that NO_PROXY names are reached without it";

/// What a run leaves behind that its proxy led nowhere.
fn astray(message: &str, hint: &str) -> Run {
    let out = format!(
        "failed: 8D30ABB1E6DA: {message}\n\n\
         Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 1 failed, 0 blocked.\n"
    );
    Run {
        code: 1,
        out,
        err: format!("\nhint: {hint}\n"),
    }
}

/// What a run says whose proxy is at that port, with credentials.
async fn through(port: u16, args: &[&str]) -> Run {
    let proxy = format!("http://me:pass-of-a-proxy@127.0.0.1:{port}");
    let stage = Stage::new().env("HTTPS_PROXY", proxy);
    stage.plan("https://api.test", args).await
}

/// What becomes of a write through the proxy at that port.
async fn write(port: u16) -> (TransportErrorKind, Delivery) {
    let proxy = format!("http://me:pass-of-a-proxy@127.0.0.1:{port}");
    let transport = transport("https://api.test", Some(&proxy), None);
    let TransportError { kind, fate, .. } = send(&transport, Method::Post).await.err().unwrap();
    (kind, fate)
}

/// What a write comes to whose proxy led nowhere: it was not sent.
fn led_nowhere(why: String, passes: bool) -> (TransportErrorKind, Delivery) {
    (TransportErrorKind::Proxy { why, passes }, Delivery::NotSent)
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_named_and_the_write_was_not_sent() {
    let (_held, port) = closed_port();
    let run = through(port, &["--retries", "0"]).await;
    let message = |port: &str| {
        format!("cannot connect to the proxy 127.0.0.1:{port}: Connection refused (os error 111)")
    };
    assert_eq!(run, astray(&message("<PORT>"), WHICH));
    let expected = led_nowhere(message(&port.to_string()), true);
    assert_eq!(write(port).await, expected);
}

const NO_TUNNELS: &str = "what HTTPS_PROXY names answers and opens no tunnels: check its host and its port, and that it is a proxy that takes CONNECT";
const NOT_HTTP: &str = "what HTTPS_PROXY names speaks no HTTP: check its host and its port";
const WANTS_TLS: &str = "the proxy itself is reached by TLS: write HTTPS_PROXY with https://";
const CLOSED: &str = "the proxy of HTTPS_PROXY does not reach the API, or may not, or is itself reached by TLS (https://): ask those who run it; hosts that NO_PROXY names are reached without it";
const BUSY: &str = "the proxy of HTTPS_PROXY takes no more for now: run it again in a while";

#[tokio::test]
async fn a_proxy_that_opens_no_tunnel_is_named_with_its_answer_and_a_step_that_fits() {
    for (says, passes, cause, hint) in [
        (
            WANTS,
            false,
            "it answered 407, so it wants other credentials",
            USERINFO,
        ),
        (BAD, true, "it answered 502 Bad Gateway", REFUSED),
        (FORBIDDEN, false, "it answered 403 Forbidden", REFUSED),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://x/\r\n\r\n",
            false,
            "it answered 302 Found",
            NO_TUNNELS,
        ),
        (
            "HTTP/1.1 400 Bad Request\r\n\r\n<title>400 The request is bad</title>",
            false,
            "it answered 400 Bad Request",
            NO_TUNNELS,
        ),
        (
            "HTTP/1.1 405 Method Not Allowed\r\n\r\n",
            false,
            "it answered 405 Method Not Allowed",
            NO_TUNNELS,
        ),
        (
            "HTTP/1.1 429 Too Many Requests\r\n\r\n",
            true,
            "it answered 429 Too Many Requests",
            BUSY,
        ),
        (
            "HTTP/1.1 400 Bad Request\r\n\r\n<title>400 The plain HTTP request was sent to HTTPS port</title>",
            false,
            "it speaks TLS",
            WANTS_TLS,
        ),
        (
            "\x15\x03\x01\0\x02\x02\x46",
            false,
            "it speaks TLS",
            WANTS_TLS,
        ),
        (
            "SSH-2.0-OpenSSH_9\r\n",
            false,
            "it speaks no HTTP",
            NOT_HTTP,
        ),
        ("", true, "it closed the connection", CLOSED),
    ] {
        let proxy = ConnectProxy::start(Does::Says(says)).await;
        let run = through(proxy.port(), &["--retries", "1"]).await;
        let message = |port: &str| {
            format!("the proxy 127.0.0.1:{port} opened no tunnel to api.test:443: {cause}")
        };
        assert_eq!(run, astray(&message("<PORT>"), hint));
        let heads = proxy.heads();
        let is_connect = |head: &String| head.starts_with("CONNECT api.test:443 HTTP/1.1\r\n");
        assert!(heads.iter().all(is_connect), "{heads:?}");
        assert!(heads.iter().all(|head| head == &heads[0]), "{heads:?}");
        let port = proxy.port();
        let expected = led_nowhere(message(&port.to_string()), passes);
        assert_eq!(write(port).await, expected);
    }
}

#[tokio::test]
async fn a_proxy_over_tls_is_trusted_no_more_than_a_server() {
    let acceptor = Authority::new("unknown").acceptor(&["127.0.0.1"]);
    let proxy = ConnectProxy::over_tls(Does::Says(BAD), acceptor).await;
    let url = format!("https://me:pass-of-a-proxy@127.0.0.1:{}", proxy.port());
    let stage = Stage::new().env("HTTPS_PROXY", url);
    let run = stage.plan("https://api.test", &[]).await;
    let expected = "\
exit 1
--- stdout
failed: 8D30ABB1E6DA: cannot trust the proxy 127.0.0.1:<PORT>: its certificate is of an unknown authority

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 1 failed, 0 blocked.
--- stderr

hint: HTTPS_PROXY says which proxy is used; where its certificate is of a private authority, --ca-cert FILE trusts that one too
";
    assert_eq!(run.told(), expected);
    assert_eq!(proxy.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_plain_proxy_that_is_written_with_https_is_told_and_not_tried_again() {
    for says in [BAD, ""] {
        let plain = Listener::start(move |mut stream| async move {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(says.as_bytes()).await;
        })
        .await;
        let url = format!("https://me:pass-of-a-proxy@127.0.0.1:{}", plain.port);
        let stage = Stage::new().env("HTTPS_PROXY", url);
        let run = stage.plan("https://api.test", &["--retries", "0"]).await;
        assert_eq!(run.code, 1);
        let line = run.out.lines().next().unwrap();
        assert!(
            line.starts_with(
                "failed: 8D30ABB1E6DA: cannot connect to the proxy 127.0.0.1:<PORT>: it "
            ),
            "{line}"
        );
        assert!(
            run.err
                .starts_with("\nhint: write HTTPS_PROXY with http://"),
            "{}",
            run.err
        );
    }
}

#[tokio::test]
async fn a_proxy_that_never_answers_is_named_whatever_its_scheme() {
    for scheme in ["http", "https"] {
        let silent = Listener::start(|mut stream| async move {
            let _ = stream.read_to_end(&mut Vec::new()).await;
        })
        .await;
        let url = format!("{scheme}://me:pass-of-a-proxy@127.0.0.1:{}", silent.port);
        let stage = Stage::new().env("HTTPS_PROXY", url);
        let args = ["--retries", "0", "--timeout", "1s"];
        let run = stage.plan("https://api.test", &args).await;
        let hint = "give each request more time with --timeout, or ask those who run the proxy of HTTPS_PROXY: it may be what does not answer";
        let message = "no answer within 1 s through the proxy 127.0.0.1:<PORT>";
        assert_eq!(run, astray(message, hint));
    }
}

#[tokio::test]
async fn a_proxy_whose_name_is_not_known_is_told_with_its_variable() {
    let stage = Stage::new().env(
        "HTTPS_PROXY",
        "http://me:pass-of-a-proxy@proxy.invalid:3128",
    );
    let run = stage.plan("https://api.test", &["--retries", "0"]).await;
    let line = run.out.lines().next().unwrap();
    assert!(
        line.starts_with("failed: 8D30ABB1E6DA: cannot connect to the proxy proxy.invalid:3128: "),
        "{line}"
    );
    assert_eq!(run.err, format!("\nhint: {WHICH}\n"));
}

#[tokio::test]
async fn a_variable_that_names_no_proxy_is_a_usage_error_without_its_value() {
    for (name, value) in [
        ("HTTPS_PROXY", "socks5://me:pass-of-a-proxy@127.0.0.1:1080"),
        ("https_proxy", "http://me:pass of a proxy@127.0.0.1:1080"),
    ] {
        let stage = Stage::new().env(name, value);
        for format in ["text", "json"] {
            let run = stage.plan("https://api.test", &["--format", format]).await;
            let err = format!(
                "error: the environment variable {name} holds no http:// or https:// URL of a proxy\n\n\
                 hint: give it a URL such as http://proxy.example:3128, or name the API's host in NO_PROXY\n"
            );
            let expected = Run {
                code: 64,
                out: String::new(),
                err,
            };
            assert_eq!(run, expected);
        }
    }
}

#[tokio::test]
async fn neither_token_nor_userinfo_shows_in_any_trouble_even_in_logs() {
    let (_held, closed) = closed_port();
    let mut proxies = Vec::new();
    for says in [WANTS, BAD, FORBIDDEN, ""] {
        proxies.push(ConnectProxy::start(Does::Says(says)).await);
    }
    let ports = proxies.iter().map(ConnectProxy::port).chain([closed]);
    for port in ports {
        for format in ["text", "json"] {
            let args = ["-vv", "--retries", "0", "--format", format];
            let told = through(port, &args).await.told();
            for secret in [TOKEN, "pass-of-a-proxy", "cGFzcy1vZi1hLXByb3h5", "me:"] {
                assert!(!told.contains(secret), "{secret}: {told}");
            }
        }
    }
}
