//! Some places of an input: chosen by its bytes alone, so that the same input is always looked at in the same way.

/// `count` places below `length`, each with a bit to flip.
pub(crate) fn spots(
    bytes: &[u8],
    length: usize,
    count: usize,
) -> impl Iterator<Item = (usize, u8)> {
    // FNV-1a, then a step of SplitMix64 for each place.
    let mut state = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let next = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Some(mixed ^ (mixed >> 31))
    };
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    std::iter::from_fn(next)
        .take(if length == 0 { 0 } else { count })
        .map(move |random| {
            let at = usize::try_from((random >> 3) % length).unwrap_or_default();
            (at, 1 << (random & 7))
        })
}
