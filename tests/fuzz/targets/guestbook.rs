//! What libFuzzer makes up, for `properties::guestbook`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::guestbook(input));
