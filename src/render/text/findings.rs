//! Rendering findings: message, place, and source line with an underline.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::colors::Colors;
use crate::document::findings::{ExcerptV1, FindingV1, FindingsV1, MOST_SHOWN};
use crate::escape::truncate;

/// Renders the findings of a document, and its error.
pub fn failure(document: &FindingsV1, colors: Colors) -> String {
    let mut text = findings(document, colors);
    if let Some(error) = &document.error {
        let (label, message) = (colors.red("error:"), truncate::message(&error.message));
        // Writing into a String can't fail.
        let _ = writeln!(text, "{label} {message}");
    }
    text
}

/// Renders findings. Of many, the first are shown; JSON lists more.
pub fn findings(document: &FindingsV1, colors: Colors) -> String {
    let renderer = match colors {
        Colors::Coloured => Renderer::styled(),
        Colors::Plain => Renderer::plain(),
    };
    let is_error = |finding: &&FindingV1| finding.severity == "error";
    let listed = document.findings.iter();
    let errors = listed.clone().filter(is_error).count().min(MOST_SHOWN);
    let (mut errors, mut warnings) = (errors, MOST_SHOWN - errors);
    let shown = listed.filter(|finding| {
        // Errors are shown before warnings.
        let left = if is_error(finding) {
            &mut errors
        } else {
            &mut warnings
        };
        let is_shown = *left > 0;
        *left = left.saturating_sub(1);
        is_shown
    });
    let mut text = String::new();
    for finding in shown {
        text.push_str(&render(finding, &renderer));
        text.push_str("\n\n");
    }
    let all = document.findings.len() + document.more;
    let rest = all.saturating_sub(MOST_SHOWN);
    if rest > 0 {
        // Writing into a String can't fail.
        let _ = write!(text, "and {rest} more; `--format json` lists them\n\n");
    }
    text
}

fn render(finding: &FindingV1, renderer: &Renderer) -> String {
    let level = match finding.severity.as_str() {
        "error" => Level::ERROR,
        _ => Level::WARNING,
    };
    let message = truncate::message(&finding.message);
    let title = level.primary_title(&*message).id(&*finding.code);
    let number = finding.line as usize;
    let group = match &finding.excerpt {
        Some(excerpt) => title.element(
            Snippet::source(&*excerpt.text)
                .line_start(number)
                .annotation(AnnotationKind::Primary.span(underlined(excerpt))),
        ),
        None => Group::with_title(title),
    };
    // The source line is cut and redacted, so the library can't know the column in the file.
    let text = renderer.render(&[group]);
    let (title, source) = text.split_once('\n').unwrap_or((&text, ""));
    let gutter = number.to_string().len();
    let FindingV1 {
        file, line, column, ..
    } = finding;
    let place = format!("{file}:{line}:{column}");
    let place = format!("{:gutter$}--> {}", "", truncate::message(&place));
    [title, &place, source].join("\n").trim_end().to_owned()
}

/// Returns the marked part, in bytes.
fn underlined(excerpt: &ExcerptV1) -> std::ops::Range<usize> {
    let at = |place: usize| {
        let mut places = excerpt.text.char_indices().map(|(at, _)| at);
        places.nth(place).unwrap_or(excerpt.text.len())
    };
    at(excerpt.start)..at(excerpt.end)
}
