//! Words that are nearly like one that is nowhere: for "did you mean".
//!
//! All words lie in the order of the alphabet. Those that are near are found by
//! walking along it and leaping, wherever a beginning already differs too much, over
//! everything that begins so. Few words of a million are looked at, and each leap is
//! one search in a sorted table, so the table needs no second index.

/// Lengths of words that are worth correcting, in characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=24;

/// The words of a text in lower case that can be suggested: letters alone, neither
/// short nor endless.
pub fn words(lower: &str) -> impl Iterator<Item = &str> {
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| {
        // A word has at least as many bytes as characters, which are slower to count.
        word.len() >= *LENGTHS.start()
            && word.chars().all(char::is_alphabetic)
            && LENGTHS.contains(&word.chars().count())
    })
}

/// The words that differ from `word` by at most `most` letters (one left out, one
/// too many, one instead of another, two swapped).
///
/// `next` is asked for the first word from a text on; it is asked `steps` times at
/// most, so that the time is bounded whatever the words are.
///
/// # Errors
/// What `next` says.
pub fn near<E>(
    word: &str,
    most: usize,
    steps: usize,
    mut next: impl FnMut(&str) -> Result<Option<String>, E>,
) -> Result<Vec<String>, E> {
    let word: Vec<char> = word.chars().collect();
    let (mut found, mut from) = (Vec::new(), String::new());
    // Where two letters may differ the first one seldom does, and all that begin with
    // another are too many to look at.
    if let (2.., Some(first)) = (most, word.first()) {
        from.push(*first);
    }
    let first = from.clone();
    for _ in 0..steps {
        let Some(candidate) = next(&from)?.filter(|candidate| candidate.starts_with(&first)) else {
            break;
        };
        from = match compare(&word, &candidate, most) {
            Outcome::Near => {
                found.push(candidate.clone());
                candidate + "\0"
            }
            Outcome::Far => candidate + "\0",
            Outcome::Beginning(end) => match behind(&candidate[..end]) {
                Some(behind) => behind,
                None => break,
            },
        };
    }
    Ok(found)
}

enum Outcome {
    /// They differ by as many letters at most.
    Near,
    /// They differ by more.
    Far,
    /// So do all words that begin with these bytes.
    Beginning(usize),
}

/// The distance of Damerau and Levenshtein, as far as it matters.
fn compare(word: &[char], candidate: &str, most: usize) -> Outcome {
    // A row has the distance of the candidate's beginning to each of the word's.
    let mut rows = [
        Vec::new(),
        Vec::new(),
        (0..=word.len()).collect::<Vec<usize>>(),
    ];
    let mut before = None;
    for (at, letter) in candidate.char_indices() {
        let mut row = vec![rows[2][0] + 1];
        for (place, own) in word.iter().enumerate() {
            let replaced = rows[2][place] + usize::from(*own != letter);
            let mut least = replaced.min(rows[2][place + 1] + 1).min(row[place] + 1);
            if place > 0 && Some(*own) == before && word[place - 1] == letter {
                least = least.min(rows[1][place - 1] + 1);
            }
            row.push(least);
        }
        rows.rotate_left(1);
        rows[2] = row;
        before = Some(letter);
        // Later rows come from this one, and by a swap from the one before it.
        let least = |row: &[usize]| row.iter().copied().min().unwrap_or(usize::MAX);
        if least(&rows[2]) > most && least(&rows[1]) >= most {
            return Outcome::Beginning(at + letter.len_utf8());
        }
    }
    match rows[2][word.len()] {
        letters if letters <= most => Outcome::Near,
        _ => Outcome::Far,
    }
}

/// The first text behind all that begin with this one.
fn behind(beginning: &str) -> Option<String> {
    let mut behind = beginning.to_owned();
    // The surrogates between are no characters.
    let next = match behind.pop()? {
        '\u{d7ff}' => '\u{e000}',
        last => char::from_u32(u32::from(last) + 1)?,
    };
    behind.push(next);
    Some(behind)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all_near(words: &BTreeSet<String>, word: &str, most: usize) -> (Vec<String>, usize) {
        let mut asked = 0;
        let found = near(word, most, usize::MAX, |from| {
            asked += 1;
            Ok::<_, ()>(words.range(from.to_owned()..).next().cloned())
        });
        (found.unwrap_or_default(), asked)
    }

    #[test]
    fn what_is_near_is_found_and_little_else_is_looked_at() {
        // Syllables make words that have much in common, as languages do.
        let parts = [
            "ba", "be", "bo", "da", "do", "ra", "ri", "ta", "to", "n", "s", "\u{e9}",
        ];
        let mut words = BTreeSet::new();
        for one in parts {
            for two in parts {
                for three in parts {
                    for four in parts {
                        words.insert([one, two, three, four].concat());
                    }
                }
            }
        }
        for word in [
            "badarito",
            "abdarito",
            "badrito",
            "badaritos",
            "bandarto",
            "\u{e9}\u{e9}nn",
        ] {
            for most in [1, 2] {
                let plainly: Vec<String> = words
                    .iter()
                    .filter(|other| most == 1 || word.chars().next() == other.chars().next())
                    .filter(|other| strsim::osa_distance(word, other) <= most)
                    .cloned()
                    .collect();
                let (found, asked) = all_near(&words, word, most);
                assert_eq!(found, plainly, "{word} by {most}");
                assert!(asked < words.len() / 5, "{word} by {most}: {asked} steps");
            }
        }
    }

    #[test]
    fn words_that_can_be_suggested() {
        let found: Vec<&str> = words("the red boats of 2024, caf\u{e9}s and x86 boats").collect();
        assert_eq!(found, ["boats", "caf\u{e9}s", "boats"]);
    }

    #[test]
    fn behind_a_beginning() {
        assert_eq!(behind("ab").as_deref(), Some("ac"));
        assert_eq!(behind("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        assert_eq!(behind("\u{10ffff}"), None);
    }
}
