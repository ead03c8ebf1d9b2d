//! `emulate`: serves a world file over HTTP until it is interrupted.

use std::fs::File;
use std::io::Read;

use crate::cli::EmulateArgs;
use crate::context::Context;
use crate::emulator::{Emulator, World};
use crate::english::plural;
use crate::escape::truncate::name;
use crate::exit::ExitCode;
use crate::output::Failure;

/// The largest world file, in bytes.
const MAX_WORLD: u64 = 64 * 1024 * 1024;

/// Serves a world.
///
/// # Errors
/// When the world is invalid, the address is not loopback, or it can't be listened on.
pub async fn emulate(args: &EmulateArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    if !args.listen.ip().is_loopback() && !args.allow_remote {
        let message = format!(
            "{} is not a loopback address, so others could reach the emulator",
            args.listen.ip()
        );
        return Err(Failure::new("usage", ExitCode::Usage, message)
            .hint("listen on 127.0.0.1, or pass --allow-remote"));
    }
    let world = world(args)?;
    let instances = plural(world.instances().count(), "instance");
    let emulator = Emulator::start(world, args.listen).await.map_err(|error| {
        let message = format!("cannot listen on {}: {error}", args.listen);
        Failure::new("listen", ExitCode::Failure, message)
            .hint("choose another port with --listen; port 0 takes any free one")
    })?;
    context.data(&format!(
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
            line = logged.recv() => context.note(&format!("{}\n", name(&line.unwrap_or_default()))),
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    emulator.shutdown().await;
    Ok(ExitCode::Success)
}

fn world(args: &EmulateArgs) -> Result<World, Failure> {
    let path = args.world.display();
    let mut text = String::new();
    let read =
        File::open(&args.world).and_then(|file| file.take(MAX_WORLD).read_to_string(&mut text));
    read.map_err(|error| {
        Failure::new(
            "world",
            ExitCode::Invalid,
            format!("cannot read world `{path}`: {error}"),
        )
    })?;
    World::from_yaml(&text).map_err(|error| {
        let failure = Failure::from_error("world", ExitCode::Invalid, &error);
        let message = format!("world `{path}`: {}", failure.message);
        Failure { message, ..failure }
            .hint("`hookfleet schema world` describes a world; `hookfleet demo` shows one at work")
    })
}
