//! Notices: hosts that are new or gone, and secrets that go where they were not.

use std::sync::Arc;

use super::world::{fleet, live, wanted, wanted_webhook, webhook, with_secret};
use crate::desired::{Wanted, WantedWebhooks};
use crate::document::Rows;
use crate::document::plan::PlanV1;
use crate::exit::ExitCode;
use crate::live::{Live, Reading, SystemReading};
use crate::plan::{Plan, Policy};
use crate::webhook::{Fingerprints, HookUrl, Provenance, Webhook, percent_encoded};

fn notices(plan: &Plan) -> Vec<String> {
    let fingerprints = Fingerprints::new([0; 32]);
    let document = PlanV1::of(plan, &fingerprints, ExitCode::Success, Rows::All);
    let notices = document.notices.into_iter();
    notices.map(|notice| notice.message).collect()
}

fn plan(instances: &[(Wanted, Live)]) -> Plan {
    let instances: Vec<_> = instances
        .iter()
        .map(|(wanted, live)| (wanted.clone(), Reading::Seen(live.clone())))
        .collect();
    fleet(&instances, &Policy::default())
}

#[test]
fn host_without_a_live_webhook_is_a_notice() {
    let notices = notices(&plan(&[
        (wanted(&["https://new.example/a"]), live(&[])),
        (
            wanted(&["https://new.example/b", "https://known.example/"]),
            live(&["https://KNOWN.example/x", "https://known.example/"]),
        ),
    ]));
    assert_eq!(
        notices,
        [
            "new host new.example: no live webhook of the selection goes there, and 2 instances would"
        ]
    );
}

#[test]
fn removed_host_that_the_manifest_lacks_is_a_notice() {
    let notices = notices(&plan(&[
        (
            wanted(&["https://a.example/"]),
            live(&[
                "https://a.example/",
                "https://gone.example/1",
                "https://b.example/",
            ]),
        ),
        (
            wanted(&["https://b.example/"]),
            live(&["https://b.example/"]),
        ),
    ]));
    assert_eq!(
        notices,
        ["gone.example is removed from 1 instance, and occurs nowhere in the manifest"]
    );
}

/// A wish for one URL, whose `{}` is the secret `crm` with this value.
fn with_value(url: &str, value: &str) -> Wanted {
    let (before, after) = url.split_once("{}").unwrap();
    let secret = Provenance::Secret(Arc::from("crm"));
    let is_whole = before.is_empty() && after.is_empty();
    let value = if is_whole {
        value.to_owned()
    } else {
        percent_encoded(value)
    };
    let url = HookUrl::from_pieces([
        (before, Provenance::Manifest),
        (&*value, secret),
        (after, Provenance::Manifest),
    ]);
    let webhook = Webhook {
        url,
        ..webhook("https://x", Provenance::Manifest)
    };
    Wanted {
        webhooks: WantedWebhooks::Exactly(vec![wanted_webhook(webhook)]),
        ..wanted(&[])
    }
}

/// The notices of one instance that wants a secret in a URL; hosts are none of them.
fn of_secret(url: &str, value: &str, live_urls: &[&str]) -> Vec<String> {
    let mut notices = notices(&plan(&[(with_value(url, value), live(live_urls))]));
    notices.retain(|notice| notice.starts_with("secret "));
    notices
}

fn goes_to(host: &str) -> Vec<String> {
    vec![format!(
        "secret `crm` goes to {host}, where its value is not live yet, on 1 instance"
    )]
}

#[test]
fn secret_sent_to_a_new_host_is_the_first_notice() {
    let notices = notices(&plan(&[(
        with_secret("https://h.example/x", "s3cret"),
        live(&["https://other.example/y"]),
    )]));
    assert_eq!(
        notices,
        [
            "secret `n8n` goes to h.example, where its value is not live yet, on 1 instance",
            "new host h.example: no live webhook of the selection goes there, and 1 instance would",
            "other.example is removed from 1 instance, and occurs nowhere in the manifest",
        ]
    );
}

#[test]
fn a_secret_whose_value_is_not_live_at_its_scheme_host_and_port_is_a_notice_whatever_else_is() {
    let url = "https://h.example/in?secret={}";
    for live in [
        // The place held anything, or nothing, before.
        "https://h.example/in?secret=old",
        "https://h.example/in?secret=",
        "https://h.example/in",
        "https://h.example/other",
        // The value stands elsewhere.
        "http://h.example/in?secret=n3w",
        "https://h.example:8443/in?secret=n3w",
        "https://h.example.evil.example/in?secret=n3w",
        "https://other.example/in?secret=n3w&url=https://h.example/",
        // A longer value is another.
        "https://h.example/in?secret=n3wer",
        "https://h.example/in?secret=an3w",
        "https://h.example/in?secret=N3W",
        // A short value stands in many texts by chance.
        "https://h.example/the-n3w-path",
    ] {
        assert_eq!(
            of_secret(url, "n3w", &[live]),
            goes_to("h.example"),
            "{live}"
        );
    }
    assert_eq!(
        of_secret(
            "http://h.example/?s={}",
            "n3w",
            &["https://h.example/?s=n3w"]
        ),
        goes_to("http://h.example")
    );
    assert_eq!(
        of_secret(
            "https://h.example:8443/?s={}",
            "n3w",
            &["https://h.example/?s=n3w"]
        ),
        goes_to("h.example:8443")
    );
}

#[test]
fn a_secret_whose_value_is_live_there_in_any_place_is_no_notice() {
    for live in [
        "https://h.example/in?secret=n%2Bw%26",
        "https://h.example/in?secret=n+w%26",
        // Only the path or the place changes.
        "https://h.example/old/path?secret=n%2bw%26",
        "https://h.example/n+w%26/in",
        "https://user:n+w%26@h.example/",
        "https://h.example/n%2Bw%26/x?team=a",
        "https://h.example/#n%2Bw%26",
        // The same host, written in another way.
        "https://H.EXAMPLE:443?s=n%2Bw%26",
    ] {
        let notices = of_secret("https://h.example/in?secret={}", "n+w&", &[live]);
        assert_eq!(notices, [""; 0], "{live}");
    }
}

#[test]
fn a_value_with_delimiters_is_live_where_it_stands_over_several_parts_too() {
    let of = |url: &str, value: &str, live: &str| of_secret(url, value, &[live]).len();
    let path = "https://h.example/services/{}";
    for live in [
        "https://h.example/services/T0/B0/x",
        "https://h.example/services/T0%2FB0%2fx",
        "https://h.example/T0/B0/x?y=z",
        "https://h.example/in?k=T0/B0/x",
    ] {
        assert_eq!(of(path, "T0/B0/x", live), 0, "{live}");
    }
    for live in [
        "https://h.example/services/T0/B0/xy",
        "https://h.example/services/aT0/B0/x",
        "https://h.example/services/T0/B0",
        "https://other.example/services/T0/B0/x",
    ] {
        assert_eq!(of(path, "T0/B0/x", live), 1, "{live}");
    }
    // A short value without one is not found beside one, which may be part of a longer value.
    assert_eq!(
        of(
            "https://h.example/?k={}",
            "n3w",
            "https://h.example/?k=n3w%26x"
        ),
        1
    );
    assert_eq!(of(path, "a/b?c=d", "https://h.example/x/a/b?c=d"), 0);
    assert_eq!(of(path, "a/b?c=d", "https://h.example/x/a/b?c=e"), 1);
    assert_eq!(
        of(
            "https://h.example/?{}",
            "a=b&c=d",
            "https://h.example/?a=b&c=d"
        ),
        0
    );
}

#[test]
fn a_long_value_is_found_inside_a_longer_text_and_not_inside_a_longer_value() {
    let of = |live: &str| of_secret("https://h.example/?s={}", "s3cr3t-12", &[live]);
    assert_eq!(of("https://h.example/?auth=Bearer%20s3cr3t%2D12"), [""; 0]);
    assert_eq!(of("https://h.example/?auth=v1.s3cr3t-12.x"), [""; 0]);
    assert_eq!(of("https://h.example/?s=s3cr3t-123"), goes_to("h.example"));
    assert_eq!(of("https://h.example/?s=as3cr3t-12"), goes_to("h.example"));
    assert_eq!(of("https://s3cr3t-12.example/"), goes_to("h.example"));
}

#[test]
fn a_secret_in_the_host_is_live_where_an_instance_has_the_whole_url_that_it_wants() {
    let held = || with_value("https://{}.example/in", "acme");
    let fingerprint = Fingerprints::new([0; 32]).of("acme");
    let notice = format!(
        "secret `crm` goes to {fingerprint}.example, whose host a secret holds, in a URL that is not live yet, on 1 instance"
    );
    // Whatever is live at the host, or goes there under another instance.
    for live_url in [
        "https://acme.example/other",
        "https://other.example/acme",
        "https://acme.example:8443/in",
    ] {
        let elsewhere = wanted(&["https://acme.example/x"]);
        let notices = notices(&plan(&[
            (held(), live(&[])),
            (elsewhere.clone(), live(&["https://acme.example/x"])),
            (elsewhere, live(&[live_url, "https://acme.example/x"])),
        ]));
        assert!(notices.contains(&notice), "{notices:?}");
    }
    let url = "https://acme.example/in";
    assert_eq!(of_secret("https://{}.example/in", "acme", &[url]), [""; 0]);
    let known = [(held(), live(&[])), (held(), live(&[url]))];
    assert_eq!(notices(&plan(&known)), [""; 0]);
}

#[test]
fn a_host_that_a_secret_holds_is_merged_and_compared_with_no_other() {
    let told = |value: &str| {
        let notices = notices(&plan(&[
            (with_value("https://{}.example/in", value), live(&[])),
            (with_value("https://acme.example/in?s={}", value), live(&[])),
            (wanted(&["https://acme.example/x"]), live(&[])),
        ]));
        let fingerprint = Fingerprints::new([0; 32]).of(value);
        let mut notices: Vec<String> = notices
            .iter()
            .map(|notice| notice.replace(&fingerprint, "***"))
            .collect();
        notices.sort();
        notices
    };
    assert_eq!(told("acme"), told("other"));
    assert_eq!(
        told("acme"),
        [
            "new host acme.example: no live webhook of the selection goes there, and 2 instances would",
            "secret `crm` goes to ***.example, whose host a secret holds, in a URL that is not live yet, on 1 instance",
            "secret `crm` goes to acme.example, where its value is not live yet, on 1 instance",
        ]
    );
}

#[test]
fn a_live_url_without_a_clear_host_is_live_nowhere_and_noticed_by_itself() {
    // Each reads as if it went to one of the wanted hosts.
    let broken = [
        r"https://evil.example\@h.example/in?s=s3cr3t-12",
        "https://user:24680?s=s3cr3t-12@h.example/in",
        "https://user:24680/x@h.example/in",
    ];
    let run = Fingerprints::new([0; 32]);
    let removed = |url: &str| {
        format!(
            "{}, whose host is not clear, is removed from 1 instance",
            run.of(url)
        )
    };
    for (target, shown) in [
        ("https://evil.example", "evil.example"),
        ("https://user:24680", "user:24680"),
    ] {
        let mut expected = vec![
            format!("secret `crm` goes to {shown}, where its value is not live yet, on 1 instance"),
            format!(
                "new host {shown}: no live webhook of the selection goes there, and 1 instance would"
            ),
        ];
        let mut gone = broken.map(removed);
        gone.sort();
        expected.extend(gone);
        let wish = with_value(&format!("{target}/in2?s={{}}"), "s3cr3t-12");
        let notices = notices(&plan(&[(wish, live(&broken))]));
        assert_eq!(notices, expected);
    }
}

#[test]
fn a_host_in_another_spelling_is_no_new_and_no_removed_one() {
    for (written, live_url) in [
        ("https://crm.example/in", "https://crm.example:443/other"),
        ("https://crm.example:0443/in", "https://CRM.example/other"),
        ("http://crm.example/in", "http://crm.example:80/other"),
        (
            "https://b\u{fc}cher.example/in",
            "https://xn--bcher-kva.example/other",
        ),
        (
            "https://XN--bcher-kva.example/in",
            "https://B\u{dc}cher.example/other",
        ),
        ("https://[2001:DB8:0::1]/in", "https://[2001:db8::1]/other"),
        ("https://crm.example/in", "http://crm.example/other"),
    ] {
        let elsewhere = (wanted(&[live_url]), live(&[live_url]));
        let notices = notices(&plan(&[
            (wanted(&[written]), live(&[])),
            (wanted(&[]), live(&[live_url])),
            elsewhere,
        ]));
        assert_eq!(notices, [""; 0], "{written}");
    }
    for (written, live_url) in [
        ("https://crm.example:80/in", "https://crm.example/other"),
        ("https://crm.example./in", "https://crm.example/other"),
        ("http://crm.example:443/in", "https://crm.example:443/other"),
    ] {
        let state = (
            Wanted {
                webhooks: WantedWebhooks::Keep,
                ..wanted(&[])
            },
            live(&[live_url]),
        );
        let notices = notices(&plan(&[(wanted(&[written]), live(&[])), state]));
        assert_eq!(notices.len(), 1, "{written}");
    }
}

#[test]
fn a_secret_beside_letters_is_found_as_the_manifest_has_it() {
    let url = "https://h.example/in?secret=v1{}x";
    assert_eq!(
        of_secret(url, "abc", &["https://h.example/?secret=v1abcx"]),
        [""; 0]
    );
    assert_eq!(
        of_secret(url, "abc", &["https://h.example/?secret=v1abdx"]),
        goes_to("h.example")
    );
}

#[test]
fn a_secret_that_is_the_whole_url_is_live_where_the_url_is() {
    let value = "https://h.example/a%2Fb?x=y";
    assert_eq!(of_secret("{}", value, &[value]), [""; 0]);
    let hidden = of_secret("{}", "http://h.example/", &[]);
    assert!(!hidden[0].contains("http") && !hidden[0].contains("h.example"));
    for live in ["https://h.example/a%2Fb?x=z", "https://h.example/a%2Fb"] {
        assert_eq!(of_secret("{}", value, &[live]).len(), 1, "{live}");
    }
}

#[test]
fn secret_on_a_host_that_has_it_on_another_instance_is_no_notice() {
    let other = Wanted {
        webhooks: WantedWebhooks::Keep,
        ..wanted(&[])
    };
    for wish in [with_secret("https://h.example/x", "same"), other] {
        let notices = notices(&plan(&[
            (wish, live(&["https://h.example/x?secret=same"])),
            (with_secret("https://h.example/x", "same"), live(&[])),
        ]));
        assert_eq!(notices, [""; 0]);
    }
}

#[test]
fn a_secret_that_many_instances_send_is_one_notice_with_their_number() {
    let notices = notices(&plan(&[
        (
            with_secret("https://h.example/x", "new"),
            live(&["https://h.example/x?secret=old"]),
        ),
        (
            with_secret("https://h.example/y", "new"),
            live(&["https://h.example/y?secret=old"]),
        ),
        (
            with_secret("https://i.example/y", "new"),
            live(&["https://i.example/y?secret=new"]),
        ),
    ]));
    assert_eq!(
        notices,
        ["secret `n8n` goes to h.example, where its value is not live yet, on 2 instances"]
    );
}

#[test]
fn a_host_that_is_not_ascii_is_shown_in_ascii_too() {
    assert_eq!(
        notices(&plan(&[(
            with_value("https://\u{430}pple.example:8443/?s={}", "n3w"),
            live(&["https://b\u{fc}cher.example/"]),
        )])),
        [
            "secret `crm` goes to \u{430}pple.example:8443 (xn--pple-43d.example), where its value is not live yet, on 1 instance",
            "new host \u{430}pple.example:8443 (xn--pple-43d.example): no live webhook of the selection goes there, and 1 instance would",
            "b\u{fc}cher.example (xn--bcher-kva.example) is removed from 1 instance, and occurs nowhere in the manifest",
        ]
    );
}

#[test]
fn duplicates_and_system_oddities_are_notices_without_changes_too() {
    let mut state = live(&["https://a/", "https://a/"]);
    state.listed_system_disagrees = true;
    let keep = Wanted {
        webhooks: WantedWebhooks::Keep,
        ..wanted(&[])
    };
    let unstated = Live {
        system: SystemReading::Unstated,
        ..live(&[])
    };
    assert_eq!(
        notices(&plan(&[(keep, state), (wanted(&[]), unstated)])),
        [
            "https://a/ is live 2 times",
            "the system webhook is also listed among the webhooks, with other values; systemConfig counts, and gets the fields that only the list has",
            "the answer does not mention a system webhook; a write sends back only what is listed"
        ]
    );
}
