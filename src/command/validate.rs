//! `validate`: checks manifests offline. It opens no secret and sends nothing.

use crate::cli::ValidateArgs;
use crate::context::Context;
use crate::document::guards_lifted;
use crate::english::plural;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::render::{self, Format};
use crate::session::load;
use crate::source::Links;

/// Checks manifests.
///
/// # Errors
/// When the manifest has an error, or a warning with `--strict`.
pub fn validate(args: &ValidateArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let files = load::read(&args.manifest.files, Links::under(args.untrusted), context)?;
    let loaded = if args.strict {
        load::load_strictly(files, &args.except)?
    } else {
        load::load(files)?
    };
    let lifted = loaded.desired.safety.lifted();
    if !lifted.is_empty() {
        let (_, message) = guards_lifted(&lifted, args.untrusted);
        context.output.remark(&message);
    }
    if args.format.format == Format::Json {
        let text = render::findings(&loaded.document(), Format::Json, context.output.colors);
        context.output.data(&text);
        return Ok(ExitCode::Success);
    }
    loaded.warn(context);
    let warnings = match loaded.findings.warnings() {
        0 => String::new(),
        count => format!(", with {}", plural(count, "warning")),
    };
    let instances = plural(loaded.desired.instances.len(), "instance");
    let files = plural(loaded.files.len(), "file");
    context
        .output
        .text(&format!("Valid: {instances} in {files}{warnings}.\n"));
    Ok(ExitCode::Success)
}
