//! JSON, for feeds and the twins of posts. A serializer would bring in crates that
//! ask the processor what it can do, which costs more than the whole page.

/// A document that is being written.
#[derive(Debug, Default)]
pub struct Json(String);

impl Json {
    /// A document with room for that many bytes.
    pub fn with_capacity(bytes: usize) -> Json {
        Json(String::with_capacity(bytes))
    }

    /// The document.
    pub fn finish(mut self) -> String {
        self.0.push('\n');
        self.0
    }

    /// An object: its fields are written in between.
    pub fn object(&mut self, fields: impl FnOnce(&mut Json)) {
        self.around('{', '}', fields);
    }

    /// An array: its values are written in between.
    pub fn array(&mut self, values: impl FnOnce(&mut Json)) {
        self.around('[', ']', values);
    }

    /// The name of a field; its value follows.
    pub fn name(&mut self, name: &str) -> &mut Json {
        self.text(name);
        self.0.push(':');
        self
    }

    /// A field with a text.
    pub fn field(&mut self, name: &str, value: &str) {
        self.name(name).text(value);
    }

    /// A field with a text, unless that is empty.
    pub fn filled(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.field(name, value);
        }
    }

    /// A field with a number.
    pub fn number(&mut self, name: &str, value: usize) {
        self.name(name).0.push_str(&value.to_string());
    }

    /// A field with texts, unless there are none.
    pub fn texts<'a>(&mut self, name: &str, values: impl Iterator<Item = &'a str>) {
        let mut values = values.peekable();
        if values.peek().is_some() {
            self.name(name)
                .array(|array| values.for_each(|value| array.text(value)));
        }
    }

    /// A text, in quotes (RFC 8259, section 7). `<` is escaped, too, so that what
    /// stands in a script element can't end it.
    pub fn text(&mut self, value: &str) {
        self.comma();
        self.0.push('"');
        let mut rest = value;
        let special = |&byte: &u8| IS_SPECIAL[usize::from(byte)];
        while let Some(at) = rest.as_bytes().iter().position(special) {
            self.0.push_str(&rest[..at]);
            match rest.as_bytes()[at] {
                b'"' => self.0.push_str("\\\""),
                b'\\' => self.0.push_str("\\\\"),
                b'\n' => self.0.push_str("\\n"),
                b'\t' => self.0.push_str("\\t"),
                byte => self.0.push_str(&format!("\\u{byte:04x}")),
            }
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        self.0.push('"');
    }

    fn around(&mut self, begin: char, end: char, inside: impl FnOnce(&mut Json)) {
        self.comma();
        self.0.push(begin);
        inside(self);
        self.0.push(end);
    }

    /// Parts a value from the one before it.
    fn comma(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with(['{', '[', ':', ',']) {
            self.0.push(',');
        }
    }
}

/// The bytes that `text` escapes.
const IS_SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, 0..=31 | b'"' | b'<' | b'\\' | 127);
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_values_are_parted() {
        let mut json = Json::default();
        json.object(|json| {
            json.field("a\"b", "\\ \u{0}\u{1f}\u{7f}\n</script> é\u{1f600}");
            json.filled("none", "");
            json.texts("tags", ["x:", "y["].into_iter());
            json.number("n", 5);
            json.name("o").object(|_| {});
            json.name("l").array(|list| {
                list.object(|one| one.number("i", 1));
                list.object(|one| one.number("i", 2));
            });
        });
        let text = json.finish();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(value["a\"b"], "\\ \u{0}\u{1f}\u{7f}\n</script> é\u{1f600}");
        assert!(!text.contains("</"));
        assert_eq!(value["tags"], serde_json::json!(["x:", "y["]));
        assert_eq!(value["n"], 5);
        assert_eq!(value["l"], serde_json::json!([{"i": 1}, {"i": 2}]));
        assert!(value.get("none").is_none());
    }
}
