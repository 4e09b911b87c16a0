//! A small filter that learns from what the owner approves and rejects: for each
//! word, how many messages of either kind had it.

use std::collections::BTreeSet;

use super::Entry;

/// Decisions of each kind before the filter says anything.
const ENOUGH: i64 = 5;

/// Words of a message that count: the ones that say most.
const TELLING: usize = 15;

/// How many words of a message are looked at.
const MOST: usize = 200;

/// From this on a message looks like those that were rejected.
pub const SUSPECT: f64 = 0.9;

/// How often something was in messages of either kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In messages that were approved.
    pub good: i64,
    /// In messages that were rejected.
    pub bad: i64,
}

/// The words of a message, each once: letters and digits of its text, its name
/// and the address of its site, in lower case.
pub fn words(entry: &Entry) -> BTreeSet<String> {
    let text = [entry.name.as_str(), &entry.site, &entry.text]
        .join(" ")
        .to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '$');
    let words = words.filter(|word| (3..=30).contains(&word.chars().count()));
    words.take(MOST).map(String::from).collect()
}

/// How much a message looks like the rejected ones, from 0 to 1, by the counts
/// of its words and of all messages; `None` before enough was decided.
///
/// As Paul Graham's "A Plan for Spam" with Gary Robinson's smoothing: a word that
/// was seen little says little.
pub fn score(words: &[Counts], messages: Counts) -> Option<f64> {
    if messages.good < ENOUGH || messages.bad < ENOUGH {
        return None;
    }
    let share = |count: i64, of: i64| count as f64 / of as f64;
    let chance = |word: &Counts| {
        let (good, bad) = (
            share(word.good, messages.good),
            share(word.bad, messages.bad),
        );
        let seen = (word.good + word.bad) as f64;
        let raw = bad / (good + bad);
        (0.5 + seen * raw) / (1.0 + seen)
    };
    let known = words.iter().filter(|word| word.good + word.bad > 0);
    let mut chances: Vec<f64> = known.map(chance).collect();
    let told = |chance: &f64| (chance - 0.5).abs();
    chances.sort_by(|one, other| told(other).total_cmp(&told(one)));
    chances.truncate(TELLING);
    let odds: f64 = chances
        .iter()
        .map(|chance| (chance / (1.0 - chance)).ln())
        .sum();
    Some(1.0 / (1.0 + (-odds).exp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry {
        Entry {
            name: "Ann".into(),
            site: String::new(),
            text: text.into(),
        }
    }

    #[test]
    fn words_are_taken_once_and_without_their_case() {
        let found = words(&entry("Cheap, CHEAP pills! it's $100"));
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(found, ["$100", "ann", "cheap", "it's", "pills"]);
    }

    #[test]
    fn nothing_is_said_before_enough_was_decided() {
        let word = Counts { good: 0, bad: 4 };
        assert_eq!(score(&[word], Counts { good: 9, bad: 4 }), None);
        assert_eq!(score(&[], Counts { good: 5, bad: 5 }), Some(0.5));
    }

    #[test]
    fn words_of_rejected_messages_are_suspect() {
        let all = Counts { good: 10, bad: 10 };
        let (good, bad) = (Counts { good: 8, bad: 0 }, Counts { good: 0, bad: 8 });
        let score = |words: &[Counts]| score(words, all).unwrap_or_default();
        assert!(score(&[bad, bad]) > SUSPECT);
        assert!(score(&[good, good]) < 0.1);
        assert!((score(&[good, bad]) - 0.5).abs() < 0.01);
        assert!(
            score(&[Counts { good: 0, bad: 1 }]) < SUSPECT,
            "one word once says little"
        );
    }
}
