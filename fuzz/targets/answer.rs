//! Fuzzes the reading of an answer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties::answer(bytes);
});
