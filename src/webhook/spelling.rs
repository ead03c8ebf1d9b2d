//! The normal spelling of a URL, part by part, and what of it a rotation may change. It decides which live webhook a
//! wanted one is; nothing is ever written in this form.

mod respelled;

use std::collections::BTreeMap;
use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::secret_keys::is_secret_key;
use super::{ExposeUrl, HookUrl, Provenance, parts};

/// The bytes that no URL holds (RFC 3986, section 2); all others stand for themselves or are delimiters.
const NOT_IN_A_URL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// What stands for a part that a rotation may change; no normal spelling holds it.
const ROTATED: &str = "\0";

/// A URL in its normal spelling, a key to compare with: two URLs with equal keys are two spellings of one.
///
/// It may carry secrets, so it has no `Display` and no `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spelling(String);

impl Spelling {
    /// Takes a text that is in its normal spelling.
    pub(super) fn new(normal: String) -> Self {
        Self(normal)
    }
}

/// The parts of a URL, each in its normal spelling.
///
/// Scheme and host are in lower case, the host is in ASCII (punycode), a default port is left out, an empty path is `/`
/// (RFC 3986, section 6.2; WHATWG URL). A percent-encoding is in upper case, and there only where it is needed.
pub struct Spelled<'a> {
    url: &'a HookUrl,
    pieces: Vec<Piece>,
}

/// A part of a URL, or the delimiter between two.
struct Piece {
    kind: Kind,
    /// Its place in the URL as it is written.
    range: Range<usize>,
    /// Its normal spelling.
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Scheme, host or port.
    Target,
    Delimiter,
    Userinfo,
    Segment,
    Key,
    Value {
        /// Whether it is secret by the name of its key.
        is_secret: bool,
    },
    Fragment,
}

/// The parts of a wanted URL that came from secrets, each with the text before and after the secret in it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretParts(BTreeMap<usize, (String, String)>);

impl HookUrl {
    /// The parts in their normal spelling; `None` when this is not an http(s) URL.
    pub fn spelled(&self) -> Option<Spelled<'_>> {
        Some(Spelled {
            url: self,
            pieces: pieces(self.expose())?,
        })
    }

    /// The normal spelling; `None` when this is not an http(s) URL.
    pub fn spelling(&self) -> Option<Spelling> {
        Some(self.spelled()?.spelling())
    }
}

impl Spelled<'_> {
    /// The normal spelling.
    pub fn spelling(&self) -> Spelling {
        self.key(|_| true, |piece| Some(piece.text.clone()))
    }

    /// The key of everything but the query and the fragment; `None` where the authority is not
    /// [plainly one](HookUrl::plain_parts).
    pub fn address(&self) -> Option<Spelling> {
        self.url.plain_parts()?;
        let end = self.pieces.iter();
        let mut end = end.take_while(|piece| {
            !matches!(&*piece.text, "?" | "#") || piece.kind != Kind::Delimiter
        });
        Some(Spelling(end.by_ref().map(|piece| &*piece.text).collect()))
    }

    /// The key of scheme, host and port; `None` where the authority is not [plainly one](HookUrl::plain_parts).
    pub fn target(&self) -> Option<Spelling> {
        self.url.plain_parts()?;
        Some(self.key(
            |piece| piece.kind == Kind::Target,
            |piece| Some(piece.text.clone()),
        ))
    }

    /// The parts that came from secrets. Scheme, host and port are never among them: another host is another target. A
    /// query key is one only where the secret is no more than the key.
    pub fn secret_parts(&self) -> SecretParts {
        let parts = self.pieces.iter().enumerate().filter_map(|(at, piece)| {
            if matches!(piece.kind, Kind::Target | Kind::Delimiter) {
                return None;
            }
            let stretches = self.url.stretches_in(piece.range.clone());
            let secrets = stretches.filter(|(_, from)| matches!(from, Provenance::Secret(_)));
            let secrets: Vec<Range<usize>> = secrets.map(|(range, _)| range).collect();
            let (first, last) = (secrets.first()?, secrets.last()?);
            let is_wider = |range: &Range<usize>| {
                let whole = self.url.secret_around(range.start);
                whole.is_some_and(|whole| whole != *range)
            };
            if piece.kind == Kind::Key && secrets.iter().any(is_wider) {
                return None;
            }
            let text = self.url.expose();
            let before = percent_normal(&text[piece.range.start..first.start]);
            let after = percent_normal(&text[last.end..piece.range.end]);
            Some((at, (before, after)))
        });
        SecretParts(parts.collect())
    }

    /// The key of what a rotation leaves: everything but `secrets`, the userinfo, and values of query keys that are secret
    /// by name. A URL without a userinfo and one with it differ.
    pub fn without(&self, secrets: &SecretParts) -> Spelling {
        let mut at = 0;
        self.key(
            |_| true,
            |piece| {
                let fixed = secrets.0.get(&at);
                at += 1;
                match (piece.kind, fixed) {
                    (Kind::Userinfo | Kind::Value { is_secret: true }, _) => None,
                    (_, Some((before, after))) => {
                        let inner = piece.text.strip_prefix(&**before);
                        let inner = inner.and_then(|inner| inner.strip_suffix(&**after));
                        match inner {
                            Some(_) => None,
                            None => Some(piece.text.clone()),
                        }
                    }
                    (_, None) => Some(piece.text.clone()),
                }
            },
        )
    }

    fn key(
        &self,
        is_in: impl Fn(&Piece) -> bool,
        mut text: impl FnMut(&Piece) -> Option<String>,
    ) -> Spelling {
        let pieces = self.pieces.iter().filter(|piece| is_in(piece));
        let texts = pieces.map(|piece| text(piece).unwrap_or_else(|| ROTATED.to_owned()));
        Spelling(texts.collect())
    }
}

fn pieces(text: &str) -> Option<Vec<Piece>> {
    let parts = parts::split(text)?;
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push =
        |kind, range: Range<usize>, text: String| pieces.push(Piece { kind, range, text });
    let normal = |range: &Range<usize>| percent_normal(&text[range.clone()]);
    let delimiter = |at: usize, sign: &str| (Kind::Delimiter, at..at, sign.to_owned());
    let scheme = text[parts.scheme.clone()].to_ascii_lowercase();
    let authority = normal_authority(&scheme, &text[parts.authority.clone()]);
    push(Kind::Target, parts.scheme.clone(), scheme);
    if let Some(userinfo) = &parts.userinfo {
        push(Kind::Userinfo, userinfo.clone(), normal(userinfo));
        let (kind, range, sign) = delimiter(userinfo.end, "@");
        push(kind, range, sign);
    }
    push(Kind::Target, parts.authority.clone(), authority);
    // A path begins with its delimiter, so the first segment is the empty one before it.
    let segments = parts::between(text, parts.path.clone(), &['/', '\\']);
    let segments = segments.into_iter().skip(1);
    let mut is_empty = true;
    for segment in segments {
        is_empty = false;
        let (kind, range, sign) = delimiter(segment.start, "/");
        push(kind, range, sign);
        push(Kind::Segment, segment.clone(), normal(&segment));
    }
    if is_empty {
        let end = parts.path.end;
        push(Kind::Delimiter, end..end, "/".to_owned());
        push(Kind::Segment, end..end, String::new());
    }
    let mut sign = "?";
    for (key, value) in parts.query_items(text, &['&', ';']) {
        let (kind, range, delimiter) = delimiter(key.start, sign);
        push(kind, range, delimiter);
        let name = normal(&key);
        let is_secret = is_secret_key(&name);
        push(Kind::Key, key.clone(), name);
        if key.end < value.start {
            push(Kind::Delimiter, key.end..value.start, "=".to_owned());
        }
        sign = match text.as_bytes().get(value.end) {
            Some(b';') => ";",
            _ => "&",
        };
        push(Kind::Value { is_secret }, value.clone(), normal(&value));
    }
    if let Some(fragment) = &parts.fragment {
        let (kind, range, sign) = delimiter(fragment.start, "#");
        push(kind, range, sign);
        push(Kind::Fragment, fragment.clone(), normal(fragment));
    }
    Some(pieces)
}

/// A host in ASCII and lower case, and its port where it is not the scheme's own.
pub(super) fn normal_authority(scheme: &str, authority: &str) -> String {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (authority, ""),
    };
    let host = url::Host::parse(host).map_or_else(|_| host.to_lowercase(), |host| host.to_string());
    let default = if scheme == "https://" { "443" } else { "80" };
    match port.trim_start_matches('0') {
        "" if port.is_empty() => host,
        port if port == default => host,
        port => format!("{host}:{port}"),
    }
}

/// A text in which a byte is percent-encoded, in upper case, exactly where no URL holds it as it is or where it would be
/// a delimiter.
fn percent_normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut rest = text;
    // Behind a `%` that encodes nothing, a decoded digit would make it encode something.
    let mut stray: Option<usize> = None;
    while let Some(at) = rest.find('%') {
        normal.extend(utf8_percent_encode(&rest[..at], NOT_IN_A_URL));
        let code = rest.get(at..at + 3);
        let byte = code.and_then(|code| {
            let digits = code[1..].bytes().all(|byte| byte.is_ascii_hexdigit());
            percent_decode_str(code).next().filter(|_| digits)
        });
        match (code, byte) {
            (_, Some(byte))
                if is_unreserved(byte) && stray.is_none_or(|at| normal.len() - at > 2) =>
            {
                normal.push(char::from(byte));
            }
            (Some(code), Some(_)) => normal.push_str(&code.to_ascii_uppercase()),
            _ => {
                stray = Some(normal.len());
                normal.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[at + 3..];
    }
    normal.extend(utf8_percent_encode(rest, NOT_IN_A_URL));
    normal
}

/// RFC 3986, section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests;
