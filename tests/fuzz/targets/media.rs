//! What libFuzzer makes up, for `properties::media`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::media(input));
