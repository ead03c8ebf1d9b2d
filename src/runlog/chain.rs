//! A hash chain of lines: each line starts with a checksum over itself and the checksum before it, so that a changed,
//! missing or reordered line is found.

use sha2::{Digest, Sha256};

/// The last checksum of a chain of lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain(String);

impl Chain {
    /// Makes the next line of `payload`, which has no line break: its checksum (SHA-256 in hex, over the checksum
    /// before and the payload), a space, the payload, a line break.
    pub fn line(&mut self, payload: &str) -> String {
        self.0 = self.after(payload);
        format!("{} {payload}\n", self.0)
    }

    /// Returns the payload of the next line, given without its line break; `None` if the checksum does not match.
    pub fn read<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        let (checksum, payload) = line.split_once(' ')?;
        let next = self.after(payload);
        (next == checksum).then(|| {
            self.0 = next;
            payload
        })
    }

    /// The checksum of the last line, over all lines so far; empty before the first.
    pub fn last(&self) -> &str {
        &self.0
    }

    fn after(&self, payload: &str) -> String {
        let mut digest = Sha256::new();
        digest.update(self.0.as_bytes());
        digest.update(payload.as_bytes());
        hex::encode(digest.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chain_reads_lines_back_only_in_order() {
        let mut writing = Chain::default();
        let lines = [writing.line("one"), writing.line("two")];
        let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        let mut reading = Chain::default();
        assert_eq!(reading.read(lines[1]), None);
        assert_eq!(reading.read(lines[0]), Some("one"));
        assert_eq!(reading.read(lines[0]), None);
        assert_eq!(reading.read(&lines[1].replace("two", "tWo")), None);
        assert_eq!(reading.read(lines[1]), Some("two"));
        assert_eq!(reading, writing);
    }
}
