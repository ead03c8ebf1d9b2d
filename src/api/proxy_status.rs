//! With which status a proxy refuses a tunnel. reqwest keeps that to itself, so the proxy is asked once more.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::proxy::Proxy;

/// How long the proxy may take to say it again.
const TIME: Duration = Duration::from_secs(5);
/// The length of `HTTP/1.1 502`.
const STATUS_LINE: usize = 12;

/// The status of a refusal; `None` where the proxy is reached over TLS, says none, or does not refuse this time.
pub(super) async fn status(proxy: &Proxy, target: &str) -> Option<u16> {
    if proxy.is_https {
        return None;
    }
    let head = timeout(TIME, ask(proxy, target)).await.ok()?.ok()?;
    status_of(&head).filter(|status| !(200..300).contains(status))
}

async fn ask(proxy: &Proxy, target: &str) -> std::io::Result<[u8; STATUS_LINE]> {
    let mut stream = TcpStream::connect(&proxy.authority).await?;
    let authorization = proxy.authorization();
    let parts = [
        b"CONNECT ".as_slice(),
        target.as_bytes(),
        b" HTTP/1.1\r\nHost: ",
        target.as_bytes(),
        authorization.map_or(b"".as_slice(), |_| b"\r\nProxy-Authorization: "),
        authorization.unwrap_or_default(),
        b"\r\n\r\n",
    ];
    let question = parts.concat();
    stream.write_all(&question).await?;
    let mut head = [0; STATUS_LINE];
    stream.read_exact(&mut head).await?;
    Ok(head)
}

fn status_of(head: &[u8]) -> Option<u16> {
    let head = std::str::from_utf8(head).ok()?;
    let status = head.strip_prefix("HTTP/1.")?.get(2..)?;
    status.parse().ok().filter(|status| *status >= 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_status_line_has_a_status() {
        let read = [
            "HTTP/1.1 502",
            "HTTP/1.0 407",
            "HTTP/1.1 +20",
            "HTTP/2 502 x",
            "SSH-2.0-Open",
        ];
        let statuses = read.map(|head| status_of(head.as_bytes()));
        assert_eq!(statuses, [Some(502), Some(407), None, None, None]);
    }
}
