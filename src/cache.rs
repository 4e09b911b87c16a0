//! What caches are told of a page: when it was changed, and for how long they may
//! answer with it before they ask (RFC 9110, section 8.8; RFC 9111; RFC 5861).
//!
//! A page depends on its address, on what is published and on the programs, and on
//! nothing else: not on the visitor's language, cookies or what a browser accepts. So
//! no answer has a `Vary`. Where the blog has no base URL its links stand on the
//! host that was asked, which is part of the address that caches keep a page by.

use crate::date::{Date, SHORT_MONTHS, clock, parse_month, short_month, two_digits};
use crate::kept::Generation;
use crate::listing::Moment;

/// Seconds for which a shared cache answers without asking. A browser asks every
/// time, so that an author sees what was published at once.
const SHARED: i64 = 10;

/// Further seconds in which a cache may answer with what it has while it asks.
const WHILE_ASKING: i64 = 20;

const SECOND: i64 = 1_000_000;

/// The state of the blog that an answer shows, and when it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Grows whenever the public sees something else.
    pub seq: i64,
    /// When it last did.
    pub changed: Moment,
    /// When it will for certain: a scheduled post goes public.
    pub next_due: Option<Moment>,
    /// When this was read.
    pub now: Moment,
    /// Where an answer that shows it may be kept as a file, if it may.
    pub kept: Option<Generation>,
}

/// The programs' own version.
pub const BUILD: &str = match option_env!("MAYFLY_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

impl Version {
    /// The same state in an answer that the passing of time will change: it is not kept.
    pub fn passing(self, passes: bool) -> Version {
        Version {
            kept: self.kept.filter(|_| !passes),
            ..self
        }
    }

    /// The entity tag: as long as neither the blog nor the programs change, no page
    /// does. Weak, since a server may compress what it names.
    pub fn tag(&self) -> String {
        ["W/\"", &self.seq.to_string(), "-", BUILD, "\""].concat()
    }

    /// The second of the last change, for `Last-Modified`, once it is over: within it
    /// a further change would go unnoticed by whoever knows the second alone.
    pub fn modified(&self) -> Option<i64> {
        let second = self.changed.div_euclid(SECOND);
        (second < self.now.div_euclid(SECOND)).then_some(second)
    }

    /// What a visitor's copy is compared with.
    pub fn validators(&self) -> Validators {
        Validators {
            tag: self.tag(),
            modified: self.modified(),
            now: self.now,
        }
    }

    /// For how long the answer may be kept. When a post is due, no cache answers
    /// without it: what is left until then bounds both times.
    pub fn control(&self) -> String {
        let left = |due: Moment| (due - self.now).div_euclid(SECOND).max(0);
        let left = self.next_due.map_or(SHARED + WHILE_ASKING, left);
        let shared = left.min(SHARED);
        let while_asking = (left - shared).min(WHILE_ASKING);
        let (shared, while_asking) = (shared.to_string(), while_asking.to_string());
        let before = "max-age=0, s-maxage=";
        [before, &shared, ", stale-while-revalidate=", &while_asking].concat()
    }
}

/// What tells one state of a page from another (RFC 9110, section 8.8).
#[derive(Clone, Debug)]
pub struct Validators {
    /// The entity tag.
    pub tag: String,
    /// The second of `Last-Modified`, if the page has one.
    pub modified: Option<i64>,
    /// When they were read.
    pub now: Moment,
}

impl Validators {
    /// Whether `If-None-Match` names the tag, by the weak comparison of RFC 9110,
    /// section 8.8.3.2. Apache's mod_deflate puts `-gzip` into the tags of what it
    /// packs, so that ending is taken for nothing. `*` names whatever there is, so it
    /// has to wait until it is known that there is something: see `Request::takes_any`.
    pub fn is_named_by(&self, tags: &str) -> bool {
        fn opaque(tag: &str) -> &str {
            let tag = tag.trim().trim_start_matches("W/").trim_matches('"');
            tag.trim_end_matches("-gzip").trim_end_matches("-br")
        }
        let mut tags = tags.split(',');
        tags.any(|tag| opaque(tag) == opaque(&self.tag))
    }

    /// Whether nothing was changed since the date in `If-Modified-Since`. One that
    /// lies ahead, or that is none, says nothing (RFC 9110, section 13.1.3).
    pub fn is_as_of(&self, date: &str) -> bool {
        let known = parse_date(date).filter(|known| *known <= self.now.div_euclid(SECOND));
        match (self.modified, known) {
            (Some(modified), Some(known)) => modified <= known,
            _ => false,
        }
    }
}

/// A second since 1970 as HTTP has it: `Sat, 05 Jul 2025 14:05:00 GMT`. Empty for
/// a year that has not four digits.
pub fn http_date(second: i64) -> String {
    let Some(date) = Date::utc(second.saturating_mul(SECOND)) else {
        return String::new();
    };
    let mut text = String::with_capacity(29);
    text.extend([date.short_weekday(), ", "]);
    text.extend(two_digits(date.day()));
    text.extend([" ", short_month(date.month()), " "]);
    text.extend([&date.year().to_string(), " "]);
    text.push_str(&clock(second));
    text.push_str(" GMT");
    text
}

/// The second that a date names in any of the three forms that RFC 9110, section
/// 5.6.7, has everybody read.
pub fn parse_date(text: &str) -> Option<i64> {
    let words = text.split([' ', ',', '-']).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let (day, month, year, clock) = match words[..] {
        [_, day, month, year, clock, "GMT"] => (day, month, year, clock),
        [_, month, day, clock, year] => (day, month, year, clock),
        _ => return None,
    };
    let month = parse_month(month).filter(|_| SHORT_MONTHS.contains(&month))?;
    let year = match (year.len(), year.parse::<u16>().ok()?) {
        // Two digits are the last century's, as is whoever still sends them.
        (2, year @ 70..) => 1900 + year,
        (2, year) => 2000 + year,
        (_, year) => year,
    };
    let date = Date::new(year, month, day.parse().ok()?)?;
    let mut clock = clock.split(':').map(|part| part.parse::<i64>().ok());
    let mut part = |most: i64| {
        clock
            .next()
            .flatten()
            .filter(|part| (0..=most).contains(part))
    };
    let (hours, minutes, seconds) = (part(23)?, part(59)?, part(60)?);
    Some(date.midnight() + hours * 3600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 July 2025, 14:05:00 UTC.
    const NOON: i64 = 1_751_724_300;

    fn version(changed: Moment, now: Moment) -> Version {
        Version {
            seq: 7,
            changed,
            next_due: None,
            now,
            kept: None,
        }
    }

    #[test]
    fn dates_are_written_in_one_form_and_read_in_three() {
        assert_eq!(http_date(NOON), "Sat, 05 Jul 2025 14:05:00 GMT");
        for (text, second) in [
            ("Sat, 05 Jul 2025 14:05:00 GMT", Some(NOON)),
            ("Saturday, 05-Jul-25 14:05:00 GMT", Some(NOON)),
            ("Sat Jul  5 14:05:00 2025", Some(NOON)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Wed, 31 Dec 1969 23:59:59 GMT", Some(-1)),
            ("Sat, 05 Jul 2025 14:05:00 +0000", None),
            ("Sat, 31 Feb 2025 14:05:00 GMT", None),
            ("Sat, 05 Jul 2025 25:05:00 GMT", None),
            ("Sat, 05 Jul 2025 14:05 GMT", None),
            ("2025-07-05T14:05:00Z", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(parse_date(text), second, "{text}");
        }
        for second in (-60_000_000_000..=200_000_000_000).step_by(86_400 * 367 + 3_601) {
            let text = http_date(second);
            assert_eq!(
                parse_date(&text),
                Some(second).filter(|_| !text.is_empty()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_change_within_the_same_second_is_not_missed() {
        let changed = NOON * SECOND + 300_000;
        assert_eq!(version(changed, changed + 600_000).modified(), None);
        assert_eq!(version(changed, changed + 700_000).modified(), Some(NOON));
        let same_second = version(changed, changed + 100).validators();
        assert!(!same_second.is_as_of(&http_date(NOON)));
    }

    #[test]
    fn a_date_confirms_what_has_not_changed_since() {
        let version = version(NOON * SECOND, (NOON + 60) * SECOND).validators();
        let of = |second: i64| version.is_as_of(&http_date(second));
        assert!(of(NOON) && of(NOON + 60));
        assert!(!of(NOON - 1), "changed since");
        assert!(!of(NOON + 61), "not yet");
        assert!(!version.is_as_of("nonsense"));
    }

    #[test]
    fn no_cache_keeps_a_page_past_the_minute_of_the_next_post() {
        let control = |due: Option<i64>| {
            let next_due = due.map(|micros| NOON * SECOND + micros);
            let version = version(0, NOON * SECOND);
            Version {
                next_due,
                ..version
            }
            .control()
        };
        let said = |shared, while_asking| {
            format!("max-age=0, s-maxage={shared}, stale-while-revalidate={while_asking}")
        };
        assert_eq!(control(None), said(10, 20));
        assert_eq!(control(Some(3_600 * SECOND)), said(10, 20));
        assert_eq!(control(Some(25 * SECOND)), said(10, 15));
        assert_eq!(control(Some(10 * SECOND)), said(10, 0));
        assert_eq!(control(Some(4_999_999)), said(4, 0));
        assert_eq!(control(Some(999_999)), said(0, 0));
        assert_eq!(control(Some(-5)), said(0, 0));
    }
}
