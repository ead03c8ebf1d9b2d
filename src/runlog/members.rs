//! Which runs are one chain: a run, its resumes, and the rollbacks of any of them.

use std::collections::BTreeSet;

use super::record::RunKind;

/// A run, as far as chains need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link<'a> {
    /// Its name.
    pub run: &'a str,
    /// Its kind.
    pub kind: RunKind,
    /// The run that it resumes or rolls back.
    pub of: Option<&'a str>,
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
    let mut chain = BTreeSet::from([first.run]);
    loop {
        let known = chain.len();
        let later = runs.iter();
        let later = later.filter(|link| link.of.is_some_and(|of| chain.contains(of)));
        let later: Vec<&str> = later.map(|link| link.run).collect();
        chain.extend(later);
        if chain.len() == known {
            break;
        }
    }
    let indices = 0..runs.len();
    indices
        .filter(|index| chain.contains(runs[*index].run))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_a_run_its_resumes_and_the_rollbacks_of_any_of_them() {
        use RunKind::{Apply, Resume, Rollback};
        let link = |run, kind, of| Link { run, kind, of };
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
}
