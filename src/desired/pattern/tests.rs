//! Which URLs a pattern matches.

use super::*;

fn matches(pattern: &str, url: &str) -> bool {
    Patterns::new(vec![Arc::from(pattern)])
        .unwrap()
        .matches(&HookUrl::live(url))
}

#[test]
fn star_stays_inside_a_segment_and_two_stars_cross_segments() {
    let tunnels = "https://*.ngrok.app/**";
    assert!(matches(tunnels, "https://x1.ngrok.app/a/b?c=d"));
    assert!(matches(tunnels, "https://x1.ngrok.app/"));
    assert!(!matches(tunnels, "https://evil.example/x.ngrok.app/a"));
    assert!(!matches("https://h/*", "https://h/a/b"));
}

#[test]
fn a_pattern_matches_every_spelling_of_scheme_host_port_and_empty_path() {
    for url in [
        "https://abc.ngrok.app",
        "https://abc.ngrok.app?x=1",
        "https://abc.ngrok.app:443/x",
        "https://ABC.NGROK.APP/x",
        "HTTPS://abc.ngrok.app#x",
    ] {
        assert!(matches("https://*.ngrok.app/**", url), "{url}");
        assert!(matches("HTTPS://*.NGROK.APP:443/**", url), "{url}");
    }
    for pattern in [
        "https://ABC.ngrok.app:443",
        "https://abc.ngrok.app",
        "https://*.ngrok.app",
        "https://**",
        "**",
        "{http,https}://abc.ngrok.app",
        "http*://ABC.ngrok.app",
        "https://abc.ngrok.app{,/**}",
    ] {
        assert!(matches(pattern, "https://abc.ngrok.app/"), "{pattern}");
        assert!(matches(pattern, "https://ABC.ngrok.app:443"), "{pattern}");
    }
    assert!(!matches("https://abc.ngrok.app", "https://abc.ngrok.app/x"));
    assert!(!matches(
        "https://abc.ngrok.app",
        "https://abc.ngrok.app:8443"
    ));
    assert!(matches("https://a.example?x=1", "https://a.example?x=1"));
    assert!(matches("https://[FD00::1]:443/**", "https://[fd00::1]/x"));
}

#[test]
fn a_pattern_matches_plain_queries_and_fragments_as_they_are() {
    for pattern in [
        "https://a.example/x?team=b*",
        "https://a.example/x[?]team=b*",
        "https://a.example/x\\?team=b*",
        "https://a.example/x?team=?",
        "https://a.example/x*",
    ] {
        assert!(matches(pattern, "https://a.example/x?team=b"), "{pattern}");
        assert!(!matches(
            "https://a.example/x?team=b*",
            "https://a.example/x?team=a"
        ));
    }
    assert!(matches(
        "https://a.example/x#bob*",
        "https://a.example/x#bob"
    ));
    assert!(!matches(
        "https://a.example/x#bob*",
        "https://a.example/x#eve"
    ));
    assert!(matches("https://a.example/X", "https://A.example/X"));
    assert!(!matches("https://a.example/x", "https://a.example/X"));
}

#[test]
fn glob_matches_no_part_of_a_secret_and_no_secret_that_it_spells_out() {
    let url = "https://u:pw@h/in/8f14e45fceea?secret=zebra&id=8f14e45fceea#access_token=zebra";
    for pattern in [
        "https://*@h/in/*?secret=z*",
        "https://*@h/in/*?secret=?????&*",
        "https://u:p*",
        "https://u:pw@h/**",
        "https://*@h/in/8f14*",
        "https://*@h/in/*?secret=*&id=8*",
        "https://*@h/in/*#access_token=z*",
        url,
    ] {
        assert!(!matches(pattern, url), "{pattern}");
    }
    for pattern in [
        "https://*@h/**",
        "https://***@h/in/***?secret=***&id=***#access_token=***",
        "https://*@h/in/*",
    ] {
        assert!(matches(pattern, url), "{pattern}");
    }
}

#[test]
fn alternatives_match_whatever_they_hold() {
    for (pattern, url) in [
        ("https://a.example/hook{,/**}", "https://a.example/hook"),
        ("https://a.example{/**,}", "https://a.example/in?team=b"),
        ("https://a.example{/**,}", "https://a.example"),
        ("http{,s}://a.example/**", "http://a.example/hook"),
        ("https://{,www.}a.example/**", "https://a.example/in"),
        ("https://a.example{:443,}/**", "https://a.example/in"),
        ("https://a.example{,:8443}/**", "https://a.example/in"),
        ("https://a.example{,:8443}/**", "https://a.example:8443/in"),
        ("https://a.example/{x,y}{,/}", "https://a.example/x"),
        (
            "{https://A.example:443/**,https://b.example/**}",
            "https://a.example/x",
        ),
        ("https://a.example*", "https://a.example?team=b"),
        ("https://a.example?*", "https://a.example?team=b"),
        ("**/A.EXAMPLE/**", "https://a.example/x"),
    ] {
        assert!(matches(pattern, url), "{pattern} {url}");
    }
}

#[test]
fn what_is_removed_is_matched_whatever_is_hidden() {
    let both = |pattern: &str, url: &str| {
        let patterns = Patterns::new(vec![Arc::from(pattern)]).unwrap();
        let url = HookUrl::live(url);
        (patterns.matches(&url), patterns.surely_match(&url))
    };
    for (pattern, url) in [
        (
            "https://a.example/hooks/[!p]*",
            "https://a.example/hooks/prod-4f2a91c07d",
        ),
        (
            "https://a.example/x?token=[!a]*",
            "https://a.example/x?token=abcdefg",
        ),
        (
            "https://a.example/x?token=???",
            "https://a.example/x?token=abcdefg",
        ),
        (
            "https://a.example/hooks/[^p]*",
            "https://a.example/hooks/prod-4f2a91c07d",
        ),
    ] {
        assert_eq!(both(pattern, url), (true, false), "{pattern} {url}");
    }
    for (pattern, url) in [
        (
            "https://a.example/hooks/*",
            "https://a.example/hooks/prod-4f2a91c07d",
        ),
        (
            "https://a.example/hooks/***",
            "https://a.example/hooks/prod-4f2a91c07d",
        ),
        (
            "https://a.example/x?token=*",
            "https://a.example/x?token=abcdefg",
        ),
        (
            "https://a.example/**",
            "https://u:p@a.example/x?token=abcdefg",
        ),
        (
            "https://*@a.example/**",
            "https://u:p@a.example/x?token=abcdefg",
        ),
        (
            "https://a.example/[!p]*?x=[]a]",
            "https://a.example/tmp?x=]",
        ),
        ("https://a.example/?mp", "https://a.example/tmp"),
    ] {
        let expected = both(pattern, url).0;
        assert_eq!(both(pattern, url), (expected, expected), "{pattern} {url}");
    }
}

#[test]
fn invalid_glob_is_reported_with_its_index_and_what_to_write() {
    let error = |patterns: &[&str]| {
        let patterns = patterns.iter().map(|pattern| Arc::from(*pattern));
        let error = Patterns::new(patterns.collect()).unwrap_err();
        (error.index, error.to_string())
    };
    let unclosed =
        "not a glob: unclosed character class; missing ']'; write a literal `[` as `[[]`";
    assert_eq!(error(&["ok", "[a"]), (1, unclosed.to_owned()));
    assert_eq!(error(&["https://h.example/x?a[]=1"]).1, unclosed);
}
