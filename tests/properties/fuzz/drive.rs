//! Runs a target's cases and their mutations. The input that is being run always lies in a file, so that even one that ends
//! the process is still there.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::fuzz::mutator;
use crate::fuzz::properties::Verdict;
use crate::fuzz::target::Target;

/// Runs the whole corpus of a target, then mutations of it: as many as `MUTATIONS` says, or the target. With `INPUT`, runs
/// that file alone.
pub fn drive(target: &Target) {
    if let Some(input) = std::env::var_os("INPUT") {
        let bytes = fs::read(&input).unwrap();
        println!("{}: {:?}", target.name, (target.property)(&bytes));
        return;
    }
    let corpus = target.corpus();
    let mut tally = Tally::default();
    for case in &corpus {
        let verdict = run(target, &case.bytes);
        tally
            .add(verdict.unwrap_or_else(|Broken| told(target, "a case of the corpus", &case.path)));
    }
    tally.assert_both(target, "the corpus");
    let mutations = std::env::var("MUTATIONS").ok();
    let mutations = mutations.map_or(target.mutations, |count| count.parse().unwrap());
    let words = target.dictionary();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}.input", target.name));
    let mut tally = Tally::default();
    for seed in 0..mutations {
        let input = mutator::mutation(seed, &corpus, &words);
        fs::write(&file, &input).unwrap();
        tally.add(run(target, &input).unwrap_or_else(|Broken| {
            // Where the next run does not write over it.
            let kept = file.with_extension("broken");
            fs::rename(&file, &kept).unwrap();
            told(target, &format!("mutation {seed}"), &kept)
        }));
    }
    println!("{}: {mutations} mutations, {tally:?}", target.name);
    if mutations >= target.mutations {
        tally.assert_both(target, "mutations");
    }
}

/// A property was broken, which the panic before has told.
struct Broken;

fn run(target: &Target, input: &[u8]) -> Result<Verdict, Broken> {
    catch_unwind(AssertUnwindSafe(|| (target.property)(input))).map_err(|_| Broken)
}

/// Says how to have a failure again.
fn told(target: &Target, what: &str, file: &Path) -> ! {
    let (name, file) = (target.name, file.display());
    panic!(
        "{name}: {what} breaks a property, as it says above. Run it again with\n\
         INPUT={file} cargo test --test properties fuzz::no_{name}\n\
         or cargo fuzz run -s none {name} {file}"
    )
}

/// How often each verdict was given.
#[derive(Debug, Default)]
struct Tally {
    accepted: u64,
    refused: u64,
}

impl Tally {
    fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Accepted => self.accepted += 1,
            Verdict::Refused => self.refused += 1,
        }
    }

    /// A property of what is accepted says nothing where nothing is.
    fn assert_both(&self, target: &Target, what: &str) {
        let all = self.accepted + self.refused;
        let least = all / 100;
        assert!(
            self.accepted > least && self.refused > least,
            "{}: {what} should be accepted and refused, each more than {least} times: {self:?}",
            target.name
        );
    }
}
