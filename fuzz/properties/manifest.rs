//! Manifests: whatever is wrong is said in bounds, in place and harmlessly, and what is right can be bound.

use std::borrow::Cow;
use std::sync::Arc;

use hookfleet::desired::bind::{Needs, Values};
use hookfleet::desired::{Desired, Goal, WantedWebhooks, bind, resolve};
use hookfleet::document::findings::FindingsV1;
use hookfleet::exit::ExitCode;
use hookfleet::manifest::{Findings, SourceFile, decode};
use hookfleet::render::text::{Colors, findings};
use hookfleet::webhook::Fingerprints;

use super::harmless::{assert_harmless, without_colours};
use super::{LARGEST, Verdict};

/// What secrets are bound to: a value for a part of a URL, one that has to be encoded there, and a whole URL.
const SECRETS: [&str; 3] = [
    "fake-5ecret-9f8e7d6c",
    "fake-5ecret-9f8e7d6c /?#@%\u{202e}é",
    "https://u:p@fake-5ecret-9f8e7d6c.example/hook?q=1",
];

/// What none of them may be shown by.
const MARK: &str = "fake-5ecret-9f8e7d6c";

/// The longest message, in characters: a sentence, with a few quotes of at most 60.
const LONGEST_MESSAGE: usize = 600;

/// The most findings that text shows, and the most lines and characters that it shows of each.
const MOST_SHOWN: usize = 100;
const MOST_LINES: usize = 12;
const LONGEST_LINE: usize = 3000;

/// Reads, resolves and renders a manifest, and binds it where nothing is wrong.
pub fn manifest(bytes: &[u8]) -> Verdict {
    if bytes.len() > LARGEST {
        return Verdict::Refused;
    }
    let files = [SourceFile {
        name: Arc::from("m.yaml"),
        bytes: Arc::from(bytes),
    }];
    let mut found = Findings::default();
    let manifests = decode(&files[0], &mut found);
    let desired = resolve(&manifests, &mut found);
    assert_told(&found, &files);
    if found.errors() > 0 {
        return Verdict::Refused;
    }
    let everything: Vec<usize> = (0..desired.instances.len()).collect();
    let needs = Needs::of(&desired, &everything);
    for secret in SECRETS {
        assert_binds(&desired, &everything, &needs, secret, &files);
    }
    Verdict::Accepted
}

/// Every finding stands inside the file and can be shown to anybody.
fn assert_told(found: &Findings, files: &[SourceFile; 1]) {
    let bytes = &files[0].bytes;
    let lines = line_starts(bytes);
    for finding in found.iter() {
        let place = &finding.place;
        let (start, end) = (place.start as usize, place.end as usize);
        assert!(start <= end && end <= bytes.len(), "{finding:?}");
        let (line, before) = before(bytes, &lines, start);
        assert_eq!(place.origin.line as usize, line, "{finding:?}");
        // Byte-order marks in front of a document take no place.
        let marked = before.trim_start_matches('\u{feff}');
        let columns = [&before, marked].map(|before| before.chars().count() + 1);
        let column = place.origin.column as usize;
        assert!(columns.contains(&column), "{columns:?}: {finding:?}");
        let length = finding.message.chars().count();
        assert!(length <= LONGEST_MESSAGE, "{length}: {finding:?}");
    }
    let document = FindingsV1::of(found, files, None, ExitCode::Invalid);
    let text = findings::findings(&document, Colors::Plain);
    assert_harmless(&text);
    assert!(text.lines().count() <= MOST_SHOWN * MOST_LINES);
    assert!(text.lines().all(|line| line.len() <= LONGEST_LINE));
    let coloured = findings::findings(&document, Colors::Coloured);
    assert_eq!(without_colours(&coloured), text);
    let json = hookfleet::render::json::to_json(&document);
    assert_harmless(&json);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON is JSON");
    assert_eq!(
        json["findings"].as_array().map(Vec::len),
        Some(found.iter().len())
    );
}

/// Where every line of a text begins: behind a line feed, a carriage return, or both.
fn line_starts(bytes: &[u8]) -> Vec<usize> {
    let ends = (0..bytes.len()).filter(|at| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(ends.map(|at| at + 1)).collect()
}

/// The line of a place, from 1, and what stands before it there.
fn before<'a>(bytes: &'a [u8], lines: &[usize], at: usize) -> (usize, Cow<'a, str>) {
    let line = lines.partition_point(|start| *start <= at);
    let before = String::from_utf8_lossy(&bytes[lines[line - 1]..at]);
    (line, before)
}

/// Everything can be bound, whatever the secrets are, and nothing of them is shown.
fn assert_binds(
    desired: &Desired,
    everything: &[usize],
    needs: &Needs,
    secret: &str,
    files: &[SourceFile; 1],
) {
    let values: Values = desired
        .secrets
        .keys()
        .map(|name| (name.clone(), secret.to_owned().into()))
        .collect();
    assert!(needs.secrets.iter().all(|name| values.contains_key(name)));
    let mut found = Findings::default();
    let targets = bind(desired, everything, &values, &mut found);
    assert_eq!(targets.len(), everything.len());
    assert_told(&found, files);
    if contains(&files[0].bytes, MARK.as_bytes()) {
        return;
    }
    let fingerprints = Fingerprints::new([0; 32]);
    for target in &targets {
        let Goal::Managed(wanted) = &target.goal else {
            continue;
        };
        let WantedWebhooks::Exactly(webhooks) = &wanted.webhooks else {
            continue;
        };
        // Sets multiply: the first ones say as much as half a million would.
        for webhook in webhooks.iter().take(100) {
            let url = &webhook.webhook.url;
            assert!(!url.redacted(&fingerprints).contains(MARK), "shown");
            let host = url.redacted_host(&fingerprints).unwrap_or_default();
            assert!(!host.contains(MARK), "shown in the host");
        }
    }
    let document = FindingsV1::of(&found, files, None, ExitCode::Invalid);
    let said = findings::findings(&document, Colors::Plain);
    assert!(!said.contains(MARK), "{said}");
    assert!(found.iter().all(|finding| !finding.message.contains(MARK)));
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
