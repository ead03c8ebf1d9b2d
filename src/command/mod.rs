//! The commands, one per file. A command prints through its context and does not exit.

pub mod apply;
pub mod demo;
pub mod drift;
pub mod emulate;
pub mod events;
pub mod merge;
pub mod plan;
pub mod rollback;
pub mod runs;
pub mod schema;
pub mod show;
pub mod validate;

use crate::cli::{Cli, Command, ReportArgs, ReportCommand, ReportTo};
use crate::context::Context;
use crate::exit::ExitCode;
use crate::output::report_file;
use crate::render::Format;

/// Runs the command and returns its exit code.
pub async fn run(cli: &Cli, context: &mut Context<'_>) -> ExitCode {
    match report_file::open(reports_of(&cli.command)) {
        Ok(reports) => context.output.reports = reports,
        Err(failure) => return failure.print(Format::Text, &mut context.output),
    }
    let (format, result) = match &cli.command {
        Command::Validate(args) => (args.format.format, validate::validate(args, context)),
        Command::Plan(args) => (args.read.format.format, plan::plan(args, context).await),
        Command::Drift(args) => (args.format.format, drift::drift(args, context).await),
        Command::Apply(args) => (args.read.format.format, apply::apply(args, context).await),
        Command::Show(args) => (args.format.format, show::show(args, context)),
        Command::Runs(args) => (args.format.format, runs::runs(args, context)),
        Command::Rollback(args) => (
            args.read.format.format,
            rollback::rollback(args, context).await,
        ),
        Command::Report(ReportArgs {
            command: ReportCommand::Merge(args),
        }) => (args.format.format, merge::merge(args, context)),
        Command::Events(args) => (args.format.format, Ok(events::events(args, context))),
        Command::Schema(args) => (Format::Text, Ok(schema::schema(args, context))),
        Command::Emulate(args) => (Format::Text, emulate::emulate(args, context).await),
        Command::Demo => (Format::Text, demo::demo(context).await),
    };
    let exit = result.unwrap_or_else(|failure| failure.print(format, &mut context.output));
    let exit = report_file::close(&mut context.output, exit);
    match context.output.lost.take() {
        Some(error) => {
            // Lost output must not look like a success.
            context
                .output
                .complain(&format!("cannot write to stdout: {error}"));
            exit.merge(ExitCode::Failure)
        }
        None => exit,
    }
}

/// The `--report` files of a command.
fn reports_of(command: &Command) -> &[ReportTo] {
    match command {
        Command::Plan(args) => &args.read.reports.reports,
        Command::Drift(args) => &args.reports.reports,
        Command::Apply(args) => &args.read.reports.reports,
        Command::Rollback(args) => &args.read.reports.reports,
        _ => &[],
    }
}
