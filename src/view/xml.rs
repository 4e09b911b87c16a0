//! XML, for feeds and the sitemap. maud writes HTML; here `text` is the only way
//! to put anything but a view's own words into a document.

/// A document that is being written.
#[derive(Debug, Default)]
pub struct Xml(String);

impl Xml {
    /// A document with room for that many bytes.
    pub fn with_capacity(bytes: usize) -> Xml {
        let mut document = Xml(String::with_capacity(bytes));
        document.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        document
    }

    /// What follows in a document that is made in pieces.
    pub fn more(bytes: usize) -> Xml {
        Xml(String::with_capacity(bytes))
    }

    /// Whether it has more bytes than that by now.
    pub fn exceeds(&self, bytes: usize) -> bool {
        self.0.len() > bytes
    }

    /// The document.
    pub fn finish(self) -> String {
        self.0
    }

    /// Markup of ours, as it is.
    pub fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// `<name>content</name>`
    pub fn element(&mut self, name: &'static str, content: &str) {
        self.0.extend(["<", name, ">"]);
        self.text(content);
        self.0.extend(["</", name, ">\n"]);
    }

    /// `<name one="1" other="2"/>`
    pub fn empty(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) {
        self.0.extend(["<", name]);
        for (name, value) in attributes {
            self.attribute(name, value);
        }
        self.0.push_str("/>\n");
    }

    /// ` name="value"`, within a tag that `raw` began.
    pub fn attribute(&mut self, name: &'static str, value: &str) {
        self.0.extend([" ", name, "=\""]);
        self.text(value);
        self.0.push('"');
    }

    /// Escapes what XML gives a meaning, and leaves out the characters that it has
    /// no way to write at all (XML 1.0, section 2.2): most control characters, and
    /// U+FFFE and U+FFFF. Rust's strings hold no half of a surrogate pair.
    pub fn text(&mut self, content: &str) {
        let bytes = content.as_bytes();
        let mut done = 0;
        let mut at = 0;
        // Most bytes are none of those, and are skipped by a look into a table.
        while let Some(plain) = bytes[at..]
            .iter()
            .position(|&byte| MAY_BE_SPECIAL[byte as usize])
        {
            at += plain;
            let (written, length) = match bytes[at] {
                b'&' => ("&amp;", 1),
                b'<' => ("&lt;", 1),
                b'>' => ("&gt;", 1),
                b'"' => ("&quot;", 1),
                0..=8 | 11..=31 | 127 => ("", 1),
                // U+0080 to U+009F may be written, and nobody means to.
                0xc2 if matches!(bytes.get(at + 1), Some(0x80..=0x9f)) => ("", 2),
                0xef if matches!(bytes.get(at + 1..at + 3), Some([0xbf, 0xbe | 0xbf])) => ("", 3),
                _ => {
                    at += 1;
                    continue;
                }
            };
            self.0.push_str(&content[done..at]);
            self.0.push_str(written);
            at += length;
            done = at;
        }
        self.0.push_str(&content[done..]);
    }
}

/// The bytes that `text` looks at: all others are part of a document as they are.
const MAY_BE_SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(
            byte as u8,
            b'&' | b'<' | b'>' | b'"' | 0..=8 | 11..=31 | 127 | 0xc2 | 0xef
        );
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_can_not_say_is_left_out() {
        let mut xml = Xml::default();
        xml.text("a<b> & \"c\"\t\n\r\u{0}\u{1}\u{b}\u{1f}\u{7f}\u{85}\u{9f}\u{a0}\u{fffd}\u{fffe}\u{ffff}\u{1f600}é");
        assert_eq!(
            xml.finish(),
            "a&lt;b&gt; &amp; &quot;c&quot;\t\n\u{a0}\u{fffd}\u{1f600}é"
        );
    }
}
