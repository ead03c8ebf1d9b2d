//! A server, or a proxy before it, that closes the connection after each answer: no read and no write is lost to it, and
//! no write is sent twice.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use hookfleet::wire::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::transport::listener::Listener;
use crate::transport::server::EMPTY;
use crate::transport::stage::{send, transport};

/// How it closes.
#[derive(Debug, Clone, Copy)]
enum Closes {
    /// It says so in its answer.
    Announced,
    /// It says nothing, and closes.
    Silently,
    /// It says nothing, and closes with a reset.
    ByReset,
    /// It says nothing, ends its side, and goes on to read without ever answering.
    HalfWay,
    /// As HTTP/1.0 does.
    AsOldHttp,
    /// It says nothing, and closes when the next request arrives on any connection: as over a long way, on which a close
    /// meets the request that was sent directly after the answer.
    Late,
}

const ALL: [Closes; 6] = [
    Closes::Announced,
    Closes::Silently,
    Closes::ByReset,
    Closes::HalfWay,
    Closes::AsOldHttp,
    Closes::Late,
];

/// The methods of the requests that were answered.
type Answered = Arc<Mutex<Vec<String>>>;

/// A server that answers one request on each connection.
async fn closing(how: Closes) -> (Listener, Answered) {
    let answered = Answered::default();
    let (seen, arrivals) = (answered.clone(), watch::Sender::new(()));
    let listener =
        Listener::start(move |stream| serve(stream, how, seen.clone(), arrivals.clone())).await;
    (listener, answered)
}

async fn serve(
    mut stream: TcpStream,
    how: Closes,
    answered: Answered,
    arrivals: watch::Sender<()>,
) {
    let Some(method) = request(&mut stream).await else {
        return;
    };
    arrivals.send_replace(());
    let mut next = arrivals.subscribe();
    answered.lock().unwrap().push(method);
    let version = match how {
        Closes::AsOldHttp => "1.0",
        _ => "1.1",
    };
    let close = match how {
        Closes::Announced => "Connection: close\r\n",
        _ => "",
    };
    let length = EMPTY.len();
    let answer = format!("HTTP/{version} 200 OK\r\nContent-Length: {length}\r\n{close}\r\n{EMPTY}");
    stream.write_all(answer.as_bytes()).await.unwrap();
    match how {
        Closes::ByReset => {
            let _ = stream.set_zero_linger();
        }
        Closes::HalfWay => {
            let _ = stream.shutdown().await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
        Closes::Late => tokio::select! {
            _ = next.changed() => {}
            _ = request(&mut stream) => {
                arrivals.send_replace(());
            }
        },
        Closes::Announced | Closes::Silently | Closes::AsOldHttp => {}
    }
}

/// Reads one request whole; its method.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .split_once("content-length: ")
                .map_or("0", |(_, rest)| rest.split("\r\n").next().unwrap_or("0"));
            if body.len() >= length.parse().unwrap() {
                return text.split(' ').next().map(str::to_uppercase);
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
        }
    }
}

const PAIRS: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_directly_after_a_read_does_not_go_on_the_connection_that_is_being_closed() {
    for how in ALL {
        let (server, answered) = closing(how).await;
        let transport = transport(&format!("http://127.0.0.1:{}", server.port), None, None);
        for pair in 0..PAIRS {
            for method in [Method::Get, Method::Post] {
                let sent = send(&transport, method).await;
                let status = sent.map(|response| response.status);
                assert_eq!(status, Ok(200), "{how:?}: {method:?} of pair {pair}");
            }
        }
        let answered = answered.lock().unwrap();
        let posts = answered.iter().filter(|method| *method == "POST").count();
        assert_eq!(posts, PAIRS, "{how:?}: no write is sent twice");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_one_after_the_other_are_all_answered() {
    for how in ALL {
        let (server, _) = closing(how).await;
        let transport = transport(&format!("http://127.0.0.1:{}", server.port), None, None);
        for read in 0..PAIRS {
            let sent = send(&transport, Method::Get).await;
            let status = sent.map(|response| response.status);
            assert_eq!(status, Ok(200), "{how:?}: read {read}");
        }
    }
}

#[tokio::test]
async fn a_read_that_a_new_connection_lost_is_not_sent_again() {
    let server = Listener::start(|mut stream| async move {
        request(&mut stream).await;
    })
    .await;
    let transport = transport(&format!("http://127.0.0.1:{}", server.port), None, None);
    for sent in 1..=3 {
        let error = send(&transport, Method::Get).await.err().unwrap();
        assert_eq!(
            error.to_string(),
            "the connection was closed before an answer"
        );
        assert_eq!(server.connections(), sent);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_most_one_write_is_lost_to_a_server_that_kept_connections_before_and_none_is_sent_again()
{
    const KEPT: usize = 3;
    const WRITES: usize = 20;
    let posts = Arc::new(AtomicUsize::new(0));
    let seen = posts.clone();
    // It answers three requests on each connection, and drops the fourth unanswered.
    let server = Listener::start(move |mut stream| {
        let seen = seen.clone();
        async move {
            for _ in 0..KEPT {
                let Some(method) = request(&mut stream).await else {
                    return;
                };
                seen.fetch_add(usize::from(method == "POST"), Ordering::SeqCst);
                let length = EMPTY.len();
                let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{EMPTY}");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            request(&mut stream).await;
        }
    })
    .await;
    let transport = transport(&format!("http://127.0.0.1:{}", server.port), None, None);
    for _ in 0..2 {
        assert!(send(&transport, Method::Get).await.is_ok());
    }
    let mut lost = 0;
    for _ in 0..WRITES {
        lost += usize::from(send(&transport, Method::Post).await.is_err());
    }
    // None at all, where a connection was not back in time for the next write.
    assert!(lost <= 1, "{lost} writes are lost");
    assert_eq!(posts.load(Ordering::SeqCst), WRITES - lost);
}
