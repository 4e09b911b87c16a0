//! What libFuzzer makes up, for `properties::token`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::token(input));
