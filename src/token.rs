//! Secrets that a browser is given: made from the system's randomness, kept only
//! as hashes, compared without telling how much of one was right.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};

/// A random secret of 256 bits, as 64 hexadecimal digits.
///
/// # Errors
/// 503 where the system has no randomness to give.
pub fn random() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Unavailable(format!("the system gives no randomness: {error}")))?;
    Ok(hex(&bytes))
}

/// What is stored of a secret. A guess has 2^256 others beside it, so there is no
/// need for a hash that is slow.
pub fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// A second secret that whoever has the first can make, for another purpose.
pub fn derive(secret: &str, purpose: &str) -> String {
    // HMAC takes keys of any length (RFC 2104, section 2).
    match Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        Ok(mut keyed) => {
            keyed.update(purpose.as_bytes());
            hex(&keyed.finalize().into_bytes())
        }
        Err(_) => String::new(),
    }
}

/// Whether two secrets are the same, in a time that does not tell where they
/// differ. Nothing is the same as an empty one.
pub fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && bool::from(one.as_bytes().ct_eq(other.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_what_is_made_of_one_does_not() {
        let (one, other) = (random().unwrap_or_default(), random().unwrap_or_default());
        assert!(one.len() == 64 && !same(&one, &other) && same(&one, &one));
        assert_eq!(derive(&one, "a"), derive(&one, "a"));
        assert_ne!(derive(&one, "a"), derive(&one, "b"));
        assert_ne!(derive(&one, "a"), derive(&other, "a"));
        assert!(!same("", ""));
    }

    #[test]
    fn the_hash_is_the_one_of_the_standard() {
        // FIPS 180-4's example, and case 2 of RFC 4231.
        assert_eq!(
            hex(&digest("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            derive("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
