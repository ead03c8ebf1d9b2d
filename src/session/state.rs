//! The state directory for commands: locking it for a run that writes, and reading the logs of earlier runs.

use std::path::Path;

use crate::cli::{StateArgs, StateDirArgs};
use crate::context::Context;
use crate::escape::sanitize::is_dangerous;
use crate::exit::ExitCode;
use crate::output::{Failure, Output};
use crate::problem::ProblemKind;
use crate::runlog::{LogError, RunRecord, UnsealError};
use crate::store::{Identities, LogWriter, Recipients, RunLogs, Seal, StateError};
use crate::wawp;

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

    /// Encrypts new logs to the recipients of an earlier log, unless `--state-recipient` names some.
    ///
    /// # Errors
    /// When that log names an invalid recipient.
    pub fn seal_as(&mut self, record: &RunRecord) -> Result<(), Failure> {
        if let (Seal::None, Some(to)) = (&self.seal, &record.header.sealed_to) {
            let recipients = to
                .parse()
                .map_err(|_| damaged(&record.header.run, &LogError::Damaged { line: 1 }))?;
            self.seal = Seal::To(recipients);
        }
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

    /// Returns the one run whose name starts with `asked`.
    fn find(&self, asked: &str, path: &Path) -> Result<String, Failure> {
        let runs = self.logs.runs();
        let runs = runs.map_err(|error| unusable(&error, self.setting))?;
        let matches: Vec<&String> = runs.iter().filter(|run| run.starts_with(asked)).collect();
        let usage = |message: String| Failure::new(ProblemKind::Usage, message);
        match matches.as_slice() {
            _ if asked.is_empty() => Err(usage("the run has no name".to_owned())),
            // A name may be the beginning of another one.
            _ if runs.iter().any(|run| run == asked) => Ok(asked.to_owned()),
            [run] => Ok((*run).clone()),
            [] => {
                let setting = self.setting;
                let message = format!("there is no run `{asked}` in `{}`", path.display());
                Err(usage(message).hint(format!(
                    "`hookfleet runs` lists them; {setting} says where they are"
                )))
            }
            _ => Err(usage(format!(
                "{} runs start with `{asked}`; say more of the name",
                matches.len()
            ))),
        }
    }

    /// Reads the log of a run.
    ///
    /// # Errors
    /// When there is no such run, or its log can't be read or opened.
    pub fn record(&self, asked: &str, args: &StateArgs) -> Result<RunRecord, Failure> {
        let run = self.find(asked, &args.directory.state_dir.directory())?;
        let bytes = self.logs.read(&run);
        let bytes = bytes.map_err(|error| unusable(&error, self.setting))?;
        let identities = match &args.identity {
            Some(path) => Some(Identities::read(path).map_err(|error| {
                Failure::from_error(ProblemKind::Identity, &error)
                    .hint("`age-keygen` writes such a file; --identity takes its path")
            })?),
            None => None,
        };
        let unseal = identities
            .as_ref()
            .map(|identities| move |sealed: &str| identities.unseal(sealed));
        let unseal = unseal.as_ref().map(|unseal| unseal as &_);
        let record = RunRecord::read(&bytes, unseal).map_err(|error| damaged(&run, &error))?;
        if record.header.api != wawp::NAME {
            let api = &record.header.api;
            let message = format!("the log of run {run} holds answers of the API `{api}`");
            return Err(Failure::new(ProblemKind::InvalidLog, message)
                .hint("use the hookfleet that wrote it, or a later one"));
        }
        if record.is_closed {
            let recipient = record.header.sealed_to.unwrap_or_default();
            let message = format!("the log of run {run} is encrypted to {recipient}");
            return Err(Failure::new(ProblemKind::Identity, message)
                .hint("pass --identity with the file that holds its secret key"));
        }
        Ok(record)
    }
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
            "wait for it to end; runs over other instances can have a --state-dir of their own",
        ),
        // Nothing is listed where there is no directory.
        StateError::Missing(_) => failure.exit_as(ExitCode::Usage).hint(format!(
            "{setting} says where the runs are; without it, a run is recorded in .hookfleet below the directory that it was started in"
        )),
        StateError::NoRun { .. } => failure.exit_as(ExitCode::Usage).hint(
            format!("{setting} says where the runs are; `hookfleet runs` lists them"),
        ),
        StateError::Log { .. } => failure.hint("a log is a plain file that hookfleet wrote"),
        StateError::Foreign(_)
        | StateError::Linked(_)
        | StateError::Occupied { .. }
        | StateError::Io { .. } => failure.hint(format!(
            "give {setting} a directory of your own; nothing is written without a log"
        )),
    }
}

/// Makes the name of a run that begins now: its time to the millisecond, and four random characters.
///
/// # Errors
/// When the random source fails.
pub fn name_run(context: &Context<'_>) -> Result<String, Failure> {
    let random = super::random(2, context)?;
    let now = jiff::Timestamp::try_from(context.clock.now()).unwrap_or_default();
    let (second, millisecond) = (now.strftime("%Y%m%d-%H%M%S"), now.subsec_millisecond());
    // Names sort by time.
    Ok(format!("{second}.{millisecond:03}-{random}"))
}
