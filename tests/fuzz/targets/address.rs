//! What libFuzzer makes up, for `properties::address`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::address(input));
