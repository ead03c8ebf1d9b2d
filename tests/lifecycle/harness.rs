//! One emulated world, one manifest and the real binary between them.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::{Output, Stdio};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use hookfleet::emulator::{Emulator, SharedWorld, SystemState, WebhookState, World};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The token of every world here.
pub(crate) const TOKEN: &str = "token-of-a-test";
/// A run that takes longer hangs.
pub(crate) const HANGS: Duration = Duration::from_mins(2);

/// A world that is served, and a directory with a manifest.
pub(crate) struct Stage {
    pub(crate) runtime: Runtime,
    pub(crate) emulator: Option<Emulator>,
    pub(crate) base_url: String,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) dir: TempDir,
    world: SharedWorld,
}

/// What one run of the binary left behind.
/// Lines that come with time would make what is said depend on the machine.
pub(crate) const SILENT: &str = "HOOKFLEET_NO_PROGRESS";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Stage {
    /// `instances` are those of the world file; the only account's token is [`TOKEN`].
    pub(crate) fn new(instances: &str, manifest: &str) -> Self {
        let world = format!(
            "version: 1\naccounts: [{{ token: {TOKEN} }}, {{ token: free-token, plan: free }}]\ninstances:\n{instances}"
        );
        Self::of_world(&world, manifest)
    }

    /// A stage from a whole world file.
    pub(crate) fn of_world(world: &str, manifest: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .enable_all()
            .build()
            .unwrap();
        let world = World::from_yaml(world).unwrap();
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let emulator = runtime.block_on(Emulator::start(world, anywhere)).unwrap();
        let stage = Self {
            base_url: emulator.base_url(),
            world: emulator.shared_world(),
            emulator: Some(emulator),
            runtime,
            environment: Vec::new(),
            dir: tempfile::tempdir().unwrap(),
        };
        stage.write("hookfleet.yaml", manifest);
        stage.env("WAWP_ACCESS_TOKEN", TOKEN)
    }

    /// With an environment variable; an earlier one of that name is replaced.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file beside the manifest.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.dir.path().join(name), text).unwrap();
    }

    /// The binary in the stage's directory, knowing nothing but the stage's environment.
    pub(crate) fn command(&self, args: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hookfleet"));
        command
            .args(args)
            .current_dir(self.dir.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOOKFLEET_BASE_URL", &self.base_url)
            .env(SILENT, "1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let mut command = tokio::process::Command::from(self.command(args));
        command.stdin(Stdio::null()).kill_on_drop(true);
        let ended = self
            .runtime
            .block_on(async { tokio::time::timeout(HANGS, command.output()).await });
        Run::of(&ended.expect("the run hangs").unwrap())
    }

    /// The world, while no request can look at it.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The emulator, while it runs.
    pub(crate) fn emulator(&self) -> &Emulator {
        self.emulator.as_ref().unwrap()
    }

    /// Every webhook of every instance, a line each.
    pub(crate) fn live(&self) -> String {
        let world = self.world();
        let mut text = String::new();
        for id in world.instances() {
            writeln!(text, "{id}").unwrap();
            for webhook in world.webhooks(id) {
                writeln!(text, "  {}", line(&webhook)).unwrap();
            }
            match world.system(id) {
                SystemState::Set(system) => writeln!(text, "  system {}", line(&system)).unwrap(),
                lack => writeln!(text, "  system {lack:?}").unwrap(),
            }
        }
        text
    }

    /// How many GETs and POSTs arrived.
    pub(crate) fn requests(&self) -> (u64, u64) {
        let counts = self.world().counts();
        (counts.gets, counts.posts)
    }

    /// How many POSTs named an instance.
    pub(crate) fn posts_of(&self, id: &str) -> u64 {
        self.world().counts_of(id).posts
    }

    /// The handled requests of one instance, a line each.
    pub(crate) fn log_of(&self, id: &str) -> Vec<String> {
        let world = self.world();
        let own = world
            .log()
            .iter()
            .filter(|request| request.instance.as_deref() == Some(id));
        own.map(|request| request.to_string().replace(&format!(" {id}"), ""))
            .collect()
    }

    /// Stops the emulator: from now on, nothing listens there.
    pub(crate) fn shut_down(&mut self) {
        if let Some(emulator) = self.emulator.take() {
            self.runtime.block_on(emulator.shutdown());
        }
    }
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: masked(&String::from_utf8(output.stdout.clone()).unwrap()),
            err: masked(&String::from_utf8(output.stderr.clone()).unwrap()),
        }
    }

    /// Everything that was seen of it.
    pub(crate) fn told(&self) -> String {
        format!(
            "exit {}\n--- stdout\n{}--- stderr\n{}",
            self.code, self.out, self.err
        )
    }

    /// Standard output as JSON; the exit code in it is the process's.
    pub(crate) fn json(&self) -> Value {
        let json: Value = serde_json::from_str(&self.out).expect(&self.out);
        assert_eq!(json["exit_code"], self.code, "{json:#}");
        json
    }

    /// `STATUS[, verified][: KIND HTTP_STATUS MESSAGE]` of every instance in a JSON report or plan, one line each.
    pub(crate) fn outcomes(&self) -> String {
        let json = self.json();
        let mut text = format!("exit {}\n", self.code);
        for instance in json["instances"].as_array().unwrap() {
            let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let error = &instance["error"];
            write!(
                text,
                "{} {}",
                word(&instance["id"]),
                word(&instance["status"])
            )
            .unwrap();
            if instance["verified"] == true {
                text.push_str(", verified");
            }
            if !error.is_null() {
                let status = &error["http_status"];
                let (kind, message) = (word(&error["kind"]), word(&error["message"]));
                write!(text, ": {kind} {status} {message}").unwrap();
            }
            text.push('\n');
        }
        text
    }
}

fn line(webhook: &WebhookState) -> String {
    let WebhookState {
        url,
        events,
        is_active,
        extra,
    } = webhook;
    let mut text = format!("{url} {}", events.join(","));
    if !is_active {
        text.push_str(" (off)");
    }
    for (name, value) in extra.fields() {
        write!(text, " {name}={value}").unwrap();
    }
    text
}

/// The host of every emulator here.
const HOST: &str = "127.0.0.1:";
/// The name of a run, with a digit for each `d` and a hex digit for each `x`.
const NAME: &str = "dddddddd-dddddd.ddd-xxxx";

/// The names of the runs that a text names, in its order.
pub(crate) fn runs_in(text: &str) -> Vec<&str> {
    let is_name = |name: &str| {
        let fits = |(c, kind): (char, char)| match kind {
            'd' => c.is_ascii_digit(),
            'x' => c.is_ascii_hexdigit(),
            _ => c == kind,
        };
        name.chars().zip(NAME.chars()).all(fits)
    };
    let starts = text.char_indices().map(|(at, _)| at);
    let names = starts.filter_map(|at| text.get(at..at + NAME.len()));
    names.filter(|name| is_name(name)).collect()
}

/// Fingerprints, ports and runs vary from run to run: `***` and eight hex digits become `***<FP>`, the emulator's port
/// `<PORT>`, the name of a run `<RUN>`.
pub(crate) fn masked(text: &str) -> String {
    let mut nameless = text.to_owned();
    for run in runs_in(text) {
        nameless = nameless.replace(run, "<RUN>");
    }
    let text = &*nameless;
    let mut parts = text.split(HOST);
    let mut portless = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        portless.push_str(HOST);
        portless.push_str("<PORT>");
        portless.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    let mut parts = portless.split("***");
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_print = part.len() >= 8 && part.bytes().take(8).all(|b| b.is_ascii_hexdigit());
        masked.push_str(if is_print { "***<FP>" } else { "***" });
        masked.push_str(if is_print { &part[8..] } else { part });
    }
    masked
}

/// World and manifest of instances that each lack one event: live `message`, wanted `message` and `message.ack`.
/// Each is an id with the YAML of the faults that it meets, and what else its world has.
pub(crate) fn fleet(faults: &[(&str, &str)]) -> (String, String) {
    let mut world = String::new();
    let mut manifest =
        "version: 1\ndefaults: { webhook_sets: [hooks] }\nwebhook_sets:\n  hooks:\n    \
        - { url: https://a.example/hook, events: [message, message.ack] }\ninstances:\n"
            .to_owned();
    for (id, faults) in faults {
        writeln!(
            world,
            "  - id: {id}\n    webhooks: [{{ url: 'https://a.example/hook', events: [message] }}]\n    \
             system: {{ url: 'https://app.wawp.net/api/webhook/k', events: [message] }}\n    faults: [{faults}]"
        )
        .unwrap();
        writeln!(manifest, "  - id: {id}").unwrap();
    }
    (world, manifest)
}

/// A stage of [`fleet`].
pub(crate) fn stage(faults: &[(&str, &str)]) -> Stage {
    let (world, manifest) = fleet(faults);
    Stage::new(&world, &manifest)
}
