//! Saved plans that somebody has altered and sealed again: they approve nothing.

use serde_json::Value;
use sha2::{Digest, Sha256};
use snapbox::{assert_data_eq, str};

use crate::apply::guards::one_of_two;
use crate::harness::stage;
use crate::saved_plan::{A, B, FILE, apply, save, text};

/// The text with a checksum that fits it.
pub(crate) fn sealed(text: &str) -> String {
    let (body, _) = text.split_once(",\n\"checksum\"").unwrap();
    let sum = hex::encode(Sha256::digest(body.as_bytes()));
    format!("{body},\n\"checksum\": \"sha256:{sum}\"\n}}\n")
}

/// The value of `"NAME": "VALUE"` in a text.
fn value<'t>(text: &'t str, name: &str) -> &'t str {
    let (_, rest) = text.split_once(&format!("\"{name}\": \"")).unwrap();
    rest.split_once('"').unwrap().0
}

#[test]
fn a_saved_plan_that_was_sealed_again_unaltered_is_the_same() {
    let stage = stage(&[(A, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    assert_eq!(sealed(&text(&stage)), text(&stage));
}

#[test]
fn saved_plan_with_altered_time_text_scope_or_salt_approves_nothing() {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let own = text(&stage);
    let created = value(&own, "created");
    let alterations = [
        own.replace(created, "2999-01-01T00:00:00Z"),
        own.replace("message.ack", "message.any"),
        own.replace("https://a.example/hook", "https://b.example/hook"),
        own.replace(
            "\"instances\": []",
            "\"instances\": [\"00000000000A\", \"00000000000B\"]",
        ),
        own.replace(value(&own, "salt"), "00000000000000000000000000000000"),
        own.replace(value(&own, "tool"), "0.0.9"),
        own.replace("\"approved\": {", "\"approved\": { "),
    ];
    for altered in alterations {
        assert_ne!(altered, own);
        stage.write(FILE, sealed(&altered));
        let run = apply(&stage, &["--format", "json"]);
        let [a, b] = [A, B].map(|id| {
            format!("{id} stale: stale null nothing can be compared with what was approved: the token is another than for the plan, or what was approved has been altered\n")
        });
        assert_eq!(run.outcomes(), format!("exit 4\n{a}{b}"), "{altered}");
    }
    assert_eq!(stage.requests().1, 0);
}

#[test]
fn letting_a_guard_pass_by_altering_a_saved_plan_approves_nothing() {
    let stage = one_of_two("webhooks: []", "");
    assert_eq!(save(&stage, &[]).code, 3);
    let own = text(&stage);
    let altered = own.replace("\"allow\": []", "\"allow\": [\"empty\"]");
    assert_ne!(altered, own);
    stage.write(FILE, sealed(&altered));
    let run = apply(&stage, &[]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
stale: 2 instances: nothing can be compared with what was approved: the token is another than for the plan, or what was approved has been altered
    00000000000A, 00000000000B

Plan: 0 to create, 0 to update, 0 to delete on 0 of 2 instances. 0 failed, 2 blocked.

stale: 2 instances: nothing can be compared with what was approved: the token is another than for the plan, or what was approved has been altered
    00000000000A, 00000000000B

Apply complete: 0 applied, 0 unchanged, 0 failed, 2 stale, 0 blocked, 0 skipped.
--- stderr

hint: plan again with --out, and have that approved

"#]]
    );
    assert_eq!(stage.requests().1, 0);
}

#[test]
fn saved_plan_with_altered_missing_or_swapped_digest_approves_nothing() {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let own = text(&stage);
    let document: Value = serde_json::from_str(&own).unwrap();
    let digest = |id: &str, what: &str| document["digests"][id][what].as_str().unwrap().to_owned();
    let zeros = "0".repeat(64);
    let swapped = own
        .replace(&digest(A, "live"), "<A>")
        .replace(&digest(A, "wanted"), "<a>")
        .replace(&digest(B, "live"), &digest(A, "live"))
        .replace(&digest(B, "wanted"), &digest(A, "wanted"))
        .replace("<A>", &digest(B, "live"))
        .replace("<a>", &digest(B, "wanted"));
    let (kept, _) = own.split_once("\"digests\": ").unwrap();
    let none = format!("{kept}\"digests\": {{}},\n\"checksum\"");
    let mut told = String::new();
    for altered in [
        own.replace(&digest(A, "live"), &zeros)
            .replace(&digest(B, "wanted"), &zeros),
        own.replace(&digest(A, "live"), "")
            .replace(&digest(B, "live"), &digest(B, "live").to_uppercase()),
        swapped,
        none,
    ] {
        assert_ne!(altered, own);
        stage.write(FILE, sealed(&altered));
        told.push_str(&apply(&stage, &["--format", "json"]).outcomes());
    }
    assert_data_eq!(
        told,
        str![[r#"
exit 4
00000000000A stale: stale null live state is not what it was when the plan was approved
00000000000B stale: stale null what is wanted is not what was approved with the plan: the manifest or a secret has changed
exit 4
00000000000A stale: stale null live state is not what it was when the plan was approved
00000000000B stale: stale null live state is not what it was when the plan was approved
exit 4
00000000000A stale: stale null live state is not what it was when the plan was approved
00000000000B stale: stale null live state is not what it was when the plan was approved
exit 4
00000000000A stale: stale null it could not be written when the plan was approved
00000000000B stale: stale null it could not be written when the plan was approved

"#]]
    );
    assert_eq!(stage.requests().1, 0);
}

#[test]
fn members_that_a_saved_plan_does_not_have_are_refused() {
    let stage = stage(&[(A, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let own = text(&stage);
    let before = stage.requests();
    for altered in [
        own.replace("\"digests\":", "\"more\": 1,\n\"digests\":"),
        own.replace("\"allow\": []", "\"allow\": [], \"more\": 1"),
        own.replace("\"allow\": []", "\"allow\": [], \"allow\": [\"empty\"]"),
        own.replace("\"digests\":", "\"digests\": {},\n\"digests\":"),
        own.replace("\"allow\": []", "\"allow\": null"),
    ] {
        assert_ne!(altered, own);
        stage.write(FILE, sealed(&altered));
        assert_eq!(apply(&stage, &[]).code, 65, "{altered}");
    }
    assert_eq!(stage.requests(), before);
}
