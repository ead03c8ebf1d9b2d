//! Checks of what only the written text shows: comments, tags, and lines of templates.

use super::{Builder, Stop};
use crate::manifest::cause::foreign_line;
use crate::manifest::tree::{Node, Span, Value};
use crate::manifest::{Code, Reveal};

impl Builder<'_> {
    /// Warns where a comment may be the fragment of the URL at `span`: ` #x`, and not ` # x`.
    pub(super) fn check_comment(&mut self, span: Span) {
        let end = span.end as usize - self.skipped;
        let behind = self.text.get(end..).unwrap_or_default();
        let comment = behind.trim_start_matches([' ', '\t']).strip_prefix('#');
        if comment.is_some_and(|comment| comment.starts_with(begins_fragment)) {
            let message = "what follows ` #` is a comment; quote the URL if it is its fragment, or write `# `";
            let place = span.in_file(self.file);
            self.findings
                .add(Code::OddText, &place, Reveal::Url, message);
        }
    }

    /// The text at `span` as it is written.
    pub(super) fn source(&self, span: Span) -> &str {
        let [start, end] = [span.start, span.end].map(|at| at as usize - self.skipped);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Refuses a template's line, which is a mapping as a key.
    pub(super) fn check_key(&self, node: &Node) -> Result<(), Stop> {
        /// The widest indentation of such a line: looking through longer ones takes quadratic time.
        const WIDEST: usize = 100;
        let at = node.span.start as usize - self.skipped;
        let before = &self.text.as_bytes()[at.saturating_sub(WIDEST)..at];
        let is_near = at <= WIDEST || before.contains(&b'\n') || before.contains(&b'\r');
        if matches!(node.value, Value::Scalar { .. }) || !is_near {
            return Ok(());
        }
        foreign_line(self.text, at).map_or(Ok(()), |found| Err(self.stopped(found)))
    }

    pub(super) fn check_tag(&mut self, tag: Option<&granit_parser::Tag>, span: Span) {
        if tag.is_some_and(|tag| tag.core_suffix() != Some("str")) {
            let message = "tags such as `!name` mean nothing in a manifest; remove it, or quote a value that begins with `!`";
            let place = span.in_file(self.file);
            self.findings
                .add(Code::WrongType, &place, Reveal::Nothing, message);
        }
    }
}

/// Whether a comment's first character may be one of a fragment.
fn begins_fragment(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '/' | '!' | '?' | ':' | '.' | '~' | '_' | '%' | '&' | '@')
}
