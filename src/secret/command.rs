//! Secrets from programs: arguments as written, no shell, bounded in time and size, stderr withheld.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use zeroize::Zeroizing;

use super::{MAX_SECRET, SecretError};

/// How long a command may take.
const TIME: Duration = Duration::from_secs(30);

pub(super) async fn run(words: &[Arc<str>]) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(SecretError::CommandsNotAllowed);
    };
    let fail = |why: String| SecretError::Command(program.clone(), why);
    let mut child = tokio::process::Command::new(&**program)
        .args(arguments.iter().map(AsRef::as_ref))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // Its stderr may hold secrets and is foreign text.
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| fail(format!("can't be run: {error}")))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SECRET + 1));
    let stdout = child.stdout.take();
    let work = async {
        if let Some(stdout) = stdout {
            stdout
                .take(MAX_SECRET as u64 + 1)
                .read_to_end(&mut bytes)
                .await?;
        }
        if bytes.len() > MAX_SECRET {
            Ok(None)
        } else {
            child.wait().await.map(Some)
        }
    };
    match tokio::time::timeout(TIME, work).await {
        Err(_) => Err(fail(format!("took longer than {} seconds", TIME.as_secs()))),
        Ok(Err(error)) => Err(fail(format!("can't be read: {error}"))),
        Ok(Ok(None)) => Err(SecretError::TooLarge(format!(
            "the output of command `{program}`"
        ))),
        Ok(Ok(Some(status))) if status.success() => Ok(bytes),
        Ok(Ok(Some(status))) => Err(fail(format!(
            "failed with {status}; its stderr is withheld"
        ))),
    }
}
