//! What every format of front matter must give.
#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn every_format_keeps_what_was_written() {
    for (text, format, key, line, expected) in [
        ("---\ntitle: 3.10\n---\n", Format::Yaml, "title", 2, "3.10"),
        (
            "---\ntitle: 1_000\n---\n",
            Format::Yaml,
            "title",
            2,
            "1_000",
        ),
        (
            "---\ntitle: 1e400\n---\n",
            Format::Yaml,
            "title",
            2,
            "1e400",
        ),
        ("---\ntitle: .inf\n---\n", Format::Yaml, "title", 2, ".inf"),
        ("---\ntitle: 0x1F\n---\n", Format::Yaml, "title", 2, "0x1F"),
        (
            "---\ntitle: é 1\nslug: 007\n---\n",
            Format::Yaml,
            "slug",
            3,
            "007",
        ),
        (
            "---\nx: é\nslug: 1.50 # why\n---\n",
            Format::Yaml,
            "slug",
            3,
            "1.50",
        ),
        ("---\ntitle: No\n---\n", Format::Yaml, "title", 2, "No"),
        ("---\ndraft: true\n---\n", Format::Yaml, "draft", 2, "true"),
        (
            "---\n\ndate: 2016-10-06\n---\n",
            Format::Yaml,
            "date",
            3,
            "2016-10-06",
        ),
        (
            "---\ndate: 2016-10-06 11:10:38 -0700\n---\n",
            Format::Yaml,
            "date",
            2,
            "2016-10-06 11:10:38 -0700",
        ),
        (
            "---\ntitle: 'It''s'\n---\n",
            Format::Yaml,
            "title",
            2,
            "It's",
        ),
        (
            "---\ntitle: >\n  two\n  lines\n---\n",
            Format::Yaml,
            "title",
            3,
            "two lines",
        ),
        ("---\ntitle: dots\n...\n", Format::Yaml, "title", 2, "dots"),
        (
            "--- \ntitle: space\n---  \n",
            Format::Yaml,
            "title",
            2,
            "space",
        ),
        (
            "---\na: &x text\ntitle: *x\n---\n",
            Format::Yaml,
            "title",
            3,
            "text",
        ),
        ("---\nTitle: case\n---\n", Format::Yaml, "title", 2, "case"),
        (
            "---\nlast-modified-at: 2020-01-01\n---\n",
            Format::Yaml,
            "last_modified_at",
            2,
            "2020-01-01",
        ),
        ("---\nparams:\n  via: a\n---\n", Format::Yaml, "via", 3, "a"),
        ("+++\ntitle = \"T\"\n+++\n", Format::Toml, "title", 2, "T"),
        (
            "+++\ndate = 2016-10-06T11:10:38-07:00\n+++\n",
            Format::Toml,
            "date",
            2,
            "2016-10-06T11:10:38-07:00",
        ),
        (
            "+++\nx = 1\ndate = 2016-10-06 11:10:38\n+++\n",
            Format::Toml,
            "date",
            3,
            "2016-10-06 11:10:38",
        ),
        (
            "+++\ndate = 2016-10-06\n+++\n",
            Format::Toml,
            "date",
            2,
            "2016-10-06",
        ),
        ("+++\ndraft = true\n+++\n", Format::Toml, "draft", 2, "true"),
        (
            "+++\n[extra]\nvia = \"a\"\n+++\n",
            Format::Toml,
            "via",
            3,
            "a",
        ),
        ("{\n\"title\": \"T\"\n}\n", Format::Json, "title", 2, "T"),
        (
            "{\"draft\": true, \"title\": null}\n",
            Format::Json,
            "draft",
            1,
            "true",
        ),
    ] {
        let parts = read(text).unwrap_or_else(|fault| panic!("{text:?}: {fault:?}"));
        assert_eq!(parts.format, format, "{text:?}");
        let field = parts
            .fields
            .get(&[key])
            .unwrap_or_else(|| panic!("{text:?}"));
        assert_eq!(
            (field.line, field.text()),
            (line, Some(expected)),
            "{text:?}"
        );
    }
}

#[test]
fn the_body_is_what_follows() {
    for (text, body, line) in [
        ("---\ntitle: x\n---\nbody\n", "body\n", 4),
        ("---\n---\nbody", "body", 3),
        ("---\n\n# only a comment\n---\nbody", "body", 5),
        ("---\ntitle: x\n---", "", 4),
        ("+++\n+++\nbody", "body", 3),
        ("{}\nbody", "body", 2),
        ("{\n\"a\": {\"b\": 1}\n}\n\nbody", "\nbody", 4),
        ("body", "body", 1),
        ("", "", 1),
        ("{% include x %}\n", "{% include x %}\n", 1),
        ("{{< x >}}", "{{< x >}}", 1),
        ("----\nrule\n", "----\nrule\n", 1),
        ("---\na: x\n---\nb\n---\nc", "b\n---\nc", 4),
    ] {
        let parts = read(text).unwrap_or_else(|fault| panic!("{text:?}: {fault:?}"));
        assert_eq!((parts.body, parts.body_line), (body, line), "{text:?}");
    }
}

#[test]
fn lists_are_lists() {
    for (text, expected) in [
        ("---\ntags: [a, b c, 1.10]\n---\n", vec!["a", "b c", "1.10"]),
        ("---\ntags:\n- on\n- \"#x\"\n-\n---\n", vec!["on", "#x"]),
        ("+++\ntags = [\"a\", \"b\"]\n+++\n", vec!["a", "b"]),
        ("{\"tags\": [\"a\", 2]}", vec!["a", "2"]),
        ("---\ntags: a b\n---\n", vec!["a b"]),
    ] {
        assert_eq!(
            read(text).unwrap().fields.get(&["tags"]).unwrap().texts(),
            expected,
            "{text:?}"
        );
    }
}

#[test]
fn a_fault_names_the_line_of_the_file() {
    for (text, line, part) in [
        ("---\ntitle: x\n", 1, "never closed: add a line `---`"),
        ("+++\ntitle = 1\n", 1, "add a line `+++`"),
        ("{\n\"a\": 1\n", 1, "never closed"),
        ("---\ntitle: a\nsub: b: c\n---\n", 3, "in quotes"),
        ("---\ntitle: \"a\n---\n", 2, "YAML"),
        (
            "---\ntitle: @home\n---\n",
            2,
            "begins with a sign in quotes",
        ),
        (
            "---\ntitle: [a] b\n---\n",
            2,
            "begins with a sign in quotes",
        ),
        ("---\na: 1\nb: 2\na: 3\n---\n", 4, "duplicate"),
        ("---\ntitle: *none\n---\n", 2, "YAML"),
        ("---\njust text\n---\n", 2, "no `key: value`"),
        ("+++\na = 1\nb = \n+++\n", 3, "TOML"),
        ("+++\na = 1\na = 2\n+++\n", 3, "duplicate"),
        ("{\n\"a\": 1,\n\"b\" 2\n}\n", 3, "JSON"),
    ] {
        let fault = read(text).err().unwrap_or_else(|| panic!("{text:?}"));
        assert_eq!(fault.line, Some(line), "{text:?}: {}", fault.message);
        assert!(fault.message.contains(part), "{text:?}: {}", fault.message);
        assert!(!fault.message.contains('\n'), "{text:?}: {}", fault.message);
    }
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut text = "---\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        text.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            vec![before; 10].join(", ")
        ));
    }
    text.push_str("---\n");
    assert!(read(&text).is_err());
}
