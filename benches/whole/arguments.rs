//! The arguments of this executable, taken one after the other.

use std::str::FromStr;

/// What has not been taken yet.
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    /// Those that the process was started with.
    pub(crate) fn of_process() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// Takes a flag.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let at = self.0.iter().position(|argument| argument == name);
        at.map(|at| self.0.remove(at)).is_some()
    }

    /// Takes a flag and the value after it.
    pub(crate) fn value<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let at = self.0.iter().position(|argument| argument == name)?;
        let end = self.0.len().min(at + 2);
        let value = self.0.drain(at..end).nth(1);
        let value = value.and_then(|value| value.parse().ok());
        Some(value.unwrap_or_else(|| panic!("{name} takes a number")))
    }

    /// What comes first.
    pub(crate) fn peek(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }

    /// The rest, which is exactly so much.
    pub(crate) fn exactly<const N: usize>(self) -> [String; N] {
        let rest = self.0.join(" ");
        let wrong = |_| panic!("these arguments are not understood: {rest}");
        self.0.try_into().unwrap_or_else(wrong)
    }

    /// The rest.
    pub(crate) fn rest(self) -> Vec<String> {
        self.0
    }
}
