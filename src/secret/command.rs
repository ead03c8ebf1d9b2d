//! Secrets from commands: arguments as written, no shell, limited time and size, stderr withheld.
//!
//! A program without `/` is looked up in `PATH`, a relative path in hookfleet's working directory. It has hookfleet's
//! environment, which may hold its own credentials, no input, and its own process group, so that it can't prompt on a
//! terminal. Its output ends when all processes that hold its stdout have closed it. After a timeout, too much output
//! or an interrupt, the whole process group is killed.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::io::AsyncReadExt;
use tokio::process::Child;

use super::{MAX_SECRET, SecretError};

/// The timeout of a command.
const TIMEOUT: Duration = Duration::from_secs(30);

pub(super) async fn run(words: &[Arc<str>]) -> Result<Vec<u8>, SecretError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(SecretError::Empty("a command".to_owned()));
    };
    let fail = |why: String| SecretError::Command(program.clone(), why);
    let mut running = Running::start(program, arguments)
        .map_err(|error| fail(format!("can't be run: {error}")))?;
    let seconds = TIMEOUT.as_secs();
    match tokio::time::timeout(TIMEOUT, running.end()).await {
        Err(_) if running.has_exited() => Err(fail(format!(
            "has ended, and something that it started kept its output open for {seconds} seconds"
        ))),
        Err(_) => Err(fail(format!("took longer than {seconds} seconds"))),
        Ok(Err(error)) => Err(fail(format!("can't be read: {error}"))),
        Ok(Ok(None)) => Err(SecretError::TooLarge(format!(
            "the output of command `{program}`"
        ))),
        Ok(Ok(Some((bytes, status)))) if status.success() => Ok(bytes),
        Ok(Ok(Some((_, status)))) => Err(fail(format!(
            "failed with {status}; its stderr is withheld"
        ))),
    }
}

/// A running program and its process group, which is killed if this is dropped before the end.
struct Running {
    child: Child,
    /// The process group, whose number is that of the process; `None` once the process has ended, since the number may
    /// be reused then.
    group: Option<Pid>,
}

impl Running {
    fn start(program: &str, arguments: &[Arc<str>]) -> io::Result<Self> {
        let child = tokio::process::Command::new(program)
            .args(arguments.iter().map(AsRef::as_ref))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // Its stderr may hold secrets and is foreign text.
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let number = child.id().and_then(|id| i32::try_from(id).ok());
        Ok(Self {
            child,
            group: number.and_then(Pid::from_raw),
        })
    }

    /// Reads the output and waits for the end; `None` if the output is too large.
    async fn end(&mut self) -> io::Result<Option<(Vec<u8>, ExitStatus)>> {
        let mut bytes = Vec::new();
        if let Some(stdout) = self.child.stdout.take() {
            let mut stdout = stdout.take(MAX_SECRET as u64 + 1);
            stdout.read_to_end(&mut bytes).await?;
        }
        if bytes.len() > MAX_SECRET {
            return Ok(None);
        }
        let status = self.child.wait().await?;
        self.group = None;
        Ok(Some((bytes, status)))
    }

    /// Whether the program itself has exited. Its status can still be awaited.
    fn has_exited(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        self.group
            .is_some_and(|group| matches!(waitid(WaitId::Pid(group), options), Ok(Some(_))))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            // The group may be empty by now; its number is not reused before the process is awaited.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}
