//! Fuzzes what is repeated of an answer that is no success.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties::error_body(bytes);
});
