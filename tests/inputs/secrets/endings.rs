//! How commands end: by themselves, for taking too long, for saying too much, or with the run; and what becomes of what
//! they started.
//!
//! On a paused clock 30 seconds pass as soon as everybody waits, except while a blocking task runs: that is how a
//! command gets as far as a test wants it first.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use hookfleet::cancel::CancelToken;
use hookfleet::desired::SourceKind;
use hookfleet::problem::StopReason;
use hookfleet::secret::MAX_SECRET;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use tempfile::TempDir;

use super::{HANGS, open_all, opener, shell, source, told};

/// A pipe that a command and all that it starts hold open.
struct Line {
    _dir: TempDir,
    path: PathBuf,
    /// What is written to it; closed once nobody is left who could.
    said: Option<Receiver<String>>,
}

impl Line {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("line");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let (say, said) = channel();
        let listening = path.clone();
        std::thread::spawn(move || {
            // Opening waits for somebody who writes.
            let lines = BufReader::new(std::fs::File::open(listening).unwrap()).lines();
            for line in lines.map_while(Result::ok) {
                let _ = say.send(line);
            }
        });
        Self {
            _dir: dir,
            path,
            said: Some(said),
        }
    }

    /// A script that holds the line as descriptor 9 and can't be asked politely.
    fn script(&self, rest: &str) -> String {
        format!(
            "trap '' TERM INT HUP; exec 9>{}; {rest}",
            self.path.display()
        )
    }

    /// Waits, while the clock stands still, until something is said, and for what `then` makes of it.
    async fn hear(&mut self, then: impl FnOnce(&str) + Send + 'static) {
        let said = self.said.take().unwrap();
        let said = tokio::task::spawn_blocking(move || {
            then(&said.recv_timeout(HANGS).unwrap());
            said
        });
        self.said = Some(said.await.unwrap());
    }

    /// Waits until everybody who held it is gone.
    fn is_dead(&self) {
        let end = self.said.as_ref().unwrap().recv_timeout(HANGS);
        assert_eq!(end, Err(std::sync::mpsc::RecvTimeoutError::Disconnected));
    }
}

/// Waits until a child of this process has exited, and leaves its status to whoever waits for it.
fn exits(number: &str) {
    let pid = Pid::from_raw(number.parse().unwrap()).unwrap();
    waitid(
        WaitId::Pid(pid),
        WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
    )
    .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_command_that_takes_too_long_is_killed_with_all_that_it_started() {
    let mut line = Line::new();
    let script = line.script("sleep 300 >/dev/null & (sleep 300 & echo up >&9; wait) & wait");
    let (ended, ()) = tokio::join!(shell(&script), line.hear(|_| {}));
    assert_eq!(ended, "command `sh` took longer than 30 seconds");
    line.is_dead();
}

#[tokio::test(start_paused = true)]
async fn a_command_that_closes_its_output_and_goes_on_takes_too_long() {
    let mut line = Line::new();
    let script = line.script("printf s3%s cr3t; exec 1>&-; echo up >&9; sleep 300");
    let (ended, ()) = tokio::join!(shell(&script), line.hear(|_| {}));
    assert_eq!(ended, "command `sh` took longer than 30 seconds");
    line.is_dead();
}

#[tokio::test(start_paused = true)]
async fn child_of_a_command_cannot_keep_the_output_open() {
    let mut line = Line::new();
    let script = line.script("sleep 300 & printf s3%s cr3t; echo $$ >&9");
    let (ended, ()) = tokio::join!(shell(&script), line.hear(exits));
    assert_eq!(
        ended,
        "command `sh` has ended, and something that it started kept its output open for 30 seconds"
    );
    line.is_dead();
}

#[tokio::test]
async fn a_command_that_says_too_much_is_killed_with_all_that_it_started() {
    let mut line = Line::new();
    let script = line.script("sleep 300 >/dev/null & echo up >&9; exec yes");
    let (ended, ()) = tokio::join!(shell(&script), line.hear(|_| {}));
    assert_eq!(ended, "the output of command `sh` is larger than 64 KiB");
    line.is_dead();
}

#[tokio::test]
async fn a_command_may_say_64_kib_and_no_more() {
    let says = |count: usize| format!("head -c {count} /dev/zero | tr '\\000' s");
    assert!(shell(&says(MAX_SECRET)).await == format!("gave {:?}", "s".repeat(MAX_SECRET)));
    assert_eq!(
        shell(&says(MAX_SECRET + 1)).await,
        "the output of command `sh` is larger than 64 KiB"
    );
}

#[tokio::test]
async fn an_interrupt_ends_every_command_and_all_that_they_started() {
    let (mut one, mut other) = (Line::new(), Line::new());
    let sources = BTreeMap::from([&one, &other].map(|line| {
        let script = line.script("sleep 300 & echo up >&9; wait");
        let words = ["sh", "-c", &script].map(Arc::from).to_vec();
        let name = Arc::from(line.path.to_str().unwrap());
        (name, source(SourceKind::Command(words)))
    }));
    let (interrupter, interrupt) = CancelToken::pair();
    let (with_commands, none) = (opener(true), BTreeMap::new());
    let opening = open_all(&with_commands, &sources, &none, &interrupt);
    let interrupting = async {
        tokio::join!(one.hear(|_| {}), other.hear(|_| {}));
        interrupter.cancel(StopReason::Interrupted);
    };
    let (opened, ()) = tokio::join!(opening, interrupting);
    assert_eq!(told(opened), ["interrupted"]);
    one.is_dead();
    other.is_dead();
}

#[tokio::test]
async fn after_an_interrupt_no_command_is_started() {
    let dir = tempfile::tempdir().unwrap();
    let mark: &Path = &dir.path().join("mark");
    let words = ["touch", mark.to_str().unwrap()].map(Arc::from).to_vec();
    let sources = BTreeMap::from([(Arc::from("a"), source(SourceKind::Command(words)))]);
    let (interrupter, interrupt) = CancelToken::pair();
    interrupter.cancel(StopReason::Interrupted);
    let opened = open_all(&opener(true), &BTreeMap::new(), &sources, &interrupt).await;
    assert_eq!(
        (told(opened), mark.exists()),
        (vec!["interrupted".to_owned()], false)
    );
}
