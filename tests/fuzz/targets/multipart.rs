//! What libFuzzer makes up, for `properties::multipart`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::multipart(input));
