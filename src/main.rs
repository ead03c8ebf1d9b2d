//! The binary: parse, run, print, exit.

use std::process::ExitCode as Status;

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
    let mut edge = Edge::of_process(&cli.print);
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    else {
        edge.error("error: the operating system gives no threads to run on\n");
        return Status::from(ExitCode::Failure.code());
    };
    Status::from(runtime.block_on(command::run(&cli, &mut edge)).code())
}
