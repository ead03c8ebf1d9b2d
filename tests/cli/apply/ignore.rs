//! What `ignore` matches stays as it is, however its URL is spelt, and no secret of a live URL is learned from it.

use std::fmt::Write as _;

use crate::harness::Stage;

/// The live URLs that are left once a manifest with this pattern and one webhook of its own was applied.
fn left(pattern: &str, live: &[&str]) -> Vec<String> {
    let mut world = String::from("  - id: 8D30ABB1E6DA\n    webhooks:\n");
    for url in live {
        writeln!(
            world,
            "      - {{ url: \"{url}\", events: [message.ack], extra: {{ hmac: {{ key: k }} }} }}"
        )
        .unwrap();
    }
    let manifest = format!(
        "version: 1\nsafety: {{ max_removed_percent: 100 }}\ninstances:\n  - id: 8D30ABB1E6DA\n    prune: true\n    ignore: ['{pattern}']\n    webhooks: [{{ url: 'https://own.example/', events: [message] }}]\n"
    );
    let stage = Stage::new(&world, &manifest);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n8D30ABB1E6DA applied, verified\n");
    let after = stage.live();
    let lines = after
        .lines()
        .filter(|line| line.contains("message.ack hmac="));
    let urls = lines.filter_map(|line| line.split_whitespace().next());
    urls.map(str::to_owned).collect()
}

#[test]
fn an_ignored_webhook_is_kept_in_every_spelling_of_its_url() {
    let live = [
        "https://abc.ngrok.app",
        "https://abc.ngrok.app?x=1",
        "https://abc.ngrok.app:443/x",
        "https://ABC.NGROK.APP/x",
        "https://abc.ngrok.app/x?token=abc#top",
    ];
    assert_eq!(left("https://*.ngrok.app/**", &live), live);
    assert_eq!(left("HTTPS://*.Ngrok.App:443/**", &live), live);
}

#[test]
fn an_ignored_query_or_fragment_is_matched_as_it_is() {
    let live = ["https://a.example/x?team=b", "https://a.example/x?team=a"];
    for pattern in [
        "https://a.example/x?team=b*",
        "https://a.example/x[?]team=b",
    ] {
        assert_eq!(left(pattern, &live), [live[0]], "{pattern}");
    }
    let live = ["https://a.example/x#bob", "https://a.example/x#eve"];
    assert_eq!(left("https://a.example/x#bob*", &live), [live[0]]);
}

#[test]
fn a_pattern_that_guesses_a_secret_ignores_nothing_and_one_with_a_mask_does() {
    let live = ["https://a.example/x?token=zebra"];
    for guess in [
        "https://a.example/x?token=z*",
        "https://a.example/x?token=zebra",
    ] {
        assert_eq!(left(guess, &live), [""; 0], "{guess}");
    }
    for mask in [
        "https://a.example/x?token=***",
        "https://a.example/x?token=*",
    ] {
        assert_eq!(left(mask, &live), live, "{mask}");
    }
}
