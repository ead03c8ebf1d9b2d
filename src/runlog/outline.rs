//! The outline of a run: the header of its log and its end, read without what is between. It says nothing of what the run
//! wrote, and nothing of it is authenticated.

use super::chain::Chain;
use super::record::{Batch, End, Header, Record};
use super::run_record::{LogError, read_header};

/// The header and the end of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The header.
    pub header: Header,
    /// The end of the run; `None` if it was cut off or is in progress.
    pub end: Option<End>,
}

impl Outline {
    /// Reads an outline from a log's first line and its last bytes.
    ///
    /// # Errors
    /// When the first line is no header of this format version.
    pub fn read(first: &[u8], last: &[u8]) -> Result<Self, LogError> {
        let line = first.strip_suffix(b"\n");
        let header = read_header(line, first, &mut Chain::default())?;
        Ok(Self {
            header,
            end: end(last),
        })
    }
}

/// The end of a run, if that is what the last line holds.
fn end(last: &[u8]) -> Option<End> {
    let lines = last.strip_suffix(b"\n")?;
    let line = lines.rsplit(|byte| *byte == b'\n').next()?;
    let (_, payload) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    let Batch::Records(records) = serde_json::from_str(payload).ok()? else {
        return None;
    };
    records.into_iter().find_map(|record| match record {
        Record::End(end) => Some(end),
        _ => None,
    })
}
