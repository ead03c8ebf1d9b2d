//! What is typed, and the variables that stand in for it.

mod color;
mod pasted;
mod placement;
mod variables;
