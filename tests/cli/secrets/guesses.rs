//! Guesses at secrets in a manifest that is not trusted: what is said, the exit code and the requests are the same whether one
//! of them is right or none is.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, masked};

const UNTRUSTED: [&str; 3] = ["--untrusted", "--allow-env", "HOOK"];

/// All that an author of a pull request sees of a run, requests included.
fn seen(manifest: &str, live: &str, hook: &str, verb: &[&str]) -> String {
    let world =
        format!("  - {{ id: 00000000000A, webhooks: [{{ url: '{live}', events: [message] }}] }}\n");
    let stage = Stage::new(&world, manifest).env("HOOK", hook);
    let run = stage.run(&[verb, &UNTRUSTED].concat());
    format!("{}{:?}\n", masked(&run.told()), stage.requests())
}

/// A manifest with one URL with a secret, and so many literal ones.
fn manifest(template: Option<&str>, guesses: usize, literal: impl Fn(usize) -> String) -> String {
    let mut text = "version: 1\nsecrets: { s: { env: HOOK } }\ndefaults: { prune: true }\ninstances:\n  - id: 00000000000A\n    webhooks:\n".to_owned();
    let literals = (0..guesses).map(literal);
    for url in template.map(str::to_owned).into_iter().chain(literals) {
        writeln!(text, "      - {{ url: '{url}', events: [message] }}").unwrap();
    }
    text
}

const VERBS: [&[&str]; 4] = [
    &["plan"],
    &["plan", "--format", "json"],
    &["drift"],
    &["apply", "--auto-approve"],
];

#[test]
fn ten_thousand_guesses_beside_a_secret_tell_nothing_of_it() {
    for template in [
        "https://a.example/?s=${secret.s}",
        "https://a.example/${secret.s}/in",
        "https://u:${secret.s}@a.example/",
        "${secret.s}",
    ] {
        let filled = |value: &str| match template {
            "${secret.s}" => format!("https://a.example/{value}"),
            _ => template.replace("${secret.s}", value),
        };
        let whole = |value: &str| match template {
            "${secret.s}" => filled(value),
            _ => value.to_owned(),
        };
        let is_first = template.starts_with("https://a.example/?s=");
        let verbs = if is_first { &VERBS[..] } else { &VERBS[..1] };
        for count in [10_000, 50].into_iter().skip(usize::from(!is_first)) {
            let manifest = manifest(Some(template), count, |at| filled(&format!("guess{at}")));
            let verbs = if count > 50 { &verbs[..1] } else { verbs };
            for verb in verbs {
                let live = "https://a.example/?s=old";
                let right = seen(&manifest, live, &whole("guess42"), verb);
                let wrong = seen(&manifest, live, &whole("other42"), verb);
                assert_eq!(right, wrong, "{template} {verb:?}");
                assert!(right.starts_with("exit 65"), "{right}");
            }
        }
    }
}

#[test]
fn ten_thousand_guesses_at_what_is_live_tell_nothing_of_it() {
    let manifest = manifest(None, 10_000, |at| format!("https://a.example/?s=guess{at}"));
    for verb in [VERBS[0], VERBS[3]] {
        let right = seen(&manifest, "https://a.example/?s=guess42", "x", verb);
        let wrong = seen(&manifest, "https://a.example/?s=other42", "x", verb);
        assert_eq!(right, wrong, "{verb:?}");
    }
}

#[test]
fn words_of_the_manifest_show_no_part_of_a_live_url_that_is_another() {
    let manifest = manifest(None, 50, |at| {
        format!("https://a.example/guess{at}?guess{at}=x&s=guess{at}")
    });
    for [right, wrong] in [
        [
            "https://b.example/in/guess42",
            "https://b.example/in/other42",
        ],
        [
            "https://b.example/in?guess42=y",
            "https://b.example/in?other42=y",
        ],
        [
            "https://b.example/in?s=guess42",
            "https://b.example/in?s=other42",
        ],
    ] {
        let verb = &["plan", "--allow", "removals"][..];
        assert_eq!(
            seen(&manifest, right, "x", verb),
            seen(&manifest, wrong, "x", verb)
        );
    }
}

#[test]
fn many_guesses_in_one_url_show_at_most_the_one_in_the_same_place() {
    let items: Vec<String> = (0..500).map(|at| format!("s=guess{at}")).collect();
    let url = format!("https://a.example/in?{}", items.join("&"));
    let manifest = manifest(None, 1, |_| url.clone());
    let right = seen(&manifest, "https://a.example/in?s=guess42", "x", &["plan"]);
    let wrong = seen(&manifest, "https://a.example/in?s=other42", "x", &["plan"]);
    assert_eq!(right, wrong);
}

#[test]
fn guesses_at_a_host_under_other_instances_tell_nothing_of_it() {
    for (template, guess, is_whole) in [
        (
            "https://${secret.s}.hooks.example.com/in",
            "https://GUESS.hooks.example.com/x",
            false,
        ),
        (
            "https://${secret.s}.hooks.example.com/in",
            "https://GUESS.hooks.example.com/x?s=${secret.s}",
            false,
        ),
        (
            "https://${secret.s}.hooks.example.com/in",
            "https://GUESS.hooks.example.com/x?t=${secret.t}",
            false,
        ),
        (
            "${secret.s}",
            "https://GUESS.hooks.example.com/in?t=${secret.t}",
            true,
        ),
    ] {
        let mut world = String::from("  - { id: 00000000000A, webhooks: [] }\n");
        let mut manifest = format!(
            "version: 1\nsecrets: {{ s: {{ env: HOOK, hosts: ['*.hooks.example.com'] }}, t: {{ env: OTHER }} }}\ninstances:\n  - {{ id: 00000000000A, webhooks: [{{ url: '{template}', events: [message] }}] }}\n"
        );
        for instance in 0..5 {
            writeln!(world, "  - {{ id: 00000000000{instance}, webhooks: [] }}").unwrap();
            writeln!(manifest, "  - id: 00000000000{instance}\n    webhooks:").unwrap();
            for at in instance * 10..instance * 10 + 10 {
                let url = guess.replace("GUESS", &format!("guess{at}"));
                writeln!(manifest, "      - {{ url: '{url}', events: [message] }}").unwrap();
            }
        }
        let told = |name: &str| {
            let value = format!("{name}42");
            let value = if is_whole {
                format!("https://{value}.hooks.example.com/in")
            } else {
                value
            };
            let stage = Stage::new(&world, &manifest)
                .env("HOOK", &value)
                .env("OTHER", "0th3r-s3cr3t");
            let run = stage.run(&[&["plan"], &UNTRUSTED[..], &["--allow-env", "OTHER"]].concat());
            // Notices are sorted by their text, and so by a random fingerprint.
            let told = masked(&run.told());
            let mut lines: Vec<&str> = told.lines().collect();
            lines.sort_unstable();
            lines.join("\n")
        };
        let right = told("guess");
        assert_eq!(right, told("other"), "{template} {guess}");
        assert!(right.contains("Plan: 51 to create"), "{right}");
    }
}

#[test]
fn what_a_secret_spoils_is_said_without_a_place() {
    let manifest = manifest(Some("https://a.example/?s=${secret.s}"), 0, |_| {
        String::new()
    });
    let manifest = manifest.replace(
        "    webhooks:\n",
        "    webhooks:\n      - { url: 'https://${secret.s}.a.example/', events: [message] }\n",
    );
    assert_data_eq!(
        seen(&manifest, "https://a.example/", "a..b", &["plan"]),
        str![[r#"
exit 65
--- stdout
--- stderr
error: with its secrets filled in a URL can't be delivered to, stands twice, or leads to another host than its secret may go to

hint: which one is not told with --untrusted; without it, once the manifest has been reviewed
(0, 0)

"#]]
    );
}

#[test]
fn a_manifest_that_guesses_nothing_is_planned_as_ever() {
    let manifest = manifest(Some("https://a.example/in?s=${secret.s}"), 3, |at| {
        format!("https://a.example/in?team={at}")
    });
    assert_data_eq!(
        seen(
            &manifest,
            "https://a.example/in?s=s3cr3t",
            "s3cr3t",
            &["plan"]
        ),
        str![[r#"
exit 0
--- stdout
notice: 00000000000A: the answer does not mention a system webhook; a write sends back only what is listed

00000000000A
  + https://a.example/in?team=0
      events: message
  + https://a.example/in?team=1
      events: message
  + https://a.example/in?team=2
      events: message

Plan: 3 to create, 0 to update, 0 to delete on 1 of 1 instances.
--- stderr
(1, 0)

"#]]
    );
}

#[test]
fn a_guess_is_refused_at_the_place_of_the_url_with_the_secret() {
    let manifest = manifest(Some("https://a.example/in?s=${secret.s}"), 2, |at| {
        format!("https://a.example/in?s=guess{at}")
    });
    assert_data_eq!(
        seen(
            &manifest,
            "https://a.example/in?s=s3cr3t",
            "s3cr3t",
            &["plan"]
        ),
        str![[r#"
exit 65
--- stdout
--- stderr
error[guessable-url]: with --untrusted this URL may not stand beside one that it could be once its secret is filled in: a plan would tell whether it is; give the two different paths, or the secret `hosts` (instance `00000000000A`)
 --> hookfleet.yaml:7:16
  |
7 |       - { url: 'https://a.example/in?s=${secret.s}', events: [message] }
  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error: the manifest has 1 error
(0, 0)

"#]]
    );
}
