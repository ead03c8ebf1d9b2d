//! What a manifest can't do: say where tokens go, reach another instance than the one it names, or send a token away
//! unnoticed.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, TOKEN};

#[test]
fn manifest_key_cannot_change_the_base_url_or_allow_more() {
    let instance = "  - { id: 00000000000A, webhooks: []";
    let usual = format!("instances:\n{instance} }}\n");
    let keys = [
        "base_url",
        "url",
        "host",
        "proxy",
        "ca",
        "ca_file",
        "insecure",
        "allow_http",
        "allow_commands",
        "allow_env",
        "untrusted",
        "allow",
        "state_dir",
        "state_recipient",
        "identity",
        "include",
        "timeout",
        "headers",
        "path",
    ];
    let mut manifests = Vec::new();
    for key in keys {
        manifests.push(format!("{key}: x\n{usual}"));
        manifests.push(format!("api: {{ {key}: x }}\n{usual}"));
        manifests.push(format!("safety: {{ {key}: x }}\n{usual}"));
        manifests.push(format!("defaults: {{ {key}: x }}\n{usual}"));
        manifests.push(format!("instances:\n{instance}, {key}: x }}\n"));
        manifests.push(format!(
            "credentials: {{ default: {{ env: WAWP_ACCESS_TOKEN, {key}: x }} }}\n{usual}"
        ));
    }
    let stage = Stage::new("  - id: 00000000000A\n", "");
    for manifest in manifests {
        stage.write("hookfleet.yaml", format!("version: 1\n{manifest}"));
        let run = stage.run(&["plan", "--format", "json"]);
        let findings = run.json()["findings"].clone();
        let codes = findings.as_array().unwrap().iter();
        let codes: Vec<&str> = codes.map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!((run.code, codes), (65, vec!["unknown-key"]), "{manifest}");
    }
    assert_eq!(stage.emulator().connections(), 0);
}

/// Ids that would be more than an id where they are not encoded, as YAML and JSON write them.
const IDS: [&str; 18] = [
    r"A/../VICTIM",
    r"../../VICTIM",
    r"..",
    r"/VICTIM",
    r"A?instance_id=VICTIM",
    r"A&instance_id=VICTIM",
    r"A;instance_id=VICTIM",
    r"A&access_token=free-token",
    r"A&webhooks=[]",
    r"A#VICTIM",
    r"A%26instance_id=VICTIM",
    r"A%2f..%2fVICTIM",
    r"%56ICTIM",
    r"A+B C",
    r"A=B@C:D",
    r"A\r\nX-Instance-Id: VICTIM",
    r"A\nB",
    r"VICTIM\u00e9",
];

/// An apply to all of [`IDS`] in a world that has a victim too: how it ended, and the requests that each received.
fn with_ids(auth: &str) -> String {
    let (mut world, mut manifest) = (
        "  - id: VICTIM\n".to_owned(),
        format!("version: 1\napi: {{ auth: {auth} }}\ninstances:\n"),
    );
    for id in IDS {
        writeln!(world, "  - id: \"{id}\"").unwrap();
        writeln!(
            manifest,
            "  - {{ id: \"{id}\", webhooks: [{{ url: 'https://a.example/', events: [message] }}] }}"
        )
        .unwrap();
    }
    let stage = Stage::new(&world, &manifest);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    let json = run.json();
    let mut told = String::new();
    let rows = json["instances"].as_array().unwrap();
    assert_eq!(rows.len(), IDS.len());
    for row in rows {
        let id = row["id"].as_str().unwrap();
        let counts = stage.world().counts_of(id);
        let why = row["error"]["message"].as_str();
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        writeln!(
            told,
            "{} {}{why}, {} + {}",
            serde_json::Value::from(id),
            row["status"].as_str().unwrap(),
            counts.gets,
            counts.posts
        )
        .unwrap();
    }
    let (all, victim) = (stage.requests(), stage.world().counts_of("VICTIM"));
    writeln!(told, "victim, {} + {}", victim.gets, victim.posts).unwrap();
    writeln!(told, "all, {} + {}", all.0, all.1).unwrap();
    told
}

#[test]
fn id_with_url_syntax_stays_one_query_value() {
    assert_data_eq!(
        with_ids("query"),
        str![[r#"
"A/../VICTIM" applied, 3 + 1
"../../VICTIM" applied, 3 + 1
".." applied, 3 + 1
"/VICTIM" applied, 3 + 1
"A?instance_id=VICTIM" applied, 3 + 1
"A&instance_id=VICTIM" applied, 3 + 1
"A;instance_id=VICTIM" applied, 3 + 1
"A&access_token=free-token" applied, 3 + 1
"A&webhooks=[]" applied, 3 + 1
"A#VICTIM" applied, 3 + 1
"A%26instance_id=VICTIM" applied, 3 + 1
"A%2f..%2fVICTIM" applied, 3 + 1
"%56ICTIM" applied, 3 + 1
"A+B C" applied, 3 + 1
"A=B@C:D" applied, 3 + 1
"A/r/nX-Instance-Id: VICTIM" applied, 3 + 1
"A/nB" applied, 3 + 1
"VICTIMé" applied, 3 + 1
victim, 0 + 0
all, 54 + 18

"#]]
    );
}

#[test]
fn id_with_header_syntax_stays_one_header_or_is_not_sent() {
    assert_data_eq!(
        with_ids("header"),
        str![[r#"
"A/../VICTIM" applied, 3 + 1
"../../VICTIM" applied, 3 + 1
".." applied, 3 + 1
"/VICTIM" applied, 3 + 1
"A?instance_id=VICTIM" applied, 3 + 1
"A&instance_id=VICTIM" applied, 3 + 1
"A;instance_id=VICTIM" applied, 3 + 1
"A&access_token=free-token" applied, 3 + 1
"A&webhooks=[]" applied, 3 + 1
"A#VICTIM" applied, 3 + 1
"A%26instance_id=VICTIM" applied, 3 + 1
"A%2f..%2fVICTIM" applied, 3 + 1
"%56ICTIM" applied, 3 + 1
"A+B C" applied, 3 + 1
"A=B@C:D" applied, 3 + 1
"A/r/nX-Instance-Id: VICTIM" failed: the token or the id has characters that no header can carry, 0 + 0
"A/nB" failed: the token or the id has characters that no header can carry, 0 + 0
"VICTIMé" applied, 3 + 1
victim, 0 + 0
all, 48 + 16

"#]]
    );
}

#[test]
fn an_id_that_a_header_would_cut_short_is_refused() {
    let manifest = "version: 1
api: { auth: header }
instances:
  - { id: 00000000000A, webhooks: [] }
  - { id: '00000000000A ', webhooks: [] }
  - { id: \"\\t00000000000A\", webhooks: [] }
";
    let stage = Stage::new("  - id: 00000000000A\n", manifest);
    assert_data_eq!(
        stage.run(&["plan"]).told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error[invalid-value]: id begins or ends with white space; remove it
 --> hookfleet.yaml:5:11
  |
5 |   - { id: '00000000000A ', webhooks: [] }
  |           ^^^^^^^^^^^^^^^

warning[id-length]: id `00000000000A ` has 13 characters; the vendor documents 12
 --> hookfleet.yaml:5:11
  |
5 |   - { id: '00000000000A ', webhooks: [] }
  |           ^^^^^^^^^^^^^^^

error[invalid-value]: id begins or ends with white space; remove it
 --> hookfleet.yaml:6:11
  |
6 |   - { id: "/t00000000000A", webhooks: [] }
  |           ^^^^^^^^^^^^^^^^

warning[id-length]: id `/u{9}00000000000A` has 13 characters; the vendor documents 12
 --> hookfleet.yaml:6:11
  |
6 |   - { id: "/t00000000000A", webhooks: [] }
  |           ^^^^^^^^^^^^^^^^

warning[odd-text]: id holds U+0009 TAB; remove it
 --> hookfleet.yaml:6:11
  |
6 |   - { id: "…", webhooks: [] }
  |           ^^^

error: the manifest has 2 errors and 3 warnings

"#]]
    );
    assert_eq!(stage.requests(), (0, 0));
}

#[test]
fn token_used_as_a_webhook_secret_is_a_notice() {
    let manifest = "version: 1
credentials: { other: { env: OTHER } }
secrets:
  innocent: { env: INNOCENT }
  shared: { file: shared.txt }
instances:
  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/?s=${secret.innocent}&t=${secret.shared}', events: [message] }] }
  - { id: 00000000000B, credential: other, webhooks: [] }
";
    let stage = Stage::new("  - id: 00000000000A\n  - id: 00000000000B\n", manifest)
        .env("OTHER", "free-token")
        .env("INNOCENT", "not-a-token");
    stage.write("shared.txt", format!("{TOKEN}\n"));
    let run = stage.run(&["plan", "--quiet", "--retries", "0"]);
    let said = "notice: secret `shared` is the token of credential `default`, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own";
    assert_eq!(run.out.lines().next(), Some(said));
    assert_eq!(run.out.matches("is the token of").count(), 1, "{}", run.out);
    // Where a credential of the manifest comes from is enough, though this run does not open it.
    let same = "{ env: INNOCENT }\n  shared: { env: OTHER }";
    stage.write(
        "same.yaml",
        manifest.replace("{ env: INNOCENT }\n  shared: { file: shared.txt }", same),
    );
    let json = stage.run(&[
        "plan",
        "-f",
        "same.yaml",
        "-i",
        "00000000000A",
        "--format",
        "json",
    ]);
    assert_eq!(json.json()["notices"][0]["kind"], "token_in_url");
    assert!(!run.told().contains(TOKEN));
    // What no webhook uses goes nowhere.
    let run = stage.run(&["plan", "-i", "00000000000B"]);
    assert!(!run.out.contains("is the token of"), "{}", run.out);
}
