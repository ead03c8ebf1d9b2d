//! Findings as text: what is wrong, its place, and the source line with an underline.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::colors::Colors;
use crate::document::excerpt::Excerpt;
use crate::escape::truncate;
use crate::manifest::{Finding, Findings, Severity, SourceFile};

/// More findings than this are counted, not shown; JSON has more.
const MOST: usize = 100;

/// Findings with their source lines, errors and warnings as they come in the files.
pub fn findings(findings: &Findings, files: &[SourceFile], colors: Colors) -> String {
    let renderer = match colors {
        Colors::Coloured => Renderer::styled(),
        Colors::Plain => Renderer::plain(),
    };
    let mut text = String::new();
    for finding in worth_showing(findings) {
        let file = files
            .iter()
            .find(|file| file.name == finding.place.origin.file);
        text.push_str(&render(finding, file, &renderer));
        text.push_str("\n\n");
    }
    let rest = (findings.errors() + findings.warnings()).saturating_sub(MOST);
    if rest > 0 {
        // Writing into a String can't fail.
        let _ = write!(text, "and {rest} more; `--format json` lists them\n\n");
    }
    text
}

/// The first ones, in their order; where there are too many, warnings give way to errors.
fn worth_showing(findings: &Findings) -> Vec<&Finding> {
    let is_error = |finding: &&Finding| finding.code.severity() == Severity::Error;
    let errors = findings.iter().filter(is_error).take(MOST);
    let warnings = findings.iter().filter(|finding| !is_error(finding));
    let mut shown: Vec<&Finding> = errors.chain(warnings).take(MOST).collect();
    shown.sort();
    shown
}

fn render(finding: &Finding, file: Option<&SourceFile>, renderer: &Renderer) -> String {
    let level = match finding.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = truncate::message(&finding.message);
    let title = level.primary_title(&*message).id(finding.code.as_str());
    let number = finding.place.origin.line as usize;
    let group = match file.and_then(|file| Excerpt::of(finding, file)) {
        Some(line) => title.element(
            Snippet::source(line.text)
                .line_start(number)
                .annotation(AnnotationKind::Primary.span(line.underlined)),
        ),
        None => Group::with_title(title),
    };
    // The line is cut and masked, so its columns are not the file's: the place is put in by hand.
    let text = renderer.render(&[group]);
    let (title, source) = text.split_once('\n').unwrap_or((&text, ""));
    let gutter = number.to_string().len();
    let place = format!(
        "{:gutter$}--> {}",
        "",
        truncate::message(&finding.place.origin.to_string())
    );
    [title, &place, source].join("\n").trim_end().to_owned()
}
