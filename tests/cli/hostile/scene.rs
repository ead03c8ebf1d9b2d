//! One hostile world and one hostile manifest: an instance for each hostile text, which is its id, its name, its label,
//! an event, an unknown field, and parts of its URLs.

use std::fmt::Write as _;

use crate::harness::Stage;
use crate::hostile::texts::{TEXTS, yaml};

/// The id that is made of a text: one with white space at its ends is refused.
pub(crate) fn id(text: &str) -> &str {
    text.trim()
}

/// World and manifest of these texts.
pub(crate) fn stage_of(texts: &[&str]) -> Stage {
    let mut world = String::new();
    let mut manifest =
        "version: 1\ndefaults: { prune: true }\nsafety: { max_removed_percent: 100 }\ninstances:\n"
            .to_owned();
    for text in texts {
        let own = yaml(text);
        let id = yaml(id(text));
        let path = yaml(&format!(
            "https://live.example/in/{text}?key={text}&{text}={text}#{text}"
        ));
        let no_url = yaml(&format!("https://{text}/"));
        writeln!(
            world,
            "  - id: {id}
    webhooks:
      - {{ url: 'https://a.example/hook', events: [{own}, message], extra: {{ {own}: {own} }} }}
      - {{ url: {path}, events: [message] }}
      - {{ url: {no_url}, events: [message] }}
    system: {{ url: 'https://app.wawp.net/api/webhook/k', events: [{own}] }}"
        )
        .unwrap();
        writeln!(
            manifest,
            "  - id: {id}
    name: {own}
    labels: {{ hostile: {own} }}
    webhooks:
      - {{ url: 'https://a.example/hook', events: [message, {}] }}",
            yaml(&format!("{text} ack")),
        )
        .unwrap();
    }
    writeln!(
        manifest,
        "  - {{ id: suspended, suspend: true, reason: {} }}",
        yaml(&texts.concat())
    )
    .unwrap();
    Stage::new(&world, &manifest)
}

/// With all texts.
pub(crate) fn stage() -> Stage {
    stage_of(&TEXTS)
}
