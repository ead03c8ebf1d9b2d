//! One verb: from its command line through the product's own `command::run` to its exit code, over what is simulated.

use std::ffi::OsString;
use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::Parser;
use hookfleet::api::Transport;
use hookfleet::api::transport::Pending;
use hookfleet::cancel::CancelToken;
use hookfleet::cancel::signals::Signals;
use hookfleet::cli::Cli;
use hookfleet::command;
use hookfleet::context::Connect;
use hookfleet::context::Context;
use hookfleet::output::{Output, Writes};
use hookfleet::ports::{Clock, Entropy};
use hookfleet::render::text::Colors;
use hookfleet::store::StateBackend;
use hookfleet::wire::Request;
use serde_json::Value;

use super::disk::Disk;
use super::life::Life;
use super::write_ahead::Witness;
use crate::simulation::draw::TOKENS;
use crate::simulation::draw::manifest::SOURCES;
use crate::simulation::network::Network;
use crate::simulation::port::{Paused, Seeded};

/// What a process runs on.
pub struct Machine {
    pub network: Network,
    pub disk: Disk,
    pub witness: Arc<Witness>,
    pub clock: Arc<Paused>,
}

/// How a process is ended from outside.
#[derive(Debug, Clone, Copy)]
pub struct Fate {
    /// It is killed after so many effects.
    pub dies_after: u64,
    /// It is interrupted after that long.
    pub interrupted_after: Option<Duration>,
}

impl Fate {
    /// It runs to its end.
    pub const NONE: Self = Self {
        dies_after: u64::MAX,
        interrupted_after: None,
    };
}

/// What a process came to.
#[derive(Debug)]
pub enum Ended {
    /// It was killed.
    Killed,
    /// It exited with a code and, where it had come that far, a document.
    Exited {
        code: u8,
        report: Option<Value>,
        said: String,
        was_interrupted: bool,
    },
}

impl Machine {
    /// Runs a verb.
    pub async fn run(&self, number: usize, words: &[&str], fate: Fate) -> Ended {
        self.network.record().phase.run = number;
        let life = Life::of(fate.dies_after);
        let retries = self.network.schedule.retries.to_string();
        let cli = cli(words, "http://127.0.0.1:1", &retries);
        let (interrupter, interrupt) = CancelToken::pair();
        let (stdout, stderr) = (Shared::default(), Shared::default());
        let mut edge = self.edge(number, &life, interrupt, &stdout, &stderr);
        let interrupting = async {
            if let Some(after) = fate.interrupted_after {
                tokio::time::sleep(after).await;
                interrupter.cancel(hookfleet::problem::StopReason::Interrupted);
            }
            std::future::pending::<()>().await;
        };
        let ended = tokio::select! {
            biased;
            () = life.end() => None,
            () = interrupting => None,
            code = command::run(&cli, &mut edge) => Some(code),
        };
        let was_interrupted = edge.interrupt().is_cancelled();
        drop(edge);
        self.witness.count("effects of a process", life.effects());
        match ended {
            Some(code) if !life.is_over() => Ended::Exited {
                code: code.code(),
                report: serde_json::from_str(&stdout.text()).ok(),
                said: stderr.text(),
                was_interrupted,
            },
            _ => Ended::Killed,
        }
    }

    fn edge(
        &self,
        number: usize,
        life: &Life,
        interrupt: CancelToken,
        stdout: &Shared,
        stderr: &Shared,
    ) -> Context<'static> {
        let schedule = &self.network.schedule;
        let way = Mortal {
            network: self.network.clone(),
            life: life.clone(),
            witness: self.witness.clone(),
            disk: self.disk.clone(),
        };
        let outside = Outside {
            connect: Arc::new(move |_| Ok(Arc::new(way.clone()))),
            backend: Arc::new(self.disk.of(life)),
            clock: self.clock.clone(),
            entropy: Arc::new(Seeded::from(schedule.seed ^ (number as u64) << 32)),
            interrupt,
        };
        outside.edge(&schedule.manifest.yaml, stdout, stderr)
    }
}

/// A command line, with all guards let pass.
pub fn cli(words: &[&str], base_url: &str, retries: &str) -> Cli {
    let common = [
        "-f",
        "-",
        "--base-url",
        base_url,
        "--format",
        "json",
        "--retries",
        retries,
        "--allow",
        "empty",
        "--allow",
        "removals",
        "--allow",
        "changes",
        "--allow",
        "system-off",
        "--allow",
        "masked",
    ];
    let words = ["hookfleet"].iter().chain(words).chain(&common);
    Cli::try_parse_from(words).unwrap()
}

/// What of the outside is not the same for every process.
pub struct Outside {
    pub connect: Arc<Connect>,
    pub backend: Arc<dyn StateBackend>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub interrupt: CancelToken,
}

impl Outside {
    pub fn edge(self, manifest: &str, stdout: &Shared, stderr: &Shared) -> Context<'static> {
        Context {
            output: Output {
                stdin: Box::new(Cursor::new(manifest.to_owned().into_bytes())),
                stdout: Box::new(stdout.clone()),
                stderr: Box::new(stderr.clone()),
                can_ask: false,
                colors: Colors::Plain,
                colors_err: Colors::Plain,
                quiet: false,
                reports: Vec::new(),
                saved: None,
                removed: None,
                writes: Writes::Webhooks,
                is_taken: false,
                width: None,
                width_err: None,
                to_paste: hookfleet::cli::CommandsToPaste::default(),
                unfinished: hookfleet::output::Unfinished::default(),
                files: Vec::new(),
                show: hookfleet::output::progress::ProgressMode::Nothing,
                lost: None,
            },
            environment: Arc::new(environment),
            clock: self.clock,
            entropy: self.entropy,
            connect: self.connect,
            backend: self.backend,
            listens: false,
            signals: Some(Signals::driven_by(self.interrupt)),
        }
    }
}

fn environment(name: &str) -> Option<OsString> {
    // One final line end never counts.
    let token = |account: usize, end| Some(format!("{}{end}", TOKENS[account][0]).into());
    match name {
        "WAWP_ACCESS_TOKEN" => token(0, "\n"),
        "OTHER" => token(1, "\r\n"),
        _ => {
            let mut sources = SOURCES.iter();
            let source = sources.find(|source| source.variable == name);
            source.map(|source| source.holds.into())
        }
    }
}

/// The network as one process sees it: what it has sent arrives, whether or not it lives to see the answer.
#[derive(Clone)]
struct Mortal {
    network: Network,
    life: Life,
    witness: Arc<Witness>,
    disk: Disk,
}

impl Transport for Mortal {
    fn send(&self, request: Request) -> Pending<'_> {
        Box::pin(async move {
            self.life.go_on().await;
            self.witness.before(&request, &self.disk, &self.network);
            let answer = self.network.send(request).await;
            self.life.go_on().await;
            answer
        })
    }
}

/// Where a process prints to.
#[derive(Clone, Default)]
pub struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
