//! The state directory for commands: locking it for a run that writes, and reading the logs of earlier runs.

use std::path::Path;

use super::history::History;
use crate::cli::{StateArgs, StateDirArgs, path_to_paste};
use crate::context::Context;
use crate::escape::sanitize::is_dangerous;
use crate::exit::ExitCode;
use crate::output::{Failure, Output};
use crate::problem::ProblemKind;
use crate::runlog::{Header, LogError, UnsealError, run_name};
use crate::store::{Identities, LogWriter, Recipients, RunLogs, Seal, StateError};

/// A locked state directory. Its logs have no other writer as long as this lives.
pub struct LockedState {
    logs: Box<dyn RunLogs>,
    /// The option or the variable that names the directory.
    setting: &'static str,
    /// Whether new logs are encrypted.
    pub seal: Seal,
    /// The variable of the recipient, if it is set and empty.
    blank: Option<&'static str>,
}

impl LockedState {
    /// Locks the state directory, and makes it if it does not exist.
    ///
    /// # Errors
    /// When another run uses it, or it can't be used.
    pub fn lock(args: &StateArgs, context: &Context<'_>) -> Result<Self, Failure> {
        Self::of(args, true, context)
    }

    /// Locks an existing state directory.
    ///
    /// # Errors
    /// As [`lock`](Self::lock), and when it does not exist.
    pub fn lock_existing(args: &StateArgs, context: &Context<'_>) -> Result<Self, Failure> {
        Self::of(args, false, context)
    }

    fn of(args: &StateArgs, may_create: bool, context: &Context<'_>) -> Result<Self, Failure> {
        let StateDirArgs { state_dir } = &args.directory;
        let logs = context.backend.lock(&state_dir.directory(), may_create);
        Ok(Self {
            logs: logs.map_err(|error| unusable(&error, state_dir.name))?,
            setting: state_dir.name,
            seal: seal(args)?,
            blank: args.recipient.is_blank.then_some(args.recipient.name),
        })
    }

    /// Locks a state directory if it exists.
    ///
    /// # Errors
    /// As [`lock`](Self::lock).
    pub fn lock_if_there(args: &StateArgs, context: &Context<'_>) -> Result<Option<Self>, Failure> {
        let state_dir = &args.directory.state_dir;
        match context.backend.open(&state_dir.directory()) {
            Err(StateError::Missing(_)) => Ok(None),
            _ => Self::lock_existing(args, context).map(Some),
        }
    }

    /// Encrypts new logs, unless `--state-recipient` says how, to the recipients that the header of an authentic log names;
    /// without one, to the recipients of the identities that have opened it.
    ///
    /// # Errors
    /// When that header names an invalid recipient.
    pub fn seal_as(
        &mut self,
        authentic: Option<&Header>,
        identities: Option<&Identities>,
    ) -> Result<(), Failure> {
        if !matches!(self.seal, Seal::None) {
            return Ok(());
        }
        let named = authentic.and_then(|header| Some((header, header.sealed_to.as_ref()?)));
        let recipients: Option<Recipients> = match named {
            None => identities.and_then(Identities::recipients),
            Some((header, to)) => {
                let invalid = |_| damaged(&header.run, &LogError::Damaged { line: 1 });
                Some(to.parse().map_err(invalid)?)
            }
        };
        self.seal = recipients.map_or(Seal::None, Seal::To);
        Ok(())
    }

    /// Warns of a log that is not encrypted because a variable is empty, which is rarely meant.
    pub fn warn_if_unsealed(&self, output: &mut Output<'_>) {
        if let (Seal::None, Some(variable)) = (&self.seal, self.blank) {
            output.warn(&format!(
                "{variable} is set and empty, so the run log is not encrypted"
            ));
        }
    }

    /// Makes the name of a run that begins now.
    ///
    /// # Errors
    /// When the directory can't be read, or the random source fails.
    pub fn name_run(&self, context: &Context<'_>) -> Result<String, Failure> {
        let runs = self.logs.runs();
        let runs = runs.map_err(|error| unusable(&error, self.setting))?;
        let now = jiff::Timestamp::try_from(context.clock.now()).unwrap_or_default();
        let random = super::random(2, context)?;
        Ok(run_name(now, runs.iter().map(String::as_str), &random))
    }

    /// Makes the log of a new run.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn create(&self, run: &str) -> Result<Box<dyn LogWriter>, Failure> {
        self.logs
            .create(run)
            .map_err(|error| unusable(&error, self.setting))
    }

    /// The path of the directory, if logs are kept.
    pub fn path(&self) -> Option<&Path> {
        self.logs.path()
    }

    /// Returns a reader of the logs that are there.
    ///
    /// # Errors
    /// When the identity file can't be used.
    pub fn history(&self, args: &StateArgs) -> Result<History<'_>, Failure> {
        let identity = args.identity.as_deref();
        History::new(&*self.logs, &args.directory, identity)
    }
}

/// Makes the failure of a name that several runs begin with.
pub fn ambiguous(asked: &str, runs: usize) -> Failure {
    let message = format!("{runs} runs start with `{asked}`; say more of the name");
    Failure::new(ProblemKind::Usage, message)
}

/// Parses the recipients of new logs.
///
/// # Errors
/// When one is not a recipient.
pub fn seal(args: &StateArgs) -> Result<Seal, Failure> {
    // clap does not parse it, since its errors quote the value, which may be a secret key.
    let Some(text) = args.recipient.text() else {
        return Ok(Seal::None);
    };
    let name = args.recipient.name;
    let usage = |why: &str| {
        Failure::new(ProblemKind::Usage, format!("{name} {why}"))
            .hint("`age-keygen -y FILE` prints the recipient of a secret key")
    };
    match text.parse() {
        Ok(recipients) => Ok(Seal::To(recipients)),
        Err(why) => Err(match white_space(&text) {
            Some(white_space) => usage(&format!("takes an age recipient without {white_space}")),
            None => usage(why),
        }),
    }
}

/// Names the white space in the only recipient of a text; `None` if it is not what is wrong.
fn white_space(text: &str) -> Option<&'static str> {
    let is_white = |c: char| c.is_whitespace() || is_dangerous(c);
    let bare: String = text.chars().filter(|c| !is_white(*c)).collect();
    if bare.parse::<Recipients>().is_err() {
        return None;
    }
    Some(if text.starts_with(is_white) {
        "white space before it"
    } else if text.ends_with(is_white) {
        "white space behind it"
    } else {
        "white space inside"
    })
}

/// Makes the failure of a run whose plan another planner has made; 0.1.0 did not write its number down.
pub fn planned_otherwise(run: &str, planner: Option<u32>) -> Failure {
    let planner = match planner {
        Some(number) => format!("planner {number}"),
        None => "hookfleet 0.1".to_owned(),
    };
    let message =
        format!("run {run} was planned by {planner}, and this hookfleet plans in another way");
    Failure::new(ProblemKind::InvalidLog, message)
        .hint("plan anew with `hookfleet plan`; nothing was read or written")
}

/// Makes the failure of a log that can't be used.
pub fn damaged(run: &str, error: &LogError) -> Failure {
    let message = format!("the log of run {run} {error}");
    match error {
        LogError::Sealed {
            to,
            error: UnsealError::NoKey,
        } => {
            let message = format!(
                "the log of run {run} is encrypted to {to}, and no identity of the file opens it"
            );
            Failure::new(ProblemKind::Identity, message)
                .hint("pass --identity with the file that holds its secret key")
        }
        LogError::Empty => Failure::new(ProblemKind::InvalidLog, message)
            .hint("`hookfleet plan` shows what is live now"),
        LogError::Future(_) => Failure::new(ProblemKind::InvalidLog, message)
            .hint("use the hookfleet that wrote it, or a later one"),
        LogError::Foreign | LogError::Damaged { .. } | LogError::Sealed { .. } => {
            Failure::new(ProblemKind::InvalidLog, message)
                .hint("nothing was read or written; `hookfleet plan` shows what is live now")
        }
    }
}

fn is_full(cause: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(cause.kind(), FileTooLarge | QuotaExceeded | StorageFull)
}

/// Makes the failure of a state directory that can't be used; nothing has been written to the API. `setting` is the
/// option or the variable that names it.
pub fn unusable(error: &StateError, setting: &str) -> Failure {
    let failure = Failure::from_error(ProblemKind::State, error);
    match error {
        StateError::Io { cause, .. } if is_full(cause) => failure.hint(format!(
            "make room, or give {setting} another place; nothing is written without a log"
        )),
        StateError::Locked { .. } => failure.hint(
            "wait for it to end; applies to other instances can have a --state-dir of their own",
        ),
        // Nothing is listed where there is no directory.
        StateError::Missing(_) => failure.exit_as(ExitCode::Usage).hint(format!(
            "{setting} says where the runs are; without it, a run is recorded in .hookfleet below the directory that it was started in"
        )),
        StateError::NoRun { .. } => failure.exit_as(ExitCode::Usage).hint(
            format!("{setting} says where the runs are; `hookfleet runs` lists them"),
        ),
        StateError::Log { .. } => failure.hint("a log is a plain file that hookfleet wrote"),
        StateError::NotPlain { .. } => failure.hint(format!(
            "remove it, if it is not yours, or give {setting} a directory of your own; hookfleet makes it anew"
        )),
        StateError::NotIgnored(_) => failure.hint(
            "end it with a line that is `*`, or remove it; hookfleet makes it anew",
        ),
        StateError::Foreign(path) => failure.hint(format!(
            "it has to be yours alone to write (`chmod go-w {}`), or give {setting} another directory",
            path_to_paste(path).unwrap_or_else(|| "DIRECTORY".to_owned())
        )),
        StateError::Linked(_)
        | StateError::Occupied { .. }
        | StateError::Io { .. } => failure.hint(format!(
            "give {setting} a directory of your own; nothing is written without a log"
        )),
    }
}
