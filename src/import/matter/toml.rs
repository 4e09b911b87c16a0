//! TOML front matter.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Fault, Field, Fields, Value, line_of};

pub(super) fn parse(source: &str) -> Result<Fields, Fault> {
    let table = DeTable::parse(source).map_err(|error| Fault {
        line: error.span().map(|span| line_of(source, span.start)),
        message: format!(
            "the TOML front matter cannot be read: {}",
            error.message().trim_end().replace('\n', ", ")
        ),
    })?;
    Ok(Fields(entries(table.into_inner(), source)))
}

fn entries(table: DeTable<'_>, source: &str) -> Vec<(String, Field)> {
    table
        .into_iter()
        .map(|(key, item)| (key.into_inner().into_owned(), field(item, source)))
        .collect()
}

fn field(item: Spanned<DeValue<'_>>, source: &str) -> Field {
    let Range { start, end } = item.span();
    let value = match item.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Array(items) => {
            Value::List(items.into_iter().map(|item| field(item, source)).collect())
        }
        DeValue::Table(table) => Value::Map(entries(table, source)),
        // Numbers, booleans and the four kinds of date: as they are written.
        _ => Value::Text(source.get(start..end).unwrap_or_default().to_owned()),
    };
    Field {
        line: line_of(source, start),
        value,
    }
}
