//! What libFuzzer makes up, for `properties::markdown`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::markdown(input));
