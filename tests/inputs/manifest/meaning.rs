//! The example of the design's § Manifest, as it stands there.

use snapbox::str;

use super::{means, one, same, says};

const EXAMPLE: &str = r#"# yaml-language-server: $schema=./schemas/manifest.v1.json
version: 1                             # required, in every file

api:                                   # all optional. Where tokens are sent is never a manifest's to say: --base-url is a flag
  auth: query                          # or header
  write: body                          # or query: where a POST carries the webhooks (the vendor's page says both)
  concurrency: auto                    # or a number
  max_requests_per_second: 50          # per credential; no default

credentials:                           # where tokens come from; a literal token is an error
  default: { env: WAWP_ACCESS_TOKEN }  # this one exists without being written
  eu:      { file: /run/secrets/wawp-eu }
  vault:   { command: [vault, kv, get, -field=token, secret/wawp] }   # runs only with --allow-commands

secrets:                               # the same three sources, for values inside webhook URLs
  n8n: { env: N8N_HOOK_SECRET }

webhook_sets:                          # named lists, used by many instances
  crm:
    - url: https://crm.example.com/wawp/${instance.name}?secret=${secret.n8n}
      events: [message, message.ack]

defaults:                              # what an instance has unless it says otherwise
  credential: default
  prune: true                          # live webhooks that the manifest doesn't have
  ignore: ["https://*.ngrok.app/**"]   # live webhooks that are nobody's business
  system: keep
  webhook_sets: [crm]

safety:                                # the guards; these are the defaults
  max_removed_percent: 30
  max_changed_percent: 100
  allow_empty: false

instances:
  - id: 8D30ABB1E6DA
    name: support-eu                   # optional, unique
    labels: { env: prod, region: eu }
    credential: eu                     # an instance may set every key of defaults; its lists replace
    webhook_sets: [crm]
    webhooks:
      - url: https://my-app.com/webhook
        events: [message, message.ack, message.edited]
        is_active: true                # bool or 0/1; default true
    system: { is_active: true, events: [message, message.ack] }   # or keep; a key left out keeps what is live
  - id: 1F20CC41A9B3
    suspend: true                      # neither read nor written; listed as skipped; no effect on the exit code
    reason: number is being ported
"#;

#[test]
fn the_designs_example_says_what_is_wrong_with_it_and_nothing_else() {
    // The second instance has no name, and its set's URL asks for one; nothing uses `vault`.
    same(
        says(&one(EXAMPLE)),
        str![[r#"
warning[unused]: credential `vault` is used nowhere; remove it, or use it
  --> m.yaml:13:3
   |
13 |   vault:   { command: […, …, …, …, …] }
   |   ^^^^^


"#]],
    );
}

#[test]
fn the_designs_example_with_a_name_more_and_a_credential_less_means_what_it_says() {
    let text = EXAMPLE
        .replace(
            "  - id: 1F20CC41A9B3",
            "  - id: 1F20CC41A9B3\n    name: other",
        )
        .lines()
        .filter(|line| !line.starts_with("  vault:"))
        .collect::<Vec<_>>()
        .join("\n");
    same(
        means(&one(text)),
        str![[r#"
8D30ABB1E6DA "support-eu" env="prod" region="eu" by eu, prune all, system Some(true) Some(["message", "message.ack"])
  https://crm.example.com/wawp/support-eu?secret=${secret.n8n} ["message", "message.ack"] on
  https://my-app.com/webhook ["message", "message.ack", "message.edited"] on
1F20CC41A9B3 "other" suspended(Some("number is being ported")) by default, prune all, system keep
  keep

"#]],
    );
}
