//! `demo`: plan, apply and plan against the embedded emulator on a real socket, from files that are compiled in.

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use crate::cli::{Command, PlanArgs, parse_without_environment};
use crate::context::Context;
use crate::emulator::{Emulator, World};
use crate::exit::ExitCode;
use crate::manifest::SourceFile;
use crate::output::{Failure, progress::ProgressMode};
use crate::plan::ExitPolicy;
use crate::ports::Entropy;
use crate::problem::ProblemKind;
use crate::run::{apply::apply_files, plan::plan_files};
use crate::store::MemoryBackend;

const MANIFEST: &str = include_str!("../../examples/demo/hookfleet.yaml");
const WORLD: &str = include_str!("../../examples/demo/world.yaml");

/// The demo's environment variables; none is secret.
const ENVIRONMENT: [(&str, &str); 2] = [
    ("WAWP_ACCESS_TOKEN", "demo-token"),
    ("CRM_HOOK_SECRET", "demo-secret"),
];

/// Entropy that is always the same. Nothing in the demo is secret, and the README shows its fingerprints.
struct FixedEntropy;

impl Entropy for FixedEntropy {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(0);
        Ok(())
    }
}

/// The steps: an introduction, and the command that follows it.
const STEPS: [(&str, &str); 3] = [
    (
        "Six WhatsApp instances have drifted from their manifest\n\
                (examples/demo/hookfleet.yaml). A plan only reads. It shows what differs;\n\
                secrets show by name or as fingerprints, never in clear. The session of\n\
                `reception` is down, which is a failure and never \"no changes\".",
        "plan",
    ),
    (
        "An apply plans again (`reception` is up by now), reads every instance once\n\
                more directly before it writes, writes, and reads back. Without\n\
                --auto-approve it would ask.",
        "apply --auto-approve",
    ),
    ("Run it twice: there is nothing left to do.", "plan"),
];

/// Runs the steps.
///
/// # Errors
/// When the emulator can't listen on loopback.
pub async fn demo(context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let fail = |error: &dyn std::error::Error| Failure::from_error(ProblemKind::Demo, error);
    let world = World::from_yaml(WORLD).map_err(|error| fail(&error))?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let emulator = Emulator::start(world, address)
        .await
        .map_err(|error| fail(&error))?;
    // The process's own environment is not used.
    context.environment = Arc::new(demo_environment);
    context.entropy = Arc::new(FixedEntropy);
    context.backend = Arc::new(MemoryBackend);
    context.output.show = ProgressMode::Nothing;
    let mut last = Ok(ExitCode::Success);
    for (intro, typed) in STEPS {
        let colors = context.output.colors;
        let prompt = colors.bold(format!("$ hookfleet {typed}"));
        let text = format!("{}\n\n{prompt}\n", colors.dim(intro));
        context.output.text(&text);
        last = run(typed, &emulator.base_url(), context).await;
        context.output.data("\n");
        if last.is_err() {
            break;
        }
    }
    let counts = emulator.world().counts();
    emulator.shutdown().await;
    let exit = last?;
    let line = format!(
        "That was {} reads and {} writes over real HTTP, against an emulator inside\n\
         this process: no account, no network, nothing left behind.\n\
         `hookfleet --help` says the rest.\n",
        counts.gets, counts.posts
    );
    context.output.text(&line);
    Ok(exit)
}

fn demo_environment(name: &str) -> Option<OsString> {
    ENVIRONMENT
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| OsString::from(value))
}

async fn run(typed: &str, base_url: &str, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let words = ["hookfleet"]
        .into_iter()
        .chain(typed.split(' '))
        .chain(["--base-url", base_url]);
    let cli = parse_without_environment(words)
        .map_err(|error| Failure::from_error(ProblemKind::Demo, &error))?;
    let file = SourceFile {
        name: Arc::from("examples/demo/hookfleet.yaml"),
        bytes: Arc::from(MANIFEST.as_bytes()),
    };
    match &cli.command {
        Command::Plan(args) => {
            let PlanArgs {
                read, directory, ..
            } = args;
            plan_files(vec![file], read, directory, ExitPolicy::Blocks, context).await
        }
        Command::Apply(args) => apply_files(vec![file], args, context).await,
        _ => Ok(ExitCode::Success),
    }
}
