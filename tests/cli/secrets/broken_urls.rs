//! Live URLs whose authority is not plainly one: a password with a delimiter in it is no host and no port.

use crate::harness::Stage;

const ID: &str = "00000000000A";
const BROKEN: [&str; 10] = [
    r"https://l0gin:s3cr3tpw\t41l@host.example/in",
    "https://l0gin:s3cr3tpw/t41l@host.example/in",
    "https://l0gin:54321/t41l@host.example/in",
    "https://s3cr3tpw?t41l@host.example/in",
    "https://host.example:s3cr3tpw/",
    r"https://crm.s3cr3tpw\@host.example/in",
    "https://l0gin:54321?x=t41l@host.example/in",
    "https://s3cr3tpw?t41l=1%40host.example/in",
    "https://l0gin:54321/t41l%40host.example/in",
    "https://s3cr3tpw?a&b=t41l;c@host.example/in",
];
const SECRETS: [&str; 4] = ["l0gin", "s3cr3tpw", "54321", "t41l"];

#[test]
fn no_output_shows_a_part_of_a_password_with_a_delimiter_as_host_port_or_path() {
    let hook = |url: &str| format!("{{ url: '{url}', events: [message], extra: {{ hmac: 1 }} }}");
    // The first one stands twice.
    let hooks = BROKEN.iter().chain(&BROKEN[..1]).map(|url| hook(url));
    let hooks: Vec<String> = hooks.collect();
    let manifest = |prune: &str| {
        let wanted = "webhooks: [{ url: 'https://host.example/in', events: [message] }]";
        format!(
            "version: 1\ndefaults: {{ prune: {prune} }}\ninstances:\n  - {{ id: {ID}, {wanted} }}\n"
        )
    };
    let world = format!("  - {{ id: {ID}, webhooks: [{}] }}\n", hooks.join(", "));
    let stage = Stage::new(&world, &manifest("['https://host.example/**']"));
    let look = |args: &[&str]| {
        let run = stage.run(args);
        let told = run.told();
        for secret in SECRETS {
            assert!(!told.contains(secret), "{secret}: {args:?}: {told}");
        }
        run.code
    };
    for format in ["text", "json"] {
        assert_eq!(look(&["plan", "-v", "--format", format]), 0);
        assert_eq!(look(&["drift", "--format", format]), 2);
    }
    stage.write("hookfleet.yaml", manifest("true"));
    assert_eq!(
        look(&["plan", "-v", "--allow", "removals", "--out", "plan.json"]),
        0
    );
    assert_eq!(look(&["show", "plan.json", "--format", "json"]), 0);
    let saved = std::fs::read_to_string(stage.dir.path().join("plan.json")).unwrap();
    assert!(
        !SECRETS.iter().any(|secret| saved.contains(secret)),
        "{saved}"
    );
    assert_eq!(
        look(&["apply", "--auto-approve", "-v", "--allow", "removals"]),
        0
    );
}
