//! A redirect is an answer, and is not followed: the token would go with it.

use hookfleet::wire::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::transport::listener::Listener;
use crate::transport::server::Api;
use crate::transport::stage::{Stage, send, transport};

/// A server that answers every connection with a redirect.
async fn redirecting(status: u16, location: String) -> Listener {
    Listener::start(move |mut stream| {
        let answer = format!(
            "HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        async move {
            let _ = stream.read(&mut [0; 4096]).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
            let _ = stream.shutdown().await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    })
    .await
}

#[tokio::test]
async fn no_redirect_is_followed_whatever_its_status_and_the_method() {
    let elsewhere = Api::plain().await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("http://localhost:{}/v2/session/webhook", elsewhere.port());
        let server = redirecting(status, location).await;
        let transport = transport(&format!("http://127.0.0.1:{}", server.port), None, None);
        for method in [Method::Get, Method::Post] {
            let answer = send(&transport, method).await.ok().unwrap();
            assert_eq!(answer.status, status);
            assert_eq!(answer.header("location"), None);
        }
        assert_eq!(server.connections(), 2);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_run_that_is_redirected_fails_and_says_where_to_look() {
    let elsewhere = Api::plain().await;
    let location = format!(
        "http://localhost:{}/?next=secret-of-a-server",
        elsewhere.port()
    );
    let server = redirecting(302, location).await;
    let base_url = format!("http://127.0.0.1:{}", server.port);
    let run = Stage::new().plan(&base_url, &[]).await;
    let expected = "\
exit 1
--- stdout
failed: 8D30ABB1E6DA: the API answered 302 Found

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 1 failed, 0 blocked.
--- stderr

hint: check --base-url; redirects are not followed, since the token would go with them
";
    assert_eq!(run.told(), expected);
    assert_eq!(elsewhere.connections(), 0);
}
