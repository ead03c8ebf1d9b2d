//! Whole processes, measured: hookfleet's shipped binary beside `curl` and beside floors built on the same libraries, all
//! against one fast server. Ratios, not seconds. `benches/README.md` says what the lines mean.
//!
//! ```text
//! cargo bench --profile dist --bench whole -- [--quick] [--check] [--own-urls] [NAME…]      the table, or some of its lines
//! cargo bench --profile dist --bench whole -- serve --port P --instances N [--delay MS] [--limit N] [--retry-after] [--changed]
//! cargo bench --profile dist --bench whole -- manifest N > FILE
//! ```
//!
//! | file | does |
//! |---|---|
//! | `main`, `arguments` | the roles of this executable |
//! | `lines`, `grid` | what is measured |
//! | `rig`, `child` | a fleet with its server, and processes that run against it |
//! | `server`, `world`, `tally` | the API: HTTP, state and limit, what was seen |
//! | `floor` | the bare loop and the typed parse |
//! | `table` | ratios and targets |
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench that can't go on should stop, and what it prints is its result"
)]

mod arguments;
mod child;
#[path = "../fleet/mod.rs"]
mod fleet;
mod floor;
mod grid;
mod lines;
mod request;
mod rig;
mod server;
mod table;
mod tally;
mod world;

use std::process::ExitCode;
use std::time::Duration;

use arguments::Arguments;
use fleet::{Fleet, Start};
use floor::Load;
use lines::{Bench, LINES, LONG};
use rig::OWN_URLS;
use server::Server;
use tokio::runtime::Runtime;
use world::{Limit, Manner, World};

fn main() -> ExitCode {
    let mut arguments = Arguments::of_process();
    // cargo says this to every bench.
    arguments.flag("--bench");
    let own_urls = arguments.flag(OWN_URLS);
    match arguments.peek() {
        Some("bare") => {
            let [_, base, size, in_flight, load] = arguments.exactly();
            let load = if load == "writes" {
                Load::Writes
            } else {
                Load::Reads
            };
            let size = size.parse().expect("a number");
            let in_flight = in_flight.parse().expect("a number");
            floor::bare_loop(&base, Fleet { size, own_urls }, in_flight, load);
        }
        Some("yaml") => {
            let [_, path] = arguments.exactly();
            floor::typed_parse(&path);
        }
        Some("manifest") => {
            let [_, size] = arguments.exactly();
            let size = size.parse().expect("a number");
            print!("{}", Fleet { size, own_urls }.manifest());
        }
        Some("serve") => serve(arguments, own_urls),
        _ => return measure(arguments, own_urls),
    }
    ExitCode::SUCCESS
}

/// Serves until it is ended from outside.
fn serve(mut arguments: Arguments, own_urls: bool) {
    let port = arguments.value("--port").unwrap_or(0);
    let size = arguments.value("--instances").unwrap_or(10_000);
    let delay = Duration::from_millis(arguments.value("--delay").unwrap_or(0));
    let retry_after = arguments.flag("--retry-after");
    let limit = arguments.value("--limit").map(|per_second| Limit {
        per_second,
        retry_after,
    });
    let start = if arguments.flag("--changed") {
        Start::Changed
    } else {
        Start::Unchanged
    };
    let [_] = arguments.exactly();
    let fleet = Fleet { size, own_urls };
    let world = World::new(
        fleet,
        Manner {
            start,
            delay,
            limit,
        },
    );
    let runtime = Runtime::new().expect("there are threads");
    let server = Server::start(&runtime, port, world);
    println!("{}", server.url());
    loop {
        std::thread::park();
    }
}

/// What the numbers are of, and whether the machine had anything else to do.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty());
    format!("{cores} cores, load before {}", load.unwrap_or("not known"))
}

fn measure(mut arguments: Arguments, own_urls: bool) -> ExitCode {
    let (quick, checks) = (arguments.flag("--quick"), arguments.flag("--check"));
    let names = arguments.rest();
    let bench = Bench {
        runtime: Runtime::new().expect("there are threads"),
        quick,
        own_urls,
    };
    let asked = LINES.iter().filter(|(name, _)| {
        // By name also what a quick run leaves out.
        let by_name = names.iter().any(|part| name.contains(part.as_str()));
        by_name || (names.is_empty() && !(quick && LONG.contains(name)))
    });
    println!("{}\n\n{}", machine(), table::HEAD);
    let mut unmet = 0;
    for (_, line) in asked {
        for row in line(&bench) {
            println!("{}", row.line());
            unmet += usize::from(!row.is_met());
        }
    }
    println!("\n{unmet} not met");
    if checks && unmet > 0 {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
