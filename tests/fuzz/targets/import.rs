//! What libFuzzer makes up, for `properties::import`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::import(input));
