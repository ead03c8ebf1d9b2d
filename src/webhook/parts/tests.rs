//! Where URLs are split, and which authorities are plainly ones.

use super::*;

fn texts(url: &str) -> Option<[Option<&str>; 6]> {
    let parts = split(url)?;
    let text = |range: Range<usize>| Some(&url[range]);
    Some([
        text(parts.scheme),
        parts.userinfo.and_then(text),
        text(parts.authority),
        text(parts.path),
        parts.query.and_then(text),
        parts.fragment.and_then(text),
    ])
}

#[test]
fn split_finds_every_part() {
    assert_eq!(
        texts("https://user:p@ss@host:8443/a/b?x=1?y#z#w"),
        Some([
            Some("https://"),
            Some("user:p@ss"),
            Some("host:8443"),
            Some("/a/b"),
            Some("x=1?y"),
            Some("z#w")
        ])
    );
    assert_eq!(
        texts("HTTP://host?x"),
        Some([
            Some("HTTP://"),
            None,
            Some("host"),
            Some(""),
            Some("x"),
            None
        ])
    );
}

#[test]
fn an_authority_is_plain_when_it_is_a_host_and_a_port() {
    for plain in [
        "a.example",
        "a.example:80",
        "a.example:",
        "[::1]",
        "[::1]:80",
        "bücher.example",
        "a.example.",
        "my_host",
        "a.example:00080",
    ] {
        assert!(is_plain_authority(plain), "{plain}");
    }
    for odd in [
        "user:s3cr3t",
        "user:123456",
        "a:b:1",
        "a b",
        "[::1",
        "::1",
        "a%20b",
        ":80",
        "",
        "a:+80",
        "a:65536",
        "a:-1",
        "[dead:beef]",
        "[fe80::1%25eth0]",
        "a..example",
        ".example",
        "a%40b",
        "a\u{ff20}b",
        "a\u{ff0f}b",
        "a\tb",
        "a\u{200b}b",
    ] {
        assert!(!is_plain_authority(odd), "{odd}");
    }
}

#[test]
fn an_authority_that_may_be_the_start_of_a_login_is_not_plainly_one() {
    for odd in [
        r"https://user:s3cr3tpw\x@host.example/in",
        r"https://crm.example\@host.example/in",
        r"https://host.example\in",
        "https://user:s3cr3t/x@host.example/in",
        "https://user:12345/x@host.example/in",
        "https://user:12345?x@host.example/in",
        "https://user:12345#x@host.example/in",
        "https://s3cr3t/x@host.example/in",
        "https://s3cr3t?x@host.example/in",
        "https://s3cr3t?x@host.example/in?y=z",
        "https://h.example:s3cr3t/",
        "https://user:pw@h.example:s3cr3t/",
        "https://user%3Apw%40h.example/",
        "HTTP://user:12/@h",
        "https://user:24680?x=1@host.example/in",
        "https://user:24680?a&b=c@host.example/in",
        "https://user:24680?a=b;c@host.example/in",
        "https://s3cr3t?x=1@host.example/in",
        "https://s3cr3t?k=v%40host.example",
        "https://user:24680/x%40host.example/in",
        "https://user:24680/x\u{ff20}host.example/in",
        "https://us.er:24680/x%40host.example/in",
        "https://us.er:24680?x%40host.example/in",
        "https://user:24680#k=x@host.example",
        "https://user:p@ss?x=1@host.example/in",
    ] {
        assert_eq!(split_plainly(odd), None, "{odd}");
    }
    for plain in [
        "https://user:p@ss@host.example/in",
        "https://h.example/@me/in?@x#@y",
        "https://h.example/in/bob@corp.example",
        "https://h.example:8443/in?email=bob@corp.example",
        "https://api.example.com:8443/in?email=a@b.example",
        "https://api.example.com:8443/in?email=a%40b.example",
        "https://api.example.com/bob%40corp.example",
        "https://10.0.0.1:8443/in?email=a@b.example",
        "https://localhost:3000/in?token=ab",
        "https://[::1]:8443/in?email=a@b",
    ] {
        assert!(split_plainly(plain).is_some(), "{plain}");
    }
}

#[test]
fn backslash_ends_the_authority_as_it_does_in_browsers() {
    let parts = texts("https://host\\@evil/x");
    assert_eq!(
        parts,
        Some([
            Some("https://"),
            None,
            Some("host"),
            Some("\\@evil/x"),
            None,
            None
        ])
    );
}

#[test]
fn text_that_is_not_an_http_url_has_no_parts() {
    for text in [
        "",
        "ftp://host/",
        "https:/host",
        "https://",
        "https:///x",
        "//host",
        "é",
        "https://user@",
    ] {
        assert_eq!(split(text), None, "{text}");
    }
}
