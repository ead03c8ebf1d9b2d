//! A secret in the wrong place of a manifest never comes out, neither in text nor in JSON.

use hookfleet::render::text::{Colors, findings};

use super::{check, document, one};

const TOKEN: &str = "tok_9f8e7d6c5b4a3f2e1d0c";

/// Fails unless there is a finding, and none of what is printed holds the token or most of it.
fn hides(what: &str, manifest: &str) {
    assert!(manifest.contains(TOKEN), "{what} holds the token");
    let files = one(manifest);
    let (_, found) = check(&files);
    assert!(found.iter().len() > 0, "{what} gives a finding");
    let plain = findings::findings(&document(&found, &files), Colors::Plain);
    let coloured = findings::findings(&document(&found, &files), Colors::Coloured);
    let json = hookfleet::render::json::to_json(&document(&found, &files));
    for (kind, text) in [("text", plain), ("coloured", coloured), ("json", json)] {
        for part in [TOKEN, "9f8e7d6c", "5b4a3f2e"] {
            assert!(!text.contains(part), "{what} leaks as {kind}:\n{text}");
        }
    }
}

/// A manifest with `rest` behind its version.
fn v1_with(rest: &str) -> String {
    format!("version: 1\n{}", rest.replace("TOKEN", TOKEN))
}

macro_rules! hidden {
    ($($name:ident: $manifest:expr;)+) => {
        $(
            #[test]
            fn $name() {
                hides(stringify!($name), &v1_with($manifest));
            }
        )+
    };
}

hidden! {
    a_token_in_the_url_of_a_webhook_without_events: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://u:TOKEN@h.example/?secret=TOKEN'}]}\n";
    a_token_in_the_url_of_a_block_webhook_without_events: "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - url: https://h.example/?secret=TOKEN\n        event: [message]\n";
    a_token_in_an_instance_without_a_known_key: "instances:\n  - {token: TOKEN}\n";
    a_token_in_a_webhook_without_a_known_key: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{secret: TOKEN}]}\n";
    a_token_in_a_manifest_without_a_known_key: "---\n{token: TOKEN}\n";
    a_token_behind_a_carriage_return: "secrets: {n8n: {env: TOKEN}}\rfoo: 1\r";
    a_token_as_a_credential: "credentials: {default: TOKEN}\n";
    a_token_as_a_credential_in_a_block: "credentials:\n  default: TOKEN\n";
    a_token_as_a_quoted_credential: "credentials:\n  default: \"TOKEN\"\n  eu: 'TOKEN'\n";
    a_token_as_a_list_of_credentials: "credentials: [TOKEN]\n";
    a_token_as_the_credentials: "credentials: TOKEN\n";
    a_token_as_a_secret: "secrets: {n8n: TOKEN}\n";
    a_token_as_an_env_name: "credentials: {default: {env: TOKEN-}}\n";
    a_token_as_an_env_name_that_could_be_one: "credentials: {eu: {env: TOKEN}}\n";
    a_token_as_an_env_list: "credentials: {default: {env: [TOKEN]}}\n";
    a_token_as_an_unknown_kind_of_source: "credentials: {default: {token: TOKEN}}\n";
    a_token_as_a_number_of_sources: "secrets: {a: {env: TOKEN, file: TOKEN}}\n";
    a_token_under_an_unknown_key: "token: TOKEN\n";
    a_token_under_an_unknown_key_of_an_instance: "instances:\n  - {id: 8D30ABB1E6DA, access_token: TOKEN}\n";
    a_token_before_an_unknown_key: "instances:\n  - {reason: TOKEN, nam: x, id: 8D30ABB1E6DA}\n";
    a_token_in_a_list_under_an_unknown_key: "tokens: [TOKEN, 'TOKEN', {a: TOKEN}]\n";
    a_token_as_an_unknown_key: "TOKEN: x\n";
    a_token_as_an_unknown_key_of_an_instance: "instances:\n  - {id: 8D30ABB1E6DA, TOKEN: x}\n";
    a_token_as_a_duplicate_key: "instances:\n  - {id: 8D30ABB1E6DA, labels: {TOKEN: a, TOKEN: b}}\n";
    a_token_as_the_credential_of_an_instance: "instances:\n  - {id: 8D30ABB1E6DA, credential: TOKEN}\n";
    a_token_as_the_credential_of_defaults: "defaults: {credential: 'TOKEN'}\n";
    a_token_as_the_credential_where_others_are_defined: "credentials: {eu: {env: A}}\ninstances:\n  - {id: 8D30ABB1E6DA, credential: TOKEN}\n";
    a_token_as_a_sets_name: "instances:\n  - {id: 8D30ABB1E6DA, webhook_sets: [TOKEN]}\n";
    a_token_as_a_secrets_name: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://h.example/${secret.TOKEN}', events: [message]}]}\n";
    a_token_as_a_variable: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://h.example/${TOKEN}', events: [message]}]}\n";
    a_token_as_a_label_variable: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://h.example/${label.TOKEN}', events: [message]}]}\n";
    a_token_in_the_userinfo_of_a_plain_http_url: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'http://u:TOKEN@h.example/', events: [message]}]}\n";
    a_token_in_the_query_of_a_plain_http_url: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'http://h.example/?secret=TOKEN', events: [message]}]}\n";
    a_token_in_the_query_of_an_unquoted_url: "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - url: http://h.example/?secret=TOKEN\n        events: [message]\n";
    a_token_as_a_query_item_without_key: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'http://h.example/?TOKEN', events: [message]}]}\n";
    a_token_as_a_query_key: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'http://h.example/?TOKEN=', events: [message]}]}\n";
    a_token_behind_a_semicolon_in_a_query: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'http://h.example/?a=1;secret=TOKEN', events: [message]}]}\n";
    a_token_in_the_fragment_of_a_url: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'http://h.example/#TOKEN', events: [message]}]}\n";
    a_token_in_a_url_of_another_scheme: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'ftp://u:TOKEN@h.example/', events: [message]}]}\n";
    a_token_as_a_url: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: TOKEN, events: [message]}]}\n";
    a_token_in_a_duplicate_url: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://h.example/?a=TOKEN', events: [message]}, {url: 'https://h.example/?a=TOKEN', events: [message]}]}\n";
    a_token_in_a_url_with_white_space: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://h.example/?a=b TOKEN', events: [message]}]}\n";
    a_token_in_an_ignored_url: "instances:\n  - {id: 8D30ABB1E6DA, ignore: ['https://h.example/**'], webhooks: [{url: 'https://h.example/?a=TOKEN', events: [message]}]}\n";
    a_token_in_a_url_beside_a_finding: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://h.example/?a=TOKEN', events: [mesage]}]}\n";
    a_token_in_a_url_behind_a_finding: "instances:\n  - {id: 8D30ABB1E6D, webhooks: [{url: 'https://u:TOKEN@h.example/', events: [message]}]}\n";
    a_token_in_a_pattern_that_is_no_glob: "instances:\n  - {id: 8D30ABB1E6DA, ignore: ['https://h.example/?a=TOKEN{']}\n";
    a_token_where_a_password_ends_in_a_slash: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://user:TOKEN/x@h.example/', events: [message]}]}\n";
    a_token_where_a_password_ends_in_a_backslash: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://user:TOKEN\\x@h.example/', events: [message]}]}\n";
    a_token_where_a_port_belongs: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://h.example:TOKEN/', events: [message]}]}\n";
    a_token_as_an_event: "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: 'https://h.example/', events: [TOKEN]}]}\n";
    a_token_as_an_auth: "api: {auth: TOKEN}\n";
    a_token_as_a_bearer_auth: "api: {auth: 'Bearer TOKEN'}\n";
    a_token_as_system: "defaults: {system: TOKEN}\n";
    a_token_as_webhooks: "defaults: {webhooks: TOKEN}\n";
    a_token_as_prune: "defaults: {prune: TOKEN}\n";
    a_token_as_a_wrong_type: "instances: TOKEN\n";
    a_token_for_a_number: "api: {max_requests_per_second: TOKEN}\n";
    a_token_on_a_line_with_a_syntax_error: "credentials: {default: TOKEN]\n";
    a_token_before_a_syntax_error: "token: TOKEN: x\n";
    a_token_in_an_unclosed_quote: "credentials:\n  default: \"TOKEN\n";
    a_token_as_an_alias_to_nothing: "credentials: {default: *TOKEN}\n";
    a_token_as_a_tag: "credentials: {default: !TOKEN {env: A}}\n";
    a_token_as_a_tag_with_a_handle: "credentials: {default: !x!TOKEN {env: A}}\n";
    a_token_as_a_directive: "...\n%TOKEN TOKEN\n---\nfoo: 1\n";
    a_token_in_a_block_scalar: "credentials:\n  default: |\n    TOKEN\n";
    a_token_in_a_folded_scalar: "credentials:\n  default: >-\n    TOKEN\n    TOKEN\n";
    a_token_in_a_comment: "foo: 1 # TOKEN\n";
    a_token_in_a_comment_without_spaces: "foo: 1 #secret=TOKEN\n";
    a_token_as_an_anchor: "foo: &TOKEN 1\n";
    a_token_beside_a_null: "credentials: {default: ~} # TOKEN\n";
    a_token_in_a_command: "credentials: {a: {command: [curl, '-HX-Token:TOKEN'], env: A}}\n";
    a_token_in_a_command_of_one_word: "credentials: {a: {command: 'curl -H TOKEN'}}\n";
    a_token_in_a_multi_line_plain_scalar: "credentials:\n  default:\n    some\n    TOKEN\n";
    a_token_behind_a_reserved_character: "credentials:\n  default: @TOKEN\n";
    a_token_behind_a_backtick: "credentials:\n  default: `TOKEN`\n";
    a_token_with_a_bad_escape: "credentials:\n  default: \"\\qTOKEN\"\n";
    a_token_behind_a_percent_sign: "credentials:\n  default: %TOKEN\n";
    a_token_joined_to_a_key: "credentials:\n  default:TOKEN\n";
    a_token_as_a_version: "foo: 1\n---\nversion: TOKEN\n";
}

#[test]
fn a_numeric_token_as_a_credential() {
    let files = one("version: 1\ncredentials: {default: 987654321098765432109876}\n");
    let (_, found) = check(&files);
    let text = findings::findings(&document(&found, &files), Colors::Plain);
    assert!(
        text.contains("literal-secret") && !text.contains("98765432"),
        "{text}"
    );
}

#[test]
fn a_numeric_token_as_a_version() {
    let files = one("version: 987654321098765432109876\n");
    let (_, found) = check(&files);
    let text = findings::findings(&document(&found, &files), Colors::Plain);
    assert!(found.errors() == 1, "{text}");
}

#[test]
fn a_token_after_bytes_that_are_not_utf_8() {
    let mut bytes = format!("version: 1\ncredentials: {{default: {TOKEN}").into_bytes();
    bytes.push(0xff);
    bytes.extend_from_slice(TOKEN.as_bytes());
    let files = vec![super::file("m.yaml", bytes)];
    let (_, found) = check(&files);
    let text = findings::findings(&document(&found, &files), Colors::Plain);
    assert!(found.errors() == 1 && !text.contains("9f8e7d6c"), "{text}");
}

#[test]
fn a_token_beside_a_cause_that_is_told() {
    let head = "version: 1\ninstances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n";
    for rest in [
        "      - url:https://a.example/?token=TOKEN\n        events: [message]\n",
        "      -url: https://a.example/?token=TOKEN\n        events: [message]\n",
        "      - url:\u{a0}https://a.example/?token=TOKEN\n        events: [message]\n",
        "      \u{2013} url: https://a.example/?token=TOKEN\n        events: [message]\n",
        "      - { url: https://a.example/?token=TOKEN&a[]=1, events: [message] }\n",
        "      - { url: https://u:TOKEN@a.example/{id}, events: [message] }\n",
        "      - { url: \"https://a.example/?token=TOKEN\" events: [message] }\n",
        "      - { url: https://a.example/?token=a,TOKEN, events: [message] }\n",
        "      - url: https://a.example/\n          ?token=TOKEN\n        events: [message]\n",
        "      - url: >\n          https://a.example/?token=TOKEN\n        events: [message]\n",
        "      - url: https://a.example/\n        events: [TOKEN\u{ff0c}message]\n",
        "      - url: https://a.example/${s\u{435}cret.TOKEN}\n        events: [message]\n",
        "  {{ if eq \"TOKEN\" .x }}\n",
    ] {
        hides(rest, &format!("{head}{}", rest.replace("TOKEN", TOKEN)));
    }
}
