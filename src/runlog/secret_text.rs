//! Text with secrets in it. A log holds it; nothing prints it.

use serde::{Deserialize, Serialize};

/// Text that may hold secrets. It has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct SecretText(String);

impl SecretText {
    /// The text itself: for decoding, never for anything that is printed.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text)
    }
}
