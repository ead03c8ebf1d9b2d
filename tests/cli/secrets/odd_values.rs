//! Values that are likely not what was meant: one final line end never counts, and what is odd about the rest is a warning that
//! tells nothing of the value.

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, TOKEN};

const MANIFEST: &str = "version: 1
credentials:
  filed: { file: token.txt }
secrets:
  crm: { env: CRM }
instances:
  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/?s=${secret.crm}', events: [message] }] }
  - { id: 00000000000B, credential: filed, webhooks: [] }
";

fn stage(crm: &str, token: &str, filed: &str) -> Stage {
    let stage = Stage::new("  - id: 00000000000A\n  - id: 00000000000B\n", MANIFEST)
        .env("CRM", crm)
        .env("WAWP_ACCESS_TOKEN", token);
    stage.write("token.txt", filed);
    stage
}

#[test]
fn one_final_line_end_counts_for_no_source() {
    for end in ["\n", "\r\n"] {
        let token = format!("{TOKEN}{end}");
        let stage = stage(&format!("s3cr3t{end}"), &token, &token);
        let run = stage.run(&["apply", "--auto-approve"]);
        assert_eq!(
            (run.code, run.err.contains("warning")),
            (0, false),
            "{}",
            run.told()
        );
        assert!(
            stage
                .live()
                .contains("https://a.example/?s=s3cr3t message\n")
        );
    }
}

#[test]
fn what_is_odd_is_a_warning_that_names_the_source_and_nothing_of_the_value() {
    let filed = format!("{TOKEN}\n");
    let stage = stage(" \"s3cr3t\"\n\n", &format!("Bearer {TOKEN}"), &filed);
    let run = stage.run(&["plan", "--retries", "0"]);
    assert_data_eq!(
        &run.err,
        str![[r#"
warning: credential `default`: environment variable `WAWP_ACCESS_TOKEN` begins with `Bearer` or `Token`, which is no part of a token; hookfleet uses it as it is, so mend the source if that is not meant
warning[odd-secret]: secret `crm`: environment variable `CRM` begins with white space and ends with more than one line end and has quotes around it; hookfleet uses it as it is, so mend the source if that is not meant
 --> hookfleet.yaml:5:15
  |
5 |   crm: { env: CRM }
  |               ^^^


hint: check the token of the instance's credential; `api: { auth: header }` sends it in a header

"#]]
    );
    assert!(!run.told().contains("s3cr3t") && !run.told().contains(TOKEN));
}

#[test]
fn each_kind_of_oddity_is_told_of_a_secret_in_words_that_are_true() {
    for (value, said) in [
        ("CRM=s3cr3t", "begins with a name and `=`"),
        ("CRM: s3cr3t", "begins with a name and `:`"),
        ("\"s3cr3t", "has a quote at one end alone"),
        (
            "\"s3cr3t\",",
            "has quotes around it and ends with a comma or semicolon behind a quote",
        ),
        (
            "s3cr3t%0A",
            "ends with a line end or blank that is written out, such as `\\n` or `%0A`",
        ),
        ("s3cr3t\r", "ends with a carriage return"),
        (
            "null",
            "is a placeholder or no value, such as `<secret>`, `$NAME` or `null`",
        ),
        ("s3\u{200b}cr3t", "has an invisible character"),
    ] {
        let run = stage(value, TOKEN, TOKEN).run(&["plan", "--retries", "0"]);
        let expected = format!("environment variable `CRM` {said}; hookfleet uses it as it is");
        assert!(run.err.contains(&expected), "{value:?}: {}", run.err);
        assert!(!run.told().contains("s3cr3t"), "{value:?}");
    }
}

#[test]
fn untrusted_manifests_are_told_nothing_of_a_value() {
    let flags = [
        "plan",
        "-i",
        "00000000000A",
        "--untrusted",
        "--allow-env",
        "CRM",
    ];
    let odd = stage(" s3cr3t", TOKEN, TOKEN).run(&flags);
    let plain = stage("s3cr3t", TOKEN, TOKEN).run(&flags);
    assert_eq!((odd.code, &*odd.err), (plain.code, &*plain.err));
    assert!(!odd.told().contains("white space"), "{}", odd.told());
}

#[test]
fn a_token_that_no_header_can_carry_stops_the_run_before_the_first_request() {
    let stage = stage("s3cr3t", "two\nlines", "three\n\nlines\n");
    let manifest = MANIFEST.replace("version: 1", "version: 1\napi: { auth: header }");
    stage.write("hookfleet.yaml", manifest);
    let run = stage.run(&["plan"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
--- stderr
error[unset-source]: credential `filed`: file `token.txt` has a line break or another control character, which no header can carry
 --> hookfleet.yaml:4:18
  |
4 |   filed: { file: token.txt }
  |                  ^^^^^^^^^

error: 2 tokens can't go into a header, so nothing was sent

hint: mend the source: a token is one line

"#]]
    );
    assert_eq!(stage.emulator().connections(), 0);
}
