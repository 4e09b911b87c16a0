//! Made-up posts for load tests: the same number always gives the same blog,
//! on any machine, so that figures can be compared.

use crate::listing::Moment;
use crate::post::Kind;
use crate::publish::Writing;

/// The posts of a blog of twenty years, oldest first.
pub struct Seed {
    posts: u64,
    /// How many tags there are: a blog's vocabulary grows with its posts, slower
    /// and slower.
    tags: u64,
}

/// 1 January 2005, 00:00 UTC, in seconds since 1970.
const BEGIN: i64 = 1_104_537_600;

/// Twenty years in seconds.
const SPAN: i64 = 20 * 31_556_952;

/// Words of everyday English, roughly as long as English words are.
const WORDS: [&str; 96] = [
    "the", "of", "and", "to", "a", "in", "is", "it", "that", "for", "was", "on", "with", "as",
    "this", "but", "not", "from", "at", "which", "server", "page", "process", "file", "reader",
    "writer", "request", "query", "index", "table", "garden", "morning", "river", "window",
    "letter", "paper", "station", "kitchen", "weather", "library", "question", "answer", "problem",
    "reason", "example", "measure", "number", "minute", "second", "version", "release", "change",
    "mistake", "habit", "small", "large", "quick", "slow", "quiet", "simple", "strange", "useful",
    "careful", "early", "late", "plain", "honest", "cheap", "little", "whole", "writes", "reads",
    "starts", "ends", "keeps", "finds", "makes", "takes", "gives", "shows", "tells", "asks",
    "works", "breaks", "before", "after", "between", "without", "because", "although", "always",
    "never", "often", "almost", "again", "perhaps",
];

/// What the commonest tags are called; the others have numbers.
const TAGS: [&str; 16] = [
    "performance",
    "sqlite",
    "cgi",
    "rust",
    "linux",
    "http",
    "writing",
    "design",
    "security",
    "history",
    "apache",
    "books",
    "travel",
    "music",
    "cooking",
    "photography",
];

impl Seed {
    /// A blog of that many posts.
    pub fn new(posts: u64) -> Seed {
        Seed {
            posts,
            tags: (posts.isqrt()).clamp(12, 1000),
        }
    }

    /// The post of that number, counted from 0.
    pub fn post(&self, number: u64) -> Writing {
        let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x6d61_7966_6c79);
        let kind = match dice.below(100) {
            0..30 => Kind::Entry,
            30..75 => Kind::Link,
            75..90 => Kind::Quote,
            _ => Kind::Note,
        };
        let mut writing = Writing::new(kind, self.moment(number, &mut dice));
        writing.tags = self.pick_tags(&mut dice);
        let title = dice.sentence(3, 9);
        writing.slug = slug(&title, number);
        writing.text = match kind {
            Kind::Entry => entry(&mut dice),
            Kind::Link => dice.paragraph(1, 4),
            _ => dice.paragraph(1, 3),
        };
        match kind {
            Kind::Link => {
                writing.link_url = format!("https://example.org/{}/{number}", dice.word());
                if dice.below(3) == 0 {
                    writing.via_url = format!("https://example.net/{}", dice.word());
                    writing.via_title = dice.sentence(2, 4);
                }
            }
            Kind::Quote => {
                writing.source = dice.sentence(2, 3);
                writing.source_url = format!("https://example.com/{number}");
            }
            _ => {}
        }
        if matches!(kind, Kind::Entry | Kind::Link) {
            writing.title = title;
        }
        writing
    }

    /// Evenly over the years, but for the hour, which is a person's.
    fn moment(&self, number: u64, dice: &mut Dice) -> Moment {
        let posts = i128::from(self.posts.max(1));
        let seconds = i128::from(SPAN) * i128::from(number) / posts;
        let within = i128::from(dice.below(1_000_000));
        i64::try_from((i128::from(BEGIN) + seconds) * 1_000_000 + within).unwrap_or(i64::MAX)
    }

    /// One to four tags, the n-th commonest an n-th as often as the commonest:
    /// Zipf's law, which the tags of real blogs follow too.
    fn pick_tags(&self, dice: &mut Dice) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        for _ in 0..=dice.below(4) {
            // The inverse of the harmonic distribution, near enough: e^(u ln n).
            let rank = (dice.unit() * (self.tags as f64).ln()).exp() as usize - 1;
            tags.push(match TAGS.get(rank) {
                Some(name) => (*name).to_owned(),
                None => format!("topic-{rank}"),
            });
        }
        tags.sort_unstable();
        tags.dedup();
        tags
    }
}

/// Short texts are common and long ones are not: half have under 300 words, one in
/// ten more than 1,000.
fn entry(dice: &mut Dice) -> String {
    let paragraphs = 2 + (dice.unit().powi(3) * 18.0) as u64;
    let mut text = String::new();
    for number in 0..paragraphs {
        match dice.below(9) {
            0 if number > 0 => text.push_str(&format!("## {}\n\n", dice.sentence(2, 5))),
            1 if number > 0 => text.push_str(&format!(
                "```sh\n{} --{} {}\n```\n\n",
                dice.word(),
                dice.word(),
                dice.word()
            )),
            2 if number > 0 => {
                for _ in 0..3 {
                    text.push_str(&format!("- {}\n", dice.sentence(3, 9)));
                }
                text.push('\n');
            }
            _ => {}
        }
        text.push_str(&dice.paragraph(2, 6));
        text.push_str("\n\n");
    }
    text
}

fn slug(title: &str, number: u64) -> String {
    let words = title.to_lowercase().replace(' ', "-");
    format!("{}-{number}", words.trim_matches('-'))
}

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    /// From 0 up to, but not, 1.
    fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len() as u64) as usize]
    }

    fn sentence(&mut self, fewest: u64, most: u64) -> String {
        let mut sentence = String::new();
        for number in 0..fewest + self.below(most - fewest + 1) {
            let word = self.word();
            if number == 0 {
                sentence.push_str(&word[..1].to_uppercase());
                sentence.push_str(&word[1..]);
            } else {
                sentence.push(' ');
                sentence.push_str(word);
            }
        }
        sentence
    }

    fn paragraph(&mut self, fewest: u64, most: u64) -> String {
        let mut paragraph = String::new();
        for number in 0..fewest + self.below(most - fewest + 1) {
            if number > 0 {
                paragraph.push(' ');
            }
            let sentence = self.sentence(6, 22);
            match self.below(12) {
                0 => paragraph.push_str(&format!("{sentence} *{}* {}.", self.word(), self.word())),
                1 => paragraph.push_str(&format!(
                    "[{sentence}](https://example.org/{}).",
                    self.word()
                )),
                2 => paragraph.push_str(&format!("{sentence} `{}`.", self.word())),
                _ => paragraph.push_str(&format!("{sentence}.")),
            }
        }
        paragraph
    }
}
