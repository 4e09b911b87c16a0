//! Whole files, read as the three generators and Mayfly write them.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use super::*;

pub(super) fn rules() -> Rules {
    Rules {
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        permalink: None,
    }
}

pub(super) fn document(file: &str, text: &str) -> Document {
    read(Path::new(file), text.as_bytes(), &rules()).unwrap_or_else(|problem| panic!("{problem}"))
}

/// A YAML file with the front matter `matter`.
fn yaml(matter: &str) -> Document {
    document("a-post.md", &format!("---\n{matter}\n---\nbody\n"))
}

#[test]
fn the_title_comes_from_front_matter_heading_or_name() {
    for (file, text, title, body) in [
        ("a.md", "---\ntitle: T\n---\n# H\n", Some("T"), "# H"),
        ("a.md", "# H\n\nb", Some("H"), "b"),
        ("a.md", "\n\n# H #\nb", Some("H"), "b"),
        ("a.md", "# H {#id}\nb", Some("H"), "b"),
        ("a.md", "H\n===\nb", Some("H"), "b"),
        ("a.md", "---\ndate: 2020-01-01\n---\n# H\nb", Some("H"), "b"),
        (
            "2020-01-01-hello-world.md",
            "b\n\n# H",
            Some("Hello world"),
            "b\n\n# H",
        ),
        ("2020-01-01.md", "b", Some("2020 01 01"), "b"),
        ("a.md", "## H\nb", Some("A"), "## H\nb"),
        ("a.md", "---\nkind: note\n---\n# H\nb", None, "# H\nb"),
        ("a.md", "---\nkind: quote\n---\nb", None, "b"),
        ("a.md", "---\ntitle: \"a\\n\\e b\"\n---\n", Some("a b"), ""),
        (
            "a.md",
            "---\ntitle: |\n  a\n  b\n---\nx\0",
            Some("a b"),
            "x\u{fffd}",
        ),
        ("a.md", "", Some("A"), ""),
    ] {
        let document = document(file, text);
        assert_eq!(
            (document.title.as_deref(), document.body.as_str()),
            (title, body),
            "{text:?}"
        );
    }
}

#[test]
fn the_body_begins_where_it_says() {
    for (text, line) in [
        ("---\na: b\n---\n\n\nbody", 6),
        ("# H\n\nbody", 3),
        ("H\n=\n\n\nbody", 5),
        ("---\r\na: b\r\n---\r\nbody\r\n", 4),
        ("\u{feff}---\na: b\n---\nbody", 4),
        ("body", 1),
    ] {
        let document = document("a.md", text);
        assert_eq!(
            (document.body.as_str(), document.body_line),
            ("body", line),
            "{text:?}"
        );
    }
}

#[test]
fn the_date_of_the_front_matter_beats_the_names() {
    for (file, matter, expected) in [
        (
            "2020-01-02-a.md",
            "date: 2020-03-04 05:06 Z",
            Some("2020-03-04T05:06:00Z"),
        ),
        ("2020-01-02-a.md", "x: y", Some("2020-01-01T23:00:00Z")),
        ("a.md", "x: y", None),
        ("a.md", "date:", None),
        (
            "a.md",
            "publishDate: 2020-03-04T05:06:00Z",
            Some("2020-03-04T05:06:00Z"),
        ),
        (
            "a.md",
            "published: 2020-03-04T05:06:00Z",
            Some("2020-03-04T05:06:00Z"),
        ),
        ("a.md", "published: true", None),
        (
            "a.md",
            "date: \"2020-03-04 05:06 +0530\"",
            Some("2020-03-03T23:36:00Z"),
        ),
    ] {
        let document = document(file, &format!("---\n{matter}\n---\n"));
        assert_eq!(
            document.published.map(|at| at.to_string()).as_deref(),
            expected,
            "{file} {matter}"
        );
    }
}

#[test]
fn updated_has_many_names() {
    for key in [
        "updated",
        "lastmod",
        "last_modified_at",
        "last-modified-at",
        "modified",
    ] {
        let updated = yaml(&format!("{key}: 2020-03-04T05:06:00Z"))
            .updated
            .unwrap();
        assert_eq!(updated.to_string(), "2020-03-04T05:06:00Z", "{key}");
    }
    let unread = yaml("lastmod: yesterday");
    assert_eq!(unread.updated, None);
    assert!(
        unread.remarks[0].contains("(line 2, left out)"),
        "{:?}",
        unread.remarks
    );
}

#[test]
fn the_slug_comes_from_front_matter_name_or_title() {
    for (file, matter, slug, remark) in [
        ("2020-01-02-hello.md", "slug: other", "other", None),
        ("2020-01-02-hello.md", "x: y", "hello", None),
        (
            "Hello World.md",
            "x: y",
            "hello-world",
            Some("slug `Hello World` becomes hello-world"),
        ),
        ("2020-01-02-.md", "title: Ça va?", "ca-va", None),
        (
            "a.md",
            "slug: Straße",
            "strasse",
            Some("slug `Straße` becomes strasse"),
        ),
        (
            "a.md",
            "slug: /en/deep",
            "deep",
            Some("slug `/en/deep` becomes deep"),
        ),
        ("posts/trip/index.md", "x: y", "trip", None),
        ("2020-01-02.md", "title: \"!\"", "2020-01-02", None),
        ("a.md", "slug: 007", "007", None),
    ] {
        let document = document(file, &format!("---\n{matter}\n---\n"));
        assert_eq!(document.slug, slug, "{file} {matter}");
        let said = document
            .remarks
            .iter()
            .find(|remark| remark.starts_with("slug"));
        assert_eq!(said.map(String::as_str), remark, "{file} {matter}");
    }
}

#[test]
fn tags_and_categories_are_one_list_of_names() {
    for (matter, expected) in [
        ("tags: [b, A, b]", vec!["b", "a"]),
        ("tags: b a", vec!["b", "a"]),
        ("tags: big cats, a", vec!["big-cats", "a"]),
        ("tag: big cats", vec!["big-cats"]),
        ("category: release notes", vec!["release-notes"]),
        ("categories: [x]\ntags: [y, X]", vec!["y", "x"]),
        (
            "tags:\n- Web Development\n- C++\n- 3.10",
            vec!["web-development", "cpp", "3-10"],
        ),
        (
            "taxonomies:\n  tags: [z]\n  categories: [q]",
            vec!["z", "q"],
        ),
        ("tags: [\"?\", a]", vec!["a"]),
        ("tags:", vec![]),
        ("tags: []", vec![]),
    ] {
        assert_eq!(yaml(matter).tags, expected, "{matter}");
    }
}

#[test]
fn the_kind_is_named_or_plain_to_see() {
    for (file, matter, kind) in [
        ("a.md", "x: y", Kind::Entry),
        ("a.md", "kind: Note", Kind::Note),
        ("a.md", "kind: quote", Kind::Quote),
        ("a.md", "kind: page", Kind::Page),
        (
            "a.md",
            "kind: blogmark\nlink: https://a.example",
            Kind::Link,
        ),
        ("a.md", "kind: link\nurl: https://a.example", Kind::Link),
        ("a.md", "kind: link", Kind::Entry),
        ("a.md", "kind: entry\nlink: https://a.example", Kind::Entry),
        ("a.md", "kind: recipe", Kind::Entry),
        ("a.md", "link: https://a.example", Kind::Link),
        ("a.md", "link_url: https://a.example", Kind::Link),
        ("a.md", "external_url: http://a.example", Kind::Link),
        ("a.md", "link: /relative", Kind::Entry),
        ("a.md", "layout: page", Kind::Page),
        ("a.md", "layout: post", Kind::Entry),
        ("a.md", "type: quote", Kind::Quote),
        ("_pages/a.md", "x: y", Kind::Page),
        ("_pages/a.md", "date: 2020-01-01", Kind::Entry),
        ("content/about.md", "x: y", Kind::Page),
        ("content/about/index.md", "x: y", Kind::Page),
        ("content/posts/a.md", "x: y", Kind::Entry),
        ("content/a.md", "date: 2020-01-01", Kind::Entry),
    ] {
        assert_eq!(
            document(file, &format!("---\n{matter}\n---\n")).kind,
            kind,
            "{file} {matter}"
        );
    }
}

#[test]
fn a_draft_is_told_in_three_ways() {
    for (file, matter, draft) in [
        ("a.md", "draft: true", true),
        ("a.md", "draft: yes", true),
        ("a.md", "draft: false", false),
        ("a.md", "published: false", true),
        ("a.md", "published: true", false),
        ("_drafts/a.md", "x: y", true),
        ("site/_drafts/deep/a.md", "x: y", true),
        ("_drafts.md", "x: y", false),
    ] {
        assert_eq!(
            document(file, &format!("---\n{matter}\n---\n")).draft,
            draft,
            "{file} {matter}"
        );
    }
}

#[test]
fn links_and_quotes_have_their_fields() {
    let link =
        yaml("link: https://a.example/x\nvia: https://b.example\nvia_title: B\ndescription: D");
    assert_eq!(link.link.as_deref(), Some("https://a.example/x"));
    assert_eq!(link.via.as_deref(), Some("https://b.example"));
    assert_eq!(link.via_title.as_deref(), Some("B"));
    assert_eq!(link.description.as_deref(), Some("D"));
    let named = yaml("via: A friend");
    assert_eq!(
        (named.via, named.via_title.as_deref()),
        (None, Some("A friend"))
    );
    let quote = yaml("kind: quote\nsource: S\nsource_url: \"javascript:x\"\ncontext: C");
    assert_eq!(
        (quote.source.as_deref(), quote.context.as_deref()),
        (Some("S"), Some("C"))
    );
    assert_eq!(quote.source_url, None);
    assert!(
        quote
            .remarks
            .iter()
            .any(|remark| remark.contains("javascript:x")),
        "{:?}",
        quote.remarks
    );
}

#[test]
fn a_body_is_read_by_its_generators_rules() {
    for (file, text, body) in [
        (
            "_posts/2016-10-06-a.md",
            "---\n---\n{{ site.baseurl }}/x\n{: .y}",
            "/x",
        ),
        (
            "content/a.md",
            "---\n---\n{{ site.baseurl }}/x",
            "{{ site.baseurl }}/x",
        ),
        (
            "a.md",
            "---\nkind: entry\n---\n{% raw %}x\n{: .y}",
            "{% raw %}x\n{: .y}",
        ),
        (
            "2016-10-06-a.md",
            "{% raw %}{{</* x */>}}",
            "{% raw %}{{</* x */>}}",
        ),
        (
            "a.md",
            "---\ntags: x\n---\n{{< figure src=\"x\" >}} {{ y }}",
            "![](x) {{ y }}",
        ),
        ("a.md", "+++\n+++\n[a](@/b.md)", "[a](/b/)"),
    ] {
        assert_eq!(document(file, text).body, body, "{file} {text:?}");
    }
}

#[test]
fn a_problem_names_file_line_and_remedy() {
    for (bytes, expected) in [
        (
            &b"---\ntitle: x\n---\n\nCaf\xe9"[..],
            "a.md:5: the byte 0xE9 here is not UTF-8: save the file as UTF-8",
        ),
        (
            b"\xff\xfea\0",
            "a.md:1: this is UTF-16, not UTF-8: save the file as UTF-8",
        ),
        (
            b"---\r\ntitle: x\r\ndate: soon\r\n---\r\n",
            "a.md:3: `soon` is not a date that can be read: write it like 2016-10-06 11:10:38 -0700 or 2016-10-06",
        ),
        (
            b"---\ntitle: x\n",
            "a.md:1: the front matter that begins here is never closed: add a line `---` below its last key",
        ),
    ] {
        let problem = read(Path::new("a.md"), bytes, &rules()).unwrap_err();
        assert_eq!(problem.to_string(), expected);
    }
    let nameless = read(Path::new("!!!.md"), b"", &rules()).unwrap_err();
    assert!(nameless.message.contains("add a `slug`"), "{nameless}");
}

/// The small blogs that the command's own tests import: all but the bad ones read.
#[test]
fn the_fixtures_are_what_their_folders_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import");
    let (files, problems) = find(std::slice::from_ref(&root));
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(files.len(), 17);
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let name = file.strip_prefix(&root).unwrap();
        match read(name, &bytes, &rules()) {
            Ok(_) => assert!(!name.starts_with("bad"), "{name:?}"),
            Err(problem) => assert!(
                name.starts_with("bad") && problem.line.is_some(),
                "{problem}"
            ),
        }
    }
}

/// A file cut off anywhere, or with a byte gone wrong, is read or refused; it
/// never stops the import of the others.
#[test]
fn a_damaged_file_is_no_panic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import");
    let (files, _) = find(std::slice::from_ref(&root));
    for file in files {
        let whole = std::fs::read(&file).unwrap();
        for cut in 0..whole.len() {
            let mut changed = whole.clone();
            changed[cut] = b"{}%-:\n\"`#"[cut % 9];
            for bytes in [&whole[..cut], &whole[cut..], &changed] {
                for name in [
                    file.as_path(),
                    Path::new("_posts/2020-01-01-x.md"),
                    Path::new("content/x.md"),
                ] {
                    if let Err(problem) = read(name, bytes, &rules()) {
                        assert!(!problem.message.is_empty());
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_said_about_a_file_steers_no_terminal() {
    let text = "---\ntitle: A\n---\n{% unknown \u{1b}[2J\u{7} %}\n";
    let remarks = document("_posts/2020-01-01-x.md", text).remarks;
    assert!(remarks.iter().any(|remark| remark.contains("unknown")));
    let broken = "---\n\u{1b}[2J: [\n---\n";
    let problem = read(Path::new("x.md"), broken.as_bytes(), &rules()).unwrap_err();
    for said in remarks.iter().chain([&problem.message]) {
        assert!(!said.contains(char::is_control), "{said:?}");
    }
}

#[test]
fn a_lone_carriage_return_ends_a_line() {
    let body = document("a.md", "---\ntitle: A\n---\nOne\rtwo\r\nthree\n").body;
    assert_eq!(body.trim_end(), "One\ntwo\nthree");
}
