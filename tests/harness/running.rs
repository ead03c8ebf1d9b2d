//! A run that a test acts on before it ends, and a gate that keeps answers back. It waits for conditions, never for a
//! time.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hookfleet::emulator::LoggedRequest;
use rustix::process::{Pid, kill_process};
use serde_json::Value;

pub(crate) use rustix::process::Signal;

use super::{HANGS, Run, Stage};

/// Much less than the pause that servers ask for here, and much more than anything else takes.
const PROMPT: Duration = Duration::from_mins(1);

/// A run that has not ended yet. Dropping it kills it.
pub(crate) struct Running {
    child: Child,
    out: Heard,
    err: Heard,
}

/// What has come out of a stream so far.
pub(crate) struct Heard {
    bytes: Arc<Mutex<Vec<u8>>>,
    listening: Option<JoinHandle<()>>,
}

impl Heard {
    pub(crate) fn of(mut stream: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let heard = bytes.clone();
        let listening = std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut chunk) {
                heard.lock().unwrap().extend_from_slice(&chunk[..count]);
            }
        });
        Self {
            bytes,
            listening: Some(listening),
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }

    pub(crate) fn whole(&mut self) -> Vec<u8> {
        self.listening.take().unwrap().join().unwrap();
        std::mem::take(&mut self.bytes.lock().unwrap())
    }
}

impl Running {
    pub(crate) fn start(stage: &Stage, args: &[&str]) -> Self {
        Self::of(stage.command(args).stdin(Stdio::null()))
    }

    /// Starts a command, whatever its input is.
    pub(crate) fn of(command: &mut Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        Self {
            out: Heard::of(child.stdout.take().unwrap()),
            err: Heard::of(child.stderr.take().unwrap()),
            child,
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until stderr has said `text`.
    pub(crate) fn says(&self, text: &str) {
        until(
            || self.err.text().contains(text),
            || format!("`{text}` is not said:\n{}", self.err.text()),
        );
    }

    /// Sends the first signal, and waits until it is heard and has been seen to.
    pub(crate) fn interrupt(&self, signal: Signal) {
        self.signal(signal);
        self.says("\ninterrupted: ");
        rests(&self.child);
    }

    /// Waits until every thread of it waits for something.
    pub(crate) fn rests(&self) {
        rests(&self.child);
    }

    /// Whether it has ended.
    pub(crate) fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for the end, which comes without further help.
    pub(crate) fn ends(mut self) -> (ExitStatus, Run) {
        let end = Instant::now() + PROMPT;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < end, "it goes on: {}", self.err.text());
            std::thread::sleep(POLL);
        };
        let (stdout, stderr) = (self.out.whole(), self.err.whole());
        let output = Output {
            status,
            stdout,
            stderr,
        };
        (status, Run::of(&output))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const POLL: Duration = Duration::from_micros(500);

/// Waits until something is so.
pub(crate) fn until(mut is: impl FnMut() -> bool, otherwise: impl Fn() -> String) {
    let end = Instant::now() + HANGS;
    while !is() {
        assert!(Instant::now() < end, "{}", otherwise());
        std::thread::sleep(POLL);
    }
}

/// Waits until every thread of a process waits for something, or it has ended; where there is no /proc, at once.
pub(crate) fn rests(child: &Child) {
    let is_resting = || {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", child.id())) else {
            return true;
        };
        threads.flatten().all(|thread| {
            // A thread that has ended meanwhile has none.
            let state = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            let after_its_name = state.rsplit_once(") ").map(|(_, after)| after);
            !after_its_name.is_some_and(|state| state.starts_with(['R', 'D']))
        })
    };
    until(is_resting, || "it never rests".to_owned());
}

/// Requests that were carried out, and whose answers are kept back. Dropping it lets them go.
pub(crate) struct Gate {
    reached: Receiver<()>,
    open: Arc<(Mutex<bool>, Condvar)>,
}

impl Gate {
    /// Keeps back the answers of some requests from now on.
    pub(crate) fn keeps(
        stage: &Stage,
        is_kept: impl Fn(&LoggedRequest) -> bool + Send + Sync + 'static,
    ) -> Self {
        let (tell, reached) = channel();
        let open = Arc::new((Mutex::new(false), Condvar::new()));
        let gate = open.clone();
        stage.emulator().log_to(move |request| {
            if !is_kept(request) {
                return;
            }
            // Nobody may wait to be told.
            let _ = tell.send(());
            let (open, opened) = &*gate;
            // Other requests go on meanwhile.
            tokio::task::block_in_place(|| {
                drop(
                    opened
                        .wait_while(open.lock().unwrap(), |open| !*open)
                        .unwrap(),
                );
            });
        });
        Self { reached, open }
    }

    /// Waits until a request is kept.
    pub(crate) fn is_reached(&self) {
        self.reached.recv_timeout(HANGS).unwrap();
    }

    /// Lets all go, for ever.
    pub(crate) fn opens(&self) {
        *self.open.0.lock().unwrap() = true;
        self.open.1.notify_all();
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.opens();
    }
}

/// What `runs` tells of every run, oldest first.
pub(crate) fn runs(stage: &Stage) -> Vec<Value> {
    let output = stage
        .command(&["runs", "--format", "json"])
        .output()
        .unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    json["runs"].as_array().unwrap().clone()
}

/// The name of a run.
pub(crate) fn name(run: &Value) -> &str {
    run["run"].as_str().unwrap()
}

/// `KIND STATE, EXIT, DONE of WRITES` of every run, a line each, sorted: runs of one second have no order.
pub(crate) fn told_runs(stage: &Stage) -> String {
    let line = |run: &Value| {
        format!(
            "{} {}, exit {}, {} of {}\n",
            run["kind"], run["state"], run["exit_code"], run["done"], run["writes"]
        )
        .replace('"', "")
    };
    let mut lines: Vec<String> = runs(stage).iter().map(line).collect();
    lines.sort_unstable();
    lines.concat()
}
