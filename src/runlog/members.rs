//! Which runs are one chain: a run, its resumes, the other runs of the same saved plan, and the rollbacks of any of them;
//! and which later run has settled one that was cut off. It reads headers and ends alone, and nothing of them is
//! authenticated.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{End, Header, RunKind};
use crate::desired::Scope;
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
    /// The first run of its chain, where the header names it.
    pub root: Option<&'a str>,
    /// The digest of the saved plan that it carries out.
    pub plan: Option<&'a str>,
    /// Where its requests went, and the paths of its manifests.
    pub target: (Option<&'a str>, &'a [String]),
    /// Its scope; `None` if it was over all instances.
    pub scope: Option<&'a Scope>,
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
        let scope = header.selection.as_ref().map(|selection| &selection.scope);
        Self {
            run,
            kind: header.kind,
            of: header.of.as_deref(),
            root: header.root.as_deref(),
            plan: header.plan.as_deref(),
            target: (header.base_url.as_deref(), &header.manifests),
            scope: scope.filter(|scope| !scope.is_whole()),
            exit_code: end.map(|end| end.exit_code),
        }
    }

    /// Whether it did not end, or not by itself.
    pub fn is_open(&self) -> bool {
        self.exit_code.is_none() || self.was_interrupted()
    }

    /// Whether it ended with the exit code of an interrupt.
    pub fn was_interrupted(&self) -> bool {
        self.exit_code == Some(ExitCode::Interrupted.code())
    }

    fn is_rollback(&self) -> bool {
        self.kind == RunKind::Rollback
    }
}

/// The runs of one chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Members<'a> {
    /// The indices of its runs, in the order of all runs.
    pub indices: Vec<usize>,
    /// The runs that are resumed by one of them, and whose logs are not there.
    pub missing: BTreeSet<&'a str>,
}

/// Returns the runs that are one chain with `run`; none if `run` is not among them.
///
/// The chain of a rollback is its own: rolling it back makes its changes again.
pub fn members<'a>(run: &str, runs: &[Link<'a>]) -> Members<'a> {
    let find = |name: &str| runs.iter().find(|link| link.run == name);
    let Some(mut first) = find(run) else {
        return Members::default();
    };
    let mut seen = BTreeSet::from([first.run]);
    let before = |link: &Link<'a>| {
        let of = link.of.and_then(find);
        of.or_else(|| link.root.and_then(find))
    };
    // A log made by hand can name a run that comes from it.
    while let (RunKind::Resume, Some(before)) = (first.kind, before(first))
        && seen.insert(before.run)
    {
        first = before;
    }
    // The first run itself may be missing.
    let root = match first.kind {
        RunKind::Resume => first.root.unwrap_or(first.run),
        RunKind::Apply | RunKind::Rollback => first.run,
    };
    let mut later: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, link) in runs.iter().enumerate() {
        let is_resume = link.kind == RunKind::Resume;
        let roots = link.root.filter(|_| is_resume).into_iter();
        for of in link.of.into_iter().chain(roots) {
            later.entry(of).or_default().push(index);
        }
    }
    let is_first = |link: &Link<'_>| link.run == first.run;
    let is_of_plan = |link: &Link<'_>| first.plan.is_some() && link.plan == first.plan;
    let all = 0..runs.len();
    let mut open: Vec<usize> = all
        .filter(|index| is_first(&runs[*index]) || is_of_plan(&runs[*index]))
        .collect();
    open.extend(later.get(root).into_iter().flatten());
    let mut chain = BTreeSet::new();
    while let Some(index) = open.pop() {
        if chain.insert(index) {
            open.extend(later.get(runs[index].run).into_iter().flatten());
        }
    }
    let resumed = chain.iter().map(|index| &runs[*index]);
    let resumed = resumed.filter(|link| link.kind == RunKind::Resume);
    let resumed = resumed.flat_map(|link| link.of.into_iter().chain(link.root));
    Members {
        missing: resumed.filter(|of| find(of).is_none()).collect(),
        indices: chain.into_iter().collect(),
    }
}

/// Returns what became of the run with the index `place` since, by the last run after it that ended with 0; `runs` are
/// oldest first.
pub fn settled(place: usize, runs: &[Link<'_>]) -> Option<Settled> {
    let own = runs.get(place)?;
    // Another rollback of the same chain finishes one.
    let anchor = own.of.filter(|_| own.is_rollback()).unwrap_or(own.run);
    let chain: BTreeSet<usize> = members(anchor, runs).indices.into_iter().collect();
    let is_run_of_chain = |name: &str| {
        let mut members = chain.iter().map(|index| &runs[*index]);
        members.any(|link| link.run == name && !link.is_rollback())
    };
    let done = (place + 1..runs.len()).rev();
    let mut done = done.filter(|index| runs[*index].exit_code == Some(ExitCode::Success.code()));
    done.find_map(|index| {
        let later = &runs[index];
        let covers = later.scope.is_none() || later.scope == own.scope;
        if !later.is_rollback() {
            // A resume, or another run of the same plan, is over all that was approved. An apply of the whole manifest
            // leaves nothing to finish.
            let is_anew =
                later.kind == RunKind::Apply && later.scope.is_none() && later.target == own.target;
            let finishes = (chain.contains(&index) && !own.is_rollback()) || is_anew;
            return finishes.then_some(Settled::FinishedBy(index));
        }
        let of = later.of.filter(|_| covers && !is_undone(index, runs))?;
        match own.is_rollback() {
            true if of == own.run => Some(Settled::RolledBackBy(index)),
            true => is_run_of_chain(of).then_some(Settled::FinishedBy(index)),
            false => is_run_of_chain(of).then_some(Settled::RolledBackBy(index)),
        }
    })
}

/// Whether a later rollback has made the changes of the rollback with that index undone.
fn is_undone(index: usize, runs: &[Link<'_>]) -> bool {
    let own = runs[index].run;
    let later = (index + 1..runs.len()).filter(|later| {
        let link = &runs[*later];
        link.is_rollback() && link.of == Some(own) && link.exit_code == Some(0)
    });
    let mut later = later;
    later.any(|later| !is_undone(later, runs))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Link<'_> = Link {
        run: "",
        kind: RunKind::Apply,
        of: None,
        root: None,
        plan: None,
        target: (None, &[]),
        scope: None,
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
            let names: Vec<&str> = members
                .indices
                .iter()
                .map(|index| runs[*index].run)
                .collect();
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
            assert_eq!(members(run, &runs).indices, [0, 2, 3]);
        }
        assert_eq!(members("b", &runs).indices, [1]);
        assert_eq!(members("e", &runs).indices, [4]);
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
        let some: Scope = serde_json::from_str(r#"{"instances":["x"]}"#).unwrap();
        let of_some = Link {
            scope: Some(&some),
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

    #[test]
    fn a_rollback_that_was_rolled_back_itself_settles_nothing_and_is_settled_by_that() {
        use RunKind::{Apply, Rollback};
        let link = |run, kind, of, exit_code| Link {
            run,
            kind,
            of,
            exit_code,
            ..NOTHING
        };
        let runs = [
            link("a", Apply, None, None),
            link("b", Rollback, Some("a"), Some(0)),
            link("c", Rollback, Some("b"), Some(0)),
        ];
        assert_eq!(settled(0, &runs[..2]), Some(Settled::RolledBackBy(1)));
        assert_eq!(settled(0, &runs), None, "its changes are live again");
        assert_eq!(settled(1, &runs), Some(Settled::RolledBackBy(2)));
        let cut_off = [runs[0], link("b", Rollback, Some("a"), None), runs[2]];
        assert_eq!(settled(0, &cut_off), None);
        assert_eq!(settled(1, &cut_off), Some(Settled::RolledBackBy(2)));
    }

    #[test]
    fn a_rollback_over_a_part_is_finished_by_one_over_the_same_part() {
        let [one, other] = ["1/2", "2/2"].map(|shard| Scope {
            shard: Some(shard.parse().unwrap()),
            ..Scope::default()
        });
        let back = |run, scope, exit_code| Link {
            run,
            kind: RunKind::Rollback,
            of: Some("a"),
            scope,
            exit_code,
            ..NOTHING
        };
        let first = Link {
            run: "a",
            exit_code: Some(0),
            ..NOTHING
        };
        let of = |scope| {
            let runs = [
                first,
                back("b", Some(&one), None),
                back("c", scope, Some(0)),
            ];
            settled(1, &runs)
        };
        assert_eq!(of(Some(&one)), Some(Settled::FinishedBy(2)));
        assert_eq!(of(None), Some(Settled::FinishedBy(2)));
        assert_eq!(of(Some(&other)), None);
    }

    #[test]
    fn an_apply_of_the_same_whole_manifest_leaves_nothing_of_an_earlier_run_to_finish() {
        let manifests = ["m.yaml".to_owned()];
        let here = (Some("https://api.example/"), &manifests[..]);
        let run = |run, target, exit_code| Link {
            run,
            target,
            exit_code,
            ..NOTHING
        };
        let of = |later| settled(0, &[run("a", here, None), later]);
        assert_eq!(of(run("b", here, Some(0))), Some(Settled::FinishedBy(1)));
        assert_eq!(of(run("b", here, Some(4))), None);
        assert_eq!(of(run("b", (None, &[]), Some(0))), None);
    }

    #[test]
    fn a_chain_names_the_runs_that_it_resumes_and_that_are_not_there() {
        let link = |run, kind, of, root| Link {
            run,
            kind,
            of: Some(of),
            root,
            ..NOTHING
        };
        let a = Link {
            run: "a",
            ..NOTHING
        };
        let c = link("c", RunKind::Resume, "b", Some("a"));
        let missing = |run: &str, runs: &[Link<'_>]| -> Vec<String> {
            let missing = members(run, runs).missing.into_iter();
            missing.map(str::to_owned).collect()
        };
        assert_eq!(members("a", &[a, c]).indices, [0, 1]);
        for run in ["a", "c"] {
            assert_eq!(missing(run, &[a, c]), ["b"]);
        }
        assert_eq!(missing("c", &[c]), ["a", "b"]);
        let back = link("d", RunKind::Rollback, "gone", Some("gone"));
        assert!(missing("d", &[back]).is_empty());
    }
}
