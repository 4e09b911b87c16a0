//! JSON front matter, one object at the head of the file.

use super::{Fault, Field, Fields, Format, Parts, Value, line_of};

/// A brace alone proves nothing: `{% include %}`, `{{< figure >}}` and `{: .x }`
/// begin bodies too.
pub(super) fn opens(text: &str) -> bool {
    text.strip_prefix('{')
        .is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
}

pub(super) fn read(text: &str) -> Result<Parts<'_>, Fault> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    let parsed = match stream.next() {
        Some(Ok(parsed)) => parsed,
        Some(Err(error)) if error.is_eof() => {
            return Err(Fault::at(
                1,
                "the JSON front matter that begins here is never closed: add its last `}`",
            ));
        }
        Some(Err(error)) => {
            let line = error.line();
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            return Err(Fault::at(
                line,
                format!("the JSON front matter cannot be read: {message}"),
            ));
        }
        None => serde_json::Value::Null,
    };
    let end = stream.byte_offset();
    let fields = match value(text, parsed) {
        Value::Map(entries) => Fields(entries),
        _ => Fields::default(),
    };
    let line = line_of(text, end);
    let rest = &text[end..];
    // What follows the closing brace on its line is body only if it says something.
    let (body, body_line) = match rest.split_once('\n') {
        Some((tail, body)) if tail.trim().is_empty() => (body, line + 1),
        _ => (rest, line),
    };
    Ok(Parts {
        format: Format::Json,
        fields,
        body,
        body_line,
    })
}

fn value(text: &str, parsed: serde_json::Value) -> Value {
    match parsed {
        serde_json::Value::Null => Value::Nothing,
        serde_json::Value::Bool(truth) => Value::Text(truth.to_string()),
        serde_json::Value::Number(number) => Value::Text(number.to_string()),
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(items) => Value::List(
            items
                .into_iter()
                .map(|item| Field {
                    line: 1,
                    value: value(text, item),
                })
                .collect(),
        ),
        serde_json::Value::Object(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(key, item)| {
                    // serde_json keeps no places; the first mention of the key is near enough.
                    let line = line_of(text, text.find(&format!("\"{key}\"")).unwrap_or(0));
                    let value = value(text, item);
                    (key, Field { line, value })
                })
                .collect(),
        ),
    }
}
