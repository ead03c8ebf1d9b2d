//! Which proxy a base URL and variables come to.

use std::os::unix::ffi::OsStringExt;

use super::*;

/// What the variables come to for a base URL: `direct`, a proxy with what it is told, or an error.
fn decided(base: &str, variables: &[(&str, &str)]) -> String {
    let base = BaseUrl::parse(base, true).unwrap();
    let found = proxy(&base, |name| {
        let known = variables.iter().find(|(known, _)| *known == name);
        known.map(|(_, value)| OsString::from(value))
    });
    told(found)
}

fn told(found: Result<ProxyChoice, ProxyError>) -> String {
    match found.map(|choice| choice.proxy) {
        Ok(None) => "direct".to_owned(),
        Ok(Some(proxy)) => {
            let scheme = if proxy.is_https { "https" } else { "http" };
            let told = proxy.authorization.as_ref();
            let told = told.map_or("", |told| told.to_str().unwrap());
            format!("{scheme} {} {told}", proxy.authority)
                .trim_end()
                .to_owned()
        }
        Err(error) => error.to_string(),
    }
}

/// What a proxy variable's value comes to.
fn valued(value: &str) -> String {
    decided("https://api.test", &[("HTTPS_PROXY", value)])
}

const REFUSED: &str =
    "the environment variable HTTPS_PROXY holds no http:// or https:// URL of a proxy";

#[test]
fn only_https_beyond_loopback_goes_through_a_proxy() {
    let all = [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    let all = all.map(|name| (name, "http://proxy.test:3128"));
    for base in [
        "http://api.test",
        "http://localhost",
        "https://localhost",
        "https://LOCALHOST:8443/v",
        "https://localhost.",
        "https://api.localhost",
        "https://127.0.0.1",
        "https://127.255.0.9:1",
        "https://2130706433",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
    ] {
        assert_eq!(decided(base, &all), "direct", "{base}");
    }
    for base in [
        "https://api.test",
        "https://notlocalhost",
        "https://localhost.test",
        "https://127.0.0.1.test",
        "https://128.0.0.1",
        "https://[2001:db8::1]:8443/v",
    ] {
        assert_eq!(decided(base, &all), "http proxy.test:3128", "{base}");
    }
}

#[test]
fn variables_of_other_schemes_are_not_looked_at() {
    let others = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let others = others.map(|name| (name, "http://proxy.test:3128"));
    assert_eq!(decided("https://api.test", &others), "direct");
}

#[test]
fn the_lower_case_variable_wins_unless_it_is_empty() {
    let both = [("HTTPS_PROXY", "upper.test"), ("https_proxy", "lower.test")];
    assert_eq!(decided("https://api.test", &both), "http lower.test:80");
    let empty = [("HTTPS_PROXY", "upper.test"), ("https_proxy", " ")];
    assert_eq!(decided("https://api.test", &empty), "http upper.test:80");
    let except = |lower, upper| {
        let proxy = ("HTTPS_PROXY", "proxy.test");
        decided(
            "https://api.test",
            &[proxy, ("no_proxy", lower), ("NO_PROXY", upper)],
        )
    };
    assert_eq!(except("api.test", "other.test"), "direct");
    assert_eq!(except("other.test", "api.test"), "http proxy.test:80");
    assert_eq!(except("", "api.test"), "direct");
}

#[test]
fn a_proxy_is_a_url_or_a_host_with_or_without_a_port() {
    for (value, proxy) in [
        ("", "direct"),
        ("  ", "direct"),
        ("proxy.test", "http proxy.test:80"),
        ("proxy.test:3128", "http proxy.test:3128"),
        ("http://proxy.test", "http proxy.test:80"),
        ("HTTP://proxy.test:3128", "http proxy.test:3128"),
        ("https://proxy.test", "https proxy.test:443"),
        ("https://proxy.test:3129/", "https proxy.test:3129"),
        (
            " http://proxy.test:3128/path?query ",
            "http proxy.test:3128",
        ),
        ("http://10.0.0.1:3128", "http 10.0.0.1:3128"),
        ("http://[2001:db8::1]:3128", "http [2001:db8::1]:3128"),
        ("[2001:db8::1]:3128", "http [2001:db8::1]:3128"),
        ("127.0.0.1:3128", "http 127.0.0.1:3128"),
    ] {
        assert_eq!(valued(value), proxy, "{value}");
    }
}

#[test]
fn userinfo_becomes_credentials_and_is_no_part_of_the_name() {
    for (value, proxy) in [
        (
            "http://me:pass@proxy.test:1",
            "http proxy.test:1 Basic bWU6cGFzcw==",
        ),
        (
            "https://me:pass@proxy.test",
            "https proxy.test:443 Basic bWU6cGFzcw==",
        ),
        (
            "me:pass@proxy.test:1",
            "http proxy.test:1 Basic bWU6cGFzcw==",
        ),
        ("http://me@proxy.test:1", "http proxy.test:1 Basic bWU6"),
        (
            "http://me:p%40%3As@proxy.test:1",
            "http proxy.test:1 Basic bWU6cEA6cw==",
        ),
    ] {
        assert_eq!(valued(value), proxy, "{value}");
    }
}

#[test]
fn invalid_proxy_is_refused_without_quoting_it() {
    for value in [
        "socks5://me:pass@proxy.test:1080",
        "socks5h://proxy.test",
        "socks4://proxy.test",
        "ftp://proxy.test",
        "file:///proxy",
        "http://",
        "http:///path",
        "http://:3128",
        "http://me:pass@",
        "http://me:pa ss@proxy.test",
        "http://me:pa@ss@proxy.test",
        "http://me:pa#ss@proxy.test:1",
        "proxy.test:port",
        "proxy.test:",
        "proxy.test:0",
        "proxy.test:99999",
        "http://me:pass@proxy.test:99999",
        "one.test,two.test",
        "http://me:12/34@proxy.test:1",
        "HTTPS://me:12?34@proxy.test:1",
        "http://me:12#34@proxy.test:1",
        "me:12/34@proxy.test:1",
        "proxy test",
        "/proxy",
        "DIRECT;",
    ] {
        assert_eq!(valued(value), REFUSED, "{value}");
    }
}

#[test]
fn the_variable_that_was_read_is_named() {
    let refused = decided(
        "https://api.test",
        &[("https_proxy", "socks5://proxy.test")],
    );
    assert_eq!(
        refused,
        "the environment variable https_proxy holds no http:// or https:// URL of a proxy"
    );
    let base = BaseUrl::parse("https://api.test", false).unwrap();
    for name in ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"] {
        let found = proxy(&base, |asked| match asked {
            asked if asked == name => Some(OsString::from_vec(vec![0xff])),
            "HTTPS_PROXY" => Some("proxy.test".into()),
            _ => None,
        });
        let message = format!("the environment variable {name} is not UTF-8");
        assert_eq!(told(found), message);
    }
}

#[test]
fn a_variable_that_does_not_matter_is_not_checked() {
    let broken = ("HTTPS_PROXY", "socks5://proxy.test");
    assert_eq!(decided("https://localhost", &[broken]), "direct");
    assert_eq!(decided("http://api.test", &[broken]), "direct");
    let except = ("NO_PROXY", "api.test");
    assert_eq!(decided("https://api.test", &[broken, except]), "direct");
}

#[test]
fn debug_and_errors_hold_no_userinfo() {
    let base = BaseUrl::parse("https://api.test", false).unwrap();
    let of = |value: &str| {
        let found = proxy(&base, |name| (name == "https_proxy").then(|| value.into()));
        found.map(|choice| choice.proxy)
    };
    let debug = format!("{:?}", of("http://me:pass@proxy.test:1"));
    assert_eq!(
        debug,
        "Ok(Some(Proxy { is_https: false, authority: \"proxy.test:1\", authorization: Some(Sensitive) }))"
    );
    let refused = format!("{:?}", of("socks5://me:pass@proxy.test:1"));
    assert_eq!(refused, "Err(NotAProxy(\"https_proxy\"))");
    let proxy = of("http://kim:s3cret@proxy.test:1").unwrap().unwrap();
    let debug = format!("{:?}", proxy.to_reqwest().unwrap());
    for secret in ["kim", "s3cret", "a2ltOnMzY3JldA"] {
        assert!(!debug.contains(secret), "{debug}");
    }
}
