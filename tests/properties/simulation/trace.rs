//! One schedule in words, for a person who looks for what went wrong.

use std::fmt::Write as _;

use hookfleet::wire::Method;

use crate::simulation::model::{Entry, Held, System};
use crate::simulation::record::{Exchange, Got, Tick};
use crate::simulation::review::Review;
use crate::simulation::tally::outcome;

/// The world, the manifest, all that happened in its order, and what the report says.
pub fn tell(review: &Review<'_>) -> String {
    let story = review.story;
    let schedule = &story.schedule;
    let mut text = format!(
        "seed {}\n\nthe world:\n{}\nthe manifest:\n{}\n",
        schedule.seed, schedule.world.yaml, schedule.manifest.yaml
    );
    writeln!(
        text,
        "retries {}, allowed {:?}, approved after {:?}\n",
        schedule.retries, schedule.allowed, schedule.approval
    )
    .unwrap();
    let mut happened: Vec<(Tick, String)> = Vec::new();
    for aside in &story.record.asides {
        happened.push((aside.tick, aside.what.clone()));
    }
    for exchange in &story.record.exchanges {
        happened.extend(steps(review, exchange));
    }
    happened.sort_by_key(|(tick, _)| *tick);
    for (tick, what) in happened {
        writeln!(text, "{:>9.3} s  {what}", tick.at.as_secs_f64()).unwrap();
    }
    for (run, lines) in review.runs.iter().enumerate() {
        writeln!(text, "\nrun {run}:").unwrap();
        for line in lines {
            let message = line
                .outcome
                .problem()
                .map_or("", |trouble| &trouble.message);
            writeln!(text, "  {} {} {message}", line.id(), outcome(line.outcome)).unwrap();
        }
        let code = story.reports[run].exit_code().code();
        writeln!(text, "  exit {code}").unwrap();
    }
    text
}

fn steps(review: &Review<'_>, exchange: &Exchange) -> Vec<(Tick, String)> {
    let id = &exchange.instance;
    let verb = exchange.method.as_str();
    let phase = exchange.phase;
    let step = if phase.applies { "apply" } else { "plan" };
    let sent = match &exchange.posted {
        Some(posted) => format!("sends {}", entries(posted)),
        None if exchange.no_cache => "asks, no cache".to_owned(),
        None => "asks".to_owned(),
    };
    let mut steps = vec![(
        exchange.sent,
        format!("run {} {step}: {verb} {id} {sent}", phase.run),
    )];
    if let Some(handled) = exchange.handled {
        let state = review
            .story
            .histories
            .get(id)
            .map(|states| state(&states[handled.state].0));
        let what = if handled.wrote {
            "is written"
        } else {
            "is looked at"
        };
        let state = state.unwrap_or_default();
        steps.push((
            handled.tick,
            format!("  {verb} {id} {what}, state {}: {state}", handled.state),
        ));
    }
    let got = match &exchange.got {
        None => return steps,
        Some((tick, Got::Answer(status, shown))) => {
            let shown = shown.as_ref().filter(|_| exchange.method == Method::Get);
            (
                *tick,
                format!("{status} {}", shown.map(state).unwrap_or_default()),
            )
        }
        Some((tick, Got::Error(kind))) => (*tick, kind.to_string()),
        Some((tick, Got::GivenUp)) => (*tick, "nobody waits any longer".to_owned()),
    };
    steps.push((got.0, format!("  {verb} {id} gets {}", got.1)));
    steps
}

fn state(held: &Held) -> String {
    let system = match &held.system {
        System::Unstated => "system unstated".to_owned(),
        System::None => "no system".to_owned(),
        System::Present(system) => format!("system {}", entry(system)),
    };
    format!("{}, {system}", entries(&held.webhooks))
}

fn entries(all: &[Entry]) -> String {
    let all: Vec<String> = all.iter().map(entry).collect();
    format!("[{}]", all.join(" | "))
}

fn entry(entry: &Entry) -> String {
    let events: Vec<&str> = entry.events.iter().map(String::as_str).collect();
    let off = if entry.is_active { "" } else { " (off)" };
    let extra: Vec<String> = entry
        .extra
        .iter()
        .map(|(name, value)| format!(" +{name}={value}"))
        .collect();
    format!("{} {}{off}{}", entry.url, events.join(","), extra.concat())
}
