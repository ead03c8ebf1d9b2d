//! Rendering what an earlier run did: its header, its changes by instance, its outcomes, and one summary line.

use std::collections::HashMap;

use super::change;
use super::colors::Colors;
use super::grouped::by_equal_changes;
use super::names::{InstanceNames, subjects};
use super::plan::{changes, notices};
use super::report::outcomes;
use super::selection::words;
use crate::document::plan::{InstanceV1, StatusV1};
use crate::document::report::{LeftV1, OutcomeV1, ReportV1};
use crate::document::runs::{RunStateV1, RunV1};
use crate::english::plural;
use crate::escape::truncate::{self, list, name};

/// Renders a run; the last line is its summary.
pub(super) fn recorded(report: &ReportV1, run: &RunV1, colors: Colors) -> String {
    let names = InstanceNames::of(report.instances.iter());
    let mut blocks = vec![head(run, colors)];
    blocks.push(notices(report.notices.iter(), &names, colors));
    let written: Vec<InstanceV1> = report.instances.iter().map(written).collect();
    let groups = by_equal_changes(written.iter().filter(|instance| instance.has_changes()));
    blocks.extend(groups.iter().map(|members| changes(members, colors)));
    let left = report.instances.iter().filter_map(|instance| {
        let left = instance.left.as_ref()?;
        Some(self::left(instance, left, colors))
    });
    blocks.extend(left);
    blocks.push(outcomes(report, &HashMap::new(), colors));
    let mut text = String::new();
    for block in blocks.iter().filter(|block| !block.is_empty()) {
        text.push_str(&block.join("\n"));
        text.push_str("\n\n");
    }
    text + &colors.bold(closing(report, run)) + "\n"
}

/// Renders the header: which run, when, by what, and over what.
fn head(run: &RunV1, colors: Colors) -> Vec<String> {
    let text = |text: &Option<String>| text.as_deref().map_or_else(String::new, clean);
    let of = run.of.iter().map(|of| format!(" of {}", clean(of)));
    let ended = match (run.state, &run.ended, run.exit_code) {
        (_, Some(ended), Some(code)) => format!("ended {} with exit code {code}", clean(ended)),
        (RunStateV1::Running, ..) => "in progress".to_owned(),
        _ => "cut off".to_owned(),
    };
    let by = run.finished_by.iter();
    let by = by.map(|by| format!(", finished by {}", clean(by)));
    let back = run.rolled_back_by.iter();
    let by = by.chain(back.map(|by| format!(", rolled back by {}", clean(by))));
    let line = format!(
        "Run {}: {}{}, begun {}, {ended}{}.",
        clean(&run.run),
        text(&run.kind),
        of.collect::<String>(),
        text(&run.started),
        by.collect::<String>(),
    );
    let at = run.base_url.iter();
    let at = at.map(|url| format!(" at {}", truncate::url(url)));
    let manifests = (!run.manifests.is_empty())
        .then(|| format!(", from {}", list(run.manifests.iter().map(String::as_str))));
    let allow = (!run.allow.is_empty()).then(|| {
        format!(
            ", with {} let pass",
            list(run.allow.iter().map(String::as_str))
        )
    });
    let origin = format!(
        "Made by hookfleet {}{}{}{}.",
        text(&run.tool),
        at.collect::<String>(),
        manifests.unwrap_or_default(),
        allow.unwrap_or_default(),
    );
    let selection = run.selection.iter().map(|selection| {
        let all = plural(selection.of, "instance");
        format!("Selected by {}, of {all}.", words(selection))
    });
    let lines = [line, origin].into_iter().chain(selection);
    lines.map(|line| colors.dim(line)).collect()
}

/// What was written to an instance, as a plan shows it.
fn written(instance: &OutcomeV1) -> InstanceV1 {
    InstanceV1 {
        id: instance.id.clone(),
        name: instance.name.clone(),
        labels: instance.labels.clone(),
        status: StatusV1::Changed,
        reason: None,
        webhooks: instance.webhooks.as_slice().into(),
        system: instance.system.clone(),
        error: None,
    }
}

/// Renders what a write left instead.
fn left(instance: &OutcomeV1, left: &LeftV1, colors: Colors) -> Vec<String> {
    let (instance, _) = subjects(std::iter::once(instance));
    let webhooks = left.webhooks.iter();
    let lines = webhooks.flat_map(|webhook| change::webhook(webhook, colors));
    let system = left.system.iter();
    let system = system.flat_map(|system| change::system(system, colors));
    let lines: Vec<String> = lines.chain(system).collect();
    let head = colors.bold(&instance);
    if lines.is_empty() {
        return vec![format!("{head}, as the write left it: nothing was changed")];
    }
    std::iter::once(format!("{head}, as the write left it:"))
        .chain(lines)
        .collect()
}

fn closing(report: &ReportV1, run: &RunV1) -> String {
    let state = match run.state {
        RunStateV1::Running => "in progress",
        state => state.as_str(),
    };
    let sums = &report.summary;
    if report.instances.is_empty() {
        let writes = plural(run.writes.unwrap_or_default(), "instance");
        return match run.done {
            Some(done) => format!("Run {state}: {done} of {writes} done."),
            None => format!("Run {state}: {writes} to write."),
        };
    }
    // What a plan leaves alone is in the run's report, and not in its log.
    let rest = match run.exit_code {
        Some(3) => " A guard blocked other instances, which are not in the log.",
        Some(4) if sums.stale == 0 => " Other instances were stale, which are not in the log.",
        _ => "",
    };
    format!(
        "Run {state}: {} applied, {} unchanged, {} failed, {} stale, {} blocked, {} skipped.{rest}",
        sums.applied, sums.unchanged, sums.failed, sums.stale, sums.blocked, sums.skipped
    )
}

fn clean(text: &str) -> String {
    name(text).into_owned()
}
