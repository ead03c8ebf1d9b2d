//! A wanted URL leads to one place, however it is read: by the WHATWG's parser, by a strict reader of RFC 3986, or by the
//! regular expression of its appendix B. Every other URL is refused.

use std::sync::Arc;

use hookfleet::desired::resolve;
use hookfleet::manifest::{Findings, Severity, SourceFile, decode};
use hookfleet::webhook::UrlFault;
use hookfleet::webhook::strict;

/// What URLs are drawn from, each list with what readers disagree on.
const SCHEMES: [&str; 8] = [
    "https://",
    "http://",
    "HTTPS://",
    "https:/",
    "https:///",
    "https:\\\\",
    "https:",
    "https://https://",
];
const USERINFOS: [&str; 14] = [
    "",
    "",
    "",
    "u@",
    "u:p@",
    ":p@",
    "u:@",
    "@",
    ":@",
    "u:p:q@",
    "u@v@",
    "u%40v:p@",
    "a.example\\@",
    "a.example#@",
];
const HOSTS: [&str; 40] = [
    "a.example",
    "a.example",
    "A.Example",
    "b.example.",
    "a..example",
    ".a.example",
    "my_host.example",
    "b\u{fc}cher.example",
    "xn--bcher-kva.example",
    "xn--a.example",
    "fa\u{df}.example",
    "\u{ff41}.example",
    "a\u{3002}example",
    "a\u{200b}.example",
    "a\u{ad}.example",
    "a%2eexample",
    "a%2Fb.example",
    "a%00.example",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "1.2.3.4.5",
    "1.2.3.256",
    "a.1",
    "a.0x1",
    "[::1]",
    "[::ffff:1.2.3.4]",
    "[fe80::1%25en0]",
    "[fe80::1%en0]",
    "[v1.a]",
    "::1",
    "a!b.example",
    "a,b.example",
    "a b.example",
    "a\tb.example",
    "a;b.example",
    "",
];
const PORTS: [&str; 12] = [
    "", "", "", ":443", ":80", ":8443", ":0", ":65536", ":", ":x", ":443:80", ":00443",
];
const ENDS: [&str; 14] = [
    "",
    "/",
    "/in?team=a#x",
    "?a@b.example",
    "#@b.example",
    "\\@b.example/in",
    "/\\b.example",
    "/@b.example",
    ",https://b.example/",
    "/a\nb",
    "/%zz",
    ";@b.example",
    "/a|b",
    "/..//b.example",
];
/// Characters that are put anywhere.
const ANYWHERE: [char; 22] = [
    '\t', '\n', '\r', '\0', ' ', '\\', '/', '@', ':', '?', '#', '[', ']', '%', '.', ',', '\u{a0}',
    '\u{200b}', '\u{202e}', '\u{2044}', '\u{fe68}', '\u{ff0f}',
];

fn drawn(random: &mut fastrand::Rng) -> String {
    let mut one = |list: &[&str]| list[random.usize(..list.len())].to_owned();
    let mut url = [
        one(&SCHEMES[..]),
        one(&USERINFOS[..]),
        one(&HOSTS[..]),
        one(&PORTS[..]),
        one(&ENDS[..]),
    ]
    .concat();
    if random.u8(..4) == 0 {
        let places: Vec<usize> = url.char_indices().map(|(at, _)| at).collect();
        let at = places.get(random.usize(..=places.len())).copied();
        url.insert(
            at.unwrap_or(url.len()),
            ANYWHERE[random.usize(..ANYWHERE.len())],
        );
    }
    url
}

/// Where a reader says that a URL leads: scheme, userinfo, host and port.
type Place = (String, Option<Vec<u8>>, String, u16);

fn decoded(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(text).collect()
}

/// As the `url` crate reads it.
fn whatwg(text: &str) -> Option<Place> {
    let url = url::Url::parse(text).ok()?;
    let userinfo = match (url.username(), url.password()) {
        ("", None) => None,
        (user, None) => Some(user.to_owned()),
        (user, Some(password)) => Some(format!("{user}:{password}")),
    };
    Some((
        url.scheme().to_owned(),
        userinfo.map(|userinfo| decoded(&userinfo)),
        url.host_str()?.to_owned(),
        url.port_or_known_default()?,
    ))
}

/// As the product's reader of RFC 3986 reads it.
fn rfc3986(text: &str) -> Option<Place> {
    let ascii = |host: &str| match url::Host::parse(host) {
        Ok(url::Host::Domain(name)) => Ok(name),
        _ => Err(UrlFault::Scheme),
    };
    let reading = strict::read(text, ascii).ok()?;
    let host = match url::Host::parse(&reading.host) {
        Ok(host @ url::Host::Ipv6(_)) => host.to_string(),
        _ => reading.host,
    };
    Some((reading.scheme, reading.userinfo, host, reading.port))
}

/// As the regular expression of RFC 3986, appendix B, splits it, and many small programs after it.
fn appendix_b(text: &str) -> Option<Place> {
    let (scheme, rest) = text.split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let (userinfo, host) = match authority.rsplit_once('@') {
        Some((userinfo, host)) => (Some(decoded(userinfo)), host),
        None => (None, authority),
    };
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (
            host,
            if scheme.eq_ignore_ascii_case("https") {
                443
            } else {
                80
            },
        ),
    };
    // What it does not know, a resolver is asked for as it stands.
    let host = match url::Host::parse(host) {
        Ok(parsed @ (url::Host::Ipv6(_) | url::Host::Domain(_))) if !host.contains('%') => {
            parsed.to_string()
        }
        _ => host.to_lowercase(),
    };
    Some((scheme.to_lowercase(), userinfo, host, port))
}

/// Whether a manifest may want this URL.
fn is_accepted(url: &str) -> bool {
    let document = serde_json::json!({
        "version": 1,
        "instances": [{ "id": "8D30ABB1E6DA", "webhooks": [{ "url": url, "events": ["message"] }] }],
    });
    let file = SourceFile {
        name: Arc::from("m.yaml"),
        bytes: document.to_string().into_bytes().into(),
    };
    let mut findings = Findings::default();
    let manifests = decode(&file, &mut findings);
    resolve(&manifests, &mut findings);
    findings
        .iter()
        .all(|finding| finding.code.severity() != Severity::Error)
}

/// The first drawn URL that is accepted although its readers disagree about it.
fn disagreement(accepts: impl Fn(&str) -> bool, draws: u64) -> Option<String> {
    let mut random = fastrand::Rng::with_seed(3986);
    let mut urls = (0..draws).map(|_| drawn(&mut random));
    urls.find(|url| {
        let readings = [whatwg(url), rfc3986(url), appendix_b(url)];
        accepts(url)
            && (readings[0].is_none() || readings.iter().any(|reading| *reading != readings[0]))
    })
}

#[test]
fn readers_agree_on_scheme_userinfo_host_and_port_of_every_url_that_may_be_wanted() {
    assert_eq!(disagreement(is_accepted, 20_000), None);
}

#[test]
fn the_drawn_urls_are_sharp_enough_to_tell_one_reader_alone_from_both() {
    // Each reader alone, and both without asking whether they agree, let through what the others read otherwise.
    assert!(disagreement(|url| whatwg(url).is_some(), 200).is_some());
    assert!(disagreement(|url| appendix_b(url).is_some(), 200).is_some());
    let has_no_odd_host =
        |url: &str| url::Url::parse(url).is_ok() && !url.contains(['\\', '%', ' ']);
    assert!(disagreement(has_no_odd_host, 2_000).is_some());
    let mut random = fastrand::Rng::with_seed(7230);
    let accepted = (0..2_000)
        .filter(|_| is_accepted(&drawn(&mut random)))
        .count();
    assert!(
        (50..1_000).contains(&accepted),
        "{accepted} of 2000 are accepted"
    );
}

#[test]
fn a_url_of_plain_parts_is_accepted() {
    for scheme in ["https://", "http://"] {
        for userinfo in ["", "u@", "u:p@"] {
            for host in [
                "a.example",
                "my-host.a_b.example",
                "203.0.113.7",
                "[2001:db8::7]",
                "xn--bcher-kva.example",
            ] {
                for port in ["", ":443", ":8443"] {
                    for end in [
                        "",
                        "/",
                        "/in/a-b_c~d?team=a&x[]=1#top",
                        "?x=y@z",
                        "/%7Euser/100%25",
                    ] {
                        let url = [scheme, userinfo, host, port, end].concat();
                        assert!(is_accepted(&url), "{url}");
                    }
                }
            }
        }
    }
}
