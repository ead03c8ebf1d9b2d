//! One emulated world, one manifest and the real binary between them.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::process::Command;
use std::sync::{MutexGuard, PoisonError};

use hookfleet::emulator::{Emulator, SharedWorld, SystemState, WebhookState, World};
use tokio::runtime::Runtime;

use super::scratch::{Run, Scratch, TOKEN, finished};

const BASE_URL: &str = "HOOKFLEET_BASE_URL";

/// A world that is served, and a directory with a manifest.
pub(crate) struct Stage {
    pub(crate) runtime: Runtime,
    pub(crate) emulator: Option<Emulator>,
    pub(crate) base_url: String,
    scratch: Scratch,
    world: SharedWorld,
}

impl Deref for Stage {
    type Target = Scratch;

    fn deref(&self) -> &Scratch {
        &self.scratch
    }
}

impl DerefMut for Stage {
    fn deref_mut(&mut self) -> &mut Scratch {
        &mut self.scratch
    }
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
            scratch: Scratch::new(),
        };
        stage.write("hookfleet.yaml", manifest);
        stage.env("WAWP_ACCESS_TOKEN", TOKEN)
    }

    /// With an environment variable; an earlier one of that name is replaced.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// The binary in the stage's directory, knowing nothing but the stage's environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.scratch.command(args);
        if !self.environment.iter().any(|(name, _)| name == BASE_URL) {
            command.env(BASE_URL, &self.base_url);
        }
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        finished(self.command(args))
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
