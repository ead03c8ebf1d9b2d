//! The rules of `hosts`, entry by entry.

use super::*;

fn parse(written: &str) -> Result<AllowedHost, HostFault> {
    AllowedHost::parse(&Arc::from(written))
}

/// The first of `hosts` that lets a secret into `url`.
fn allows(hosts: &[&str], url: &str) -> bool {
    let url = HookUrl::from_pieces([(url, Provenance::Manifest)]);
    let Ok(target) = target::check(&url) else {
        panic!("it is a URL");
    };
    let hosts = hosts.iter().map(|host| parse(host).unwrap());
    let mut all = SecretHosts::default();
    let secret: Arc<str> = Arc::from("crm");
    all.insert(secret.clone(), hosts.collect());
    all.refusal([&secret].into_iter(), &target).is_none()
}

#[test]
fn an_entry_stands_for_https_at_its_port_unless_it_writes_scheme_or_port() {
    for (entry, url, is_allowed) in [
        ("crm.example.com", "https://crm.example.com/in", true),
        ("crm.example.com", "https://CRM.example.com:443", true),
        ("CRM.Example.com", "https://u:p@crm.example.com/?x#y", true),
        ("crm.example.com", "http://crm.example.com/", false),
        ("crm.example.com", "https://crm.example.com:8443/", false),
        ("crm.example.com", "https://x.crm.example.com/", false),
        (
            "crm.example.com",
            "https://crm.example.com.evil.example/",
            false,
        ),
        (
            "crm.example.com",
            "https://evil.example/crm.example.com",
            false,
        ),
        (
            "crm.example.com:8443",
            "https://crm.example.com:8443/",
            true,
        ),
        ("crm.example.com:8443", "https://crm.example.com/", false),
        ("crm.example.com:443", "https://crm.example.com/", true),
        ("http://localhost:8080", "http://localhost:8080/x", true),
        ("http://localhost:8080", "http://localhost/x", false),
        ("http://localhost", "http://localhost:80/x", true),
        ("http://localhost", "https://localhost/x", false),
        ("https://a.example", "https://a.example/", true),
        ("[::1]:8443", "https://[0:0::1]:8443/", true),
        ("192.0.2.1", "https://192.0.2.1/", true),
    ] {
        assert_eq!(allows(&[entry], url), is_allowed, "{entry} {url}");
    }
}

#[test]
fn a_star_stands_for_one_label_or_more() {
    for (entry, url, is_allowed) in [
        ("*.example.com", "https://a.example.com/", true),
        ("*.example.com", "https://a.b.example.com/", true),
        ("*.example.com", "https://example.com/", false),
        ("*.example.com", "https://evilexample.com/", false),
        ("*.example.com", "http://a.example.com/", false),
        ("http://*.example.com:81", "http://a.example.com:81/", true),
        ("*.n8n.example.co.uk", "https://a.n8n.example.co.uk/", true),
    ] {
        assert_eq!(allows(&[entry], url), is_allowed, "{entry} {url}");
    }
    assert!(allows(
        &["a.example", "*.b.example"],
        "https://x.b.example/"
    ));
}

#[test]
fn hosts_are_compared_in_punycode() {
    for entry in ["bücher.example", "xn--bcher-kva.example", "BÜCHER.example"] {
        assert!(allows(&[entry], "https://bücher.example/"), "{entry}");
        assert!(
            allows(&[entry], "https://xn--bcher-kva.example/"),
            "{entry}"
        );
        assert!(!allows(&[entry], "https://bucher.example/"), "{entry}");
    }
    assert!(allows(
        &["*.bücher.example"],
        "https://a.xn--bcher-kva.example/"
    ));
    // A Cyrillic letter in the first place.
    assert!(!allows(&["apple.example"], "https://\u{430}pple.example/"));
}

#[test]
fn what_is_no_host_is_named_by_its_part() {
    for (entry, fault) in [
        ("a.example/x", HostFault::Beyond("a path")),
        ("https://a.example/", HostFault::Beyond("a path")),
        ("a.example?x", HostFault::Beyond("a query")),
        ("a.example#x", HostFault::Beyond("a fragment")),
        ("user@a.example", HostFault::Beyond("a userinfo")),
        ("ftp://a.example", HostFault::Scheme),
        ("://a.example", HostFault::Scheme),
        ("${label.host}", HostFault::Variable),
        ("*", HostFault::Star),
        ("a.*.example", HostFault::Star),
        ("*a.example", HostFault::Star),
        ("*.*.example", HostFault::Star),
        ("*.192.0.2.1", HostFault::StarBeforeAddress),
        ("*.", HostFault::Target(UrlFault::Scheme)),
        ("https://", HostFault::Target(UrlFault::Scheme)),
        (
            "a.example:0",
            HostFault::Target(UrlFault::Port("is not a number from 1 to 65535")),
        ),
        ("a b", HostFault::Target(UrlFault::Character(' '))),
    ] {
        assert_eq!(parse(entry).map(|_| ()), Err(fault), "{entry}");
    }
}

#[test]
fn a_star_is_never_before_a_public_suffix() {
    for entry in [
        "*.com",
        "*.COM.",
        "*.co.uk",
        "*.github.io",
        "*.de",
        "*.xn--fiqs8s",
        "*.中国",
        "*.ck",
        "http://*.com.au:8080",
        "*.localhost",
    ] {
        assert_eq!(parse(entry), Err(HostFault::PublicSuffix), "{entry}");
    }
    for entry in [
        "*.amazonaws.com",
        "*.eu-west-1.amazonaws.com",
        "*.on.aws",
        "*.AWS.",
        "*.windows.net",
        "*.core.windows.net",
        "*.azure.com",
        "*.kawasaki.jp",
        "*.run.app",
        "*.azure.com",
        "*.app.n8n.cloud.",
        "*.N8N.cloud",
        "*.loca.lt",
        "*.m.pipedream.net",
        "*.pipedream.net",
        "*.webhook.site",
    ] {
        let refused = [HostFault::PublicSuffix, HostFault::AbovePublicSuffix];
        assert!(
            parse(entry).is_err_and(|fault| refused.contains(&fault)),
            "{entry}"
        );
    }
    for (entry, fault) in [
        ("*.on.aws", HostFault::AbovePublicSuffix),
        ("*.lambda-url.eu-west-1.on.aws", HostFault::PublicSuffix),
        ("*.pipedream.net", HostFault::AbovePublicSuffix),
        ("*.m.pipedream.net", HostFault::PublicSuffix),
    ] {
        assert_eq!(parse(entry), Err(fault), "{entry}");
    }
    for entry in [
        "*.example.co.uk",
        "*.me.github.io",
        "*.a.b.example",
        "com",
        "*.city.kawasaki.jp",
        "*.example.com",
        "*.hooks.slack.com",
        "*.google.com",
        "*.id.execute-api.eu-west-1.amazonaws.com",
        "*.crm.loca.lt",
        "s3.amazonaws.com",
        "azure.com",
        "eoabc.m.pipedream.net",
    ] {
        assert!(parse(entry).is_ok(), "{entry}");
    }
}
