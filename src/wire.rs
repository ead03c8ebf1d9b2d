//! HTTP requests and answers as data. It must not send them, and it knows no vendor.

/// The two methods that are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads; changes nothing.
    Get,
    /// Overwrites the whole list of an instance.
    Post,
}

impl Method {
    /// The name as it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// An HTTP request, relative to the base URL that the transport has.
///
/// It has no `Debug`: target and headers carry the token, the body carries webhook secrets.
pub struct Request {
    /// GET or POST.
    pub method: Method,
    /// Path and query, percent-encoded, starting with `/`.
    pub target: String,
    /// Lower-case header names and their values.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body of a POST that carries one.
    pub body: Option<Vec<u8>>,
}

/// The answer of a server, whatever its status.
///
/// It has no `Debug`: live webhook URLs carry secrets.
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// Lower-case header names and their values, in the order received; only those that hookfleet reads.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The name of the encoding that an answer's body is compressed with: what its header says, or else what it starts with.
/// `None` for a plain one.
pub fn compression(answer: &Response) -> Option<&'static str> {
    const NAMES: [&str; 6] = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress"];
    let said = answer.header("content-encoding").unwrap_or_default().trim();
    if said.is_empty() || said.eq_ignore_ascii_case("identity") {
        return match &*answer.body {
            [0x1f, 0x8b, ..] => Some("gzip"),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
            _ => None,
        };
    }
    let known = NAMES.iter().find(|name| said.eq_ignore_ascii_case(name));
    Some(known.copied().unwrap_or("another encoding"))
}
