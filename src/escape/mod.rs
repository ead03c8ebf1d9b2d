//! Foreign text made harmless for its destination, and cut to a length. It must not know what the text is about.

pub mod sanitize;
pub mod truncate;
