//! A file's bytes into trees: size, encoding and byte-order mark first, then YAML.

use super::builder::build;
use super::finding::{Code, Findings, Reveal};
use super::syntax::position;
use super::tree::{Node, Span};
use super::{MAX_FILE, SourceFile};

/// Parses every document of `file`; what is wrong goes to `findings`, and nothing is returned after a syntax error.
pub(super) fn parse(file: &SourceFile, findings: &mut Findings) -> Vec<Node> {
    let start = Span {
        line: 1,
        column: 1,
        start: 0,
        end: 0,
    };
    if file.bytes.len() > MAX_FILE {
        let message = format!(
            "the file is larger than {} MiB; split it and give several files or a directory",
            MAX_FILE >> 20
        );
        findings.add(
            Code::Limit,
            &start.in_file(&file.name),
            Reveal::Nothing,
            message,
        );
        return Vec::new();
    }
    let text = match std::str::from_utf8(&file.bytes) {
        Ok(text) => text,
        Err(error) => {
            let span = position(&file.bytes[..error.valid_up_to()]);
            let message = format!(
                "the file is not UTF-8: byte 0x{:02x}; save it as UTF-8",
                file.bytes[error.valid_up_to()]
            );
            findings.add(
                Code::Syntax,
                &span.in_file(&file.name),
                Reveal::Nothing,
                message,
            );
            return Vec::new();
        }
    };
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = conflict(text) {
        let span = position(&file.bytes[..at]);
        let message = "a merge conflict was left in the file; resolve it";
        findings.add(
            Code::Syntax,
            &span.in_file(&file.name),
            Reveal::Nothing,
            message,
        );
        return Vec::new();
    }
    match build(&file.name, body, text.len() - body.len(), findings) {
        Ok(documents) => documents,
        Err(stop) => {
            findings.add(
                stop.code,
                &stop.span.in_file(&file.name),
                Reveal::Nothing,
                stop.message,
            );
            Vec::new()
        }
    }
}

/// Where version control has marked a conflict: no YAML line of a manifest starts like that.
fn conflict(text: &str) -> Option<usize> {
    const MARK: &str = "<<<<<<< ";
    if text.starts_with(MARK) {
        Some(0)
    } else {
        text.find("\n<<<<<<< ").map(|at| at + 1)
    }
}
