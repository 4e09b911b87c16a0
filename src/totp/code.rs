//! Codes that are made of a secret and of the time (RFC 6238), and those that are
//! written down for the day on which the secret is lost.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::error::{Error, Result};

/// Bytes of a secret: as many as the hash has (RFC 4226, section 4).
const SECRET: usize = 20;

/// How many recovery codes there are.
pub const CODES: usize = 10;

/// Digits of a recovery code: 66 bits, and a telephone's keys for numbers do.
const DIGITS: usize = 20;

/// A new secret.
///
/// # Errors
/// 503 where the system has no randomness to give.
pub fn secret() -> Result<Vec<u8>> {
    random(SECRET)
}

/// New recovery codes, each as it is shown: `12345-67890-12345-67890`.
///
/// # Errors
/// As `secret`.
pub fn recovery() -> Result<Vec<String>> {
    (0..CODES)
        .map(|_| {
            let mut code = String::new();
            while code.len() < DIGITS {
                // 250 is a multiple of 10, so no digit is likelier than another.
                let bytes = random(DIGITS)?.into_iter().filter(|&byte| byte < 250);
                code.extend(bytes.map(|byte| char::from(b'0' + byte % 10)));
            }
            code.truncate(DIGITS);
            Ok(grouped(&code, 5, "-"))
        })
        .collect()
}

/// What was typed, without what only helps the eye.
pub fn typed(code: &str) -> String {
    code.chars().filter(char::is_ascii_digit).collect()
}

/// The step of 30 seconds since 1970 that a code belongs to, if it is the one now,
/// before or after it: clocks differ, and people type slowly.
pub fn step(secret: &[u8], code: &str, seconds: u64) -> Option<u64> {
    totp(secret)?.check(code, seconds)
}

/// The code at a time.
pub fn at(secret: &[u8], seconds: u64) -> Option<String> {
    Some(totp(secret)?.generate(seconds).to_string())
}

/// A secret as it is typed in: base32 (RFC 4648).
pub fn spelled(secret: &[u8]) -> String {
    Secret::from(secret.to_vec()).to_base32()
}

/// A spelled secret.
pub fn read(spelled: &str) -> Option<Vec<u8>> {
    let secret = Secret::try_from_base32(spelled).ok()?;
    let bytes = secret.as_bytes();
    (bytes.len() == SECRET).then(|| bytes.to_vec())
}

/// Signs by fours or fives, as they are read aloud.
pub fn grouped(text: &str, size: usize, between: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    let groups = signs.chunks(size).map(|group| group.iter().collect());
    groups.collect::<Vec<String>>().join(between)
}

/// The address that the square shows to a telephone.
pub fn address(secret: &[u8], blog: &str, name: &str) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let blog = match blog.trim() {
        "" => "Mayfly",
        blog => blog,
    };
    format!(
        "otpauth://totp/{0}:{1}?secret={2}&issuer={0}",
        encode(blog),
        encode(name),
        spelled(secret)
    )
}

/// SHA-1, six digits, 30 seconds: the only ones that every app knows. What is known
/// to be weak in SHA-1 is of no use against HMAC (RFC 6194, section 3.3).
fn totp(secret: &[u8]) -> Option<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(Secret::from(secret.to_vec()))
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .build()
        .ok()
}

fn random(bytes: usize) -> Result<Vec<u8>> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random)
        .map_err(|error| Error::Unavailable(format!("the system gives no randomness: {error}")))?;
    Ok(random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B: the last six of its eight digits.
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(at(secret, seconds).as_deref(), Some(code));
            let now = seconds / 30;
            assert_eq!(step(secret, code, seconds), Some(now));
            assert_eq!(step(secret, code, seconds + 30), Some(now));
            assert_eq!(step(secret, code, seconds - 30), Some(now));
            assert_eq!(step(secret, code, seconds + 60), None);
            assert_eq!(
                step(secret, code, seconds.saturating_sub(60)).filter(|_| seconds > 60),
                None
            );
        }
        for wrong in ["", "28708", "2870820", "abcdef", "\u{0662}87082"] {
            assert_eq!(step(secret, wrong, 59), None, "{wrong}");
        }
    }

    #[test]
    fn secrets_are_spelled_and_read() {
        let secret = b"12345678901234567890";
        let spelled = spelled(secret);
        assert_eq!(spelled, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(read(&spelled).as_deref(), Some(&secret[..]));
        for wrong in ["", "GEZDGNBV", "0189", &spelled[1..]] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(
            address(secret, "Ann & Bob: a/b", "me@example.org"),
            "otpauth://totp/Ann%20%26%20Bob%3A%20a%2Fb:me%40example%2Eorg\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Ann%20%26%20Bob%3A%20a%2Fb"
        );
    }

    #[test]
    fn recovery_codes_are_ten_and_all_differ() {
        let mut codes = recovery().unwrap_or_default();
        assert!(
            codes
                .iter()
                .all(|code| code.len() == 23 && typed(code).len() == 20)
        );
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), CODES);
        assert_eq!(typed(" 12 345-6\u{a0}"), "123456");
    }
}
