//! Findings as text: place, source line and underline. Of the source, only keys, harmless words and what a finding
//! says may be revealed are shown, since a manifest can hold a secret in the wrong place.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::paint::Paint;
use super::sanitize::{is_dangerous, terminal};
use crate::manifest::{Finding, Findings, Reveal, Severity, SourceFile};
use crate::webhook::events::KNOWN_EVENTS;
use crate::webhook::parts;

/// More findings than this are counted, not shown; JSON has them all.
const MOST: usize = 100;
/// A longer line is cut around what is underlined, in characters on each side.
const AROUND: usize = 60;
/// What stands for what is not shown.
const HIDDEN: &str = "…";

/// Findings with their source lines, errors and warnings as they come in the files.
pub fn findings(findings: &Findings, files: &[SourceFile], paint: Paint) -> String {
    let renderer = match paint {
        Paint::Coloured => Renderer::styled(),
        Paint::Plain => Renderer::plain(),
    };
    let mut text = String::new();
    for finding in findings.iter().take(MOST) {
        let file = files
            .iter()
            .find(|file| file.name == finding.place.origin.file);
        text.push_str(&render(finding, file, &renderer));
        text.push_str("\n\n");
    }
    if findings.iter().len() > MOST {
        let rest = findings.iter().len() - MOST;
        // Writing into a String can't fail.
        let _ = write!(text, "and {rest} more; `--format json` lists all\n\n");
    }
    text
}

fn render(finding: &Finding, file: Option<&SourceFile>, renderer: &Renderer) -> String {
    let level = match finding.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = terminal(&finding.message);
    let title = level.primary_title(&*message).id(finding.code.as_str());
    let origin = &finding.place.origin;
    let name = terminal(&origin.file);
    let line = file.and_then(|file| Line::of(finding, file));
    let Some(line) = line else {
        let place = annotate_snippets::Origin::path(&*name)
            .line(origin.line as usize)
            .char_column(origin.column as usize);
        return renderer.render(&[title.element(place)]);
    };
    let snippet = Snippet::source(line.text.as_str())
        .line_start(origin.line as usize)
        .annotation(AnnotationKind::Primary.span(line.underlined.clone()));
    // The line is cut and masked, so its columns are not the file's: the true place is said in words.
    let place = annotate_snippets::Origin::path(&*name)
        .line(origin.line as usize)
        .char_column(origin.column as usize);
    renderer.render(&[title.element(place).element(snippet)])
}

/// One line of a file with everything hidden that may not be shown.
struct Line {
    text: String,
    underlined: Range<usize>,
}

impl Line {
    fn of(finding: &Finding, file: &SourceFile) -> Option<Self> {
        let source = std::str::from_utf8(&file.bytes).ok()?;
        let place = &finding.place;
        let start = (place.start as usize).min(source.len());
        let line_start = source.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        let line_end = source
            .get(start..)?
            .find(['\n', '\r'])
            .map_or(source.len(), |at| start + at);
        let end = (place.end as usize).clamp(start, line_end);
        let line = source.get(line_start..line_end)?;
        let span = start - line_start..end - line_start;
        let mut masked = Self {
            text: String::new(),
            underlined: 0..0,
        };
        masked.text.push_str(&mask(&line[..span.start]));
        masked.trim_left();
        let from = masked.text.len();
        masked
            .text
            .push_str(&reveal(&line[span.clone()], finding.reveal));
        masked.underlined = from..masked.text.len();
        let behind = mask(&line[span.end..]);
        masked.text.extend(behind.chars().take(AROUND));
        if masked.underlined.is_empty() {
            masked.underlined.end = masked.text.len().min(from + 1).max(from);
            masked.text.push(' ');
            masked.underlined.end = masked.text[from..]
                .chars()
                .next()
                .map_or(from, |c| from + c.len_utf8());
        }
        Some(masked)
    }

    /// Keeps the end of a long left side.
    fn trim_left(&mut self) {
        let length = self.text.chars().count();
        if length > 2 * AROUND {
            let kept: String = self.text.chars().skip(length - AROUND).collect();
            self.text = format!("{HIDDEN}{kept}");
        }
    }
}

fn reveal(text: &str, how: Reveal) -> String {
    let text: String = text.chars().take(2 * AROUND).collect();
    let shown = match how {
        Reveal::Text => text,
        Reveal::Url => reveal_url(&text),
        Reveal::Nothing => mask(&text),
    };
    harmless(&shown)
}

/// A URL without userinfo, query values and fragment; templates stay.
fn reveal_url(text: &str) -> String {
    let quotes = |c| c == '"' || c == '\'';
    let bare = text.trim_matches(quotes);
    let Some(parts) = parts::split(bare) else {
        // Something else than an http(s) URL: its scheme may be shown, or a name without anything secret in it.
        let is_name = bare.chars().all(|c| {
            c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '$' | '{' | '}' | '/' | ':' | ' ')
        });
        return if is_name {
            text.to_owned()
        } else {
            bare.split_once("://")
                .map_or(HIDDEN.to_owned(), |(scheme, _)| {
                    format!("{scheme}://{HIDDEN}")
                })
        };
    };
    let mut shown = bare[parts.scheme].to_owned();
    if let Some(userinfo) = parts.userinfo {
        shown.push_str(template_or_hidden(&bare[userinfo]));
        shown.push('@');
    }
    shown.push_str(&bare[parts.authority]);
    shown.push_str(&bare[parts.path]);
    if let Some(query) = parts.query {
        let items = parts::between(bare, query, &['&']).into_iter().map(|item| {
            let item = &bare[item];
            match item.split_once('=') {
                Some((key, value)) => format!("{key}={}", template_or_hidden(value)),
                None => template_or_hidden(item).to_owned(),
            }
        });
        shown.push('?');
        shown.push_str(&items.collect::<Vec<_>>().join("&"));
    }
    if let Some(fragment) = parts.fragment {
        shown.push('#');
        shown.push_str(template_or_hidden(&bare[fragment]));
    }
    shown
}

fn template_or_hidden(text: &str) -> &str {
    if text.is_empty() || (text.starts_with("${") && text.find('}') == Some(text.len() - 1)) {
        text
    } else {
        HIDDEN
    }
}

/// Keys, punctuation and harmless words of a YAML line; everything else is hidden, however it is quoted.
fn mask(text: &str) -> String {
    let is_word = |c: char| {
        !c.is_whitespace() && !matches!(c, ',' | '[' | ']' | '{' | '}' | '"' | '\'' | '#')
    };
    let mut masked = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
        if word.is_empty() {
            let c = rest.chars().next().unwrap_or_default();
            masked.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        rest = &rest[word.len()..];
        let is_key = KEYS.contains(&word.trim_end_matches(':')) && word.ends_with(':');
        if is_key || WORDS.contains(&word) || KNOWN_EVENTS.iter().any(|event| event.name == word) {
            masked.push_str(word);
        } else if !masked.ends_with(HIDDEN) {
            masked.push_str(HIDDEN);
        }
    }
    // A hidden phrase is one hidden thing, however many words it has.
    let phrase = format!("{HIDDEN} {HIDDEN}");
    while masked.contains(&phrase) {
        masked = masked.replace(&phrase, HIDDEN);
    }
    harmless(&masked)
}

/// The manifest's keys.
const KEYS: [&str; 29] = [
    "version",
    "api",
    "auth",
    "write",
    "concurrency",
    "max_requests_per_second",
    "credentials",
    "secrets",
    "env",
    "file",
    "command",
    "webhook_sets",
    "url",
    "events",
    "is_active",
    "defaults",
    "credential",
    "prune",
    "ignore",
    "system",
    "webhooks",
    "safety",
    "instances",
    "id",
    "name",
    "labels",
    "suspend",
    "reason",
    "allow_empty",
];
/// Values that give nothing away.
const WORDS: [&str; 12] = [
    "-", ":", "true", "false", "keep", "auto", "query", "body", "header", "0", "1", "null",
];

/// The same number of characters, none of which does anything to a terminal.
fn harmless(text: &str) -> String {
    let safe = |c| match c {
        '\t' => ' ',
        c if is_dangerous(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(safe).collect()
}
