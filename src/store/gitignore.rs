//! Whether a `.gitignore` keeps git from adding the run logs beside it. Pure. Where it is not sure, it does not.

/// The end of the name of every run log; a date of 8 digits and more stands before it.
const LOG: &[u8] = super::directory::LOG.as_bytes();
/// The number of characters that every name has before its end, at least.
const DATE: usize = 8;

/// A part of a pattern of git.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A byte as it is.
    Byte(u8),
    /// `?`: any byte.
    Any,
    /// `*`: any bytes.
    Some,
    /// A class with all behind it, or a `\` at the end: what it stands for is not known here.
    Unknown,
}

/// Whether git adds no log, as the last pattern that matches one decides.
pub(super) fn ignores_logs(contents: &[u8]) -> bool {
    let contents = contents.strip_prefix(b"\xef\xbb\xbf").unwrap_or(contents);
    let patterns = contents.split(|byte| *byte == b'\n').map(pattern);
    patterns.fold(false, |ignores, pattern| match pattern.split_first() {
        None | Some((b'#', _)) => ignores,
        Some((b'!', pattern)) => ignores && !may_match_a_log(pattern),
        Some(_) => ignores || matches_every_log(pattern),
    })
}

/// The pattern in a line, as git takes it from there.
fn pattern(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.split(|byte| *byte == 0).next().unwrap_or_default();
    let end = line.iter().rposition(|byte| *byte != b' ');
    end.map_or(&[], |end| &line[..=end])
}

/// Whether a pattern matches every log for certain.
fn matches_every_log(pattern: &[u8]) -> bool {
    let parts = parts(beside(pattern));
    if parts.contains(&Part::Unknown) || parts.contains(&Part::Byte(b'/')) {
        return false;
    }
    let is_open = |part: &Part| matches!(part, Part::Some | Part::Any);
    let open = parts.iter().take_while(|part| is_open(part)).count();
    let (open, end) = parts.split_at(open);
    let least = open.iter().filter(|part| **part == Part::Any).count();
    // The open parts match all before some end of the name.
    open.contains(&Part::Some)
        && least <= DATE
        && (0..=LOG.len()).any(|start| matches(end, &LOG[start..]))
}

/// Whether a pattern matches a text that has no `/`.
fn matches(parts: &[Part], text: &[u8]) -> bool {
    match (parts.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((Part::Some, rest)), None) => matches(rest, text),
        (Some((Part::Some, rest)), Some((_, after))) => {
            matches(rest, text) || matches(parts, after)
        }
        (Some((Part::Any, rest)), Some((_, after))) => matches(rest, after),
        (Some((Part::Byte(byte), rest)), Some((first, after))) => {
            byte == first && matches(rest, after)
        }
        _ => false,
    }
}

/// Whether a pattern could match a log, on a file system that ignores case too.
fn may_match_a_log(pattern: &[u8]) -> bool {
    let pattern = beside(pattern);
    let parts = parts(pattern);
    let is_known = !parts.contains(&Part::Unknown);
    // A log is no directory, and lies in none below.
    if pattern.is_empty() || pattern.ends_with(b"/") || (is_known && pattern.contains(&b'/')) {
        return false;
    }
    let begins = match parts.first() {
        Some(Part::Byte(byte)) => byte.is_ascii_digit(),
        _ => true,
    };
    let mut behind = parts.iter().rev();
    for byte in LOG.iter().rev() {
        match behind.next() {
            Some(Part::Byte(known)) if !known.eq_ignore_ascii_case(byte) => return false,
            Some(Part::Byte(_) | Part::Any) => {}
            Some(Part::Some | Part::Unknown) => break,
            None => return false,
        }
    }
    begins
}

/// A pattern without what makes it one of files in this directory, or in any.
fn beside(mut pattern: &[u8]) -> &[u8] {
    pattern = pattern.strip_prefix(b"/").unwrap_or(pattern);
    while let Some(rest) = pattern.strip_prefix(b"**/") {
        pattern = rest;
    }
    pattern
}

fn parts(pattern: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut bytes = pattern.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'[' {
            parts.push(Part::Unknown);
            break;
        }
        parts.push(match byte {
            b'*' => Part::Some,
            b'?' => Part::Any,
            b'\\' => bytes.next().map_or(Part::Unknown, |byte| Part::Byte(*byte)),
            byte => Part::Byte(*byte),
        });
    }
    parts
}
