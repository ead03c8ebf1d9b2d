//! Which runs are one chain: a run, its resumes, the other runs of the same saved plan, and the rollbacks of any of them;
//! and which later run has settled one that was cut off. It reads headers and ends alone, and nothing of them is
//! authenticated.

use std::collections::BTreeSet;

use super::record::{End, Header, RunKind};
use crate::exit::ExitCode;

/// A run, as far as its chain needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link<'a> {
    /// Its name.
    pub run: &'a str,
    /// Its kind.
    pub kind: RunKind,
    /// The run that it resumes or rolls back.
    pub of: Option<&'a str>,
    /// The digest of the saved plan that it carries out.
    pub plan: Option<&'a str>,
    /// Whether it was over all instances.
    pub is_whole: bool,
    /// The exit code that it ended with.
    pub exit_code: Option<u8>,
}

/// What became of a run since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The run with this index finished it.
    FinishedBy(usize),
    /// The rollback with this index has put back what it wrote.
    RolledBackBy(usize),
}

impl<'a> Link<'a> {
    /// Makes the link of a run from its header and its end.
    pub fn of(run: &'a str, header: &'a Header, end: Option<&End>) -> Self {
        let selection = header.selection.as_ref();
        Self {
            run,
            kind: header.kind,
            of: header.of.as_deref(),
            plan: header.plan.as_deref(),
            is_whole: selection.is_none_or(|selection| selection.scope.is_whole()),
            exit_code: end.map(|end| end.exit_code),
        }
    }

    /// Whether it ended with the exit code of an interrupt.
    pub fn was_interrupted(&self) -> bool {
        self.exit_code == Some(ExitCode::Interrupted.code())
    }

    fn is_rollback(&self) -> bool {
        self.kind == RunKind::Rollback
    }
}

/// Returns the indices of the runs that are one chain with `run`, in the order of `runs`; none if `run` is not among them.
///
/// The chain of a rollback is its own: rolling it back makes its changes again.
pub fn members(run: &str, runs: &[Link<'_>]) -> Vec<usize> {
    let find = |name: &str| runs.iter().find(|link| link.run == name);
    let Some(mut first) = find(run) else {
        return Vec::new();
    };
    let mut seen = BTreeSet::from([first.run]);
    // A log made by hand can name a run that comes from it.
    while let (RunKind::Resume, Some(before)) = (first.kind, first.of.and_then(find))
        && seen.insert(before.run)
    {
        first = before;
    }
    let is_of_plan = |link: &Link<'_>| first.plan.is_some() && link.plan == first.plan;
    let mut chain = BTreeSet::from([first.run]);
    loop {
        let known = chain.len();
        let others = runs.iter();
        let others =
            others.filter(|link| is_of_plan(link) || link.of.is_some_and(|of| chain.contains(of)));
        let others: Vec<&str> = others.map(|link| link.run).collect();
        chain.extend(others);
        if chain.len() == known {
            break;
        }
    }
    let indices = 0..runs.len();
    indices
        .filter(|index| chain.contains(runs[*index].run))
        .collect()
}

/// Returns what became of the run with the index `place` since, by the last run of its chain that ended with 0; `runs` are
/// oldest first.
pub fn settled(place: usize, runs: &[Link<'_>]) -> Option<Settled> {
    let own = runs.get(place)?;
    // Another rollback of the same chain finishes one.
    let anchor = own.of.filter(|_| own.is_rollback()).unwrap_or(own.run);
    let later = members(anchor, runs).into_iter();
    let later = later.filter(|index| *index > place);
    let done = later.filter(|index| runs[*index].exit_code == Some(ExitCode::Success.code()));
    let settled = done.filter_map(|index| {
        let later = &runs[index];
        match (own.is_rollback(), later.is_rollback()) {
            // A resume, or another run of the same plan, is over all that was approved.
            (false, false) => Some(Settled::FinishedBy(index)),
            (true, true) if later.is_whole => Some(Settled::FinishedBy(index)),
            (false, true) if later.is_whole => Some(Settled::RolledBackBy(index)),
            _ => None,
        }
    });
    settled.max_by_key(|settled| match settled {
        Settled::FinishedBy(index) | Settled::RolledBackBy(index) => *index,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Link<'_> = Link {
        run: "",
        kind: RunKind::Apply,
        of: None,
        plan: None,
        is_whole: true,
        exit_code: None,
    };

    #[test]
    fn a_chain_is_a_run_its_resumes_and_the_rollbacks_of_any_of_them() {
        use RunKind::{Apply, Resume, Rollback};
        let link = |run, kind, of| Link {
            run,
            kind,
            of,
            ..NOTHING
        };
        let runs = [
            link("a", Apply, None),
            link("b", Resume, Some("a")),
            link("x", Apply, None),
            link("c", Rollback, Some("b")),
            link("y", Rollback, Some("x")),
            link("d", Resume, Some("b")),
            link("e", Rollback, Some("a")),
            link("z", Resume, Some("gone")),
            link("loop", Resume, Some("loop")),
            link("f", Rollback, Some("e")),
        ];
        let named = |run| {
            let members = members(run, &runs);
            let names: Vec<&str> = members.iter().map(|index| runs[*index].run).collect();
            names.join(" ")
        };
        for run in ["a", "b", "d"] {
            assert_eq!(named(run), "a b c d e f", "{run}");
        }
        assert_eq!(named("x"), "x y");
        assert_eq!(named("e"), "e f");
        assert_eq!(named("c"), "c");
        assert_eq!(named("z"), "z");
        assert_eq!(named("loop"), "loop");
        assert_eq!(named("none"), "");
    }

    #[test]
    fn runs_of_one_saved_plan_are_one_chain() {
        let runs = [
            Link {
                run: "a",
                plan: Some("p"),
                ..NOTHING
            },
            Link {
                run: "b",
                plan: Some("q"),
                ..NOTHING
            },
            Link {
                run: "c",
                kind: RunKind::Rollback,
                of: Some("a"),
                ..NOTHING
            },
            Link {
                run: "d",
                plan: Some("p"),
                ..NOTHING
            },
            Link {
                run: "e",
                ..NOTHING
            },
        ];
        for run in ["a", "d"] {
            assert_eq!(members(run, &runs), [0, 2, 3]);
        }
        assert_eq!(members("b", &runs), [1]);
        assert_eq!(members("e", &runs), [4]);
    }

    #[test]
    fn a_run_is_settled_by_the_last_run_of_its_chain_that_ended_with_0_and_was_over_all_of_it() {
        use RunKind::{Apply, Resume, Rollback};
        let link = |run, kind, of, exit_code| Link {
            run,
            kind,
            of,
            exit_code,
            ..NOTHING
        };
        let first = link("a", Apply, None, None);
        let resumed = |exit_code| link("b", Resume, Some("a"), exit_code);
        let back = |exit_code| link("c", Rollback, Some("b"), exit_code);
        let of_a = |later: &[Link<'_>]| {
            let runs: Vec<Link<'_>> = std::iter::once(first)
                .chain(later.iter().copied())
                .collect();
            settled(0, &runs)
        };
        assert_eq!(of_a(&[]), None);
        assert_eq!(of_a(&[resumed(Some(0))]), Some(Settled::FinishedBy(1)));
        for code in [None, Some(1), Some(4), Some(130)] {
            assert_eq!(of_a(&[resumed(code)]), None);
            assert_eq!(
                of_a(&[resumed(code), back(Some(0))]),
                Some(Settled::RolledBackBy(2))
            );
            assert_eq!(
                of_a(&[resumed(Some(0)), back(code)]),
                Some(Settled::FinishedBy(1))
            );
        }
        let again = link("d", Resume, Some("a"), Some(0));
        assert_eq!(
            of_a(&[resumed(Some(0)), back(Some(0)), again]),
            Some(Settled::FinishedBy(3))
        );
        let of_some = Link {
            is_whole: false,
            ..back(Some(0))
        };
        assert_eq!(of_a(&[resumed(None), of_some]), None);
        let runs = [
            first,
            resumed(Some(0)),
            back(None),
            link("e", Rollback, Some("a"), Some(0)),
        ];
        assert_eq!(settled(2, &runs), Some(Settled::FinishedBy(3)));
        assert_eq!(settled(3, &runs), None);
    }
}
