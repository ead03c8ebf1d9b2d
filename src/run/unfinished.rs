//! The newest run here that was cut off and that no other one has finished or rolled back, for the notices of a plan.

use super::listed;
use crate::cli::{ReadArgs, StateDirArgs};
use crate::context::Context;
use crate::document::runs::RunV1;
use crate::escape::truncate;
use crate::output::Failure;
use crate::plan::{Notice, RunNotice};
use crate::runlog::{Link, Outline, settled};
use crate::session::history::{FoundLog, outlines};
use crate::store::StateError;

/// Returns the notice of the newest run that is unfinished; `None` with `--untrusted`, which reads no state directory.
pub(super) fn notice(
    directory: &StateDirArgs,
    read: &ReadArgs,
    context: &mut Context<'_>,
) -> Option<Notice> {
    if read.api.untrusted {
        return None;
    }
    let logs = match context.backend.open(&directory.state_dir.directory()) {
        Ok(logs) => logs,
        Err(StateError::Missing(_)) => return None,
        Err(error) => return unreadable(&error, context),
    };
    let found = match outlines(&*logs) {
        Ok(found) => found,
        Err(error) => return unreadable(&error, context),
    };
    let readable = found.iter().filter_map(|FoundLog { run, outline }| {
        let outline = outline.as_ref().ok()?;
        Some((run.as_str(), outline))
    });
    let readable: Vec<(&str, &Outline)> = readable.collect();
    let links = readable
        .iter()
        .map(|(run, Outline { header, end })| Link::of(run, header, end.as_ref()));
    let links: Vec<Link<'_>> = links.collect();
    let open = (0..links.len()).filter(|place| links[*place].is_open());
    let open: Vec<usize> = open
        .filter(|place| settled(*place, &links).is_none())
        .collect();
    // Checked only if a run is open: the check takes the lock for a moment.
    let running = (!open.is_empty()).then(|| logs.running()).flatten();
    let mut open = open
        .into_iter()
        .filter(|place| running.as_deref() != Some(links[*place].run));
    let newest = open.next_back()?;
    let (run, outline) = readable[newest];
    let listed = RunV1::of_outline(run.to_owned(), &outline.header, outline.end.as_ref(), false);
    let step = listed::hint(&listed, &listed::here(context)).unwrap_or_default();
    Some(Notice::Run(RunNotice::Unfinished {
        run: run.to_owned(),
        was_interrupted: links[newest].was_interrupted(),
        earlier: open.count(),
        step: context.output.to_paste.complete(&step),
    }))
}

fn unreadable(error: &StateError, context: &mut Context<'_>) -> Option<Notice> {
    let why = Failure::chain(error);
    context.output.warn(&truncate::message(&format!(
        "whether a run here was cut off is not known: {why}"
    )));
    None
}
