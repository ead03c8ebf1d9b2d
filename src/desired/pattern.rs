//! Glob patterns over webhook URLs, for `ignore` and `prune`.

mod advice;
mod blind;
mod normal;
#[cfg(test)]
mod tests;
mod variants;

use std::sync::Arc;

use globset::{ErrorKind, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::webhook::HookUrl;
use crate::webhook::glob_view::HIDDEN;
use blind::{HIDDEN_PART, blind};

/// A list of globs. `*` and `?` stay inside a path segment, `**` as a whole segment crosses them, `[…]` and `{a,b}` are
/// known.
#[derive(Debug, Clone)]
pub struct Patterns {
    written: Arc<[Arc<str>]>,
    set: Arc<GlobSet>,
    /// The same, without a wildcard of one character that matches a hidden part.
    sure: Arc<GlobSet>,
}

/// An invalid glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a glob: {why}")]
pub struct PatternError {
    /// Its index in the list.
    pub index: usize,
    /// The reason.
    pub why: String,
}

impl Patterns {
    /// Makes an empty list, which matches nothing.
    pub fn none() -> Self {
        Self {
            written: Arc::new([]),
            set: Arc::new(GlobSet::empty()),
            sure: Arc::new(GlobSet::empty()),
        }
    }

    /// Compiles patterns.
    ///
    /// # Errors
    /// The first invalid glob.
    pub fn new(written: Vec<Arc<str>>) -> Result<Self, PatternError> {
        let (mut set, mut sure) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for (index, pattern) in written.iter().enumerate() {
            let wrong = |why| PatternError { index, why };
            let all = variants::variants(pattern).ok_or_else(|| {
                let most = variants::MOST;
                wrong(format!(
                    "it has more than {most} alternatives; write several patterns"
                ))
            })?;
            for pattern in all {
                let pattern = normal::normal(&pattern);
                set.add(glob(&pattern).map_err(wrong)?);
                sure.add(glob(&blind(&pattern)).map_err(wrong)?);
            }
        }
        let last = written.len().saturating_sub(1);
        let wrong = |error: globset::Error| PatternError {
            index: last,
            why: error.kind().to_string(),
        };
        Ok(Self {
            written: written.into(),
            set: Arc::new(set.build().map_err(wrong)?),
            sure: Arc::new(sure.build().map_err(wrong)?),
        })
    }

    /// Whether one of the patterns matches the URL's [glob view](HookUrl::glob_view).
    ///
    /// A pattern that spells a secret out does not match it: the author of a pull request could try secrets by the thousand.
    pub fn matches(&self, url: &HookUrl) -> bool {
        !self.written.is_empty() && self.set.is_match(url.glob_view().as_str())
    }

    /// Whether one of the patterns matches the URL whatever its hidden parts are: only `*` and `***` match those, and no
    /// `?` or `[!…]`. What is removed has to be meant.
    pub fn surely_match(&self, url: &HookUrl) -> bool {
        !self.written.is_empty() && {
            let view = url.glob_view().replace(HIDDEN, HIDDEN_PART);
            self.sure.is_match(view.as_str())
        }
    }

    /// The patterns, by index, that match no URL or not what they seem to, each with what to write instead.
    pub(super) fn odd(&self) -> impl Iterator<Item = (usize, String)> {
        let written = self.written.iter().enumerate();
        written.filter_map(|(index, pattern)| Some((index, advice::advice(pattern)?)))
    }
}

/// Compiles a glob; the error is a message for the user.
fn glob(pattern: &str) -> Result<Glob, String> {
    let mut builder = GlobBuilder::new(pattern);
    let glob = builder
        .literal_separator(true)
        .backslash_escape(true)
        .empty_alternates(true)
        .build();
    glob.map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::UnclosedClass | ErrorKind::InvalidRange(..) => {
                "; write a literal `[` as `[[]`"
            }
            _ => "",
        };
        format!("{}{advice}", error.kind())
    })
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for Patterns {}
