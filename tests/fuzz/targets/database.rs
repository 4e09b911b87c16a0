//! What libFuzzer makes up, for `properties::database`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::database(input));
