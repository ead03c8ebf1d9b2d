//! Makes new inputs of old ones: bits, bytes, numbers, words and stretches, and parts of two. Everything follows from a
//! number, so that a failure can be had again.

use fastrand::Rng;

use crate::fuzz::properties::LARGEST;
use crate::fuzz::stretch;
use crate::fuzz::target::Case;

/// Bytes that mean something to some parser.
const BYTES: [u8; 16] = [
    0, b'\t', b'\n', b'\r', 0x1b, b' ', b'"', b'\'', b',', b':', b'[', b']', b'{', b'}', 0x7f, 0xff,
];

/// Numbers at the edge of some type.
const NUMBERS: [&str; 10] = [
    "0",
    "-1",
    "1",
    "255",
    "256",
    "4294967296",
    "9223372036854775808",
    "18446744073709551615",
    "1e309",
    "0.1",
];

/// How many changes make a mutation: one shows most, many together get where one alone never does.
const CHANGES: [u32; 6] = [1, 1, 1, 2, 4, 8];

/// The mutation of that number.
pub fn mutation(seed: u64, corpus: &[Case], words: &[Vec<u8>]) -> Vec<u8> {
    let mut rng = Rng::with_seed(seed);
    let mut input = pick(&mut rng, corpus).bytes.clone();
    for _ in 0..*pick(&mut rng, &CHANGES) {
        change(&mut input, &mut rng, corpus, words);
    }
    input.truncate(LARGEST);
    input
}

fn pick<'a, T>(rng: &mut Rng, all: &'a [T]) -> &'a T {
    &all[rng.usize(..all.len())]
}

fn change(input: &mut Vec<u8>, rng: &mut Rng, corpus: &[Case], words: &[Vec<u8>]) {
    let at = rng.usize(..=input.len());
    let part = stretch::any(input, rng);
    match rng.u32(..14) {
        0 => flip(input, at, 1 << rng.u32(..8)),
        1 => flip(input, at, rng.u8(1..)),
        2 => drop(input.splice(at..at, [*pick(rng, &BYTES)])),
        3 => drop(input.splice(part, [*pick(rng, &BYTES)])),
        4 => drop(input.drain(part)),
        5 => {
            let copy = input[part.clone()].to_vec();
            drop(input.splice(part.end..part.end, copy));
        }
        6 => {
            let copy = input[part.clone()].repeat(rng.usize(2..40));
            drop(input.splice(part.end..part.end, copy));
        }
        7 => drop(input.splice(at..at, pick(rng, words).iter().copied())),
        8 | 9 => drop(input.splice(part, pick(rng, words).iter().copied())),
        10 => renumber(input, rng),
        11 | 12 => {
            let other = pick(rng, corpus).bytes.as_slice();
            let (own, theirs) = (stretch::thing(input, rng), stretch::thing(other, rng));
            drop(input.splice(own, other[theirs].iter().copied()));
        }
        _ => splice(input, &pick(rng, corpus).bytes, rng),
    }
}

fn flip(input: &mut [u8], at: usize, bits: u8) {
    if let Some(byte) = input.get_mut(at) {
        *byte ^= bits;
    }
}

/// Another number in place of one that is there.
fn renumber(input: &mut Vec<u8>, rng: &mut Rng) {
    let from = rng.usize(..=input.len());
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let Some(start) = input[from..].iter().position(is_digit) else {
        return;
    };
    let start = from + start;
    let end = input[start..].iter().position(|byte| !is_digit(byte));
    let end = end.map_or(input.len(), |at| start + at);
    drop(input.splice(start..end, pick(rng, &NUMBERS).bytes()));
}

/// The start of this one and the end of another, each cut behind a line where there is one.
fn splice(input: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    let cut = |bytes: &[u8], rng: &mut Rng| {
        let at = rng.usize(..=bytes.len());
        let line_end = bytes[at..].iter().position(|byte| *byte == b'\n');
        line_end
            .filter(|_| rng.bool())
            .map_or(at, |line_end| at + line_end + 1)
    };
    let (start, end) = (cut(input, rng), cut(other, rng));
    input.truncate(start);
    input.extend_from_slice(&other[end..]);
}
