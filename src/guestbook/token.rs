//! What has to come back unchanged: the token of a form, which says when it was
//! handed out, and the key of a message that only its writer may see. And what
//! must not be readable: addresses of visitors, of which a hash is kept.

use blake2::Blake2sMac256;
use blake2::digest::{KeyInit, Mac};
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};
use crate::listing::Moment;

/// Seconds below which nobody has read the form, filled it in and sent it.
const FASTEST: i64 = 3;

/// Seconds after which a form is too old: a day.
pub const OLDEST: i64 = 24 * 60 * 60;

/// A form's own number: the second it was handed out, and a number nobody else
/// has. Sent a second time, it is recognised by both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Seconds since 1970.
    pub issued: i64,
    /// Random.
    pub nonce: i64,
}

/// What a token turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// There is none: it was not our form that was sent.
    Missing,
    /// Nobody here signed it.
    Forged,
    /// It was handed out more than a day ago.
    Old,
    /// It was handed out a moment ago.
    Fast(Form),
    /// As it should be.
    Good(Form),
}

impl Form {
    /// A form handed out now.
    ///
    /// # Errors
    /// 500 where the system has no random numbers.
    pub fn new(now: Moment) -> Result<Form> {
        let mut nonce = [0; 8];
        random(&mut nonce)?;
        Ok(Form {
            issued: now / 1_000_000,
            nonce: i64::from_be_bytes(nonce),
        })
    }

    /// The token: both numbers and their signature.
    pub fn token(self, secret: &[u8]) -> String {
        let signed = self.signed();
        format!("{signed}.{}", signature(secret, "form", &signed))
    }

    fn signed(self) -> String {
        format!("{:x}.{:x}", self.issued, self.nonce)
    }
}

impl Token {
    /// Reads a token at a moment.
    pub fn read(token: &str, secret: &[u8], now: Moment) -> Token {
        if token.is_empty() {
            return Token::Missing;
        }
        let mut parts = token.splitn(3, '.');
        let mut number = || u64::from_str_radix(parts.next().unwrap_or_default(), 16);
        let (Ok(issued), Ok(nonce)) = (number(), number()) else {
            return Token::Forged;
        };
        let form = Form {
            issued: issued.cast_signed(),
            nonce: nonce.cast_signed(),
        };
        // Compared as a whole, so that no number has two spellings.
        if !same(&form.token(secret), token) {
            return Token::Forged;
        }
        match now / 1_000_000 - form.issued {
            age if age > OLDEST => Token::Old,
            age if age < FASTEST => Token::Fast(form),
            _ => Token::Good(form),
        }
    }
}

/// The key of a message, for `?key=`.
pub fn key(secret: &[u8], id: i64) -> String {
    signature(secret, "message", &id.to_string())
}

/// Whether a key is the one of that message.
pub fn opens(secret: &[u8], id: i64, given: &str) -> bool {
    same(&key(secret, id), given)
}

/// A network as it is kept for a day: hashed with that day's salt, which is
/// thrown away after it.
pub fn sender(salt: &[u8], network: &str) -> i64 {
    let hash = mac(salt, "sender", network);
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(first)
}

/// Fills a buffer with random bytes.
///
/// # Errors
/// 500 where the system has none.
pub fn random(buffer: &mut [u8]) -> Result<()> {
    let none = |error| Error::Internal(format!("the system has no random numbers: {error}"));
    getrandom::fill(buffer).map_err(none)
}

/// 128 bits of the code over a text, as hexadecimal digits. What it is for is
/// part of it, so that no signature serves another purpose.
fn signature(secret: &[u8], purpose: &str, text: &str) -> String {
    let code = mac(secret, purpose, text);
    code[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Keyed BLAKE2s (RFC 7693, section 2.9). Each page with a form signs one, and the
/// usual code for SHA-256 asks the processor what it can first, by CPUID, which
/// leaves a virtual machine each time; this one asks nothing.
fn mac(secret: &[u8], purpose: &str, text: &str) -> [u8; 32] {
    // Too long a key is the one thing it refuses, and ours are made here, of 32 bytes.
    let Ok(mut mac) = Blake2sMac256::new_from_slice(secret) else {
        return [0; 32];
    };
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Whether two texts are the same, in a time that tells nothing of where they
/// differ.
fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = 1_750_000_000_000_000;

    fn after(seconds: i64) -> Token {
        let form = Form {
            issued: NOW / 1_000_000,
            nonce: -5,
        };
        Token::read(&form.token(b"secret"), b"secret", NOW + seconds * 1_000_000)
    }

    #[test]
    fn a_token_is_good_for_a_day_from_its_third_second() {
        let form = Form {
            issued: NOW / 1_000_000,
            nonce: -5,
        };
        assert_eq!(after(0), Token::Fast(form));
        assert_eq!(after(-60), Token::Fast(form));
        assert_eq!(after(3), Token::Good(form));
        assert_eq!(after(OLDEST), Token::Good(form));
        assert_eq!(after(OLDEST + 1), Token::Old);
    }

    #[test]
    fn a_token_that_was_changed_is_forged() {
        let token = Form {
            issued: 1_750_000_000,
            nonce: 7,
        }
        .token(b"secret");
        let read = |token: &str| Token::read(token, b"secret", NOW + 10_000_000);
        assert!(matches!(read(&token), Token::Good(_)));
        let other = [
            token.replacen('6', "7", 1),
            format!("0{token}"),
            format!("+{token}"),
            token.to_uppercase(),
            token.replace('.', ""),
            format!("{token}0"),
            "x".into(),
            "..".into(),
        ];
        for other in other {
            assert_eq!(read(&other), Token::Forged, "{other}");
        }
        assert_eq!(read(""), Token::Missing);
        assert_eq!(Token::read(&token, b"other", NOW), Token::Forged);
    }

    #[test]
    fn a_key_opens_one_message() {
        assert!(opens(b"secret", 12, &key(b"secret", 12)));
        assert!(!opens(b"secret", 13, &key(b"secret", 12)));
        assert!(!opens(b"secret", 12, ""));
    }

    #[test]
    fn senders_are_told_apart_within_a_day_only() {
        let salted = |salt: &[u8], address| sender(salt, address);
        assert_eq!(salted(b"a", "192.0.2.1"), salted(b"a", "192.0.2.1"));
        assert_ne!(salted(b"a", "192.0.2.1"), salted(b"a", "192.0.2.2"));
        assert_ne!(salted(b"a", "192.0.2.1"), salted(b"b", "192.0.2.1"));
    }
}
