//! Tokens of the API in values that go into webhook URLs.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, TOKEN};

/// The first notices of a plan, and what is said of the manifest.
fn said(sources: &str, stage: impl Fn(Stage) -> Stage) -> String {
    let manifest = format!(
        "version: 1\n{sources}instances:\n  - {{ id: 00000000000A, webhooks: [{{ url: 'https://a.example/?s=${{secret.crm}}', events: [message] }}] }}\n"
    );
    let stage = stage(
        Stage::new("  - id: 00000000000A\n", &manifest)
            .env("SAME", TOKEN)
            .env("OTHER", "another-token"),
    );
    let run = stage.run(&["plan", "--retries", "0", "--allow-commands"]);
    assert!(!run.told().contains(TOKEN), "{}", run.told());
    let notices = run
        .out
        .lines()
        .filter(|line| line.starts_with("notice: secret `crm`"));
    let notices = notices.filter(|line| !line.contains("not live yet"));
    let warnings = run
        .err
        .lines()
        .filter(|line| line.starts_with("warning[token"));
    let all: Vec<&str> = notices.chain(warnings).collect();
    all.join("\n") + "\n"
}

#[test]
fn a_secret_that_is_or_holds_a_token_is_a_notice() {
    let crm = "secrets: { crm: { env: CRM } }\n";
    for (value, how) in [
        (TOKEN.to_owned(), "is the token"),
        (format!("{TOKEN} \n"), "is the token"),
        (format!("Bearer {TOKEN}"), "holds the token"),
        (format!("Bearer%20{TOKEN}"), "holds the token"),
        (
            format!("a=b\nWAWP_ACCESS_TOKEN={TOKEN}\nc=d"),
            "holds the token",
        ),
        (BASE64_STANDARD.encode(TOKEN), "holds the token"),
        (
            format!(
                "Basic {}",
                BASE64_URL_SAFE_NO_PAD.encode(format!("user:{TOKEN}"))
            ),
            "holds the token",
        ),
        (hex::encode(TOKEN), "holds the token"),
        (
            TOKEN.replace('t', "%74").replace('e', "%65"),
            "holds the token",
        ),
    ] {
        let all = said(crm, |stage| stage.env("CRM", &value));
        assert_eq!(
            all,
            format!(
                "notice: secret `crm` {how} of credential `default`, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own\n"
            ),
        );
    }
    let part = &TOKEN[1..];
    assert_eq!(said(crm, |stage| stage.env("CRM", part)), "\n");
}

/// The notices of tokens in a plan of one webhook, with the default credential's token in the label `key`.
fn written(url: &str, token: &str, flags: &[&str]) -> String {
    let manifest = format!(
        "version: 1\ninstances:\n  - {{ id: 00000000000A, labels: {{ key: '{token}' }}, webhooks: [{{ url: '{url}', events: [message] }}] }}\n"
    );
    let stage = Stage::new("  - id: 00000000000A\n", &manifest).env("WAWP_ACCESS_TOKEN", token);
    let run = stage.run(&[&["plan", "--retries", "0"], flags].concat());
    let notices = run
        .out
        .lines()
        .filter(|line| line.contains(" the token of "));
    let all: Vec<&str> = notices.collect();
    assert!(!all.concat().contains(token), "{}", run.told());
    all.join("\n")
}

#[test]
fn a_token_in_the_text_of_a_manifest_is_a_notice_unless_its_author_is_not_trusted() {
    let coded = BASE64_STANDARD.encode(format!("user:{TOKEN}"));
    for url in [
        format!("https://a.example/in?x={TOKEN}"),
        format!("https://user:{TOKEN}@a.example/in"),
        format!("https://a.example/in?auth=Bearer%20{TOKEN}"),
        format!("https://a.example/in?auth={coded}"),
        "https://a.example/in?x=${label.key}".to_owned(),
    ] {
        assert_eq!(
            written(&url, TOKEN, &[]),
            "notice: a URL of the manifest to a.example holds the token of credential `default`, so whoever gets its events or reads the manifest can do what the token can; take it out, and replace the token at the vendor's",
            "{url}"
        );
        let untrusted = ["--untrusted", "--allow-env", "WAWP_ACCESS_TOKEN"];
        assert_eq!(written(&url, TOKEN, &untrusted), "", "{url}");
    }
    assert_eq!(written("https://a.example/in?x=y", TOKEN, &[]), "");
}

#[test]
fn a_file_that_holds_a_token_among_others_is_a_notice() {
    let said = said("secrets: { crm: { file: environ } }\n", |stage| {
        stage.write("environ", format!("HOME=/\0WAWP_ACCESS_TOKEN={TOKEN}\0X=1"));
        stage
    });
    assert!(
        said.contains("holds the token of credential `default`"),
        "{said}"
    );
}

#[test]
fn a_source_of_a_token_and_a_secret_is_said_whatever_its_spelling() {
    let file = |stage: Stage| {
        stage.write("token.txt", format!("{TOKEN}\n"));
        std::os::unix::fs::symlink("token.txt", stage.dir.path().join("link")).unwrap();
        stage
    };
    let of = |sources: &str| format!("{sources}{}", said(sources, file));
    assert_data_eq!(
        [
            "credentials: { default: { env: SAME } }\nsecrets: { crm: { env: SAME } }\n",
            "secrets: { crm: { env: WAWP_ACCESS_TOKEN } }\n",
            "credentials: { unopened: { env: OTHER }, other: { env: OTHER } }\nsecrets: { crm: { env: OTHER } }\n",
            "credentials: { run: { command: [echo, x] } }\nsecrets: { crm: { command: [echo, x] } }\n",
            "credentials: { eu: { file: ./x/..//token.txt } }\nsecrets: { crm: { file: token.txt } }\n",
            "credentials: { eu: { file: token.txt } }\nsecrets: { crm: { file: link } }\n",
        ]
        .map(of)
        .concat(),
        str![[r#"
credentials: { default: { env: SAME } }
secrets: { crm: { env: SAME } }
notice: secret `crm` is the token of credential `default`, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own
warning[token-as-secret]: secret `crm` has the source of credential `default`, so the targets of webhooks get the token; give the secret a source of its own
secrets: { crm: { env: WAWP_ACCESS_TOKEN } }
notice: secret `crm` is the token of credential `default`, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own
warning[token-as-secret]: secret `crm` has the source of credential `default`, so the targets of webhooks get the token; give the secret a source of its own
credentials: { unopened: { env: OTHER }, other: { env: OTHER } }
secrets: { crm: { env: OTHER } }
notice: secret `crm` has the source of credentials `other`, `unopened`, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own
warning[token-as-secret]: secret `crm` has the source of credential `other`, so the targets of webhooks get the token; give the secret a source of its own
credentials: { run: { command: [echo, x] } }
secrets: { crm: { command: [echo, x] } }
notice: secret `crm` has the source of credential `run`, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own
warning[token-as-secret]: secret `crm` has the source of credential `run`, so the targets of webhooks get the token; give the secret a source of its own
credentials: { eu: { file: ./x/..//token.txt } }
secrets: { crm: { file: token.txt } }
notice: secret `crm` is the token of credential `default`, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own
warning[token-as-secret]: secret `crm` has the source of credential `eu`, so the targets of webhooks get the token; give the secret a source of its own
credentials: { eu: { file: token.txt } }
secrets: { crm: { file: link } }
notice: secret `crm` is the token of credential `default`, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own
notice: secret `crm` has the source of credential `eu`, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own

"#]]
    );
}
