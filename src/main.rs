//! The binary: it parses the arguments, runs the command and exits with its code.

use std::process::ExitCode as Status;

use hookfleet::cli;
use hookfleet::command;
use hookfleet::context::Context;
use hookfleet::exit::ExitCode;
use hookfleet::panic::guarded;
use hookfleet::run::files::end_without_command;

/// Most of a run's own time goes into small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Status {
    // The panic hook has reported the panic.
    let code = guarded(run).unwrap_or(ExitCode::Failure);
    Status::from(code.code())
}

fn run() -> ExitCode {
    let cli = match cli::parse() {
        Ok(cli) => cli,
        Err(nothing) => return end_without_command(nothing),
    };
    hookfleet::log::start(cli.print.verbose);
    let mut context = Context::of_process(&cli.print);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        context
            .output
            .error("error: the operating system gives no threads to run on\n");
        return ExitCode::Failure;
    };
    runtime.block_on(command::run(&cli, &mut context))
}
