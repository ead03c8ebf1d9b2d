//! Making foreign text harmless for its destination, and truncating it. It must not know what the text is about.

pub(crate) mod characters;
pub(crate) mod delimiters;
pub(crate) mod html;
pub(crate) mod lookalike;
pub mod sanitize;
pub mod truncate;
