//! A hostile manifest, as a pull request can bring one: what is found in it, in text and in JSON.

use snapbox::{assert_data_eq, str};

use crate::harness::Stage;
use crate::hostile::check::{longest_line, run, run_coloured};
use crate::hostile::texts::{few, yaml};

/// A manifest with `text` wherever a text can be, most of it wrong.
fn manifest(text: &str) -> String {
    let (own, long) = (yaml(text), yaml(&format!("{text} x")));
    format!(
        "version: 1
{own}: 1
api: {{ {own}: 1, auth: {own} }}
credentials:
  {own}: {{ env: {own} }}
  c: {{ file: {own}, {own}: 1 }}
secrets:
  {own}: {{ env: {own} }}
  s: {{ command: [{own}] }}
webhook_sets:
  {own}: [{{ url: {own}, events: [{own}] }}]
defaults: {{ credential: {long}, webhook_sets: [{long}], ignore: [{own}] }}
instances:
  - {{ id: {own}, name: {own}, labels: {{ {own}: {own} }}, credential: {long} }}
  - {{ id: {own}, name: {own}, webhooks: [{{ url: {}, events: [] }}] }}
  - {{ id: 00000000000A, webhooks: [{{ url: {}, events: {own} }}], webhook_sets: [{long}], suspend: {own} }}
",
        yaml(&format!("https://a.example/${{secret.{text}}}")),
        yaml(&format!("https://a.example/{text}?${{label.{text}}}&${{secret.{text} x}}")),
    )
}

fn stage(manifest: &str) -> Stage {
    Stage::new("  - { id: 00000000000A }\n", manifest)
}

#[test]
fn findings_of_a_hostile_manifest_are_harmless_and_bounded_in_every_format() {
    for text in few() {
        let stage = stage(&manifest(&text));
        for args in [&["validate"][..], &["validate", "--strict"], &["plan"]] {
            assert_eq!(run(&stage, args).code, 65);
            let coloured = run_coloured(&stage, args);
            assert!(longest_line(&coloured.err) < 1500, "{}", coloured.err);
            run(&stage, &[args, &["--format", "json"]].concat());
        }
    }
}

#[test]
fn every_finding_of_a_hostile_manifest_in_text() {
    let text = "\u{1b}[2J\n::error::";
    assert_data_eq!(
        run(&stage(&manifest(text)), &["validate"]).told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error[unknown-key]: unknown key `/u{1b}[2J/u{a}::error::` in the manifest; it holds U+001B ESCAPE, remove it
 --> hookfleet.yaml:2:1
  |
2 | "/U0000001b[2J/U0000000a::error::": 1
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-key]: unknown key `/u{1b}[2J/u{a}::error::` in api; it holds U+001B ESCAPE, remove it
 --> hookfleet.yaml:3:8
  |
3 | api: { "/U0000001b[2J/U0000000a::error::": 1, auth: "…[…" }
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[invalid-value]: auth must be query or header, not `/u{1b}[2J/u{a}::error::`
 --> hookfleet.yaml:3:53
  |
3 | api: { "…[…": 1, auth: "/U0000001b[2J/U0000000a::error::" }
  |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: auth holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:3:53
  |
3 | api: { "…[…": 1, auth: "/U0000001b[2J/U0000000a::error::" }
  |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: a key holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:5:3
  |
5 |   "/U0000001b[2J/U0000000a::error::": { env: "…[…" }
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[literal-secret]: env takes the name of an environment variable (letters, digits and `_`, without `$`), not a value
 --> hookfleet.yaml:5:46
  |
5 |   "…[…": { env: "…[…" }
  |                 ^^^^^

warning[odd-text]: env holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:5:46
  |
5 |   "…[…": { env: "/U0000001b[2J/U0000000a::error::" }
  |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: file holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:6:14
  |
6 |   c: { file: "/U0000001b[2J/U0000000a::error::", "…[…": 1 }
  |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-key]: unknown key `/u{1b}[2J/u{a}::error::` in a source; it holds U+001B ESCAPE, remove it
 --> hookfleet.yaml:6:50
  |
6 |   c: { file: "…[…", "/U0000001b[2J/U0000000a::error::": 1 }
  |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: a key holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:8:3
  |
8 |   "/U0000001b[2J/U0000000a::error::": { env: "…[…" }
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[literal-secret]: env takes the name of an environment variable (letters, digits and `_`, without `$`), not a value
 --> hookfleet.yaml:8:46
  |
8 |   "…[…": { env: "…[…" }
  |                 ^^^^^

warning[odd-text]: env holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:8:46
  |
8 |   "…[…": { env: "/U0000001b[2J/U0000000a::error::" }
  |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: a word of command holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:9:18
  |
9 |   s: { command: ["/U0000001b[2J/U0000000a::error::"] }
  |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: a key holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:11:3
   |
11 |   "/U0000001b[2J/U0000000a::error::": [{ url: "…[…", events: ["…
   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[invalid-url]: not a URL to deliver to: it holds U+001B ESCAPE; remove it, or write it as %1B
  --> hookfleet.yaml:11:47
   |
11 |   "…[…": [{ url: "…", events: ["…[…"] }]
   |                  ^^^

warning[unknown-event]: unknown event `/u{1b}[2J/u{a}::error::`; `hookfleet events` lists the published ones
  --> hookfleet.yaml:11:92
   |
11 | …ror::": [{ url: "…[…", events: ["/U0000001b[2J/U0000000a::error::"] }]
   |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: an event holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:11:92
   |
11 | …ror::": [{ url: "…[…", events: ["/U0000001b[2J/U0000000a::error::"] }]
   |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: unknown credential `/u{1b}[2J/u{a}::error:: x`; defined are c
  --> hookfleet.yaml:12:25
   |
12 | defaults: { credential: "…", webhook_sets: ["…[…"], …
   |                         ^^^

warning[odd-text]: credential holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:12:25
   |
12 | defaults: { credential: "/U0000001b[2J/U0000000a::error:: x", webhook_sets: ["…[…"], …
   |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: unknown webhook set `/u{1b}[2J/u{a}::error:: x`; did you mean `/u{1b}[2J/u{a}::error::`?
  --> hookfleet.yaml:12:78
   |
12 | …ential: "…[…", webhook_sets: ["…"], ignore: ["…[…"] }
   |                                ^^^

warning[odd-text]: a set's name holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:12:78
   |
12 | …ential: "…[…", webhook_sets: ["/U0000001b[2J/U0000000a::error:: x"], ignore: ["…[…"] }
   |                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[invalid-pattern]: not a glob: unclosed character class; missing ']'; write a literal `[` as `[[]`
  --> hookfleet.yaml:12:126
   |
12 | …bhook_sets: ["…[…"], ignore: ["…"] }
   |                                ^^^

warning[id-length]: id `/u{1b}[2J/u{a}::error::` has 14 characters; the vendor documents 12
  --> hookfleet.yaml:14:11
   |
14 |   - { id: "/U0000001b[2J/U0000000a::error::", name: "…[…", labels: { "…
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: id holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:14:11
   |
14 |   - { id: "/U0000001b[2J/U0000000a::error::", name: "…[…", labels: { "…
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: name holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:14:53
   |
14 |   - { id: "…[…", name: "/U0000001b[2J/U0000000a::error::", labels: { "…[…": "…[
   |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: a key holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:14:99
   |
14 | …rror::", name: "…[…", labels: { "/U0000001b[2J/U0000000a::error::": "…[…" }, credential: "…
   |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: a label holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:14:135
   |
14 | …00a::error::", labels: { "…[…": "/U0000001b[2J/U0000000a::error::" }, credential: "…[…" }
   |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: unknown credential `/u{1b}[2J/u{a}::error:: x`; defined are c
  --> hookfleet.yaml:14:185
   |
14 | …:error::": "…[…" }, credential: "…" }
   |                                  ^^^

warning[odd-text]: credential holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:14:185
   |
14 | …:error::": "…[…" }, credential: "/U0000001b[2J/U0000000a::error:: x" }
   |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[duplicate-id]: instance `/u{1b}[2J/u{a}::error::` is listed twice, first at hookfleet.yaml:14:11; remove one
  --> hookfleet.yaml:15:11
   |
15 |   - { id: "/U0000001b[2J/U0000000a::error::", name: "…[…", webhooks: [{ …
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[id-length]: id `/u{1b}[2J/u{a}::error::` has 14 characters; the vendor documents 12
  --> hookfleet.yaml:15:11
   |
15 |   - { id: "/U0000001b[2J/U0000000a::error::", name: "…[…", webhooks: [{ …
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: id holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:15:11
   |
15 |   - { id: "/U0000001b[2J/U0000000a::error::", name: "…[…", webhooks: [{ …
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[duplicate-name]: the name `/u{1b}[2J/u{a}::error::` is another instance's id, at hookfleet.yaml:14:11; rename it
  --> hookfleet.yaml:15:53
   |
15 |   - { id: "…[…", name: "/U0000001b[2J/U0000000a::error::", webhooks: [{ url: "…{…[…
   |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[duplicate-name]: two instances have the name `/u{1b}[2J/u{a}::error::`, the first at hookfleet.yaml:14:53; rename one
  --> hookfleet.yaml:15:53
   |
15 |   - { id: "…[…", name: "/U0000001b[2J/U0000000a::error::", webhooks: [{ url: "…{…[…
   |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: name holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:15:53
   |
15 |   - { id: "…[…", name: "/U0000001b[2J/U0000000a::error::", webhooks: [{ url: "…{…[…
   |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[empty-events]: events is empty, so this webhook receives nothing; list events, or remove it
  --> hookfleet.yaml:15:179
   |
15 | …{…[…}", events: [] }] }
   |                  ^

error[wrong-type]: events must be a list, not a string; put it in [brackets], or behind a `- ` on a line of its own
  --> hookfleet.yaml:16:192
   |
16 | …or::}…{…[…}", events: "…[…" }], webhook_sets: ["…[…"], …
   |                        ^^^^^

error[unknown-reference]: unknown webhook set `/u{1b}[2J/u{a}::error:: x`; did you mean `/u{1b}[2J/u{a}::error::`?
  --> hookfleet.yaml:16:246
   |
16 | …vents: "…[…" }], webhook_sets: ["…"], suspend: "…[…" }
   |                                  ^^^

warning[odd-text]: a set's name holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:16:246
   |
16 | …vents: "…[…" }], webhook_sets: ["/U0000001b[2J/U0000000a::error:: x"], suspend: "…[…" }
   |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[wrong-type]: suspend must be true or false, not a string
  --> hookfleet.yaml:16:294
   |
16 | …bhook_sets: ["…[…"], suspend: "…[…" }
   |                                ^^^^^

error: the manifest has 17 errors and 23 warnings

"#]]
    );
}

#[test]
fn in_json_a_finding_quotes_the_same_text() {
    let text = "x\u{1b}##\u{202e}";
    let own = format!("version: 1\ninstances: []\n{}: 1\n", yaml(text));
    let json = run(&stage(&own), &["validate", "--format", "json"]).json();
    assert_eq!(
        json["findings"][0]["message"].as_str().unwrap(),
        format!("unknown key `{text}` in the manifest; it holds U+001B ESCAPE, remove it")
    );
}

#[test]
fn names_of_a_mebibyte_are_cut_in_findings() {
    let huge = "a ".repeat(1 << 18);
    for own in [
        format!("version: 1\n? {}\n: 1\ninstances: []\n", yaml(&huge)),
        format!(
            "version: 1\ncredentials: {{ ? {} : {{ env: X }} }}\ninstances: [{{ id: 00000000000A, credential: nearly }}]\n",
            yaml(&huge)
        ),
        format!(
            "version: 1\nwebhook_sets: {{ ? {} : [] }}\ninstances: [{{ id: 00000000000A, webhook_sets: [{}] }}]\n",
            yaml(&huge),
            yaml(&(huge.clone() + "x"))
        ),
        format!(
            "version: 1\ncredentials: {{ default: {{ env: {} }} }}\ninstances: [{{ id: 00000000000A, name: {} }}]\n",
            yaml(&huge),
            yaml(&huge)
        ),
        format!(
            "version: 1\ncredentials: {{ default: {{ command: [{}] }} }}\ninstances: [{{ id: 00000000000A }}]\n",
            yaml(&huge)
        ),
    ] {
        let stage = stage(&own);
        for args in [
            &["validate"][..],
            &["validate", "--strict"],
            &["plan", "--allow-commands"],
        ] {
            let told = run(&stage, args).told();
            assert!(longest_line(&told) < 3000, "{args:?}: {told:.3000}");
        }
    }
}

#[test]
fn sources_that_give_nothing_are_told_in_harmless_words() {
    let mut told = String::new();
    for source in ["file", "command"] {
        for text in ["\u{1b}[2J\n::error::x", "a\0##vso[x]", "--- fold"] {
            let own = yaml(text);
            let value = if source == "command" {
                format!("[{own}]")
            } else {
                own.clone()
            };
            let stage = stage(&format!(
                "version: 1\ncredentials: {{ {own}: {{ {source}: {value} }} }}\ninstances: [{{ id: 00000000000A, credential: {own} }}]\n"
            ));
            let plan = run(&stage, &["plan", "--allow-commands"]);
            run_coloured(&stage, &["plan", "--allow-commands", "--format", "json"]);
            assert_eq!(plan.code, 1, "{}", plan.told());
            let mut errors = plan.err.lines().filter(|line| line.starts_with("error"));
            told.push_str(errors.next().unwrap_or_default());
            told.push('\n');
        }
    }
    assert_data_eq!(
        told,
        str![[r#"
error[unset-source]: credential `/u{1b}[2J/u{a}::error::x`: cannot read file `/u{1b}[2J/u{a}::error::x`: No such file or directory (os error 2)
error[unset-source]: credential `a/u{0}/u{23}#vso[x]`: cannot read file `a/u{0}/u{23}#vso[x]`: Invalid argument (os error 22)
error[unset-source]: credential `--- fold`: cannot read file `--- fold`: No such file or directory (os error 2)
error[unset-source]: credential `/u{1b}[2J/u{a}::error::x`: command `/u{1b}[2J/u{a}::error::x` can't be run: No such file or directory (os error 2)
error[unset-source]: credential `a/u{0}/u{23}#vso[x]`: command `a/u{0}/u{23}#vso[x]` can't be run: nul byte found in provided data
error[unset-source]: credential `--- fold`: command `--- fold` can't be run: No such file or directory (os error 2)

"#]]
    );
}

#[test]
fn a_source_line_shows_nothing_that_turns_or_hides() {
    let own = "version: 1\n\u{202e}x\u{2066}y\u{200b}\u{feff}z\u{ad}: 1\ninstances:\n  - { id: \u{202e}0A\u{e0041}\u{e0100}, nam\u{fe0f}e: x }\n";
    for args in [&["validate"][..], &["plan"]] {
        run_coloured(&stage(own), args);
    }
    assert_data_eq!(
        run(&stage(own), &["validate"]).err,
        str![[r#"
error[unknown-key]: unknown key `xyz` in the manifest; it holds U+202E RIGHT-TO-LEFT OVERRIDE, remove it
 --> hookfleet.yaml:2:1
  |
2 | �x�y��z�: 1
  | ^^^^^^^^

warning[id-length]: id `/u{202e}0A/u{e0041}/u{e0100}` has 5 characters; the vendor documents 12
 --> hookfleet.yaml:4:11
  |
4 |   - { id: �0A��, nam�e: … }
  |           ^^^^^

warning[odd-text]: id holds U+202E RIGHT-TO-LEFT OVERRIDE; remove it
 --> hookfleet.yaml:4:11
  |
4 |   - { id: …, nam�e: … }
  |           ^

error[unknown-key]: unknown key `nam/u{fe0f}e` in an instance; it holds U+FE0F VARIATION SELECTOR-16, remove it
 --> hookfleet.yaml:4:18
  |
4 |   - { id: …, nam�e: … }
  |              ^^^^^

error: the manifest has 2 errors and 2 warnings

"#]]
    );
}
