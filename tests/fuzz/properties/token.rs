//! What is signed, or secret, and comes back from a browser: eight bytes for a time,
//! eight for a number, and a text that was never handed out.

use mayfly::guestbook::token::{Form, Token, key, opens, sender};
use mayfly::totp::code as totp;
use mayfly::{account, media, token};

use super::is_harmless;

const SECRET: &[u8] = b"a secret that nobody else has";
const DAY: i64 = 24 * 60 * 60;

/// What was signed here is known again, and nothing else is.
pub fn token(input: &[u8]) {
    let (numbers, text) = input.split_at(input.len().min(16));
    let number = |from: usize| {
        let bytes = numbers.iter().skip(from).take(8);
        bytes.fold(0_i64, |number, byte| number << 8 | i64::from(*byte))
    };
    let text = String::from_utf8_lossy(text);
    // A clock that is a million years off would be another matter.
    let form = Form {
        issued: number(0) % (1 << 43),
        nonce: number(8),
    };
    signed(form, &text);
    keys(form, &text);
    second_factor(numbers, &text, form.issued.unsigned_abs());
    is_one_line(&media::shown(&text));
    let checked = account::check_name(&text).is_ok();
    assert!(!checked || !text.contains(char::is_control));
}

fn signed(form: Form, text: &str) {
    let own = form.token(SECRET);
    let after = |seconds: i64| Token::read(&own, SECRET, (form.issued + seconds) * 1_000_000);
    assert_eq!(after(0), Token::Fast(form));
    assert_eq!(
        (after(60), after(DAY)),
        (Token::Good(form), Token::Good(form))
    );
    assert_eq!(after(DAY + 1), Token::Old);
    let now = (form.issued + 60) * 1_000_000;
    assert_eq!(Token::read(&own, b"another secret", now), Token::Forged);
    // libFuzzer sees what is compared, so it knows how a token of another time ends. It
    // is what that form was given, in the one spelling that it has.
    let holds = |given: &str| match Token::read(given, SECRET, now) {
        Token::Missing | Token::Forged => given != own,
        Token::Old => given.len() > 33,
        Token::Fast(form) | Token::Good(form) => form.token(SECRET) == given,
    };
    assert!(holds(text) && holds(&own), "{text}");
    // What was handed out with something put into it, or in its place.
    for at in [0, own.len() / 2, own.len()] {
        let changed = format!("{}{text}{}", &own[..at], &own[at..]);
        assert!(
            holds(&changed) && holds(&changed.to_uppercase()),
            "{changed}"
        );
        assert!(holds(&format!("{}{text}", &own[..at])));
    }
}

fn keys(form: Form, text: &str) {
    let own = key(SECRET, form.nonce);
    assert!(opens(SECRET, form.nonce, &own) && is_harmless(&own));
    assert!(!opens(SECRET, form.nonce, text) || text == own);
    assert!(!opens(SECRET, form.nonce.wrapping_add(1), &own));
    assert_eq!(sender(SECRET, text), sender(SECRET, text));
    assert_eq!(token::same(text, &own), text == own);
    assert_eq!(token::same(text, text), !text.is_empty());
    assert_eq!(token::digest(text).len(), 32);
    let derived = token::derive(text, "purpose");
    assert!(derived.len() == 64 && derived != token::derive(text, "another"));
}

fn second_factor(numbers: &[u8], text: &str, seconds: u64) {
    let mut secret = numbers.to_vec();
    secret.resize(20, 0);
    let spelled = totp::spelled(&secret);
    assert_eq!(totp::read(&spelled).as_deref(), Some(&secret[..]));
    assert!(totp::read(text).is_none_or(|read| read.len() == 20));
    // Of a million codes two that follow each other may be the same one.
    let holds = |typed: &str, step: u64| {
        let code = totp::at(&secret, step * 30).unwrap();
        code == typed && step.abs_diff(seconds / 30) <= 1
    };
    let code = totp::at(&secret, seconds).unwrap();
    assert!(totp::step(&secret, &code, seconds).is_some_and(|step| holds(&code, step)));
    assert!(
        totp::step(&secret, text, seconds).is_none_or(|step| holds(text, step)),
        "{text}"
    );
    let digits = totp::typed(text);
    assert!(digits.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(totp::typed(&totp::grouped(&digits, 5, "-")), digits);
    assert!(is_harmless(
        &totp::address(&secret, text, text).replace('&', "")
    ));
}

fn is_one_line(name: &str) {
    assert!(
        !name.contains(char::is_control) && !name.contains(['/', '\\']),
        "{name:?}"
    );
}
