//! A regular expression, by ripgrep's crates: it takes time that grows with the text
//! and never faster, whatever the pattern is, and each match lies within one line.

use std::io::{self, Read};
use std::time::Instant;

use grep_matcher::{Match, Matcher};
use grep_regex::{ErrorKind, RegexMatcher, RegexMatcherBuilder};
use grep_searcher::{Searcher, SearcherBuilder, Sink, SinkContext, SinkMatch};

use super::{Line, Piece};

/// Longest pattern, in characters.
const MAX_LENGTH: usize = 200;

/// Most bytes of a compiled pattern. Text is matched the slower the larger it is, to
/// about a microsecond a byte at this size.
const MAX_SIZE: usize = 256 << 10;

/// How many lines before and behind a match are shown.
const AROUND: usize = 1;

/// How many matching lines of one text are shown.
const LINES: usize = 5;

/// How many characters of a line are shown: in Markdown a paragraph may be one line.
const WIDTH: usize = 240;

/// A pattern, ready to be looked for.
pub struct Pattern {
    matcher: RegexMatcher,
    searcher: Searcher,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The character at which it is, counted from 0, where there is one.
    pub at: Option<usize>,
    /// What it is, as a sentence without its full stop.
    pub what: String,
}

impl Pattern {
    /// Reads a pattern; there is none in an empty text.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Option<Pattern>, Mistake> {
        let mistake = |at, what: &str| Mistake {
            at,
            what: what.into(),
        };
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > MAX_LENGTH {
            let what = format!("it is longer than {MAX_LENGTH} characters");
            return Err(mistake(Some(MAX_LENGTH), &what));
        }
        let parsed = regex_syntax::Parser::new().parse(text);
        parsed.map_err(|error| {
            let (offset, what) = match &error {
                regex_syntax::Error::Parse(error) => {
                    (error.span().start.offset, error.kind().to_string())
                }
                regex_syntax::Error::Translate(error) => {
                    (error.span().start.offset, error.kind().to_string())
                }
                error => (text.len(), error.to_string()),
            };
            let before = text.get(..offset).unwrap_or(text);
            mistake(Some(before.chars().count()), &what)
        })?;
        let built = RegexMatcherBuilder::new()
            .line_terminator(Some(b'\n'))
            .size_limit(MAX_SIZE)
            .dfa_size_limit(4 * MAX_SIZE)
            .build(text);
        let matcher = built.map_err(|error| match error.kind() {
            ErrorKind::NotAllowed(_) => mistake(
                None,
                "it asks for the end of a line, and lines are looked at one by one",
            ),
            ErrorKind::Regex(what) if !what.contains("size") => mistake(None, what),
            _ => mistake(
                None,
                "it is too large: a repetition in it stands for too much",
            ),
        })?;
        let searcher = SearcherBuilder::new()
            .line_number(true)
            .before_context(AROUND)
            .after_context(AROUND)
            .build();
        Ok(Some(Pattern { matcher, searcher }))
    }

    /// The line, if it matches. It has no number.
    pub fn line(&self, text: &str) -> Option<Line> {
        let line = marked(&self.matcher, 0, text.as_bytes());
        line.filter(|line| line.matches)
    }

    /// The runs of lines of a text that match, with those around them, and whether
    /// there are more. Past the deadline it sees no more of a long text.
    pub fn runs(&mut self, text: &str, deadline: Instant) -> (Vec<Vec<Line>>, bool) {
        let mut hits = Hits {
            matcher: &self.matcher,
            runs: Vec::new(),
            matching: 0,
            more: false,
        };
        let text = Timed {
            rest: text.as_bytes(),
            deadline,
        };
        // The only error is the deadline's, and what was found until then counts.
        match self.searcher.search_reader(&self.matcher, text, &mut hits) {
            Ok(()) => {}
            Err(_) => hits.more = true,
        }
        (hits.runs, hits.more)
    }
}

/// A text that is read in parts until it is too late: no pattern is slow, but a text
/// may be long.
struct Timed<'a> {
    rest: &'a [u8],
    deadline: Instant,
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // What a page of a book has is not worth looking at the clock.
        const PART: usize = 16 << 10;
        let length = self.rest.len().min(buffer.len()).min(PART);
        if self.rest.len() > PART && Instant::now() > self.deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let (part, rest) = self.rest.split_at(length);
        buffer[..length].copy_from_slice(part);
        self.rest = rest;
        Ok(length)
    }
}

/// Collects lines.
struct Hits<'a> {
    matcher: &'a RegexMatcher,
    runs: Vec<Vec<Line>>,
    matching: usize,
    more: bool,
}

impl Hits<'_> {
    fn push(&mut self, number: Option<u64>, bytes: &[u8]) {
        let number = number.unwrap_or(0);
        let Some(line) = marked(self.matcher, number, bytes) else {
            return;
        };
        match self.runs.last_mut() {
            // A line that stands beside the last one belongs to its run.
            Some(run) if run.last().is_some_and(|last| last.number + 1 == number) => run.push(line),
            _ => self.runs.push(vec![line]),
        }
    }
}

impl Sink for Hits<'_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> io::Result<bool> {
        if self.matching == LINES {
            self.more = true;
            return Ok(false);
        }
        self.matching += 1;
        self.push(found.line_number(), found.bytes());
        Ok(true)
    }

    fn context(&mut self, _: &Searcher, found: &SinkContext<'_>) -> io::Result<bool> {
        self.push(found.line_number(), found.bytes());
        Ok(true)
    }
}

/// A line with its matches marked, cut to what is shown.
fn marked(matcher: &RegexMatcher, number: u64, bytes: &[u8]) -> Option<Line> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let text = str::from_utf8(bytes.strip_suffix(b"\r").unwrap_or(bytes)).ok()?;
    let mut matches: Vec<Match> = Vec::new();
    let mut any = false;
    let found = matcher.find_iter(text.as_bytes(), |found| {
        any = true;
        // A match of nothing matches, but there is nothing to mark.
        if !found.is_empty() {
            matches.push(found);
        }
        matches.len() < WIDTH
    });
    found.ok()?;
    let start = matches.first().map_or(0, Match::start);
    let (from, to) = window(text, start);
    let mut pieces = Vec::new();
    let mut push = |from: usize, to: usize, marked| {
        if let Some(piece) = text.get(from..to).filter(|piece| !piece.is_empty()) {
            pieces.push(Piece {
                text: piece.to_owned(),
                marked,
            });
        }
    };
    let mut at = from;
    for found in matches.iter().filter(|found| found.start() < to) {
        push(at, found.start(), false);
        push(found.start(), found.end().min(to), true);
        at = found.end().min(to);
    }
    push(at, to, false);
    let cut = |text: &str| Piece {
        text: text.into(),
        marked: false,
    };
    if from > 0 {
        pieces.insert(0, cut("\u{2026}"));
    }
    if to < text.len() {
        pieces.push(cut("\u{2026}"));
    }
    Some(Line {
        number,
        pieces,
        matches: any,
    })
}

/// The part of a line that is shown: its beginning, or what is around its first match
/// where that lies further behind.
fn window(text: &str, start: usize) -> (usize, usize) {
    let before = text[..start].char_indices().rev().nth(WIDTH / 3);
    let behind_start = text[..start].chars().count() < WIDTH / 2;
    let from = match before {
        Some((at, _)) if !behind_start => at,
        _ => 0,
    };
    let end = text[from..].char_indices().nth(WIDTH);
    (from, end.map_or(text.len(), |(at, _)| from + at))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn pattern(text: &str) -> Pattern {
        match Pattern::parse(text) {
            Ok(Some(pattern)) => pattern,
            _ => panic!("{text} is a pattern"),
        }
    }

    fn shown(line: &Line) -> String {
        let piece = |piece: &Piece| match piece.marked {
            true => format!("[{}]", piece.text),
            false => piece.text.clone(),
        };
        let pieces: String = line.pieces.iter().map(piece).collect();
        format!(
            "{}{} {pieces}",
            line.number,
            if line.matches { ":" } else { "-" }
        )
    }

    fn runs(regex: &str, text: &str) -> (Vec<Vec<String>>, bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let (runs, more) = pattern(regex).runs(text, deadline);
        let shown = |run: &Vec<Line>| run.iter().map(shown).collect();
        (runs.iter().map(shown).collect(), more)
    }

    #[test]
    fn lines_are_found_with_those_around_them() {
        let text = "one\r\ntwo boats\nthree\nfour\nfive\nsix boats, boats\n";
        let found = [
            vec!["1- one", "2: two [boats]", "3- three"],
            vec!["5- five", "6: six [boats], [boats]"],
        ];
        assert_eq!(
            runs("boats", text),
            (
                found
                    .map(|run| run.into_iter().map(String::from).collect())
                    .to_vec(),
                false
            )
        );
        assert_eq!(runs("^$", "a\n\nb\n").0, [["1- a", "2: ", "3- b"]]);
        assert_eq!(runs("three$", "x\nthree").0, [["1- x", "2: [three]"]]);
        let many = "boat\n".repeat(9);
        let (found, more) = runs("boat", &many);
        assert_eq!((found[0].len(), more), (LINES, true));
    }

    #[test]
    fn long_lines_are_cut_around_the_match() {
        let line = format!(
            "{}caf\u{e9}{}",
            "\u{e9}".repeat(1000),
            "\u{e9}".repeat(1000)
        );
        let found = pattern("caf.").line(&line);
        let found = found.map(|line| shown(&line)).unwrap_or_default();
        assert!(
            found.contains("[caf\u{e9}]") && found.contains(": \u{2026}\u{e9}"),
            "{found}"
        );
        assert!(
            found.ends_with('\u{2026}') && found.chars().count() < WIDTH + 10,
            "{found}"
        );
        assert!(pattern("x").line(&line).is_none());
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let cases = [
            ("caf\u{e9}(", Some(4), "unclosed group"),
            ("a**b[", Some(4), "unclosed character class"),
            ("a{2,1}", Some(1), "invalid repetition"),
            (r"\p{Unicorn}", Some(0), "Unicode property not found"),
            (r"a\nb", None, "line"),
            (r"(\w{50}){50}", None, "too large"),
            ("((((a{9}){9}){9}){9}){9}", None, "too large"),
        ];
        for (text, at, what) in cases {
            let mistake = Pattern::parse(text).err();
            let mistake = mistake.unwrap_or(Mistake {
                at: None,
                what: "none".into(),
            });
            assert!(
                mistake.at == at && mistake.what.contains(what),
                "{text}: {mistake:?}"
            );
        }
        let long = Pattern::parse(&"a".repeat(201))
            .err()
            .and_then(|mistake| mistake.at);
        assert_eq!(long, Some(200));
        assert!(matches!(Pattern::parse(""), Ok(None)));
    }

    /// Patterns that take other engines for ever take time that grows with the text.
    #[test]
    fn the_time_is_bounded() {
        let text = format!("{}!\n", "a".repeat(100_000));
        let deadline = Instant::now() + Duration::from_secs(60);
        for regex in ["(a+)+$", "(a|aa)+$", "(.*)*x", "(a?){40}a{40}b"] {
            assert!(pattern(regex).runs(&text, deadline).0.is_empty(), "{regex}");
        }
        // Past the deadline the rest of a long text is not looked at.
        let text = "a line\n".repeat(100_000);
        let (runs, more) = pattern("z").runs(&text, Instant::now());
        assert!(runs.is_empty() && more);
    }
}
