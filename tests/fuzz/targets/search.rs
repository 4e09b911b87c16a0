//! What libFuzzer makes up, for `properties::search`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::search(input));
