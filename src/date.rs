//! Calendar dates as pages show them. Time zones are settled when a post is
//! saved, so reading needs no clock database: a date is three numbers.

/// A day of the Gregorian calendar in the years 1000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// Month names as URLs spell them, January first.
pub const SHORT_MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Names of weekdays as protocols and calendars shorten them, Monday first.
pub const SHORT_WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Date {
    /// The date, unless there is no such day or its year has not four digits.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let valid = (1000..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        valid.then_some(Date { year, month, day })
    }

    /// The date that three path segments name: `2025`, `Jul` (or `07`), `5`.
    pub fn parse(year: &str, month: &str, day: &str) -> Option<Date> {
        let day = u8::try_from(parse_number(day, 2)?).ok()?;
        Date::new(parse_number(year, 4)?, parse_month(month)?, day)
    }

    /// The date that `blog.db` stores as the number YYYYMMDD.
    pub fn from_number(number: i64) -> Option<Date> {
        let year = u16::try_from(number / 10_000).ok()?;
        let month = u8::try_from(number / 100 % 100).ok()?;
        let day = u8::try_from(number % 100).ok()?;
        Date::new(year, month, day)
    }

    /// The date in UTC at a moment, in microseconds since 1970.
    pub fn utc(moment: i64) -> Option<Date> {
        // Days are counted from 1 March of the year 0, so that a leap day is the
        // last of its year (Howard Hinnant, "chrono-compatible low-level date
        // algorithms").
        let days = moment.div_euclid(86_400_000_000) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = (from_march + 2) % 12 + 1;
        let year = year + era * 400 + i64::from(month <= 2);
        Date::from_number(year * 10_000 + month * 100 + day)
    }

    /// The second of its midnight in UTC, counted from 1970: the other way round.
    pub fn midnight(self) -> i64 {
        let months = i64::from(self.month) - 3;
        let year = i64::from(self.year) + months.div_euclid(12);
        let of_year = (153 * months.rem_euclid(12) + 2) / 5 + i64::from(self.day) - 1;
        let of_era = year.rem_euclid(400) * 365 + year.rem_euclid(400) / 4
            - year.rem_euclid(400) / 100
            + of_year;
        (year.div_euclid(400) * 146_097 + of_era - 719_468) * 86_400
    }

    /// The date as the number YYYYMMDD, which sorts as time does.
    pub fn number(self) -> i64 {
        month_number(self.year, self.month) * 100 + i64::from(self.day)
    }

    /// The year, with four digits.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The day of the week, Monday being 0 as in ISO 8601.
    pub fn weekday(self) -> u8 {
        // Zeller's congruence counts January and February to the year before.
        let (year, month) = match self.month {
            1 | 2 => (u32::from(self.year) - 1, u32::from(self.month) + 12),
            _ => (u32::from(self.year), u32::from(self.month)),
        };
        let from_saturday =
            u32::from(self.day) + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400;
        ((from_saturday + 5) % 7) as u8
    }

    /// "Sat"
    pub fn short_weekday(self) -> &'static str {
        SHORT_WEEKDAYS[usize::from(self.weekday())]
    }

    /// "Saturday, 5th July 2025"
    pub fn long(self) -> String {
        let mut text = String::with_capacity(32);
        text.push_str(WEEKDAYS[usize::from(self.weekday())]);
        text.push_str(", ");
        self.push_medium(&mut text);
        text
    }

    /// "5th July 2025"
    pub fn medium(self) -> String {
        let mut text = String::with_capacity(32);
        self.push_medium(&mut text);
        text
    }

    fn push_medium(self, text: &mut String) {
        text.push_str(itoa::Buffer::new().format(self.day));
        text.push_str(suffix(self.day));
        text.push(' ');
        text.push_str(month_name(self.month));
        text.push(' ');
        text.push_str(itoa::Buffer::new().format(self.year));
    }

    /// "2025-07-05", as HTML's `time` element wants it.
    pub fn iso(self) -> String {
        let mut text = self.year.to_string();
        for number in [self.month, self.day] {
            text.push('-');
            text.extend(two_digits(number));
        }
        text
    }
}

/// "05" for 5. Dates are all over every page, and Rust's formatting takes five times as
/// long for one.
pub fn two_digits(number: u8) -> [char; 2] {
    [number / 10 % 10, number % 10].map(|digit| char::from(b'0' + digit))
}

/// "14:05:00", of the day in UTC that a second since 1970 is in.
pub fn clock(second: i64) -> String {
    let of_day = second.rem_euclid(86_400);
    let mut text = String::with_capacity(8);
    for (number, before) in [
        (of_day / 3600, ""),
        (of_day / 60 % 60, ":"),
        (of_day % 60, ":"),
    ] {
        text.push_str(before);
        text.extend(two_digits(number as u8));
    }
    text
}

/// A moment as RFC 3339 has it, in UTC: "2025-07-05T14:05:00Z". Empty for one
/// whose year has not four digits.
pub fn timestamp(moment: i64) -> String {
    let second = moment.div_euclid(1_000_000);
    Date::utc(moment).map_or_else(String::new, |date| {
        [&date.iso(), "T", &clock(second), "Z"].concat()
    })
}

/// The month as the number YYYYMM.
pub fn month_number(year: u16, month: u8) -> i64 {
    i64::from(year) * 100 + i64::from(month)
}

/// "July" for 7; empty for a number that is no month.
pub fn month_name(month: u8) -> &'static str {
    MONTHS
        .get(usize::from(month).wrapping_sub(1))
        .copied()
        .unwrap_or_default()
}

/// "Jul" for 7; empty for a number that is no month.
pub fn short_month(month: u8) -> &'static str {
    SHORT_MONTHS
        .get(usize::from(month).wrapping_sub(1))
        .copied()
        .unwrap_or_default()
}

/// The month a path segment names: "Jul", and for old or mistyped links also
/// "jul", "july", "7" and "07".
pub fn parse_month(segment: &str) -> Option<u8> {
    let by_name = (0..12).find(|&index| {
        segment.eq_ignore_ascii_case(SHORT_MONTHS[index])
            || segment.eq_ignore_ascii_case(MONTHS[index])
    });
    match by_name {
        Some(index) => u8::try_from(index + 1).ok(),
        None => parse_number(segment, 2).and_then(|month| u8::try_from(month).ok()),
    }
}

/// An unsigned number of at most `digits` ASCII digits and nothing else.
pub fn parse_number(segment: &str, digits: usize) -> Option<u16> {
    let plain = !segment.is_empty()
        && segment.len() <= digits
        && segment.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| segment.parse().ok()).flatten()
}

/// The number of days of a month, leap years included.
pub fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// "1st", "2nd", "3rd", "11th"
pub fn ordinal(number: u8) -> String {
    [&number.to_string(), suffix(number)].concat()
}

fn suffix(number: u8) -> &'static str {
    match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_agree_with_the_calendar() {
        let cases = [
            (2025, 7, 5, 5),
            (2000, 2, 29, 1),
            (1999, 12, 31, 4),
            (2026, 1, 1, 3),
            (2024, 3, 1, 4),
        ];
        for (year, month, day, weekday) in cases {
            let date = Date::new(year, month, day);
            assert_eq!(
                date.map(Date::weekday),
                Some(weekday),
                "{year}-{month}-{day}"
            );
        }
    }

    #[test]
    fn moments_are_dated_in_utc() {
        let cases = [
            (0, "1970-01-01"),
            (86_399_999_999, "1970-01-01"),
            (951_782_400_000_000, "2000-02-29"),
            (1_767_225_599_999_999, "2025-12-31"),
            (1_767_225_600_000_000, "2026-01-01"),
        ];
        for (moment, iso) in cases {
            assert_eq!(Date::utc(moment).map(Date::iso).as_deref(), Some(iso));
            let day = moment.div_euclid(86_400_000_000) * 86_400;
            assert_eq!(Date::utc(moment).map(Date::midnight), Some(day));
        }
        assert_eq!(Date::utc(i64::MAX), None);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for (year, month, day) in [
            (2025, 2, 29),
            (1900, 2, 29),
            (2025, 13, 1),
            (2025, 0, 1),
            (2025, 1, 0),
            (999, 1, 1),
        ] {
            assert_eq!(Date::new(year, month, day), None, "{year}-{month}-{day}");
        }
        assert!(Date::new(2000, 2, 29).is_some());
    }

    #[test]
    fn months_are_read_as_people_write_them() {
        for (segment, month) in [
            ("Jul", Some(7)),
            ("jul", Some(7)),
            ("July", Some(7)),
            ("07", Some(7)),
            ("7", Some(7)),
            ("juli", None),
            ("+7", None),
            ("", None),
        ] {
            assert_eq!(parse_month(segment), month, "{segment:?}");
        }
    }

    #[test]
    fn ordinals_follow_english() {
        let spelled: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31].map(ordinal).into();
        assert_eq!(
            spelled.join(" "),
            "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd 31st"
        );
    }
}
