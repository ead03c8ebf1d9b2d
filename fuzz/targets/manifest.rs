//! Fuzzes what is said of a manifest.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties::manifest(bytes);
});
