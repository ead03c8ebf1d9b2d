//! hookfleet makes the webhooks of every Wawp instance be what one YAML manifest says, shows the difference before it
//! changes anything, and never loses what it did not mean to touch.
//!
//! ```text
//! files --load--> Manifest --resolve--> Desired --bind secrets--> Wanted ┐
//!                                                                        ├ plan_instance(&Wanted, &Reading) -> InstancePlan
//! GET, per instance --------------------decode--------------> Reading ───┘
//! all InstancePlans --fold--> Plan (guards, totals) --approve--> recheck -> log -> POST -> verify --> Report --render--> text
//! ```
//!
//! | module | | owner of | does | must not |
//! |---|---|---|---|---|
//! | [`cli`] | effectful | what can be typed | parses flags and their values | know what they lead to |
//! | [`command`] | effectful | the commands, one per file | maps flags to a run, picks what is printed | import another command |
//! | [`session`] | effectful | the way from flags to a ready client | loads, selects, opens sources, connects | write to the API |
//! | [`run`] | effectful | carrying a command out | plans; approves, records, applies, reports | parse flags |
//! | [`consent`] | effectful | the prompt | makes the value without which there is no writer | write |
//! | [`output`] | effectful | what leaves the process | streams, progress, files, errors with hints | decide what is said |
//! | [`context`] | effectful | the outside of a run | holds streams, environment, clock, transport | decide |
//! | [`wawp`] | pure | all that is Wawp's | makes requests, decodes answers, redacts messages, names events | send, wait |
//! | [`wire`] | pure | HTTP messages as data | | send them, know a vendor |
//! | [`manifest`] | pure | what the files say | parses, finds every mistake and its place | read files, know defaults |
//! | [`desired`] | pure | what it means | merges, fills in, selects, binds opened secrets | open a secret |
//! | [`webhook`] | pure | the nouns | keeps URLs with their provenance, redacts them | print |
//! | [`live`] | pure | what was seen | tells seen from absent and unreadable | guess |
//! | [`problem`] | pure | why something is not as wanted | one kind and code for each | |
//! | [`plan`] | pure | the difference | compares, folds, guards | wait, read or write |
//! | [`approval`] | pure | what was approved | pins writes by digest, saves plans | keep a secret |
//! | [`report`] | pure | outcomes | sums them up to an exit code | print |
//! | [`runlog`] | pure | what a run's log says | records, chains lines, reads them back | read or write files |
//! | [`document`] | pure | the frozen v1 documents | made from the above; merges shards' | see a secret |
//! | [`escape`] | pure | foreign text | makes it harmless for its destination, cuts it | know what it is about |
//! | [`render`] | pure | a module per format | turns documents into text | see anything but documents, print |
//! | [`english`] | pure | counts and durations in words | | |
//! | [`exit`] | pure | exit codes | merges several into one | exit |
//! | [`source`] | effectful | manifest bytes | reads files, directories, stdin | parse |
//! | [`secret`] | effectful | secret sources | opens env, files, commands | keep or print them |
//! | [`api`] | effectful | transport, limits, retry | sends, paces, repeats; its reader and writer decode | decide what to write |
//! | [`pool`] | effectful | many instances at once | so many tasks for each credential | know what they do |
//! | [`fetch`] | effectful | reading a selection | reads concurrently, plans as it reads | hold a writer |
//! | [`apply`] | effectful | carrying out | rechecks, writes, verifies | change an action |
//! | [`store`] | effectful | the state directory | appends, syncs, locks | know what a record says |
//! | [`cancel`] | effectful | signals and deadlines | tells whether a run was asked to stop | decide what that means |
//! | [`emulator`] | pure core in an effectful rim | a world that answers like the API | keeps state, makes faults | know the client |
//! | [`ports`] | effectful | time and randomness | reads the clock, makes random bytes | |
//! | [`mod@log`], [`mod@panic`] | effectful | `-v`, and internal errors | write to stderr without secrets | |
//!
//! A pure module imports no runtime, network, file system, clock, randomness, log or effectful module.
//! `tests/project/modules.rs` holds these arrows.
//!
//! Where does it go?
//!
//! - **A new output format**: a module in [`render`] that takes the documents of [`document`], and a variant of
//!   [`render::Format`]. Nothing else changes: a renderer sees no plan, no URL and no secret.
//! - **A second API**: a sibling of [`wawp`], with the [`api`] reader and writer that use it. Transport, limits and retry
//!   know no vendor; the run log names the API whose answers it keeps.
//! - **What runs between "yes" and the POST**: [`consent::Consent::get`] makes the value that
//!   [`session::Session::writer`] asks for; [`run::execute`] writes the run log's header and approval;
//!   then [`apply`], for each instance: read again, compare with the plan, append snapshot and intent to the log and sync
//!   ([`store::Journal`]), and only with that receipt [`api::Writer::post`].

#[cfg(not(unix))]
compile_error!(
    "hookfleet runs on Linux and macOS: its run log relies on POSIX permissions and locks"
);

pub mod api;
pub mod apply;
pub mod approval;
pub mod cancel;
pub mod cli;
pub mod command;
pub mod consent;
pub mod context;
pub mod desired;
pub mod document;
pub mod emulator;
pub mod english;
pub mod escape;
pub mod exit;
pub mod fetch;
pub mod live;
pub mod log;
pub mod manifest;
pub mod output;
pub mod panic;
pub mod plan;
pub mod pool;
pub mod ports;
pub mod problem;
pub mod render;
pub mod report;
pub mod run;
pub mod runlog;
pub mod secret;
pub mod session;
pub mod source;
pub mod store;
pub mod wawp;
pub mod webhook;
pub mod wire;
