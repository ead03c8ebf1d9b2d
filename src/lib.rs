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
//! | room | | owner of | does | must not |
//! |---|---|---|---|---|
//! | [`manifest`] | pure | what the files say | parses, finds every mistake and its place | read files, know defaults |
//! | [`desired`] | pure | what it means | merges, fills in, selects, binds opened secrets | open a secret |
//! | [`webhook`] | pure | the nouns | keeps URLs with their provenance, shows them redacted | print |
//! | [`live`] | pure | what was seen | tells seen from absent and unreadable | guess |
//! | [`plan`] | pure | the difference | compares, folds, guards | wait, read or write |
//! | [`approval`] | pure | what was approved | pins writes by digest, saves plans | keep a secret |
//! | [`report`] | pure | outcomes | sums them up to an exit code | print |
//! | [`render`] | pure | text and JSON | makes foreign text harmless | print, see a secret |
//! | [`runlog`] | pure | what a run's log says | records, chains lines, reads them back | read or write files |
//! | [`source`] | shell | manifest bytes | reads files, directories, stdin | parse |
//! | [`secret`] | shell | secret sources | opens env, files, commands | keep or print them |
//! | [`api`] | shell | the wire | sends, decodes, retries, paces | decide what to write |
//! | [`fetch`] | shell | reading a selection | reads concurrently, plans as it reads | hold a writer |
//! | [`apply`] | shell | carrying out | rechecks, writes, verifies | change an action |
//! | [`spread`] | shell | many at once | so many tasks for each credential | know what they do |
//! | [`emulator`] | pure core, shell around it | a world that answers like the API | keeps state, makes faults | know the client |
//! | [`store`] | shell | records of a run | appends, syncs, locks | know what a record says |
//! | [`interrupt`] | shell | the wish to end | tells whether the run was asked to end | decide what that means |
//! | [`ports`] | shell | time and chance | reads the clock, makes random bytes | |
//! | [`command`] | shell | the verbs | lets rooms meet | exit |
//!
//! A pure room imports no runtime, network, file system, clock, chance, log or shell room; a test scans for it.

#[cfg(not(unix))]
compile_error!(
    "hookfleet runs on Linux and macOS: its run log relies on POSIX permissions and locks"
);

pub mod api;
pub mod apply;
pub mod approval;
pub mod cli;
pub mod command;
pub mod desired;
pub mod emulator;
pub mod exit;
pub mod fetch;
pub mod interrupt;
pub mod live;
pub mod log;
pub mod manifest;
pub mod panic;
pub mod plan;
pub mod ports;
pub mod render;
pub mod report;
pub mod runlog;
pub mod secret;
pub mod source;
pub mod spread;
pub mod store;
pub mod webhook;
