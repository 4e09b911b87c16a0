//! The blog's clock: what an author types is local time, and what is stored is a
//! moment. Twice a year the two do not fit: when clocks go forward an hour of local
//! time never comes, and when they go back one comes twice. Then the author is asked.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::listing::Moment;

/// What a time that was typed stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// One moment.
    At(Moment),
    /// One of two, and the author has to say which.
    Either(Question),
}

/// What the author is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Whether clocks show that time twice; else they never do.
    pub twice: bool,
    /// The two answers, the earlier moment first.
    pub answers: [Answer; 2],
}

/// One of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What names it: how far local time is ahead of UTC, `+02:00`.
    pub utc_offset: String,
    /// What clocks will show then: `2026-03-29 03:30 (UTC+02:00)`.
    pub shown: String,
    moment: Moment,
}

/// Reads a time as a browser's field for one sends it, `2025-07-05T15:05`, or as
/// people type it. `utc_offset` is the answer to a question that was asked before,
/// or empty.
///
/// # Errors
/// What is wrong, for the author.
pub fn read(typed: &str, utc_offset: &str, zone: &TimeZone) -> Result<Typed, String> {
    let time: DateTime = typed.parse().map_err(|_| {
        format!("\"{typed}\" is no date and time: write it as 2025-07-05 15:05, or leave it empty")
    })?;
    if !(1000..=9999).contains(&time.year()) {
        return Err("its year does not have four digits".into());
    }
    let ambiguous = zone.to_ambiguous_timestamp(time);
    let (twice, before, after) = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => {
            return Ok(Typed::At(answer(time, offset, zone)?.moment));
        }
        AmbiguousOffset::Gap { before, after } => (false, before, after),
        AmbiguousOffset::Fold { before, after } => (true, before, after),
    };
    let mut answers = [answer(time, before, zone)?, answer(time, after, zone)?];
    answers.sort_by_key(|answer| answer.moment);
    match answers
        .iter()
        .find(|answer| answer.utc_offset == utc_offset)
    {
        Some(answer) => Ok(Typed::At(answer.moment)),
        None => Ok(Typed::Either(Question { twice, answers })),
    }
}

/// A time that was typed as a browser's field wants it, where it is one.
pub fn tidy(typed: &str) -> String {
    match typed.parse::<DateTime>() {
        Ok(time) => time.strftime("%Y-%m-%dT%H:%M").to_string(),
        Err(_) => typed.to_owned(),
    }
}

/// A moment as a browser's field for a time wants it: `2025-07-05T15:05`.
pub fn field(moment: Moment, zone: &TimeZone) -> String {
    format(moment, zone, "%Y-%m-%dT%H:%M")
}

/// A moment for people: `2025-07-05 15:05`.
pub fn shown(moment: Moment, zone: &TimeZone) -> String {
    format(moment, zone, "%Y-%m-%d %H:%M")
}

/// When something was saved, as `date::timestamp` writes it, for people.
pub fn saved(saved: &str, zone: &TimeZone) -> String {
    match saved.parse::<Timestamp>() {
        Ok(time) => shown(time.as_microsecond(), zone),
        Err(_) => saved.to_owned(),
    }
}

/// The blog's time zone, by its name. Showing a time never fails for it.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn answer(time: DateTime, offset: Offset, zone: &TimeZone) -> Result<Answer, String> {
    let moment = offset
        .to_timestamp(time)
        .map_err(|error| error.to_string())?;
    let moment = moment.as_microsecond();
    Ok(Answer {
        utc_offset: format(moment, &TimeZone::fixed(offset), "%:z"),
        shown: format(moment, zone, "%Y-%m-%d %H:%M (UTC%:z)"),
        moment,
    })
}

fn format(moment: Moment, zone: &TimeZone, format: &str) -> String {
    match Timestamp::from_microsecond(moment) {
        Ok(time) => time
            .to_zoned_datetime(zone.clone())
            .strftime(format)
            .to_string(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC)
    }

    #[test]
    fn a_time_is_read_as_browsers_and_people_write_it() {
        let noon = 1_751_713_500_000_000;
        for typed in [
            "2025-07-05T13:05",
            "2025-07-05 13:05",
            "2025-07-05T13:05:00",
        ] {
            assert_eq!(read(typed, "", &berlin()), Ok(Typed::At(noon)), "{typed}");
        }
        assert_eq!(field(noon, &berlin()), "2025-07-05T13:05");
        for typed in [
            "tomorrow",
            "2025-02-30 10:00",
            "2025-07-05T25:00",
            "0999-01-01",
        ] {
            assert!(read(typed, "", &berlin()).is_err(), "{typed}");
        }
    }

    #[test]
    fn an_hour_that_comes_twice_or_never_is_asked_about() {
        let cases = [
            (
                "2025-10-26T02:30",
                true,
                ["+02:00", "+01:00"],
                ["02:30", "02:30"],
            ),
            (
                "2025-03-30T02:30",
                false,
                ["+02:00", "+01:00"],
                ["01:30", "03:30"],
            ),
        ];
        for (typed, twice, offsets, clocks) in cases {
            let Ok(Typed::Either(question)) = read(typed, "", &berlin()) else {
                panic!("{typed} was taken");
            };
            assert_eq!(question.twice, twice);
            let told = question.answers.clone().map(|answer| answer.utc_offset);
            assert_eq!(told, offsets, "{typed}");
            for (answer, clock) in question.answers.iter().zip(clocks) {
                assert!(answer.shown.contains(clock), "{answer:?}");
                let settled = read(typed, &answer.utc_offset, &berlin());
                assert_eq!(settled, Ok(Typed::At(answer.moment)));
            }
            let apart = question.answers[1].moment - question.answers[0].moment;
            assert_eq!(apart, 3_600_000_000, "{typed}");
            // An answer that belonged to another time is no answer.
            assert!(matches!(
                read(typed, "+05:00", &berlin()),
                Ok(Typed::Either(_))
            ));
        }
    }
}
