//! Several files of one run: what is merged, what may be given once, and that every finding comes out at once.

use snapbox::str;

use super::{file, list, means, same, says};

#[test]
fn instances_sets_credentials_and_secrets_of_all_files_are_merged() {
    let files = [
        file(
            "a.yaml",
            "version: 1\ninstances:\n  - {id: 8D30ABB1E6DA, credential: eu, webhook_sets: [crm]}\n",
        ),
        file(
            "b.yaml",
            "version: 1\nwebhook_sets:\n  crm:\n    - {url: 'https://h.example/${secret.n8n}', events: [message]}\n",
        ),
        file(
            "c.yaml",
            "version: 1\ncredentials: {eu: {env: EU}}\nsecrets: {n8n: {env: N8N}}\ninstances: [{id: 1F20CC41A9B3}]\n",
        ),
    ];
    same(
        means(&files),
        str![[r#"
8D30ABB1E6DA by eu, prune unwritten, system keep
  https://h.example/${secret.n8n} ["message"] on
1F20CC41A9B3 by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn api_defaults_and_safety_of_any_file_hold_for_all() {
    let files = [
        file("a.yaml", "version: 1\ninstances: [{id: 8D30ABB1E6DA}]\n"),
        file("b.yaml", "version: 1\ndefaults: {prune: false}\n"),
    ];
    same(
        means(&files),
        str![[r#"
8D30ABB1E6DA by default, prune nothing, system keep
  keep

"#]],
    );
}

#[test]
fn documents_of_one_file_are_merged_like_files() {
    let files = [file(
        "a.yaml",
        "version: 1\ninstances: [{id: 8D30ABB1E6DA}]\n---\nversion: 1\ninstances: [{id: 1F20CC41A9B3}]\n---\n",
    )];
    same(
        means(&files),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  keep
1F20CC41A9B3 by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn every_document_of_a_file_needs_its_version() {
    same(
        says(&[file(
            "a.yaml",
            "version: 1\n---\ninstances: [{id: 8D30ABB1E6DA}]\n",
        )]),
        str![[r#"
error[missing-key]: the manifest has no `version`, which is required
 --> a.yaml:3:1
  |
3 | instances: [{id: 8D30ABB1E6DA}]
  | ^^^^^^^^^


"#]],
    );
}

#[test]
fn a_name_or_id_defined_in_two_files_names_both_places() {
    let files = [
        file(
            "a.yaml",
            "version: 1\ncredentials: {eu: {env: A}}\nsecrets: {s: {env: S}}\nwebhook_sets: {w: []}\ninstances:\n  - {id: 8D30ABB1E6DA, name: x, credential: eu, webhook_sets: [w]}\n",
        ),
        file(
            "b.yaml",
            "version: 1\ncredentials: {eu: {env: A}}\nsecrets: {s: {env: S}}\nwebhook_sets: {w: []}\ninstances:\n  - {id: 8D30ABB1E6DA}\n  - {id: 1F20CC41A9B3, name: x}\n",
        ),
    ];
    same(
        says(&files),
        str![[r#"
error[duplicate-name]: credential `eu` is defined twice, first at a.yaml:2:15; rename or remove one
 --> b.yaml:2:15
  |
2 | credentials: {eu: {env: …}}
  |               ^^

error[duplicate-name]: secret `s` is defined twice, first at a.yaml:3:11; rename or remove one
 --> b.yaml:3:11
  |
3 | secrets: {s: {env: …}}
  |           ^

error[duplicate-name]: webhook set `w` is defined twice, first at a.yaml:4:16; rename or remove one
 --> b.yaml:4:16
  |
4 | webhook_sets: {w: []}
  |                ^

error[duplicate-id]: instance `8D30ABB1E6DA` is listed twice, first at a.yaml:6:10; remove one
 --> b.yaml:6:10
  |
6 |   - {id: 8D30ABB1E6DA}
  |          ^^^^^^^^^^^^

error[duplicate-name]: two instances have the name `x`, the first at a.yaml:6:30; rename one
 --> b.yaml:7:30
  |
7 |   - {id: 1F20CC41A9B3, name: x}
  |                              ^


"#]],
    );
}

#[test]
fn a_name_defined_three_times_is_found_twice() {
    let text = "version: 1\ninstances: [{id: 8D30ABB1E6DA}]\n";
    let files = ["a.yaml", "b.yaml", "c.yaml"].map(|name| file(name, text));
    same(
        list(&files),
        str![[r#"
b.yaml:2:18 duplicate-id: instance `8D30ABB1E6DA` is listed twice, first at a.yaml:2:18; remove one
c.yaml:2:18 duplicate-id: instance `8D30ABB1E6DA` is listed twice, first at a.yaml:2:18; remove one

"#]],
    );
}

#[test]
fn api_defaults_and_safety_are_given_once() {
    let text =
        "version: 1\napi: {auth: header}\ndefaults: {prune: false}\nsafety:\n  allow_empty: true\n";
    let files = [file("a.yaml", text), file("b.yaml", text)];
    same(
        says(&files),
        str![[r#"
error[duplicate-section]: `api` is given twice, first at a.yaml:2:6; keep one
 --> b.yaml:2:6
  |
2 | api: {auth: header}
  |      ^^^^^^^^^^^^^

error[duplicate-section]: `defaults` is given twice, first at a.yaml:3:11; keep one
 --> b.yaml:3:11
  |
3 | defaults: {prune: false}
  |           ^^^^^^^^^^^^^

error[duplicate-section]: `safety` is given twice, first at a.yaml:5:3; keep one
 --> b.yaml:5:3
  |
5 |   allow_empty: true
  |   ^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_name_that_is_another_instances_id_is_ambiguous() {
    same(
        says(&[file(
            "a.yaml",
            "version: 1\ninstances:\n  - {id: 8D30ABB1E6DA, name: 1F20CC41A9B3}\n  - {id: 1F20CC41A9B3}\n",
        )]),
        str![[r#"
error[duplicate-name]: the name `1F20CC41A9B3` is another instance's id, at a.yaml:4:10; rename it
 --> a.yaml:3:30
  |
3 |   - {id: 8D30ABB1E6DA, name: 1F20CC41A9B3}
  |                              ^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn an_instance_may_have_its_own_id_as_its_name() {
    same(
        means(&[file(
            "a.yaml",
            "version: 1\ninstances:\n  - {id: 8D30ABB1E6DA, name: 8D30ABB1E6DA}\n",
        )]),
        str![[r#"
8D30ABB1E6DA "8D30ABB1E6DA" by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn everything_that_is_wrong_in_all_files_comes_out_at_once_in_order() {
    let files = [
        file(
            "b.yaml",
            "version: 2\ninstances:\n  - id: 8D30ABB1E6D\n    webhooks:\n      - {url: ftp://h.example/, events: [mesage]}\n    credential: us\n",
        ),
        file("a.yaml", "version: 1\ninstances: [\n"),
        file(
            "c.yaml",
            "version: 1\ninstances:\n  - id: 8D30ABB1E6D\n    nam: x\n",
        ),
    ];
    same(
        list(&files),
        str![[r#"
a.yaml:2:12 syntax: unclosed bracket '['
b.yaml:1:10 unsupported-version: version 2 is not known; this hookfleet reads version 1
b.yaml:3:9 id-length: id `8D30ABB1E6D` has 11 characters; the vendor documents 12
b.yaml:5:15 invalid-url: not a URL to deliver to: it must start with https:// or http://, and name a host
b.yaml:5:42 unknown-event: unknown event `mesage`; did you mean `message`?
b.yaml:6:17 unknown-reference: unknown credential `us`; only `default` exists; add it under `credentials`
c.yaml:3:9 duplicate-id: instance `8D30ABB1E6D` is listed twice, first at b.yaml:3:9; remove one
c.yaml:3:9 id-length: id `8D30ABB1E6D` has 11 characters; the vendor documents 12
c.yaml:4:5 unknown-key: unknown key `nam` in an instance; did you mean `name`?

"#]],
    );
}

#[test]
fn the_order_of_files_makes_no_difference_to_what_is_wrong_inside_each() {
    let files = [
        file(
            "a.yaml",
            "version: 1\ninstances:\n  - {id: 8D30ABB1E6DA, x: 1}\n",
        ),
        file("b.yaml", "version: 1\ninstances:\n  - {name: ~}\n"),
        file(
            "c.yaml",
            "version: 1\ninstances:\n  - {id: 1F20CC41A9B3, webhook_sets: [crm]}\n",
        ),
    ];
    let [a, b, c] = files.clone();
    let forward = list(&files);
    assert_eq!(forward.lines().count(), 4, "{forward}");
    assert_eq!(list(&[c.clone(), a.clone(), b.clone()]), forward);
    assert_eq!(list(&[b, c, a]), forward);
}

#[test]
fn a_definition_may_stand_in_a_later_file_than_its_use_and_the_other_way_round() {
    let uses = file(
        "a.yaml",
        "version: 1\ninstances: [{id: 8D30ABB1E6DA, webhook_sets: [crm]}]\n",
    );
    let defines = file(
        "b.yaml",
        "version: 1\nwebhook_sets: {crm: [{url: 'https://h.example/', events: [message]}]}\n",
    );
    let forward = means(&[uses.clone(), defines.clone()]);
    same(
        forward.clone(),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://h.example/ ["message"] on

"#]],
    );
    assert_eq!(means(&[defines, uses]), forward);
}
