//! A strict reader of http(s) URLs after RFC 3986: scheme, userinfo, host and port, or what is wrong. It must not repair
//! anything, and it knows nothing of how the WHATWG's parser reads.

use core::net::{Ipv4Addr, Ipv6Addr};

use percent_encoding::percent_decode_str;

use super::{LONGEST_URL, UrlFault};
use crate::escape::characters::is_hidden;

/// The longest host in bytes, and its longest label (RFC 1035, section 2.3.4).
const LONGEST_HOST: usize = 253;
const LONGEST_LABEL: usize = 63;

/// Where a URL leads, in a form to compare: lower case, decoded, the default port filled in. It has no `Debug`, since a
/// userinfo is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct UrlReading {
    /// `http` or `https`.
    pub scheme: String,
    /// The userinfo, percent-decoded.
    pub userinfo: Option<Vec<u8>>,
    /// The host in ASCII; an IPv6 address stands in brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Reads a URL; `ascii` gives the ASCII form of a host with other characters.
///
/// # Errors
/// The first thing that RFC 3986 does not allow there, that readers of URLs disagree on, or that nobody can see.
pub fn read(
    text: &str,
    ascii: impl Fn(&str) -> Result<String, UrlFault>,
) -> Result<UrlReading, UrlFault> {
    if text.len() > LONGEST_URL {
        return Err(UrlFault::Long);
    }
    if holds_a_second(text) {
        return Err(UrlFault::Second);
    }
    check_characters(text)?;
    let (scheme, rest) = text.split_once("://").ok_or(UrlFault::Scheme)?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return Err(UrlFault::Scheme),
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let doubled = authority.strip_suffix(':').unwrap_or(authority);
    if ["http", "https"].contains(&&*doubled.to_ascii_lowercase())
        && (doubled.len() < authority.len() || path.starts_with("//"))
    {
        return Err(UrlFault::SchemeTwice);
    }
    let (userinfo, host_and_port) = match authority.split_once('@') {
        Some((userinfo, rest)) => (Some(decoded_userinfo(userinfo, rest)?), rest),
        None => (None, authority),
    };
    if host_and_port.parse::<Ipv6Addr>().is_ok() {
        return Err(UrlFault::Host(
            "is an IPv6 address without `[` and `]` around it",
        ));
    }
    if host_and_port.is_empty() || host_and_port.starts_with(':') {
        return Err(UrlFault::Scheme);
    }
    let after_address = host_and_port.rfind(']').map_or(0, |at| at + 1);
    if after_address == 0 && host_and_port.contains('[') {
        return Err(UrlFault::Host("has a `[` that is not closed"));
    }
    let (host, port) = match host_and_port[after_address..].split_once(':') {
        Some((host, port)) => (
            &host_and_port[..after_address + host.len()],
            parsed_port(port, path)?,
        ),
        None => (host_and_port, default_port),
    };
    let host = normal_host(host, ascii)?;
    Ok(UrlReading {
        scheme,
        userinfo,
        host,
        port,
    })
}

/// Whether a second URL follows a comma, a semicolon or white space.
fn holds_a_second(text: &str) -> bool {
    if text.matches("://").nth(1).is_none() {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let mut starts = ["http://", "https://"]
        .into_iter()
        .flat_map(|scheme| lower.match_indices(scheme));
    starts.any(|(at, _)| {
        let before = lower[..at].trim_end();
        at > 0 && (before.len() < at || before.ends_with([',', ';'])) && !before.is_empty()
    })
}

/// Checks for characters that no URL holds. A literal `${…}` is what `$${…}` in a manifest asks for.
fn check_characters(text: &str) -> Result<(), UrlFault> {
    let mut before = ' ';
    let mut is_literal = false;
    for (at, c) in text.char_indices() {
        match c {
            '%' => {
                let mut digits = text[at + 1..].chars().take(2);
                let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit());
                if !is_digit(digits.next()) || !is_digit(digits.next()) {
                    return Err(UrlFault::Percent);
                }
            }
            '{' if before == '$' => is_literal = true,
            '}' if is_literal => is_literal = false,
            ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => {
                return Err(UrlFault::Character(c));
            }
            c if is_hidden(c) => return Err(UrlFault::Character(c)),
            _ => {}
        }
        before = c;
    }
    Ok(())
}

/// Decodes a userinfo in front of `behind`, the rest of the authority.
fn decoded_userinfo(userinfo: &str, behind: &str) -> Result<Vec<u8>, UrlFault> {
    let is_odd = |c: &char| !c.is_ascii() || matches!(c, '[' | ']');
    if behind.contains('@') {
        return Err(UrlFault::Userinfo("has `@` twice; write the first as %40"));
    }
    if let Some(odd) = userinfo.chars().find(is_odd) {
        return Err(UrlFault::Character(odd));
    }
    match userinfo.split_once(':') {
        _ if userinfo.is_empty() => Err(UrlFault::Userinfo("is empty; leave out the `@`")),
        Some((_, "")) => Err(UrlFault::Userinfo(
            "has an empty password; leave out the `:`",
        )),
        Some((_, password)) if password.contains(':') => {
            Err(UrlFault::Userinfo("has `:` twice; write the second as %3A"))
        }
        _ => Ok(percent_decode_str(userinfo).collect()),
    }
}

/// Parses a port in front of `path`, the rest of the URL.
fn parsed_port(text: &str, path: &str) -> Result<u16, UrlFault> {
    if text.is_empty() {
        return Err(UrlFault::Port("is empty; leave out the `:`, or write it"));
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|port| is_number && *port > 0);
    port.ok_or(if path.contains('@') {
        UrlFault::Userinfo(
            "ends at a delimiter; in a password write `/` as %2F, `?` as %3F and `#` as %23",
        )
    } else {
        UrlFault::Port("is not a number from 1 to 65535")
    })
}

fn normal_host(
    host: &str,
    ascii: impl Fn(&str) -> Result<String, UrlFault>,
) -> Result<String, UrlFault> {
    if host.contains(['[', ']']) {
        let address = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let address = address.ok_or(UrlFault::Host("has a `[` or `]` too many"))?;
        if address.contains('%') {
            return Err(UrlFault::Host(
                "has an IPv6 zone, which holds on one machine only",
            ));
        }
        let address: Result<Ipv6Addr, _> = address.parse();
        let address = address.map_err(|_| UrlFault::Host("is not an IPv6 address"))?;
        return Ok(format!("[{address}]"));
    }
    let host = if host.is_ascii() {
        host.to_ascii_lowercase()
    } else {
        ascii(host)?
    };
    if host.contains('%') {
        return Err(UrlFault::Host("is percent-encoded; write it plainly"));
    }
    let is_in_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if let Some(odd) = host.chars().find(|c| !is_in_a_name(*c)) {
        return Err(UrlFault::HostCharacter(odd));
    }
    // One dot at the end names the root.
    let name = host.strip_suffix('.').unwrap_or(&host);
    let labels = || name.split('.');
    if labels().any(str::is_empty) {
        return Err(UrlFault::Host("has two dots in a row, or one at its start"));
    }
    if name.len() > LONGEST_HOST || labels().any(|label| label.len() > LONGEST_LABEL) {
        return Err(UrlFault::Host(
            "is too long: 63 characters between dots, 253 in all",
        ));
    }
    if labels().next_back().is_some_and(is_number) && host.parse::<Ipv4Addr>().is_err() {
        return Err(UrlFault::Host(
            "ends in a number and is no IPv4 address: four numbers from 0 to 255, such as 192.0.2.1",
        ));
    }
    Ok(host)
}

/// Whether a label is a number to readers that take a host like `0x7f.1` for an IPv4 address.
fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x");
    label.bytes().all(|byte| byte.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Result<String, UrlFault> {
        read(text, |_| Err(UrlFault::Disagree("host"))).map(|reading| reading.host)
    }

    #[test]
    fn a_plain_url_is_read_into_scheme_userinfo_host_and_port() {
        let reading = read("HTTPS://u:p%40@A.example:8443/x?y@z#w@v", |_| {
            Err(UrlFault::Scheme)
        });
        let Ok(reading) = reading else {
            panic!("it is a URL");
        };
        assert_eq!(reading.scheme, "https");
        assert_eq!(reading.userinfo.as_deref(), Some(b"u:p@".as_slice()));
        assert_eq!((&*reading.host, reading.port), ("a.example", 8443));
        assert_eq!(host("https://[2001:DB8::1]/"), Ok("[2001:db8::1]".into()));
        assert_eq!(host("https://192.0.2.1"), Ok("192.0.2.1".into()));
        assert_eq!(
            host("https://my_host.a-b.example."),
            Ok("my_host.a-b.example.".into())
        );
    }

    #[test]
    fn a_literal_template_is_the_one_place_for_braces() {
        assert!(host("https://a.example/${x}/$").is_ok());
        for text in ["{x}", "${x}}", "$x}", "${{x}}"] {
            let url = format!("https://a.example/{text}");
            assert!(
                matches!(host(&url), Err(UrlFault::Character('{' | '}'))),
                "{text}"
            );
        }
    }

    #[test]
    fn a_url_inside_a_query_is_no_second_url() {
        assert!(host("https://a.example/?next=https://b.example/").is_ok());
        assert!(host("https://web.example/save/https://b.example/").is_ok());
        for text in [
            "https://a.example/x,https://b.example/y",
            "https://a.example/x, https://b.example/y",
            "https://a.example/x HTTP://b.example/y",
            "https://a.example;http://b.example",
        ] {
            assert_eq!(host(text), Err(UrlFault::Second), "{text}");
        }
    }
}
