//! Fuzzes the reading of a saved plan.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties::plan_file(bytes);
});
