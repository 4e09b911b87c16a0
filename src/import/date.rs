//! Dates: every form in which the generators write a moment.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// A moment as a file gives it.
#[derive(Debug)]
pub(super) struct Moment {
    pub at: Timestamp,
    /// The day as written, in whatever zone: old permalinks are made of it.
    pub day: Date,
    /// Whether a time was given too.
    pub timed: bool,
    /// What had to be assumed.
    pub remark: Option<String>,
}

/// Reads `text`; what has no zone of its own is in `zone`.
pub(super) fn parse(text: &str, zone: &TimeZone) -> Result<Moment, String> {
    let text = text.trim();
    let refused = || {
        format!(
            "`{text}` is not a date that can be read: write it like 2016-10-06 11:10:38 -0700 or 2016-10-06"
        )
    };
    if let Some(moment) = worded(text, zone) {
        return Ok(moment);
    }
    let (day, rest) = leading_day(text).ok_or_else(refused)?;
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim_start();
    if rest.is_empty() {
        return midnight(day, zone).ok_or_else(refused);
    }
    let (time, rest) = leading_time(rest).ok_or_else(refused)?;
    let (mut own, mut remark) = (None, None);
    for word in rest.replace('[', " [").split_whitespace() {
        if own.is_none()
            && let Some(named) = zone_of(word)
        {
            own = Some(named);
        } else if own.is_none() && word.parse() == Ok(day.year()) {
            remark = Some(format!(
                "`{text}` names its year twice: the second is ignored"
            ));
        } else if own.is_none() || !word.starts_with(|c: char| c == '[' || c.is_ascii_alphabetic())
        {
            // Go prints an offset and then its name, `-0700 PDT`: only that may follow.
            return Err(refused());
        }
    }
    let local = day.to_datetime(time);
    match own {
        Some(own) => Ok(Moment {
            at: settle(local, &own).ok_or_else(refused)?.0,
            day,
            timed: true,
            remark,
        }),
        None => {
            let (at, unsure) = settle(local, zone).ok_or_else(refused)?;
            Ok(Moment {
                at,
                day,
                timed: true,
                remark: unsure.or(remark),
            })
        }
    }
}

/// The first moment of `day` in `zone`, with the remark that says so.
pub(super) fn midnight(day: Date, zone: &TimeZone) -> Option<Moment> {
    let (at, _) = settle(day.to_datetime(Time::midnight()), zone)?;
    let remark = Some(format!(
        "date {day} has no time: taken as 00:00 {}",
        name(zone)
    ));
    Some(Moment {
        at,
        day,
        timed: false,
        remark,
    })
}

/// A date at the head of `text`, `2016-10-06` or `2016/1/5`, and what follows.
pub(super) fn leading_day(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = number(text, 4..=4)?;
    let separator = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (month, rest) = number(&rest[1..], 1..=2)?;
    let (day, rest) = number(rest.strip_prefix(separator)?, 1..=2)?;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let day = Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()?;
    Some((day, rest))
}

/// How a person would name `zone`.
pub(super) fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("in the blog's time zone")
}

/// The forms that do not begin with a year, and the ones without separators.
fn worded(text: &str, zone: &TimeZone) -> Option<Moment> {
    if let Ok(written) = jiff::fmt::rfc2822::parse(text) {
        return Some(Moment {
            at: written.timestamp(),
            day: written.date(),
            timed: true,
            remark: None,
        });
    }
    for form in ["%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%Y%m%d"] {
        // `%Y%m%d` would also take the first digits of a Unix time.
        if (form != "%Y%m%d" || text.len() == 8)
            && let Ok(day) = Date::strptime(form, text)
        {
            return midnight(day, zone);
        }
    }
    if matches!(text.len(), 9 | 10) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let at = Timestamp::from_second(text.parse().ok()?).ok()?;
        let day = at.to_zoned_datetime(zone.clone()).date();
        return Some(Moment {
            at,
            day,
            timed: true,
            remark: Some(format!("date {text} is read as a Unix time: {at}")),
        });
    }
    None
}

/// A time at the head of `text`, `9:05`, `11:10:38.5` or `9:05 PM`.
fn leading_time(text: &str) -> Option<(Time, &str)> {
    let (hour, rest) = number(text, 1..=2)?;
    let (minute, mut rest) = number(rest.strip_prefix(':')?, 2..=2)?;
    let (mut second, mut nanosecond) = (0, 0);
    if let Some(tail) = rest.strip_prefix(':') {
        (second, rest) = number(tail, 2..=2)?;
        if let Some(tail) = rest.strip_prefix(['.', ',']) {
            let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
            let fraction = &tail[..digits.min(9)];
            nanosecond =
                fraction.parse::<i32>().ok()? * 10_i32.pow(9 - u32::try_from(fraction.len()).ok()?);
            rest = &tail[digits..];
        }
    }
    let rest = rest.trim_start();
    // The whole word, or `11:10 America/New_York` would be in the morning.
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (half, after) = rest.split_at(length);
    let (hour, rest) = match half.to_ascii_lowercase().as_str() {
        "am" if (1..=12).contains(&hour) => (hour % 12, after),
        "pm" if (1..=12).contains(&hour) => (hour % 12 + 12, after),
        _ => (hour, rest),
    };
    let part = |value: i32| i8::try_from(value).ok();
    let time = Time::new(part(hour)?, part(minute)?, part(second)?, nanosecond).ok()?;
    Some((time, rest))
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<(i32, &str)> {
    let length = text
        .bytes()
        .take(*digits.end())
        .take_while(u8::is_ascii_digit)
        .count();
    if !digits.contains(&length) {
        return None;
    }
    Some((text[..length].parse().ok()?, &text[length..]))
}

fn zone_of(word: &str) -> Option<TimeZone> {
    if let Some(offset) = offset(word) {
        return Some(TimeZone::fixed(offset));
    }
    let word = word.trim_start_matches('[').trim_end_matches(']');
    if word.contains('/') {
        return TimeZone::get(word).ok();
    }
    // The abbreviations of RFC 2822 section 4.3 and of Europe. Others mean
    // several zones (IST is India, Ireland and Israel): those are refused.
    let hours = match word.to_ascii_uppercase().as_str() {
        "Z" | "UTC" | "GMT" | "UT" | "WET" => 0,
        "BST" | "CET" | "WEST" => 1,
        "CEST" | "EET" => 2,
        "EEST" => 3,
        "JST" => 9,
        "EST" | "CDT" => -5,
        "EDT" => -4,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => return None,
    };
    Some(TimeZone::fixed(Offset::from_hours(hours).ok()?))
}

/// `+02:00`, `-0700`, `+2` or `+5:30`.
fn offset(word: &str) -> Option<Offset> {
    let (sign, rest) = match word.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-" | "\u{2212}", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() > 2 => rest.split_at_checked(rest.len() - 2)?,
        None => (rest, "0"),
    };
    let (hours, tail) = number(hours, 1..=2)?;
    let (minutes, more) = number(minutes, 1..=2)?;
    if !tail.is_empty() || !more.is_empty() || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// `local` in `zone`. Where the clocks skip or repeat that hour, the choice is
/// the one RFC 5545 makes, and a remark says so.
fn settle(local: DateTime, zone: &TimeZone) -> Option<(Timestamp, Option<String>)> {
    let candidates = zone.to_ambiguous_timestamp(local);
    let unsure = candidates.is_ambiguous();
    let at = candidates.compatible().ok()?;
    let before = at.checked_sub(SignedDuration::from_hours(3)).ok()?;
    let offset = zone.to_offset(at);
    let remark = unsure.then(|| {
        let how = if zone.to_offset(before) < offset {
            "does not exist"
        } else {
            "comes twice"
        };
        format!(
            "{local} {how} in {} (clock change): taken as {}",
            name(zone),
            at.to_zoned_datetime(zone.clone())
        )
    });
    Some((at, remark))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    #[test]
    fn every_form_gives_its_moment() {
        for (text, expected) in [
            ("2016-10-06 11:10:38 -0700", "2016-10-06T18:10:38Z"),
            ("2016-10-06 11:10:38 -07:00", "2016-10-06T18:10:38Z"),
            ("2016-10-06 11:10:38 -07", "2016-10-06T18:10:38Z"),
            ("2016-10-06T11:10:38-07:00", "2016-10-06T18:10:38Z"),
            ("2016-10-06T11:10:38Z", "2016-10-06T11:10:38Z"),
            ("2016-10-06t11:10:38.250z", "2016-10-06T11:10:38.25Z"),
            (
                "2016-10-06 11:10:38.123456789123 UTC",
                "2016-10-06T11:10:38.123456789Z",
            ),
            ("2016-10-06 11:10:38 UTC", "2016-10-06T11:10:38Z"),
            ("2016-10-06 11:10 GMT", "2016-10-06T11:10:00Z"),
            ("2016-10-06 11:10 CEST", "2016-10-06T09:10:00Z"),
            (
                "2016-10-06 11:10:38 America/New_York",
                "2016-10-06T15:10:38Z",
            ),
            (
                "2016-10-06T11:10:38-07:00[America/Los_Angeles]",
                "2016-10-06T18:10:38Z",
            ),
            ("2016-10-06 11:10:38 -0700 PDT", "2016-10-06T18:10:38Z"),
            ("2016-10-06 11:10:38", "2016-10-06T09:10:38Z"),
            ("2016-10-06T11:10:38", "2016-10-06T09:10:38Z"),
            ("2016-10-06 11:10", "2016-10-06T09:10:00Z"),
            ("2016-12-06 9:05", "2016-12-06T08:05:00Z"),
            ("2016-10-06 9:05 PM", "2016-10-06T19:05:00Z"),
            ("2016-10-06 12:05am +0000", "2016-10-06T00:05:00Z"),
            ("2016-10-06", "2016-10-05T22:00:00Z"),
            ("2016-1-5", "2016-01-04T23:00:00Z"),
            ("2016/10/06 11:10", "2016-10-06T09:10:00Z"),
            ("20161006", "2016-10-05T22:00:00Z"),
            ("1475777438", "2016-10-06T18:10:38Z"),
            ("Thu, 06 Oct 2016 11:10:38 -0700", "2016-10-06T18:10:38Z"),
            ("October 6, 2016", "2016-10-05T22:00:00Z"),
            ("6 Oct 2016", "2016-10-05T22:00:00Z"),
            ("2023-01-29 18:30:22 2023 -0800", "2023-01-30T02:30:22Z"),
            ("2018-01-25 22:22:22 +0530", "2018-01-25T16:52:22Z"),
            ("2018-01-25 22:22:22 +5:30", "2018-01-25T16:52:22Z"),
        ] {
            let moment = parse(text, &berlin()).unwrap();
            assert_eq!(moment.at.to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused_with_a_pattern_to_follow() {
        for text in [
            "",
            "soon",
            "2016",
            "2016-13-01",
            "2016-02-30",
            "2016-10-06 25:00",
            "2016-10-06 11",
            "2016-10-06 11:10 IST",
            "2016-10-06 11:10 +99:00",
            "2016-10-06 11:10 Mars/Crater",
            "2016-10-06 11:10:38 -0700 17",
            "2016-10-061",
            "06/10/2016",
            "99999999999999",
            "2016-10-06 11:10 +é",
            "2016-10-06 é",
            "é",
        ] {
            assert!(
                parse(text, &berlin())
                    .unwrap_err()
                    .contains("2016-10-06 11:10:38 -0700"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_was_assumed_is_said() {
        for (text, expected) in [
            (
                "2016-10-06",
                Some("date 2016-10-06 has no time: taken as 00:00 Europe/Berlin"),
            ),
            (
                "2021-03-28 02:30",
                Some(
                    "2021-03-28T02:30:00 does not exist in Europe/Berlin (clock change): taken as 2021-03-28T03:30:00+02:00[Europe/Berlin]",
                ),
            ),
            (
                "2021-10-31 02:30",
                Some(
                    "2021-10-31T02:30:00 comes twice in Europe/Berlin (clock change): taken as 2021-10-31T02:30:00+02:00[Europe/Berlin]",
                ),
            ),
            (
                "2023-01-29 18:30:22 2023 -0800",
                Some(
                    "`2023-01-29 18:30:22 2023 -0800` names its year twice: the second is ignored",
                ),
            ),
            ("2021-10-31 02:30 +0100", None),
            ("2021-06-01 12:00", None),
        ] {
            assert_eq!(
                parse(text, &berlin()).unwrap().remark.as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
