//! File names: the date and the slug that Jekyll, Zola and Hugo read from them.

use std::path::{Component, Path};

use jiff::civil::Date;

use super::date;

/// What the name of a file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// The day in `2016-10-06-title.md`.
    pub day: Option<Date>,
    /// The name without day and ending; that of the folder for `title/index.md`.
    pub title: String,
    /// The name with its day, as Jekyll's `post_url` gives it.
    pub stem: String,
}

pub(super) fn of(file: &Path) -> Name {
    let own = file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let stem = match own.as_str() {
        // Hugo and Zola put a post and its pictures in one folder.
        "index" | "_index" => {
            file.parent()
                .and_then(|folder| match folder.components().next_back() {
                    Some(Component::Normal(name)) => Some(name.to_string_lossy().into_owned()),
                    _ => None,
                })
        }
        _ => None,
    }
    .unwrap_or(own);
    let (day, title) = split(&stem);
    Name { day, title, stem }
}

/// The day and the title of `2016-10-06-title`.
pub(super) fn split(stem: &str) -> (Option<Date>, String) {
    match date::leading_day(stem) {
        Some((day, "")) => (Some(day), String::new()),
        Some((day, rest)) if rest.starts_with(['-', '_', ' ']) => {
            (Some(day), rest[1..].trim().to_owned())
        }
        _ => (None, stem.to_owned()),
    }
}

/// A title made of a file's name: `hello-new_world` is `Hello new world`.
pub(super) fn in_words(title: &str) -> Option<String> {
    let words = title
        .split(['-', '_', ' '])
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let first = words.chars().next()?;
    Some(
        first
            .to_uppercase()
            .chain(words[first.len_utf8()..].chars())
            .collect(),
    )
}

/// Whether `file` lies in a folder called `folder`.
pub(super) fn lies_in(file: &Path, folder: &str) -> bool {
    file.parent()
        .is_some_and(|parent| parent.components().any(|part| part.as_os_str() == folder))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_day_and_title() {
        for (file, day, title) in [
            (
                "_posts/2016-10-06-jekyll-3-3.md",
                Some("2016-10-06"),
                "jekyll-3-3",
            ),
            ("2016-1-5-x.markdown", Some("2016-01-05"), "x"),
            ("2022-12-21-v3.0-out.md", Some("2022-12-21"), "v3.0-out"),
            ("2020-01-01 A walk.md", Some("2020-01-01"), "A walk"),
            ("2020-01-01.md", Some("2020-01-01"), ""),
            ("2020-13-01-x.md", None, "2020-13-01-x"),
            ("2020-01-011.md", None, "2020-01-011"),
            ("about.md", None, "about"),
            (
                "content/posts/2020-02-03-trip/index.md",
                Some("2020-02-03"),
                "trip",
            ),
            ("index.md", None, "index"),
            ("../index.md", None, "index"),
            ("été.md", None, "été"),
        ] {
            let name = of(Path::new(file));
            assert_eq!(
                name.day.map(|day| day.to_string()).as_deref(),
                day,
                "{file}"
            );
            assert_eq!(name.title, title, "{file}");
        }
    }

    #[test]
    fn a_name_can_be_a_title() {
        for (name, words) in [
            ("hello-new_world", Some("Hello new world")),
            ("été", Some("Été")),
            ("A walk", Some("A walk")),
            ("", None),
            ("--", None),
        ] {
            assert_eq!(in_words(name).as_deref(), words, "{name}");
        }
    }
}
