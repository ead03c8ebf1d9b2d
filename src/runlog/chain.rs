//! Lines that vouch for each other: each starts with a checksum over itself and the checksum before it, so that a line
//! that is changed, missing or out of order is found.

use sha2::{Digest, Sha256};

/// The end of a chain of lines; the next one is tied to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain(String);

impl Chain {
    /// `payload`, which holds no line break, as the next line: its checksum (SHA-256 in hex, over the checksum before
    /// and the payload), a space, the payload, a line break.
    pub fn line(&mut self, payload: &str) -> String {
        self.0 = self.after(payload);
        format!("{} {payload}\n", self.0)
    }

    /// The payload of the next line, which is without its line break; `None` when the checksum is not the line's.
    pub fn read<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        let (checksum, payload) = line.split_once(' ')?;
        let next = self.after(payload);
        (next == checksum).then(|| {
            self.0 = next;
            payload
        })
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
    fn lines_read_back_in_their_order_only() {
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
