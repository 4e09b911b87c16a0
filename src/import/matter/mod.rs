//! Front matter: the settings at the head of a file, in YAML, TOML or JSON.
//!
//! Every scalar stays the text its author wrote: `title: 3.10` is not the number
//! 3.1, and a date keeps its offset until `date.rs` reads it.

mod json;
#[cfg(test)]
mod tests;
mod toml;
mod yaml;

use super::Fault;

/// A file cut at the end of its front matter.
pub(super) struct Parts<'a> {
    pub format: Format,
    pub fields: Fields,
    pub body: &'a str,
    pub body_line: usize,
}

/// How the front matter is written, which also hints at the generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    None,
    Yaml,
    Toml,
    Json,
}

/// A key's value and the line of the file it stands in.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub line: usize,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Nothing,
    Text(String),
    List(Vec<Field>),
    Map(Vec<(String, Field)>),
}

/// The keys of a front matter, looked up as Hugo does: without regard to case,
/// and `-` for `_`.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(String, Field)>);

impl Fields {
    /// The first of `keys` that has a value, at the top or where Hugo
    /// (`params`) and Zola (`extra`) put what they do not know themselves.
    pub fn get(&self, keys: &[&str]) -> Option<&Field> {
        self.own(keys)
            .or_else(|| self.within("params", keys))
            .or_else(|| self.within("extra", keys))
    }

    /// The first of `keys` in the table `name`.
    pub fn within(&self, name: &str, keys: &[&str]) -> Option<&Field> {
        match &self.own(&[name])?.value {
            Value::Map(entries) => first(entries, keys),
            _ => None,
        }
    }

    /// The text of the first of `keys` that is not blank.
    pub fn text(&self, keys: &[&str]) -> Option<&str> {
        self.get(keys).and_then(Field::text)
    }

    fn own(&self, keys: &[&str]) -> Option<&Field> {
        first(&self.0, keys)
    }
}

impl Field {
    /// The value as text, `None` for a list, a table or nothing but space.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The texts of a list, or the one text.
    pub fn texts(&self) -> Vec<&str> {
        match &self.value {
            Value::List(items) => items.iter().filter_map(Field::text).collect(),
            _ => self.text().into_iter().collect(),
        }
    }

    /// Whether the value says yes, in the words YAML 1.1 knows.
    pub fn truth(&self) -> Option<bool> {
        match self.text()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }
}

/// Cuts `text` (line ends are `\n`) and reads its front matter.
pub(super) fn read(text: &str) -> Result<Parts<'_>, Fault> {
    let first_line = text.lines().next().unwrap_or_default().trim_end();
    match first_line {
        "---" => fenced(text, Format::Yaml, &["---", "..."], yaml::parse),
        "+++" => fenced(text, Format::Toml, &["+++"], toml::parse),
        _ if json::opens(text) => json::read(text),
        _ => Ok(Parts {
            format: Format::None,
            fields: Fields::default(),
            body: text,
            body_line: 1,
        }),
    }
}

fn first<'a>(entries: &'a [(String, Field)], keys: &[&str]) -> Option<&'a Field> {
    keys.iter().find_map(|key| {
        entries
            .iter()
            .find(|(name, field)| {
                name.to_lowercase().replace('-', "_") == *key
                    && !matches!(field.value, Value::Nothing)
            })
            .map(|(_, field)| field)
    })
}

fn fenced<'a>(
    text: &'a str,
    format: Format,
    ends: &[&str],
    parse: fn(&str) -> Result<Fields, Fault>,
) -> Result<Parts<'a>, Fault> {
    let mut start = None;
    let mut offset = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let next = offset + line.len();
        match start {
            None => start = Some(next),
            Some(start) if ends.contains(&line.trim_end()) => {
                // Line 1 is the fence, so what the parser calls line 1 is line 2.
                let fields = parse(&text[start..offset]).map_err(|fault| fault.below(1))?;
                return Ok(Parts {
                    format,
                    fields: fields.below(1),
                    body: &text[next..],
                    body_line: index + 2,
                });
            }
            Some(_) => {}
        }
        offset = next;
    }
    let fence = ends.first().copied().unwrap_or_default();
    Err(Fault::at(
        1,
        format!(
            "the front matter that begins here is never closed: add a line `{fence}` below its last key"
        ),
    ))
}

impl Fields {
    fn below(mut self, lines: usize) -> Fields {
        fn shift(field: &mut Field, lines: usize) {
            field.line += lines;
            match &mut field.value {
                Value::List(items) => items.iter_mut().for_each(|item| shift(item, lines)),
                Value::Map(entries) => entries.iter_mut().for_each(|(_, item)| shift(item, lines)),
                Value::Nothing | Value::Text(_) => {}
            }
        }
        self.0.iter_mut().for_each(|(_, field)| shift(field, lines));
        self
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
}
