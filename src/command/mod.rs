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

use crate::cli::{Cli, Command, ReportArgs, ReportCommand};
use crate::context::Context;
use crate::exit::ExitCode;
use crate::output::report_file;
use crate::run::files;

/// Runs the command and returns its exit code.
pub async fn run(cli: &Cli, context: &mut Context<'_>) -> ExitCode {
    let format = cli.command.format();
    context.output.to_paste = cli.to_paste.clone();
    context.output.writes = cli.command.writes();
    if let Err(failure) = files::open(&cli.command, context) {
        let exit = failure.print(format, &mut context.output);
        return report_file::close(&mut context.output, exit);
    }
    if let Some(deadline) = cli.command.read().and_then(|read| read.api.deadline) {
        context.end_from_now(deadline, format);
    }
    let result = match &cli.command {
        Command::Validate(args) => validate::validate(args, context),
        Command::Plan(args) => plan::plan(args, context).await,
        Command::Drift(args) => drift::drift(args, context).await,
        Command::Apply(args) => apply::apply(args, context).await,
        Command::Show(args) => show::show(args, context),
        Command::Runs(args) => runs::runs(args, context),
        Command::Rollback(args) => rollback::rollback(args, context).await,
        Command::Report(ReportArgs {
            command: ReportCommand::Merge(args),
        }) => merge::merge(args, context),
        Command::Events(args) => Ok(events::events(args, context)),
        Command::Schema(args) => Ok(schema::schema(args, context)),
        Command::Emulate(args) => emulate::emulate(args, context).await,
        Command::Demo => demo::demo(context).await,
    };
    let exit = result.unwrap_or_else(|failure| failure.print(format, &mut context.output));
    let exit = context.output.exit_of(exit);
    let exit = report_file::close(&mut context.output, exit);
    if let Some(error) = context.output.lost.take() {
        let message = format!("cannot write to stdout: {error}");
        context.output.complain(&message);
    }
    exit
}
