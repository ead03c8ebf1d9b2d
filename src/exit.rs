//! Exit codes, and the one rule that merges several into one. It must not exit: `main` does.

/// How a run ended, as the shell sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExitCode {
    /// Done, or in sync.
    #[default]
    Success,
    /// At least one instance failed or could not be verified, a source is unset, or approval was declined.
    Failure,
    /// Changes are pending (`drift`, `plan --detailed-exitcode`).
    Pending,
    /// A guard blocked something.
    Blocked,
    /// Live state or a secret moved since the plan; those instances were left alone.
    Stale,
    /// Usage: a bad flag, an unknown `-i`, approval needed but no terminal.
    Usage,
    /// An invalid manifest, world or plan file.
    Invalid,
    /// Interrupted; what was done is in the report.
    Interrupted,
}

impl ExitCode {
    /// The number given to the operating system.
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

    /// The meaning of a number, where it has one.
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

    /// The one code of two results: usage and invalid input stop everything, then 130, 1, 3, 4, 2, 0.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self.rank() >= other.rank() {
            self
        } else {
            other
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Pending => 1,
            Self::Stale => 2,
            Self::Blocked => 3,
            Self::Failure => 4,
            Self::Interrupted => 5,
            Self::Invalid => 6,
            Self::Usage => 7,
        }
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
