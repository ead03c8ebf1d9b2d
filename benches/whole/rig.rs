//! A fleet, its manifest, its server, and runs of contenders against it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::child::{self, Ended};
use crate::fleet::{Fleet, Start};
use crate::floor::Load;
use crate::request::{self, TOKEN};
use crate::server::Server;
use crate::tally::Tally;
use crate::world::{Manner, World};

/// The flag that gives every instance a URL of its own.
pub(crate) const OWN_URLS: &str = "--own-urls";

/// What is there to run against.
pub(crate) struct Rig {
    fleet: Fleet,
    server: Server,
    folder: TempDir,
}

/// One run of one contender.
pub(crate) struct Run {
    /// How its process ended.
    pub(crate) ended: Ended,
    /// What the server has seen of it.
    pub(crate) tally: Tally,
}

impl Run {
    /// The whole process, in seconds.
    pub(crate) fn wall(&self) -> f64 {
        self.ended.wall.as_secs_f64()
    }

    /// From the first request to the last answer, in seconds.
    pub(crate) fn window(&self) -> f64 {
        self.tally.window().as_secs_f64()
    }
}

/// A server without delay or limit.
pub(crate) const PLAIN: Manner = Manner {
    start: Start::Unchanged,
    delay: Duration::ZERO,
    limit: None,
};

impl Rig {
    /// Writes the manifest, and serves its fleet.
    pub(crate) fn new(runtime: &Runtime, fleet: Fleet, manner: Manner) -> Self {
        // Where the build is, for memory may be what a system keeps temporary files in.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.expect("the build's folder can be written to");
        let manifest = folder.path().join("hookfleet.yaml");
        std::fs::write(manifest, fleet.manifest()).expect("the folder can be written to");
        Self {
            fleet,
            server: Server::start(runtime, 0, World::new(fleet, manner)),
            folder,
        }
    }

    /// hookfleet's shipped binary with a verb and its arguments.
    pub(crate) fn hookfleet(&self, arguments: &[&str]) -> Command {
        let manifest = self.path("hookfleet.yaml");
        let mut command = child::command(env!("CARGO_BIN_EXE_hookfleet"), arguments);
        command.arg("-f").arg(manifest);
        command.env("WAWP_ACCESS_TOKEN", TOKEN);
        command
    }

    /// `hookfleet plan`; without a number, `--concurrency auto`.
    pub(crate) fn plan(&self, in_flight: Option<usize>) -> Command {
        self.online(&["plan"], in_flight)
    }

    /// `hookfleet apply` with an empty state directory.
    pub(crate) fn apply(&self, in_flight: Option<usize>) -> Command {
        let state = self.path("state");
        let _ = std::fs::remove_dir_all(&state);
        let mut command = self.online(&["apply", "--auto-approve"], in_flight);
        command.arg("--state-dir").arg(state);
        command
    }

    fn online(&self, arguments: &[&str], in_flight: Option<usize>) -> Command {
        let mut command = self.hookfleet(arguments);
        command.args(["--base-url", &self.server.url()]);
        let in_flight = in_flight.map_or("auto".to_owned(), |number| number.to_string());
        command.args(["--concurrency", &in_flight]);
        command
    }

    /// The bare loop over the same URLs.
    pub(crate) fn bare(&self, in_flight: usize, load: Load) -> Command {
        let load = match load {
            Load::Reads => "reads",
            Load::Writes => "writes",
        };
        let (size, in_flight) = (self.fleet.size.to_string(), in_flight.to_string());
        let mut command = own(&["bare", &self.server.url(), &size, &in_flight, load]);
        command.args(self.fleet.own_urls.then_some(OWN_URLS));
        command
    }

    /// curl over the same URLs, where there is one.
    pub(crate) fn curl(&self, in_flight: usize) -> Option<Command> {
        use std::fmt::Write as _;
        let base = self.server.url();
        let mut config = String::new();
        for index in 0..self.fleet.size {
            let target = request::target(index);
            let _ = writeln!(config, "url = \"{base}{target}\"\noutput = \"/dev/null\"");
        }
        let path = self.path("curl.conf");
        std::fs::write(&path, config).expect("the folder can be written to");
        let in_flight = in_flight.to_string();
        let mut command = curl(&["-q", "-s", "--noproxy", "*"])?;
        if self.fleet.size > 1 {
            command.args(["-Z", "--parallel-max", &in_flight]);
        }
        command.arg("-K").arg(path);
        Some(command)
    }

    /// The YAML library's own parse of the manifest.
    pub(crate) fn typed_parse(&self) -> Command {
        own(&["yaml", &self.path("hookfleet.yaml").to_string_lossy()])
    }

    /// Runs a contender that reads everything, from the world's start.
    pub(crate) fn reads(&self, command: Command) -> Run {
        let run = self.run(command, false);
        self.check(&run, self.fleet.size, 0);
        run
    }

    /// Runs a contender that writes everything, from the world's start.
    pub(crate) fn writes(&self, command: Command) -> Run {
        let run = self.run(command, false);
        self.check(&run, 3 * self.fleet.size, self.fleet.size);
        run
    }

    /// Runs a contender that sends nothing; the whole process, in seconds.
    pub(crate) fn offline(&self, command: Command) -> f64 {
        let run = self.run(command, false);
        self.check(&run, 0, 0);
        run.wall()
    }

    /// Runs any contender, from the world's start; one that is watched tells its memory, and may not take forever.
    pub(crate) fn run(&self, command: Command, is_watched: bool) -> Run {
        self.server.world.reset();
        let ended = child::run(command, self.folder.path(), is_watched);
        let tally = self.server.world.tally().clone();
        Run { ended, tally }
    }

    /// A contender that left something out has not been faster.
    fn check(&self, run: &Run, reads: usize, writes: usize) {
        assert!(run.ended.succeeded, "a contender failed");
        assert_eq!((run.tally.ok("GET"), run.tally.ok("POST")), (reads, writes));
        let bytes: usize = (0..writes)
            .map(|index| request::body(self.fleet, index).len())
            .sum();
        assert_eq!(run.tally.posted(), bytes, "other bytes were written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// This executable in another role.
fn own(arguments: &[&str]) -> Command {
    let path = std::env::current_exe().expect("this executable has a path");
    child::command(path, arguments)
}

/// curl, where it is installed.
fn curl(arguments: &[&str]) -> Option<Command> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|folder| folder.join("curl"));
    let found = found.into_iter().find(|file| Path::new(file).is_file())?;
    Some(child::command(found, arguments))
}
