//! What libFuzzer makes up, for `properties::kept`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::kept(input));
