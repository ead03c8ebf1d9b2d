//! Texts that hold secrets, put together without leaving parts of them behind.

use zeroize::Zeroizing;

/// The pieces one after the other, wiped when dropped. It is at its full size from the start: a growing string would
/// leave unwiped copies behind.
pub fn joined(pieces: &[&str]) -> Zeroizing<String> {
    let length = pieces.iter().map(|piece| piece.len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for piece in pieces {
        text.push_str(piece);
    }
    text
}
