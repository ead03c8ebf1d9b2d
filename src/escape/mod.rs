//! Making foreign text harmless for its destination, and truncating it. It must not know what the text is about.

pub mod sanitize;
pub mod truncate;
