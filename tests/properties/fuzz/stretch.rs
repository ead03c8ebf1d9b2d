//! Stretches of an input that mutations move: some bytes, some lines, or one thing with its brackets or quotes, so that
//! what comes of it still has a shape.

use std::ops::Range;

use fastrand::Rng;

/// A stretch of any kind.
pub fn any(input: &[u8], rng: &mut Rng) -> Range<usize> {
    match rng.u32(..4) {
        0 => bytes(input, rng),
        1 => lines(input, rng),
        _ => thing(input, rng),
    }
}

/// Mostly a few bytes, rarely many.
fn bytes(input: &[u8], rng: &mut Rng) -> Range<usize> {
    let start = rng.usize(..=input.len());
    let longest = 1 << rng.u32(..10);
    start..(start + rng.usize(..=longest)).min(input.len())
}

/// One to four lines, the line break at their end included.
fn lines(input: &[u8], rng: &mut Rng) -> Range<usize> {
    let at = rng.usize(..=input.len());
    let start = input[..at].iter().rposition(|byte| *byte == b'\n');
    let start = start.map_or(0, |before| before + 1);
    let ends = (start..input.len()).filter(|at| input[*at] == b'\n');
    let end = ends.take(rng.usize(1..=4)).last();
    start..end.map_or(input.len(), |at| at + 1)
}

/// What a bracket or a quote opens, up to where it is closed; no more than a place where nothing is.
pub fn thing(input: &[u8], rng: &mut Rng) -> Range<usize> {
    let from = rng.usize(..=input.len());
    let opens = |byte: &u8| matches!(byte, b'{' | b'[' | b'"' | b'<');
    let Some(start) = input[from..].iter().position(opens) else {
        return from..from;
    };
    let start = from + start;
    let opened = input[start];
    let closed = match opened {
        b'{' => b'}',
        b'[' => b']',
        b'<' => b'>',
        quote => quote,
    };
    let mut depth = 0_usize;
    for (at, byte) in input.iter().enumerate().skip(start) {
        if *byte == closed && depth > 0 {
            depth -= 1;
        } else if *byte == opened {
            depth += 1;
        }
        if depth == 0 {
            return start..at + 1;
        }
    }
    start..start
}

#[test]
fn a_thing_ends_where_it_is_closed() {
    for (input, whole) in [
        (&b"{\"a\":{}}"[..], 0..8),
        (b"\"a\"", 0..3),
        (b"[[1]", 0..0),
    ] {
        let mut rng = Rng::with_seed(0);
        let found = (0..100).map(|_| thing(input, &mut rng));
        assert!(found.into_iter().any(|range| range == whole));
    }
}
