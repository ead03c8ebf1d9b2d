//! `emulate`: serves a world file over HTTP until it is interrupted.

use std::io;

use crate::cancel::signals::ctrl_c;
use crate::cli::EmulateArgs;
use crate::context::Context;
use crate::emulator::{Emulator, World};
use crate::english::plural;
use crate::escape::truncate::name;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::source::{Links, read_bounded};

/// The largest world file, in bytes.
const MAX_WORLD: usize = 64 * 1024 * 1024;

/// Serves a world until SIGINT.
///
/// # Errors
/// When the world is invalid, the address is not loopback, or the emulator can't listen there.
pub async fn emulate(args: &EmulateArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    // `::ffff:127.0.0.1` is 127.0.0.1 in IPv6.
    let address = args.listen.ip().to_canonical();
    if !address.is_loopback() && !args.allow_remote {
        let message =
            format!("the address `{address}` is not loopback, so others could reach the emulator");
        return Err(Failure::new(ProblemKind::Usage, message)
            .hint("listen on 127.0.0.1, or pass --allow-remote"));
    }
    let world = world(args)?;
    let instances = plural(world.instances().count(), "instance");
    let emulator = Emulator::start(world, args.listen).await.map_err(|error| {
        let message = format!("cannot listen on {}: {error}", args.listen);
        Failure::new(ProblemKind::Listen, message)
            .hint("choose another port with --listen; port 0 takes any free one")
    })?;
    context.output.text(&format!(
        "Emulating {instances} on {}; stop with Ctrl-C.\n",
        emulator.base_url()
    ));
    let (lines, mut logged) = tokio::sync::mpsc::unbounded_channel();
    emulator.log_to(move |request| {
        // The receiver lives as long as this function, which only ends with the process.
        let _ = lines.send(request.to_string());
    });
    loop {
        tokio::select! {
            line = logged.recv() => context.output.note(&format!("{}\n", name(&line.unwrap_or_default()))),
            _ = ctrl_c() => break,
        }
    }
    emulator.shutdown().await;
    Ok(ExitCode::Success)
}

fn world(args: &EmulateArgs) -> Result<World, Failure> {
    let path = args.world.display();
    let text = read_bounded(&args.world, MAX_WORLD, Links::Follow)
        .and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other));
    let text = text.map_err(|error| {
        let message = format!("cannot read world `{path}`: {error}");
        Failure::new(ProblemKind::World, message)
    })?;
    World::from_yaml(&text).map_err(|error| {
        let message = format!("world `{path}`: {}", Failure::chain(&error));
        Failure::new(ProblemKind::World, message)
            .hint("`hookfleet schema world` describes a world; `hookfleet demo` shows one at work")
    })
}
