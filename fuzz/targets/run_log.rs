//! Fuzzes the reading of a run log.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    laws::run_log(bytes);
});
