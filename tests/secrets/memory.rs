//! What is left of a secret in this process once it is dropped: nothing.
//!
//! The secret is made outside, and this process only ever knows it with every byte moved by one.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::process::Command;
use std::sync::Arc;

use hookfleet::cancel::CancelToken;
use hookfleet::desired::SourceKind;
use secrecy::ExposeSecret as _;

use super::{open_all, opener, source};

/// What is searched for stands before each of these letters in the alphabet.
const MOVED: &str = "lfnvcdsemtcrhcdoodidsocteivvtcttncicsfkofsetkswgettvhmesxdtcuhqwsozlptpmkigxzidt\
                     krqlypkuderogzlfqocwdzstllxmuqtpddjqxwdcyxkvtwpkxnwmbpmgueqchzkfyinnqdgpnsjfosjx";
/// It is in the middle of the secret, since an allocator soon writes over the beginning of what it gets back.
const BEFORE: usize = 40_000;
const AFTER: usize = 9_000;

fn is_it(bytes: &[u8]) -> bool {
    let moved = MOVED.as_bytes();
    bytes.len() == moved.len()
        && bytes
            .iter()
            .zip(moved)
            .all(|(own, moved)| *own == moved - 1)
}

/// Searches memory without taking any, which could be what a secret was in.
struct Search {
    maps: Vec<u8>,
    chunk: Vec<u8>,
}

impl Search {
    fn new() -> Self {
        Self {
            maps: vec![0; 1 << 20],
            chunk: vec![0; 1 << 20],
        }
    }

    /// How often it is in the memory that this process can write.
    fn copies(&mut self) -> usize {
        let mut file = File::open("/proc/self/maps").unwrap();
        let mut length = 0;
        while let count @ 1.. = file.read(&mut self.maps[length..]).unwrap() {
            length += count;
        }
        let memory = File::open("/proc/self/mem").unwrap();
        let maps = std::str::from_utf8(&self.maps[..length]).unwrap();
        let mut count = 0;
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let (range, _) = line.split_once(' ').unwrap();
            let (start, end) = range.split_once('-').unwrap();
            let [start, end] = [start, end].map(|hex| u64::from_str_radix(hex, 16).unwrap());
            count += copies_in(&memory, start..end, &mut self.chunk);
        }
        count
    }
}

fn copies_in(memory: &File, range: Range<u64>, chunk: &mut [u8]) -> usize {
    let (mut at, mut count) = (range.start, 0);
    loop {
        let wanted = usize::try_from(range.end - at).unwrap().min(chunk.len());
        // What went away meanwhile holds nothing.
        let Ok(length @ 1..) = memory.read_at(&mut chunk[..wanted], at) else {
            return count;
        };
        let windows = chunk[..length].windows(MOVED.len());
        count += windows.filter(|window| is_it(window)).count();
        // What this search has copied is not to be found again.
        chunk[..length].fill(0);
        if length < wanted || at + length as u64 == range.end {
            return count;
        }
        at += (length - MOVED.len() + 1) as u64;
    }
}

async fn is_left_of(from: SourceKind) -> usize {
    let mut search = Search::new();
    let sources = BTreeMap::from([(Arc::from("s"), source(from))]);
    let (none, never) = (BTreeMap::new(), CancelToken::never());
    let Ok(opened) = open_all(&opener(true), &none, &sources, &never).await else {
        panic!("it is there");
    };
    let secret = opened.secrets["s"].expose_secret().as_bytes();
    assert_eq!(secret.len(), BEFORE + MOVED.len() + AFTER);
    assert!(is_it(&secret[BEFORE..][..MOVED.len()]));
    assert_eq!(search.copies(), 1, "the search finds what is there");
    drop(opened);
    search.copies()
}

#[tokio::test]
async fn nothing_is_left_in_memory_of_a_secret_that_was_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    let fill = |count: usize| format!("head -c {count} /dev/zero | tr '\\000' x");
    let (before, after) = (fill(BEFORE), fill(AFTER));
    let script = format!("{before}; printf {MOVED} | tr b-z a-y; {after}");
    let made = Command::new("sh")
        .args(["-c", &format!("{{ {script}; echo; }} > {}", path.display())])
        .status();
    assert!(made.unwrap().success());
    let from = SourceKind::File(Arc::from(path.to_str().unwrap()));
    assert_eq!(is_left_of(from).await, 0, "of a file");
    let words = ["sh", "-c", &script].map(Arc::from).to_vec();
    assert_eq!(
        is_left_of(SourceKind::Command(words)).await,
        0,
        "of a command"
    );
}
