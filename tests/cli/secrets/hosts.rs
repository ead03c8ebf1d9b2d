//! `hosts` of a secret, in runs: a secret that would go to another host stops everything before the first request.

use snapbox::{assert_data_eq, str};

use crate::harness::Stage;

const MANIFEST: &str = "version: 1
secrets:
  crm: { env: CRM, hosts: [crm.example.com] }
instances:
  - id: 00000000000A
    webhooks: [{ url: 'URL', events: [message] }]
";

fn stage(url: &str) -> Stage {
    Stage::new("  - id: 00000000000A\n", &MANIFEST.replace("URL", url))
}

#[test]
fn a_secret_in_a_url_of_another_host_is_an_error_offline() {
    let stage = stage("https://attacker.example/in?secret=${secret.crm}");
    let said = stage.run(&["validate"]).told();
    assert_data_eq!(
        said,
        str![[r#"
exit 65
--- stdout
--- stderr
error[forbidden-host]: secret `crm` may not go to this host; its `hosts` are crm.example.com; list this one there if the secret belongs there, or name another secret
 --> hookfleet.yaml:6:23
  |
6 |     webhooks: [{ url: 'https://attacker.example/in?secret=${secret.crm}', events: [message] }]
  |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error: the manifest has 1 error

"#]]
    );
    for verb in [&["plan"][..], &["drift"], &["apply", "--auto-approve"]] {
        // The secret is not even needed.
        assert_eq!(stage.run(verb).code, 65, "{verb:?}");
    }
    assert_eq!(stage.emulator().connections(), 0);
}

#[test]
fn a_secret_that_is_a_url_of_another_host_is_an_error_before_any_request_and_says_nothing_of_it() {
    let stage = stage("${secret.crm}").env("CRM", "https://attacker.example/in?x=s3cr3t");
    let run = stage.run(&["plan"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error[forbidden-host]: with its secrets filled in this URL leads elsewhere: secret `crm` may not go to this host; its `hosts` are crm.example.com; list this one there if the secret belongs there, or name another secret
 --> hookfleet.yaml:6:23
  |
6 |     webhooks: [{ url: '${secret.crm}', events: [message] }]
  |                       ^^^^^^^^^^^^^^^

error: the manifest has 1 error

"#]]
    );
    assert_eq!(stage.emulator().connections(), 0);
    assert!(!run.told().contains("attacker"));
    let json = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert!(!json.told().contains("attacker"), "{}", json.told());
    assert_eq!(json.json()["findings"][0]["code"], "forbidden-host");
}

#[test]
fn a_secret_that_is_a_url_of_a_listed_host_is_sent_there() {
    let stage = stage("${secret.crm}").env("CRM", "https://CRM.example.com/in?x=s3cr3t");
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n00000000000A applied, verified\n");
}
