//! YAML front matter, through serde-saphyr.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Fault, Field, Fields, Value};

pub(super) fn parse(source: &str) -> Result<Fields, Fault> {
    // Booleans in the narrow sense only, or a tag `on` would turn into `true`.
    // Anchors are bounded by the parser's own budget: a file of nested aliases
    // is an error, not a full memory.
    let options = serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::PassThrough,
    };
    if source
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Ok(Fields::default());
    }
    let parsed: serde_saphyr::Spanned<Raw> = serde_saphyr::from_str_with_options(source, options)
        .map_err(|error| fault(source, &error))?;
    match field(parsed, source).value {
        Value::Map(entries) => Ok(Fields(entries)),
        Value::Nothing => Ok(Fields::default()),
        _ => Err(Fault::at(1, "the front matter holds no `key: value` lines")),
    }
}

fn fault(source: &str, error: &serde_saphyr::Error) -> Fault {
    let line = error
        .location()
        .and_then(|location| usize::try_from(location.line()).ok());
    let mut message = error.to_string();
    // The parser ends with a line of its own count, which is not the file's.
    if let Some(at) = message.rfind(" at line ") {
        message.truncate(at);
    }
    let mut message = format!("the YAML front matter cannot be read: {message}");
    let text = line
        .and_then(|line| source.lines().nth(line.saturating_sub(1)))
        .unwrap_or_default();
    let value = text.split_once(": ").map_or("", |(_, value)| value.trim());
    if value.contains(": ") && !value.starts_with(['"', '\'']) {
        message.push_str("; put a value that has a colon in it in quotes");
    } else if value.starts_with(['[', '{', '*', '&', '!', '%', '@', '`']) {
        message.push_str("; put a value that begins with a sign in quotes");
    }
    Fault { line, message }
}

/// What the YAML parser saw, before its numbers are turned back into text.
enum Raw {
    Nothing,
    Guessed(String),
    Text(String),
    List(Vec<serde_saphyr::Spanned<Raw>>),
    Map(Vec<(String, serde_saphyr::Spanned<Raw>)>),
}

fn field(raw: serde_saphyr::Spanned<Raw>, source: &str) -> Field {
    let written = || {
        let span = raw.defined.span();
        let start = usize::try_from(span.byte_offset()?).ok()?;
        let length = usize::try_from(span.byte_len()?).ok()?;
        source
            .get(start..start.checked_add(length)?)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    };
    let line = usize::try_from(raw.referenced.line()).unwrap_or(1).max(1);
    let value = match &raw.value {
        Raw::Guessed(guess) => Value::Text(written().unwrap_or(guess).to_owned()),
        Raw::Nothing => Value::Nothing,
        Raw::Text(_) | Raw::List(_) | Raw::Map(_) => match raw.value {
            Raw::Text(text) => Value::Text(text),
            Raw::List(items) => {
                Value::List(items.into_iter().map(|item| field(item, source)).collect())
            }
            Raw::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|(key, item)| (key, field(item, source)))
                    .collect(),
            ),
            Raw::Nothing | Raw::Guessed(_) => Value::Nothing,
        },
    };
    Field { line, value }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a list or a table")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_none<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Guessed(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Guessed(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Guessed(value.to_string()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Guessed(value.to_string()))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Guessed(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Guessed(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}
