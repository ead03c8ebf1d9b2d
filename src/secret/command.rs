//! Secrets from programs: arguments as written, no shell, bounded in time and size, stderr withheld.
//!
//! A program without `/` is looked for in `PATH`, one with it from the directory that hookfleet runs in. It has
//! hookfleet's environment, for it needs its own credentials, no input, and a process group of its own, so that it can't
//! ask at a terminal. Its output counts once it is over, which is when all that was given it has closed it too. Where it
//! gives nothing for taking too long or saying too much, or where the run is interrupted, its whole group is killed.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::io::AsyncReadExt;
use tokio::process::Child;

use super::{MAX_SECRET, SecretError};

/// How long a command may take.
const TIME: Duration = Duration::from_secs(30);

pub(super) async fn run(words: &[Arc<str>]) -> Result<Vec<u8>, SecretError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(SecretError::Empty("a command".to_owned()));
    };
    let fail = |why: String| SecretError::Command(program.clone(), why);
    let mut running = Running::start(program, arguments)
        .map_err(|error| fail(format!("can't be run: {error}")))?;
    let seconds = TIME.as_secs();
    match tokio::time::timeout(TIME, running.end()).await {
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

/// A program and all that it started. Dropping it before its end kills them.
struct Running {
    child: Child,
    /// Its process group, which has its number, until it is known to have ended: from then on the number may be
    /// anybody's.
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

    /// Reads its output and waits for its end; `None` where it says too much.
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

    /// Whether the program itself has exited; whoever waits for it still learns how.
    fn has_exited(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        self.group
            .is_some_and(|group| matches!(waitid(WaitId::Pid(group), options), Ok(Some(_))))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            // It may have ended meanwhile, and be nothing but a number that is still its own.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}
