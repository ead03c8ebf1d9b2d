//! The world behind real HTTP, as bytes on a socket.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::emulator::log::LoggedOutcome;

const PATH: &str = "/v2/session/webhook?instance_id=a&access_token=t";

async fn emulator(fault: &str) -> Emulator {
    emulator_at([127, 0, 0, 1], fault).await
}

async fn emulator_at(address: [u8; 4], fault: &str) -> Emulator {
    let text = format!(
        "{{version: 1, accounts: [{{token: t}}], instances: [{{id: a, faults: [{fault}]}}]}}"
    );
    Emulator::start(
        World::from_yaml(&text).unwrap(),
        SocketAddr::from((address, 0)),
    )
    .await
    .unwrap()
}

fn get(target: &str, host: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n\r\n")
}

fn post(body: &str) -> String {
    format!(
        "POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn connect(emulator: &Emulator) -> TcpStream {
    TcpStream::connect(emulator.addr()).await.unwrap()
}

/// Reads the head, in lower case, up to and with the empty line.
async fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => bytes.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(bytes).unwrap().to_ascii_lowercase()
}

fn status(head: &str) -> u16 {
    head.split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_default()
}

fn content_length(head: &str) -> usize {
    let value = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or_default()
}

async fn exchange_on(stream: &mut TcpStream, request: &str) -> (u16, String) {
    stream.write_all(request.as_bytes()).await.unwrap();
    let head = head(stream).await;
    let mut body = vec![0; content_length(&head)];
    stream.read_exact(&mut body).await.unwrap();
    (status(&head), String::from_utf8(body).unwrap())
}

async fn exchange_once(emulator: &Emulator, request: &str) -> (u16, String) {
    exchange_on(&mut connect(emulator).await, request).await
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let emulator = emulator("").await;
    let mut stream = connect(&emulator).await;
    let written = exchange_on(
        &mut stream,
        &post(r#"{"webhooks":[{"url":"u","events":["message"]}]}"#),
    )
    .await;
    let body = concat!(
        r#"{"status":"success","webhooks":{"0":{"url":"u","events":{"0":"message"},"#,
        r#""is_active":1,"enabled":true}}}"#
    );
    assert_eq!(written, (200, body.to_owned()));
    assert_eq!(
        exchange_on(&mut stream, &get(PATH, "localhost")).await,
        written
    );
    assert_eq!(emulator.connections(), 1);
    assert_eq!(emulator.world().webhooks("a").len(), 1);
    assert_eq!(
        emulator.base_url(),
        format!("http://127.0.0.1:{}", emulator.addr().port())
    );
}

#[tokio::test]
async fn dropped_request_gets_no_byte() {
    let emulator = emulator("{nth: 1, drop: true}").await;
    let mut stream = connect(&emulator).await;
    stream
        .write_all(get(PATH, "localhost").as_bytes())
        .await
        .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes, b"");
    assert_eq!(
        exchange_once(&emulator, &get(PATH, "localhost")).await.0,
        200
    );
    assert_eq!(emulator.connections(), 2);
}

#[tokio::test]
async fn a_cut_body_promises_more_than_it_sends() {
    let whole = r#"{"status":"success","webhooks":[]}"#;
    for (cut, sent, promised) in [
        (0, "", whole.len()),
        (20, &whole[..20], whole.len()),
        (999, whole, whole.len() + 1),
    ] {
        let emulator = emulator(&format!("{{cut: {cut}}}")).await;
        let mut stream = connect(&emulator).await;
        stream
            .write_all(get(PATH, "localhost").as_bytes())
            .await
            .unwrap();
        let head = head(&mut stream).await;
        let mut body = Vec::new();
        stream.read_to_end(&mut body).await.unwrap();
        assert_eq!(
            (status(&head), content_length(&head), body.as_slice()),
            (200, promised, sent.as_bytes())
        );
    }
}

#[tokio::test]
async fn a_delayed_write_takes_effect_although_its_client_left() {
    let emulator = emulator("{on: post, delay_ms: 20}").await;
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let world = emulator.shared_world();
    let mut stream = connect(&emulator).await;
    stream
        .write_all(post(r#"{"webhooks":[]}"#).as_bytes())
        .await
        .unwrap();
    tokio::spawn(async move {
        while hold(&world).counts().posts == 0 {
            tokio::task::yield_now().await;
        }
        drop(stream);
        while hold(&world).log().is_empty() {
            tokio::task::yield_now().await;
        }
        sender.send(hold(&world).history("a").len()).unwrap();
    });
    assert_eq!(receiver.recv().await, Some(2));
}

#[tokio::test]
async fn request_for_another_host_is_rejected_with_421() {
    let emulator = emulator("").await;
    for (host, expected) in [
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("127.0.0.1:80", 200),
        ("127.9.9.9", 200),
        ("[::1]:80", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ] {
        assert_eq!(
            exchange_once(&emulator, &get(PATH, host)).await.0,
            expected,
            "{host}"
        );
    }
    let absolute = format!("http://evil.example{PATH}");
    assert_eq!(
        exchange_once(&emulator, &get(&absolute, "localhost"))
            .await
            .0,
        421
    );
    assert_eq!(
        exchange_once(&emulator, &format!("GET {PATH} HTTP/1.1\r\n\r\n"))
            .await
            .0,
        421
    );
}

#[tokio::test]
async fn a_body_of_more_than_8_mib_is_too_large() {
    let emulator = emulator("").await;
    let mut stream = connect(&emulator).await;
    let request = format!(
        "POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n",
        MAX_REQUEST + 1
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    // The server may answer and close before all of it is sent.
    let _ = stream.write_all(&vec![b' '; MAX_REQUEST + 1]).await;
    assert_eq!(status(&head(&mut stream).await), 413);
    assert_eq!(emulator.world().counts_of("a").posts, 0);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_rejected() {
    let emulator = emulator("").await;
    assert_eq!(
        exchange_once(&emulator, &get("/", "localhost")).await,
        (404, "Not Found".to_owned())
    );
    let mut stream = connect(&emulator).await;
    stream
        .write_all(format!("DELETE {PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let head = head(&mut stream).await;
    assert_eq!(status(&head), 405);
    assert_eq!(
        head.lines().find(|line| line.starts_with("allow")),
        Some("allow: get, post")
    );
}

#[tokio::test]
async fn listener_is_called_for_each_request() {
    let emulator = emulator("{on: post, answer: {status: 503, headers: {retry-after: 1}}}").await;
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    emulator.log_to(move |logged| sender.send(logged.clone()).unwrap());
    assert_eq!(exchange_once(&emulator, &post("")).await.0, 503);
    let expected = LoggedRequest {
        instance: Some("a".to_owned()),
        verb: Verb::Post,
        outcome: LoggedOutcome::Answered(503),
    };
    assert_eq!(receiver.recv().await, Some(expected.clone()));
    assert_eq!(emulator.world().log(), [expected]);
}

#[tokio::test]
async fn connection_is_refused_after_shutdown() {
    let emulator = emulator("").await;
    let addr = emulator.addr();
    let mut stream = connect(&emulator).await;
    exchange_on(&mut stream, &get(PATH, "localhost")).await;
    emulator.shutdown().await;
    assert!(TcpStream::connect(addr).await.is_err());
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes, b"");
}

#[tokio::test]
async fn large_body_is_cut_at_the_given_byte() {
    let raw = "x".repeat(3_000_000);
    let emulator = emulator(&format!(
        "{{cut: 2000000, answer: {{status: 200, raw: {raw}}}}}"
    ))
    .await;
    let mut stream = connect(&emulator).await;
    stream
        .write_all(get(PATH, "localhost").as_bytes())
        .await
        .unwrap();
    let head = head(&mut stream).await;
    let mut body = Vec::new();
    stream.read_to_end(&mut body).await.unwrap();
    assert_eq!((content_length(&head), body.len()), (3_000_000, 2_000_000));
}

/// The answer to a GET on a connection of a server with that habit, and what comes after it.
async fn closing(connections: &str) -> (String, String, Vec<u8>) {
    let text = format!(
        "{{version: 1, connections: {connections}, accounts: [{{token: t}}], instances: [{{id: a}}]}}"
    );
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let emulator = Emulator::start(World::from_yaml(&text).unwrap(), anywhere)
        .await
        .unwrap();
    let mut stream = connect(&emulator).await;
    stream
        .write_all(get(PATH, "localhost").as_bytes())
        .await
        .unwrap();
    let head = head(&mut stream).await;
    let mut body = vec![0; content_length(&head)];
    stream.read_exact(&mut body).await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    (head, String::from_utf8(body).unwrap(), rest)
}

#[tokio::test]
async fn a_server_may_close_after_each_answer_and_say_so_or_not() {
    for (habit, is_said) in [("close", true), ("drop", false)] {
        let (head, body, rest) = closing(habit).await;
        assert_eq!(head.contains("connection: close"), is_said, "{head}");
        assert_eq!(body, r#"{"status":"success","webhooks":[]}"#);
        assert_eq!(rest, b"");
    }
}

/// The status of a GET and of a POST with these headers, and the number of writes.
async fn with_headers(headers: &str) -> (u16, u16, u32) {
    let emulator = emulator("").await;
    let headers = headers.replace("PORT", &emulator.addr().port().to_string());
    let headed = |request: &str| request.replacen("\r\n\r\n", &format!("\r\n{headers}\r\n"), 1);
    let host = format!("localhost:{}", emulator.addr().port());
    let read = exchange_once(&emulator, &headed(&get(PATH, &host))).await;
    let written = post("{\"webhooks\":[]}").replace("host: localhost", &format!("host: {host}"));
    let written = exchange_once(&emulator, &headed(&written)).await;
    let writes = emulator.world().history("a").len() - 1;
    (read.0, written.0, u32::try_from(writes).unwrap())
}

#[tokio::test]
async fn a_request_that_a_browser_sends_for_another_page_is_rejected_and_writes_nothing() {
    for headers in [
        "origin: https://evil.example\r\n",
        "origin: null\r\n",
        "origin: http://localhost\r\n",
        "origin: https://localhost:PORT\r\n",
        "origin: http://127.0.0.1:PORT\r\n",
        "origin: http://localhost:PORT\r\norigin: https://evil.example\r\n",
        "origin: \r\n",
        "sec-fetch-site: cross-site\r\n",
        "sec-fetch-site: same-site\r\n",
        "origin: http://localhost:PORT\r\nsec-fetch-site: cross-site\r\n",
    ] {
        assert_eq!(with_headers(headers).await, (403, 403, 0), "{headers}");
    }
    for headers in [
        "",
        "origin: http://localhost:PORT\r\n",
        "origin: HTTP://LOCALHOST:PORT\r\nsec-fetch-site: same-origin\r\n",
        "sec-fetch-site: none\r\n",
    ] {
        assert_eq!(with_headers(headers).await, (200, 200, 1), "{headers}");
    }
    let emulator = emulator("{answer: {status: 503}}").await;
    let request = get(PATH, "localhost").replacen("\r\n\r\n", "\r\norigin: null\r\n\r\n", 1);
    let said = "The emulator answers no web page: this request names another origin, or a host that is neither an address nor localhost";
    assert_eq!(
        exchange_once(&emulator, &request).await,
        (403, said.to_owned())
    );
}

#[tokio::test]
async fn a_page_whose_name_leads_here_writes_nothing_at_an_emulator_for_every_host() {
    let emulator = emulator_at([0, 0, 0, 0], "").await;
    let port = emulator.addr().port();
    let sent = async |host: &str, headers: &str| {
        let host = host.replace("PORT", &port.to_string());
        let headers = headers.replace("HOST", &host);
        let request = post("{\"webhooks\":[]}");
        let request = request.replacen("host: localhost", &format!("host: {host}"), 1);
        let request = request.replacen("\r\n\r\n", &format!("\r\n{headers}\r\n"), 1);
        exchange_once(&emulator, &request).await.0
    };
    let of_browsers = [
        "origin: http://HOST\r\n",
        "origin: http://HOST\r\nsec-fetch-site: same-origin\r\n",
        "sec-fetch-site: same-origin\r\n",
        "sec-fetch-site: none\r\n",
        "sec-fetch-mode: cors\r\n",
        "Sec-Fetch-Dest: empty\r\n",
    ];
    for host in [
        "evil.example:PORT",
        "evil.example",
        "192.0.2.1.evil.example:PORT",
        "localhost.evil.example:PORT",
        "emulator:PORT",
        "",
    ] {
        for headers in of_browsers {
            assert_eq!(sent(host, headers).await, 403, "{host} {headers}");
        }
    }
    assert_eq!(emulator.world().history("a").len(), 1);
    for host in ["192.0.2.1:PORT", "[2001:db8::1]:PORT", "LocalHost:PORT"] {
        for headers in of_browsers {
            assert_eq!(sent(host, headers).await, 200, "{host} {headers}");
        }
    }
    // Other clients ask by any name.
    assert_eq!(sent("emulator:PORT", "").await, 200);
}
