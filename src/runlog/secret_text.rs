//! Text with secrets, which a log holds and nothing prints.

use serde::{Deserialize, Serialize};

/// Text that may hold secrets. It has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct SecretText(String);

impl SecretText {
    /// Returns the text, for decoding and never for printing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text)
    }
}
