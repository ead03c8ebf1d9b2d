//! Which hosts `NO_PROXY` names.

use super::*;

/// Whether an https URL's host and port is named.
fn is_direct(authority: &str, except: &str) -> bool {
    let url = Url::parse(&format!("https://{authority}")).unwrap();
    NoProxy::parse(except).names(&url)
}

#[test]
fn no_proxy_names_hosts_and_what_is_below_them() {
    for (host, except) in [
        ("api.test", "api.test"),
        ("api.test", "API.Test"),
        ("api.test", "api.test."),
        ("api.test.", "api.test"),
        ("api.test", "test"),
        ("api.test", ".test"),
        ("api.test", "*.test"),
        ("api.test", ".api.test"),
        ("api.test", "*.api.test"),
        ("v1.api.test", "api.test"),
        ("v1.api.test", ".api.test"),
        ("v1.api.test", "*.api.test"),
        ("m\u{fc}nchen.test", "xn--mnchen-3ya.test"),
        ("m\u{fc}nchen.test", "M\u{dc}NCHEN.test"),
        ("api.test", "*"),
        ("api.test", "other.test, api.test"),
        ("api.test", "other.test api.test"),
        ("api.test", " other.test\t,\n api.test ,"),
        ("api_v1.test", "api_v1.test"),
    ] {
        assert!(is_direct(host, except), "{host} {except}");
    }
}

#[test]
fn no_proxy_names_ports_of_hosts() {
    for (host, except) in [
        ("api.test", "api.test:443"),
        ("api.test", ".test:443"),
        ("api.test", "*.test:443"),
        ("api.test:8443", "api.test:8443"),
        ("api.test:8443", "api.test"),
        ("10.1.2.3", "10.1.2.3:443"),
        ("[2001:db8::1]", "[2001:db8::1]:443"),
    ] {
        assert!(is_direct(host, except), "{host} {except}");
    }
    for (host, except) in [
        ("api.test", "api.test:8443"),
        ("api.test:8443", "api.test:443"),
        ("10.1.2.3", "10.1.2.3:80"),
        ("[2001:db8::1]", "[2001:db8::1]:80"),
    ] {
        assert!(!is_direct(host, except), "{host} {except}");
    }
}

#[test]
fn no_proxy_names_addresses_and_networks() {
    for (host, except) in [
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3", "10.0.0.0/8"),
        ("10.1.2.3", "10.1.2.3/32"),
        ("10.1.2.3", "0.0.0.0/0"),
        ("10.1.2.3", "192.168.0.0/16,10.1.2.0/24"),
        ("10.1.2.3", "::ffff:10.1.2.3"),
        ("[::ffff:10.1.2.3]", "10.1.2.0/24"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("[2001:db8::1]", "2001:0DB8:0::1"),
        ("[2001:db8::1]", "2001:db8::/32"),
        ("[2001:db8::1]", "[2001:db8::]/32"),
    ] {
        assert!(is_direct(host, except), "{host} {except}");
    }
}

#[test]
fn no_proxy_matches_whole_labels_and_addresses() {
    for (host, except) in [
        ("api.test", ""),
        ("api.test", ","),
        ("api.test", "pi.test"),
        ("notapi.test", "api.test"),
        ("notapi.test", "*.api.test"),
        ("api.test", "v1.api.test"),
        ("10.1.2.3", "11.0.0.0/8"),
        ("10.1.2.3", "2.3"),
        ("10.1.2.3", "2001:db8::/0"),
        ("[2001:db8::1]", "2001:db9::/32"),
        ("api.test", "0.0.0.0/0"),
    ] {
        assert!(!is_direct(host, except), "{host} {except}");
    }
}

#[test]
fn what_names_no_host_is_found_and_quoted_only_where_it_is_plain() {
    for (except, odd) in [
        ("http://api.test", "`http://api.test`"),
        ("api.test/v1", "`api.test/v1`"),
        ("*api*", "`*api*`"),
        ("api.*", "`api.*`"),
        ("10.1.2", "`10.1.2`"),
        ("10.1.2.*", "`10.1.2.*`"),
        ("*.2.3", "`*.2.3`"),
        ("10.0.0.0/33", "`10.0.0.0/33`"),
        ("10.0.0.0/", "`10.0.0.0/`"),
        ("api.test:https", "`api.test:https`"),
        ("api.test:0", "`api.test:0`"),
        ("[2001:db8::1", "`[2001:db8::1`"),
        ("<local>", "`<local>`"),
        (".", "`.`"),
        ("a..b", "`a..b`"),
        ("me:s3cr3t@api.test", "number 1"),
        ("api.test,\u{1b}[31m", "number 2"),
        (&"x/".repeat(60), "number 1"),
    ] {
        let parsed = NoProxy::parse(except);
        assert_eq!(parsed.odd, [odd], "{except}");
        assert!(!is_direct("api.other", except), "{except}");
    }
    assert_eq!(NoProxy::parse("*, .a.test,b.test:1,::1").odd, [""; 0]);
}
