//! What a proxy says instead of opening a tunnel. The HTTP client drops it, so that the proxy is asked once more, by the same
//! CONNECT and on a connection of its own, which ends with the answer. No request to the API ever goes there.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::proxy::Proxy;

/// How long the answer may take.
const TIME: Duration = Duration::from_secs(2);
/// How long the body of an answer may take that began.
const BODY_TIME: Duration = Duration::from_millis(200);
/// How much of an answer is looked at, in bytes.
const MOST: usize = 4096;

/// What a proxy says to CONNECT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProxyAnswer {
    /// An HTTP status.
    Status(u16),
    /// It wants to be spoken to by TLS.
    Tls,
    /// Something that is no HTTP.
    NotHttp,
}

impl ProxyAnswer {
    /// Asks a proxy for a tunnel to a host and port. `None` where that is not known: it says nothing, or is reached by TLS.
    pub(super) async fn of(proxy: &Proxy, target: &str) -> Option<Self> {
        if proxy.is_https {
            return None;
        }
        let bytes = timeout(TIME, asked(proxy, target)).await.ok()?.ok()?;
        (!bytes.is_empty()).then(|| Self::read(&bytes))
    }

    fn read(bytes: &[u8]) -> Self {
        // The records of TLS for an alert and a handshake.
        if matches!(bytes, [0x15 | 0x16, 0x03, ..]) {
            return Self::Tls;
        }
        let text = String::from_utf8_lossy(bytes);
        let code = text.strip_prefix("HTTP/").and_then(|rest| {
            let code = rest.split([' ', '\r', '\n']).nth(1)?;
            code.parse::<u16>().ok()
        });
        match code {
            // As nginx, Apache and Go say it.
            Some(400) if says_https(&text) => Self::Tls,
            Some(code @ 100..=999) => Self::Status(code),
            _ => Self::NotHttp,
        }
    }
}

/// Whether the body of an answer speaks of HTTPS.
fn says_https(answer: &str) -> bool {
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let mut words = body.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word.eq_ignore_ascii_case("https") || word.eq_ignore_ascii_case("ssl"))
}

async fn asked(proxy: &Proxy, target: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(&*proxy.authority).await?;
    stream.write_all(&proxy.connect(target)).await?;
    let mut answer = Vec::with_capacity(MOST);
    loop {
        let is_begun = answer.windows(4).any(|bytes| bytes == b"\r\n\r\n");
        let mut rest = (&mut stream).take((MOST - answer.len()) as u64);
        let read = rest.read_buf(&mut answer);
        let length = if is_begun {
            timeout(BODY_TIME, read).await.unwrap_or(Ok(0))
        } else {
            read.await
        };
        match length {
            Ok(0) => return Ok(answer),
            Ok(_) if matches!(*answer, [0x15 | 0x16, ..]) => return Ok(answer),
            Ok(_) => {}
            // What came before a reset is the answer all the same.
            Err(_) if !answer.is_empty() => return Ok(answer),
            Err(error) => return Err(error),
        }
    }
}
