//! Whatever bytes come: no panic, and nothing printed that does something to a terminal.

use hookfleet::render::text::{Colors, findings};
use proptest::prelude::*;

use super::{check, document, one};

/// Decodes, resolves and renders; the text for a closer look.
fn rendered(bytes: &[u8]) -> String {
    let files = one(bytes);
    let (_, found) = check(&files);
    let json = hookfleet::render::json::to_json(&document(&found, &files));
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
    let _ = findings::findings(&document(&found, &files), Colors::Coloured);
    findings::findings(&document(&found, &files), Colors::Plain)
}

fn is_safe(c: char) -> bool {
    c == '\n' || !(c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c))
}

/// Pieces that manifests are made of, some of them nasty.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "version: 1\n",
        "instances:\n",
        "instances: ",
        "  - id: 8D30ABB1E6DA\n",
        "    name: a\n",
        "    webhooks:\n",
        "      - url: ",
        "https://h.example/",
        "${instance.id}",
        "${",
        "$${",
        "}",
        "${secret.s}",
        "\n        events: ",
        "[message]",
        "[",
        "]",
        "{",
        "}",
        ": ",
        ",",
        "\n",
        "  ",
        "- ",
        "? ",
        "&a ",
        "*a",
        "!!str ",
        "!x ",
        "|\n",
        ">-\n",
        "\"",
        "'",
        "#",
        "---\n",
        "...\n",
        "<<: ",
        "%YAML 1.2\n",
        "\t",
        "\r",
        "\r\n",
        "\u{feff}",
        "\0",
        "\u{1b}[31m",
        "\u{85}",
        "\u{2028}",
        "\u{202e}",
        "é",
        "日本",
        "👩‍👩‍👧",
        "a\u{301}",
        "null",
        "~",
        "true",
        "0",
        "1.0",
        "secrets: {s: {env: A}}\n",
        "defaults: {webhook_sets: [crm]}\n",
        "webhook_sets: {crm: [{url: 'https://h.example/', events: []}]}\n",
        "ignore: ['**', '[']",
        "system: keep\n",
        "prune: [a]\n",
    ])
    .prop_map(str::to_owned);
    prop_oneof![9 => known, 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_give_safe_text(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = rendered(&bytes);
        prop_assert!(text.chars().all(is_safe), "{text:?}");
    }

    #[test]
    fn arbitrary_text_gives_safe_text(text in any::<String>()) {
        let text = rendered(text.as_bytes());
        prop_assert!(text.chars().all(is_safe), "{text:?}");
    }

    #[test]
    fn manifest_like_text_gives_safe_text(pieces in prop::collection::vec(piece(), 0..40)) {
        let text = rendered(pieces.concat().as_bytes());
        prop_assert!(text.chars().all(is_safe), "{text:?}");
    }

    #[test]
    fn a_manifest_cut_or_spoiled_anywhere_gives_safe_text(at in 0_usize..400, with in piece()) {
        let mut text = String::from(
            "version: 1\nsecrets: {s: {env: A}}\nwebhook_sets:\n  crm:\n    - {url: 'https://h.example/${secret.s}', events: [message]}\ndefaults: {webhook_sets: [crm], ignore: ['https://x.example/**']}\ninstances:\n  - id: 8D30ABB1E6DA\n    name: é\n    labels: {a: b}\n    webhooks:\n      - url: \"https://h.example/a\"\n        events: [message, message.ack]\n    system: {events: [message]}\n",
        );
        let at = (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap();
        text.insert_str(at, &with);
        let text = rendered(text.as_bytes());
        prop_assert!(text.chars().all(is_safe), "{text:?}");
    }

    #[test]
    fn the_order_of_instances_does_not_change_what_is_wrong_with_each(
        order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()
    ) {
        let instances = [
            "{id: 8D30ABB1E6DA}", "{id: a}", "{id: 1F20CC41A9B3, nam: x}",
            "{id: 000000000000, webhook_sets: [crm]}", "{name: x}",
            "{id: 111111111111, webhooks: [{url: 'http://h.example/', events: [mesage]}]}",
        ];
        let messages = |order: &[usize]| {
            let listed: Vec<String> = order.iter().map(|n| format!("  - {}\n", instances[*n])).collect();
            let (_, found) = check(&super::v1(&format!("instances:\n{}", listed.concat())));
            let mut messages: Vec<_> = found
                .iter()
                .map(|finding| (finding.code, finding.message.clone(), finding.place.origin.column))
                .collect();
            messages.sort();
            messages
        };
        prop_assert_eq!(messages(&order), messages(&[0, 1, 2, 3, 4, 5]));
    }
}
