//! Documents as text for people and programs: a module per format. It must not print, and it knows no other module than
//! `document` and `escape`.

pub mod json;
pub mod text;
