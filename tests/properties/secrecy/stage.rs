//! Every verb that tells of live state, played over one world in one process, with all that it says.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex, Once};
use std::time::{Duration, SystemTime};

use clap::Parser as _;
use hookfleet::cancel::CancelToken;
use hookfleet::cancel::signals::Signals;
use hookfleet::cli::Cli;
use hookfleet::command;
use hookfleet::context::Context;
use hookfleet::emulator::{InMemory, World};
use hookfleet::output::{Output, Writes};
use hookfleet::ports::{Clock, Entropy};
use hookfleet::render::text::Colors;
use hookfleet::store::FileBackend;
use tracing::level_filters::LevelFilter;

use super::scene::{self, Secrets};

/// All that was said, by who said it.
pub(crate) struct Said {
    /// Such as `plan, stdout` and its text.
    pub(crate) outputs: Vec<(String, String)>,
}

/// The verbs, in their order; `PLAN` and `STATE` are places.
const VERBS: [(&str, &str); 14] = [
    ("plan in colour", "plan"),
    ("plan in JSON", "plan --format json"),
    ("drift", "drift -i 000000000005"),
    ("plan to a file", "plan --out PLAN"),
    ("show", "show PLAN"),
    ("show in JSON", "show PLAN --format json"),
    (
        "apply of the file",
        "apply PLAN --state-dir STATE --format json",
    ),
    ("apply", "apply --auto-approve --state-dir STATE"),
    ("runs", "runs --state-dir STATE"),
    ("show of a run", "show RUN --state-dir STATE"),
    (
        "show of a run in JSON",
        "show RUN --state-dir STATE --format json",
    ),
    ("rollback", "rollback RUN --auto-approve --state-dir STATE"),
    (
        "rollback in JSON",
        "rollback RUN --auto-approve --state-dir STATE --format json",
    ),
    ("runs in JSON", "runs --state-dir STATE --format json"),
];

/// Plays all verbs over the world of these instances.
pub(crate) fn perform(fleet: &[Secrets]) -> Said {
    // `tracing` asks once for each event in the code who wants it. While a test without a log is asked, a log that is
    // just made can be missed, so the first run only sees to it that all have been asked.
    static ASKED: Once = Once::new();
    ASKED.call_once(|| drop(play(fleet)));
    play(fleet)
}

fn play(fleet: &[Secrets]) -> Said {
    let directory = tempfile::tempdir().unwrap();
    let world = InMemory::new(World::from_yaml(&scene::world(fleet)).unwrap());
    let manifest = scene::manifest(fleet.len());
    let environment = Arc::new(environment(fleet));
    let (plan, state) = (
        directory.path().join("plan"),
        directory.path().join("state"),
    );
    let place = |word: &str| match word {
        "PLAN" => plan.display().to_string(),
        "STATE" => state.display().to_string(),
        "RUN" => first_run(&state),
        other => other.to_owned(),
    };
    let mut outputs = Vec::new();
    for (number, (name, words)) in VERBS.into_iter().enumerate() {
        let words: Vec<String> = words.split(' ').map(place).collect();
        let outside = Stage {
            world: world.clone(),
            environment: environment.clone(),
            colors: if number == 0 {
                Colors::Coloured
            } else {
                Colors::Plain
            },
            number,
        };
        let said = outside.run(&words, &manifest);
        let place = directory.path().display().to_string();
        outputs.extend(said.into_iter().map(|(stream, text)| {
            (
                format!("{name}, {stream}"),
                text.replace(&place, "DIRECTORY"),
            )
        }));
        if name == "plan to a file" {
            let saved = std::fs::read_to_string(&plan).unwrap();
            outputs.push(("the saved plan".to_owned(), saved));
        }
    }
    Said { outputs }
}

fn first_run(state: &std::path::Path) -> String {
    let files = std::fs::read_dir(state).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut runs: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".run").map(str::to_owned))
        .collect();
    runs.sort();
    runs.swap_remove(0)
}

fn environment(fleet: &[Secrets]) -> HashMap<String, OsString> {
    let mut variables = HashMap::new();
    for (at, secrets) in fleet.iter().enumerate() {
        variables.insert(format!("TOKEN_{at}"), secrets.token.clone().into());
        for (place, secret) in ["u", "p", "q"].iter().zip(&secrets.wanted) {
            variables.insert(format!("{place}_{at}"), secret.clone().into());
        }
    }
    variables
}

/// The outside of one verb.
struct Stage {
    world: InMemory,
    environment: Arc<HashMap<String, OsString>>,
    colors: Colors,
    number: usize,
}

impl Stage {
    fn run(self, words: &[String], manifest: &str) -> [(&'static str, String); 3] {
        let reads = !["show", "runs"].contains(&words[0].as_str());
        let mut all = vec!["hookfleet"];
        all.extend(words.iter().map(String::as_str));
        if reads {
            all.extend([
                "-f",
                "-",
                "--retries",
                "1",
                "--base-url",
                "http://127.0.0.1:1",
            ]);
            all.extend([
                "--allow", "empty", "--allow", "removals", "--allow", "changes",
            ]);
        }
        let cli = Cli::try_parse_from(all).unwrap();
        let (stdout, stderr, log) = (Shared::default(), Shared::default(), Shared::default());
        let (writer, number) = (log.clone(), self.number as u64);
        let lines = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .without_time()
            .finish();
        let (_, interrupt) = CancelToken::pair();
        let mut edge = Context {
            output: Output {
                stdin: Box::new(Cursor::new(manifest.to_owned().into_bytes())),
                stdout: Box::new(stdout.clone()),
                stderr: Box::new(stderr.clone()),
                can_ask: false,
                colors: self.colors,
                colors_err: self.colors,
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
            environment: Arc::new(move |name: &str| self.environment.get(name).cloned()),
            clock: Arc::new(At(number)),
            entropy: Arc::new(Seeded::from(number)),
            connect: Arc::new(move |_| Ok(Arc::new(self.world.clone()))),
            backend: Arc::new(FileBackend),
            listens: false,
            signals: Some(Signals::driven_by(interrupt)),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let code = tracing::subscriber::with_default(lines, || {
            runtime.block_on(command::run(&cli, &mut edge))
        });
        drop(edge);
        let said = without_odd_values(&stderr.text());
        let err = format!("exit {}\n{said}", code.code());
        // Records are synced by threads, so that the order in which lines come is chance.
        let mut lines: Vec<String> = log.text().lines().map(str::to_owned).collect();
        lines.sort();
        [
            ("stdout", stdout.text()),
            ("stderr", err),
            ("log", lines.join("\n")),
        ]
    }
}

/// What is said, but for what is odd about a value, which is said by its kind alone and differs.
fn without_odd_values(text: &str) -> String {
    let mut is_odd = false;
    let lines = text.split_inclusive('\n').filter(|line| {
        let starts = line.contains("[odd-secret]");
        is_odd = starts || (is_odd && !line.trim().is_empty());
        !is_odd
    });
    let lines: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).collect();
    lines.concat()
}

/// One minute of one day for each verb.
struct At(u64);

impl Clock for At {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + 60 * self.0)
    }
}

/// Bytes from a seed.
struct Seeded(Mutex<fastrand::Rng>);

impl From<u64> for Seeded {
    fn from(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }
}

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        self.0.lock().unwrap().fill(bytes);
        Ok(())
    }
}

/// What is written, to be looked at.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
