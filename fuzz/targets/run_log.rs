//! Fuzzes the reading of a run log.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties::run_log(bytes);
});
