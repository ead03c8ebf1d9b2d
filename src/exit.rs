//! Exit codes and the rule that merges several into one. It must not exit: `main` does.

/// The exit code of a run, in ascending order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ExitCode {
    /// Done, or in sync.
    #[default]
    Success,
    /// Changes are pending (`drift`, `plan --detailed-exitcode`).
    Pending,
    /// Live state or a secret changed since the plan; hookfleet left those instances alone.
    Stale,
    /// A guard blocked something.
    Blocked,
    /// At least one instance failed or could not be verified, a source is unset, or approval was declined.
    Failure,
    /// Interrupted; the report lists what was done.
    Interrupted,
    /// An invalid manifest, world or plan file.
    Invalid,
    /// Usage: a bad flag, an unknown `-i`, approval needed but no terminal.
    Usage,
}

impl ExitCode {
    /// The number for the operating system.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Pending => 2,
            Self::Blocked => 3,
            Self::Stale => 4,
            Self::Usage => 64,
            Self::Invalid => 65,
            Self::Interrupted => 130,
        }
    }

    /// The exit code with this number; `None` when hookfleet has none.
    pub fn of(code: u8) -> Option<Self> {
        let all = [
            Self::Success,
            Self::Failure,
            Self::Pending,
            Self::Blocked,
            Self::Stale,
            Self::Usage,
            Self::Invalid,
            Self::Interrupted,
        ];
        all.into_iter().find(|exit| exit.code() == code)
    }

    /// Merges two codes: usage and invalid input win, then 130, 1, 3, 4, 2, 0.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        self.max(other)
    }
}

#[cfg(test)]
mod tests {
    use super::ExitCode::{
        self, Blocked, Failure, Interrupted, Invalid, Pending, Stale, Success, Usage,
    };

    #[test]
    fn the_worst_of_several_results_wins_in_the_documented_order() {
        let order = [
            Usage,
            Invalid,
            Interrupted,
            Failure,
            Blocked,
            Stale,
            Pending,
            Success,
        ];
        assert_eq!(order.map(ExitCode::code), [64, 65, 130, 1, 3, 4, 2, 0]);
        assert_eq!(order.map(|exit| ExitCode::of(exit.code())), order.map(Some));
        assert_eq!([5, 63, 66, 255].map(ExitCode::of), [None; 4]);
        for (index, worse) in order.into_iter().enumerate() {
            for milder in &order[index..] {
                assert_eq!(worse.merge(*milder), worse);
                assert_eq!(milder.merge(worse), worse);
            }
        }
    }
}
