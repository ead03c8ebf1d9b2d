//! The plan of a rollback: each instance that a chain of runs may have written, back through its writes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cli::ReadArgs;
use crate::context::Context;
use crate::desired::{
    Certainty, DesiredInstance, Goal, InstanceRef, Overwrite, Restoration, Scope, Selection, Target,
};
use crate::english::plural;
use crate::output::Failure;
use crate::plan::{Guard, Notice, PLANNER, Plan, RunNotice};
use crate::problem::{Problem, ProblemKind};
use crate::runlog::{Header, Left, RunChain, RunKind, Write};
use crate::session::authentic::{Authenticity, Verification};
use crate::session::history::{FoundChain, History, recorded_state};
use crate::session::load::{self, Loaded};
use crate::session::state::planned_otherwise;
use crate::session::{RunRequest, Session, client::check_base, policy};

/// A rollback that is read and planned.
pub struct Rollback {
    /// The whole name of the run that was asked for.
    pub run: String,
    /// The session that made the plan.
    pub session: Session,
    /// The plan.
    pub plan: Plan,
    /// Whether a run of its chain was cut off, so that this one settles it even where nothing is to be written.
    pub is_unsettled: bool,
    /// Whether the log of a run that may be of the chain is passed over, so that it is not known to be all of it.
    pub is_partial: bool,
    /// The newest run here that was made after the chain and is not of it.
    pub since: Option<String>,
    /// The first run of the chain.
    pub root: String,
    chain: RunChain,
    authenticity: Authenticity,
}

impl Rollback {
    /// Reads and plans the rollback of the run whose name begins with `asked`.
    ///
    /// # Errors
    /// When there is no such run, a log of its chain can't be used, or nothing can be read.
    pub async fn prepare(
        history: &History<'_>,
        asked: &str,
        verification: Verification,
        read: &ReadArgs,
        context: &mut Context<'_>,
    ) -> Result<Self, Failure> {
        let run = history.find(asked)?;
        let FoundChain {
            chain,
            is_unsettled,
            passed_over,
            since,
            root,
        } = history.chain(&run, verification)?;
        for record in chain.runs() {
            // A log of 0.1.0 has no number.
            let planner = record.header.planner;
            if planner.is_some_and(|planner| planner != PLANNER) {
                return Err(planned_otherwise(&record.header.run, planner));
            }
            check_base(record, &read.api)?;
        }
        let loaded = load::manifest(read, context)?;
        let scope = read.select.scope();
        let is_over_all = scope.is_whole();
        let listed = credentials_of(&chain.mentioned(), &loaded, &scope);
        let Restorations {
            targets,
            of,
            unknown,
        } = restorations(&chain, &run, &loaded, &scope)?;
        if unknown > 0 {
            context.output.warn(&format!(
                "{} left out: the manifest no longer lists {}, so the labels are unknown; -i selects one",
                plural(unknown, "instance"),
                if unknown == 1 { "it" } else { "them" }
            ));
        }
        let mut policy = policy(&loaded, read.allow.allowances());
        policy.noticed = [Guard::Empty, Guard::Removals, Guard::Changes].into();
        let request = RunRequest {
            goals: targets,
            // What only says that nothing was written is authenticated too.
            credentials: listed.values().cloned().collect(),
            ..RunRequest::over(Vec::new(), Selection { scope, of }, policy)
        };
        let session = Session::open(loaded, request, &read.api, context).await?;
        let mut ids: BTreeMap<&str, &str> = of_targets(&session).collect();
        ids.extend(listed.iter().map(|(id, credential)| (&**id, &**credential)));
        let authenticity = Authenticity::of(&chain, ids.into_iter(), &session.accesses);
        authenticity.check(&chain, is_over_all, verification)?;
        let mut plan = session.plan().await;
        let mut first = Vec::new();
        let instances = authenticity.unauthenticated.len();
        if instances > 0 {
            let run = run.clone();
            first.push(RunNotice::Unverified { run, instances });
        }
        let is_partial = !passed_over.is_empty();
        let passed_over = passed_over.into_iter();
        first.extend(passed_over.map(|(run, why)| RunNotice::PassedOver { run, why }));
        let running = history.running();
        let cut_off = chain
            .runs()
            .filter(|record| record.end.is_none() && running.as_ref() != Some(&record.header.run));
        first.extend(cut_off.map(|record| RunNotice::CutOff {
            run: record.header.run.clone(),
        }));
        if plan.totals.changed > 0 && chain.asked().header.kind != RunKind::Rollback {
            first.push(RunNotice::ManifestWantsBack { run: run.clone() });
        }
        plan.notices.splice(..0, first.into_iter().map(Notice::Run));
        Ok(Self {
            run,
            session,
            plan,
            is_unsettled,
            is_partial,
            since,
            root,
            chain,
            authenticity,
        })
    }

    /// The header of the run that was asked for, if what it says can be relied on.
    pub fn authentic_header(&self) -> Option<&Header> {
        self.authenticity.header(&self.chain, &self.session)
    }
}

/// The instances that a session reads, with their credentials.
fn of_targets(session: &Session) -> impl Iterator<Item = (&str, &str)> {
    let targets = session.targets.iter();
    targets.filter_map(|target| Some((target.subject.id.as_str(), &**target.goal.credential()?)))
}

/// The instances of `ids` that the manifest lists, that are not suspended, and that the scope has, with their credentials.
fn credentials_of(
    ids: &BTreeSet<Arc<str>>,
    loaded: &Loaded,
    scope: &Scope,
) -> BTreeMap<Arc<str>, Arc<str>> {
    let instances = loaded.desired.instances.iter();
    let listed = instances.filter_map(|instance| {
        let id = ids.get(instance.subject.id.as_str())?;
        let is_read = instance.suspended.is_none() && scope.has(&instance.subject);
        is_read.then(|| (id.clone(), instance.credential.clone()))
    });
    listed.collect()
}

/// Why an instance that the manifest suspends is not put back.
const SUSPENDED: &str = "the manifest suspends it, so what was written to it stays";

/// The targets of a rollback.
struct Restorations {
    /// The instances that the chain may have written and that the scope has, in the manifest's order, then those that the
    /// manifest no longer lists.
    targets: Vec<Target>,
    /// How many instances the chain may have written.
    of: usize,
    /// How many of them are left out because the manifest no longer lists them, so that their labels are unknown.
    unknown: usize,
}

/// Returns the targets of the rollback of a chain, of which `run` was asked for.
fn restorations(
    chain: &RunChain,
    run: &str,
    loaded: &Loaded,
    scope: &Scope,
) -> Result<Restorations, Failure> {
    let instances = &loaded.desired.instances;
    let by_id: BTreeMap<&str, (usize, &DesiredInstance)> = instances
        .iter()
        .enumerate()
        .map(|(index, instance)| (instance.subject.id.as_str(), (index, instance)))
        .collect();
    let ids = chain.written();
    let written = ids.iter().filter_map(|id| {
        let writes = chain.writes(id);
        let newest = writes.first()?.intent;
        let known = by_id.get(&**id).copied();
        let subject = if let Some((_, instance)) = known {
            instance.subject.clone()
        } else {
            let (id, name) = (newest.instance.clone(), newest.name.clone());
            Arc::new(InstanceRef::unlisted(id, name, "<run log>"))
        };
        Some((subject, known, writes))
    });
    let written: Vec<_> = written.collect();
    for name in &scope.instances {
        let asked = std::slice::from_ref(name);
        if !written.iter().any(|(subject, ..)| subject.is_named(asked)) {
            let message = format!("run {run} has written no instance with the id or name `{name}`");
            return Err(Failure::new(ProblemKind::Usage, message));
        }
    }
    let of = written.len();
    let (mut targets, mut unknown) = (Vec::new(), 0);
    for (subject, known, writes) in written {
        // `!=` would select an instance without known labels.
        let is_unknown = known.is_none() && scope.selector.is_some();
        let is_in = if is_unknown {
            let scope = scope.clone();
            let selector = None;
            Scope { selector, ..scope }.has(&subject)
        } else {
            scope.has(&subject)
        };
        unknown += usize::from(is_in && is_unknown);
        if !is_in || is_unknown {
            continue;
        }
        let goal = match known.and_then(|(_, instance)| instance.suspended.clone()) {
            Some(_) => Goal::Gone(Problem::new(ProblemKind::Stale, SUSPENDED)),
            None => goal(&writes, known.map(|(_, instance)| instance), loaded)?,
        };
        let place = known.map_or(usize::MAX, |(index, _)| index);
        targets.push((place, Target { subject, goal }));
    }
    targets.sort_by_key(|(place, _)| *place);
    let targets = targets.into_iter().map(|(_, target)| target);
    Ok(Restorations {
        targets: targets.collect(),
        of,
        unknown,
    })
}

fn goal(
    writes: &[Write<'_>],
    known: Option<&DesiredInstance>,
    loaded: &Loaded,
) -> Result<Goal, Failure> {
    let credential = credential(writes, known, loaded)?;
    let mut writes = writes
        .iter()
        .map(overwrite)
        .collect::<Result<Vec<_>, _>>()?;
    let earlier = writes.split_off(writes.len().min(1));
    let drop_fields = known.map(|instance| instance.drop_fields.clone());
    let Some(newest) = writes.pop() else {
        // Only instances with writes are targets.
        return Ok(Goal::Gone(Problem::new(
            ProblemKind::Stale,
            "nothing was written to it",
        )));
    };
    Ok(Goal::Restored(Box::new(Restoration {
        credential,
        newest,
        earlier,
        drop_fields: drop_fields.unwrap_or_default(),
    })))
}

/// Returns the credential that the manifest gives the instance, or else the one that the newest write used.
fn credential(
    writes: &[Write<'_>],
    known: Option<&DesiredInstance>,
    loaded: &Loaded,
) -> Result<Arc<str>, Failure> {
    if let Some(instance) = known {
        return Ok(instance.credential.clone());
    }
    let credentials = &loaded.desired.credentials;
    let used = writes.iter().map(|write| write.intent);
    let mut used = used.filter_map(|intent| credentials.get_key_value(&intent.credential));
    if let Some((name, _)) = used.next() {
        return Ok(name.clone());
    }
    let (instance, credential) = writes.first().map_or(("", ""), |write| {
        (&*write.intent.instance, &*write.intent.credential)
    });
    let message = format!(
        "the run wrote instance `{instance}` with credential `{credential}`, and the manifest has neither"
    );
    Err(Failure::new(ProblemKind::Usage, message)
        .hint("define it under `credentials`, or say with -i what to roll back"))
}

fn overwrite(write: &Write<'_>) -> Result<Overwrite, Failure> {
    let Write { run, intent, left } = *write;
    let (left, certainty) = match left {
        Left::Intended => (&intent.write, Certainty::Verified),
        Left::Unconfirmed => (&intent.write, Certainty::Unconfirmed),
        Left::Other(left) => (left, Certainty::Unconfirmed),
        Left::Unknown => (&intent.write, Certainty::Unknown),
    };
    Ok(Overwrite {
        run: Arc::from(run),
        back: recorded_state(&intent.answer, run)?,
        left: recorded_state(left, run)?,
        certainty,
    })
}
