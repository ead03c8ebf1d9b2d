//! Parses a file's bytes into trees: checks size, encoding and byte-order mark, then reads YAML.

use super::builder::{Stop, build};
use super::syntax::position;
use super::tree::{Node, Span};
use super::{Code, Findings, MAX_FILE, Reveal, SourceFile};

/// Parses every document of `file`. Mistakes go to `findings`; after a syntax error the result is empty.
pub(super) fn parse(file: &SourceFile, findings: &mut Findings) -> Vec<Node> {
    let documents = text(&file.bytes).and_then(|text| {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        build(&file.name, body, text.len() - body.len(), findings)
    });
    documents.unwrap_or_else(|stop| {
        let place = stop.span.in_file(&file.name);
        findings.add(stop.code, &place, Reveal::Nothing, stop.message);
        Vec::new()
    })
}

/// Checks that bytes are a text to parse: small enough, UTF-8, and without conflict markers.
fn text(bytes: &[u8]) -> Result<&str, Stop> {
    if bytes.len() > MAX_FILE {
        let message = format!(
            "the file is larger than {} MiB; split it and give several files or a directory",
            MAX_FILE >> 20
        );
        return Err(Stop::new(Code::Limit, Span::START, message));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (before, after) = bytes.split_at(error.valid_up_to());
        let byte = after.first().copied().unwrap_or_default();
        let message = format!("the file is not UTF-8: byte 0x{byte:02x}; save it as UTF-8");
        Stop::new(Code::Syntax, position(before), message)
    })?;
    match conflict(text) {
        Some(at) => Err(Stop::new(
            Code::Syntax,
            position(&bytes[..at]),
            "a merge conflict was left in the file; resolve it",
        )),
        None => Ok(text),
    }
}

/// The offset of a merge conflict marker, which no YAML line of a manifest starts with.
fn conflict(text: &str) -> Option<usize> {
    const MARK: &str = "<<<<<<< ";
    if text.starts_with(MARK) {
        Some(0)
    } else {
        text.find("\n<<<<<<< ").map(|at| at + 1)
    }
}
