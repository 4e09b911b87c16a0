//! Accounts: who may sign in, and how a password is kept.

use argon2::password_hash::Error::PasswordInvalid;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::{Error, Result};

/// Shortest password, in characters.
pub const MIN_PASSWORD: usize = 10;

/// Longest password, in bytes: hashing takes no longer for a book, reading one does.
pub const MAX_PASSWORD: usize = 1024;

/// Longest name, in characters.
const MAX_NAME: usize = 40;

/// What a password is measured against where there is no such account, so that
/// the answer takes as long as where there is one. It is the hash of nothing
/// anybody knows, with the parameters below.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUu$\
                      gTz2V0tWkIh8yT5IY0hWxqkS3s2nZbnYbP0mEo0mX9M";

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: i64,
    /// What its owner types in.
    pub name: String,
    /// The password's hash, as a PHC string: algorithm, parameters, salt, hash.
    pub password: String,
    /// The secret of the second factor, where there is one.
    pub totp: Option<Vec<u8>>,
}

/// Insists on a name that can be typed and told from others.
///
/// # Errors
/// A sentence that says what a name is made of.
pub fn check_name(name: &str) -> std::result::Result<(), String> {
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    match !name.is_empty() && name.chars().count() <= MAX_NAME && name.chars().all(letter) {
        true => Ok(()),
        false => Err(format!(
            "a name is made of at most {MAX_NAME} letters, digits and - _ . @"
        )),
    }
}

/// Insists on a password that is worth hashing.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn check_password(password: &str) -> std::result::Result<(), String> {
    if password.chars().count() < MIN_PASSWORD {
        return Err(format!(
            "a password has at least {MIN_PASSWORD} characters; a few words that only you would put together do well"
        ));
    }
    match password.len() <= MAX_PASSWORD {
        true => Ok(()),
        false => Err(format!("a password has at most {MAX_PASSWORD} bytes")),
    }
}

/// Hashes a password with argon2id and OWASP's parameters: 19 MB of memory, two
/// passes, one lane. It takes some 30 ms of processor time, for us and for
/// whoever guesses.
///
/// # Errors
/// 503 where there is not enough memory or randomness.
pub fn hash(password: &str) -> Result<String> {
    hasher()?
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(not_hashed)
}

/// Whether a password is the account's. It takes as long where there is no
/// account, and then it is not.
///
/// # Errors
/// 503 where there is not enough memory to tell, which is nobody's wrong password.
pub fn verify(account: Option<&Account>, password: &str) -> Result<bool> {
    let known = account.map_or(NOBODY, |account| &account.password);
    let Ok(known) = PasswordHash::new(known) else {
        return Ok(false);
    };
    if password.len() > MAX_PASSWORD {
        return Ok(false);
    }
    match hasher()?.verify_password(password.as_bytes(), &known) {
        Ok(()) => Ok(account.is_some()),
        Err(PasswordInvalid) => Ok(false),
        Err(error) => Err(not_hashed(error)),
    }
}

fn not_hashed(error: argon2::password_hash::Error) -> Error {
    Error::Unavailable(format!("the password can't be hashed: {error}"))
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None)
        .map_err(|error| Error::Internal(format!("argon2's parameters: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash() {
        let password = hash("correct horse battery").unwrap_or_default();
        assert!(password.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let account = Account {
            id: 1,
            name: "me".into(),
            password,
            totp: None,
        };
        let right = |account, password| matches!(verify(account, password), Ok(true));
        assert!(right(Some(&account), "correct horse battery"));
        assert!(!right(Some(&account), "Correct horse battery"));
        assert!(!right(None, "correct horse battery"));
        let again = hash("correct horse battery").unwrap_or_default();
        assert_ne!(account.password, again, "each has a salt of its own");
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        assert!(PasswordHash::new(NOBODY).is_ok());
    }

    #[test]
    fn names_and_passwords_have_bounds() {
        for name in ["me", "anna.b", "me@example.org", "Jürgen"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "a b", "a\n", &"x".repeat(41)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        assert!(check_password("short").is_err());
        assert!(check_password(&"x".repeat(2000)).is_err());
        assert!(check_password("long enough").is_ok());
    }
}
