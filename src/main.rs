//! The binary: parse, run, print, exit.

use std::io::{BufReader, IsTerminal, stderr, stdin, stdout};
use std::process::ExitCode as Status;
use std::sync::Arc;

use clap::Parser;
use hookfleet::cli::Cli;
use hookfleet::command::{self, Edge};
use hookfleet::exit::ExitCode;

fn main() -> Status {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed stream leaves nobody to tell.
            let _ = error.print();
            let code = if error.use_stderr() {
                ExitCode::Usage
            } else {
                ExitCode::Success
            };
            return Status::from(code.code());
        }
    };
    hookfleet::log::start(cli.print.verbose);
    let mut edge = Edge {
        stdin: Box::new(BufReader::new(stdin())),
        stdout: Box::new(stdout()),
        stderr: Box::new(stderr()),
        can_ask: stdin().is_terminal() && stderr().is_terminal(),
        paint: cli.print.paint(stdout().is_terminal()),
        paint_err: cli.print.paint(stderr().is_terminal()),
        quiet: cli.print.quiet,
        environment: Arc::new(|name| std::env::var_os(name)),
    };
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    else {
        edge.error("error: the operating system gives no threads to run on\n");
        return Status::from(ExitCode::Failure.code());
    };
    Status::from(runtime.block_on(command::run(&cli, &mut edge)).code())
}
