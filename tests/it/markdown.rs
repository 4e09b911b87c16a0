//! Markdown as it is stored, held to the files in `tests/data/markdown`: beside
//! each `.md` lies the `.html` that has to come of it. `UPDATE=1 cargo test
//! markdown` writes those anew, and `git diff` shows what a change means.

use std::fs;
use std::path::{Path, PathBuf};

use mayfly::markdown::{Text, own_html, strip};
use mayfly::media::Shelf;
use mayfly::url::{Links, MARK, Reached, Style};

use crate::site::{Reply, Site};

/// Shown in golden files in the place of the mark, which editors hide.
const SHOWN_MARK: &str = "\u{2401}";

/// Everything that is stored of a text: as its own page and as lists show it,
/// and the words that stand for it elsewhere.
fn rendered(text: &str) -> String {
    let text = strip(text);
    let shelf = Shelf::of(&texts_folder());
    let parsed = Text::parse(&text, &shelf);
    let (excerpt, more) = parsed.excerpt(4, "id");
    let parts = [
        format!("<!-- in full -->\n{}", parsed.html(2, "id")),
        format!("<!-- in a list, with more behind it: {more} -->\n{excerpt}"),
        format!("<!-- {} words: {} -->", parsed.words(), parsed.summary()),
    ];
    let parts = parts.map(|part| format!("{}\n", part.trim_end()));
    parts.join("\n").replace(MARK, SHOWN_MARK)
}

fn texts_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/markdown")
}

fn texts() -> Vec<PathBuf> {
    let files = fs::read_dir(texts_folder())
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut texts: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    texts.sort();
    texts
}

#[test]
fn texts_become_the_html_they_did() {
    assert!(texts().len() >= 11);
    for path in texts() {
        let made = rendered(&fs::read_to_string(&path).unwrap());
        let golden = path.with_extension("html");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&golden, &made).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert!(
            made == expected,
            "{} became\n{made}\nand not\n{expected}",
            path.display()
        );
    }
}

#[test]
fn headings_never_skip_a_level() {
    let levels = |html: &str| -> Vec<u8> {
        let starts = html
            .match_indices("<h")
            .map(|(at, _)| html.as_bytes()[at + 2]);
        starts
            .filter(u8::is_ascii_digit)
            .map(|digit| digit - b'0')
            .collect()
    };
    for given in [
        "# a",
        "###### a",
        "# a\n### b\n###### c\n# d",
        "### a\n# b\n## c\n# d",
    ] {
        for top in [2, 4] {
            let html = Text::parse(given, &Shelf::empty()).html(top, "");
            let levels = levels(&html);
            assert_eq!(levels[0], top, "{html}");
            assert!(
                levels.iter().all(|level| (top..=6).contains(level)),
                "{html}"
            );
            assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1), "{html}");
        }
    }
}

#[test]
fn own_links_lead_there_in_both_styles() {
    let text = "[a](/tags/sea/) [b](/?before=1#x) ![c](/media/c.png) [d](//example.org/) \
                <a href='/about/'>e</a>";
    let stored = Text::parse(text, &Shelf::empty()).html(2, "");
    let settled = |style, reached: &Reached| {
        let mut page = String::new();
        Links::new(style, "", reached).settle(&stored, &mut page);
        page
    };
    let below = Reached {
        base: Some("/~me/blog".into()),
        ..Reached::default()
    };
    assert_eq!(
        settled(Style::Pretty, &below),
        "<p><a href=\"/~me/blog/tags/sea/\">a</a> <a href=\"/~me/blog/?before=1#x\">b</a> \
         <img src=\"/~me/blog/media/c.png\" alt=\"c\" loading=\"lazy\" decoding=\"async\"> <a href=\"//example.org/\">d</a> \
         <a href='/~me/blog/about/'>e</a></p>\n"
    );
    let programs = Reached {
        programs: "/cgi-bin".into(),
        suffix: ".cgi",
        ..Reached::default()
    };
    assert_eq!(
        settled(Style::Plain, &programs),
        "<p><a href=\"/cgi-bin/tag.cgi/sea/\">a</a> <a href=\"/cgi-bin/home.cgi?before=1#x\">b</a> \
         <img src=\"/media/c.png\" alt=\"c\" loading=\"lazy\" decoding=\"async\"> <a href=\"//example.org/\">d</a> \
         <a href='/cgi-bin/page.cgi/about/'>e</a></p>\n"
    );
}

#[test]
fn footnotes_of_two_posts_on_a_page_are_told_apart() {
    let text = "Text[^1], and again[^1].\n\n[^1]: Note.";
    let site = Site::new()
        .post("a.md", "kind: note\nslug: same\ndate: 2025-07-05", text)
        .post("b.md", "kind: note\nslug: same\ndate: 2025-07-06", text)
        .post("c.md", "kind: note\nslug: other\ndate: 2025-07-06", text);
    for page in ["/", "/2025/Jul/", "/2025/Jul/6/", "/2025/Jul/6/same/"] {
        let page = site.get(page).ok();
        let mut ids = page.attributes("[id]", "id");
        assert!(ids.len() >= 3);
        for link in page.attributes("sup a, .footnotes a", "href") {
            let target = link.strip_prefix('#').unwrap().to_owned();
            assert!(ids.contains(&target), "{link} leads nowhere");
        }
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id is there twice: {ids:?}");
    }
}

#[test]
fn code_that_takes_long_to_colour_stays_as_it_is() {
    // Over each such line the grammar looks back and forth for a tenth of a second.
    let line = format!(
        "   2.  println!(\"{{name}} {{}}\", 1_0[^1]: 0 |{}await{} a \\| b |",
        "q".repeat(105),
        "q".repeat(12)
    );
    let nonsense = vec![line; 60].join("\n");
    let short = "```rust\nlet one = 1;\n```";
    let text = format!("{short}\n\n```L\n{nonsense}\n```\n\n{short}\n");
    let stored = Text::parse(&text, &Shelf::empty()).html(2, "");
    let blocks: Vec<&str> = stored.split("<pre").skip(1).collect();
    let coloured = blocks.iter().map(|block| block.contains("<span"));
    assert_eq!(coloured.collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(blocks[1].matches("await").count(), 60);

    let long = format!("```rust\nlet one = \"{}\";\n```", "1".repeat(9000));
    assert!(
        !Text::parse(&long, &Shelf::empty())
            .html(2, "")
            .contains("<span")
    );
}

#[test]
fn mail_to_an_address_that_begins_with_a_slash_is_no_page_of_the_blogs() {
    let stored = rendered("To </you@example.org> and [A](/2025/).");
    assert!(
        stored.contains("href=\"mailto:/you@example.org\""),
        "{stored}"
    );
    assert_eq!(stored.matches(SHOWN_MARK).count(), 2, "{stored}");
}

/// Whatever stands for the mark anywhere is not to be had by writing it: not as it is stored,
/// not by an entity, and not by a word of the sources.
#[test]
fn no_word_of_an_authors_is_taken_for_a_mark() {
    for mark in ["x-mayfly-own:", "&#1;", "%01"] {
        let texts = [
            format!("# A {{#{mark}/2025/}}"),
            format!("# A {{.{mark}/2025/}}"),
            format!("# A {{data-a={mark}/2025/}}"),
            format!("[A](a{mark}/2025/)"),
            format!("[A](https://a.example/ \"{mark}/2025/\")"),
            format!("![{mark}/2025/](https://a.example/a.png \"{mark}/2025/\")"),
            format!(
                "![{}*{}*/2025/](https://a.example/a.png)",
                &mark[..1],
                &mark[1..]
            ),
            format!("`=\"{mark}/2025/` and =\"{mark}/2025/ and 9w, {mark}/media/a.png"),
            format!("    =\"{mark}/2025/\n\n``` a=\"{mark}/2025/\n='{mark}/2025/\n```"),
            format!("<a title=\"{mark}/2025/\" data-a='{mark}/2025/'>A</a>"),
        ];
        for text in texts {
            let stored = rendered(&text);
            assert!(!stored.contains(SHOWN_MARK), "{text} became\n{stored}");
        }
    }
    let stored = rendered("[A](x-mayfly-own:/2025/) [B](%01/2025/)");
    assert!(!stored.contains(SHOWN_MARK), "{stored}");
    // What is a heading's own id stays as it is.
    let stored = rendered("# A {#x-mayfly-own:/2025/}");
    assert!(
        stored.contains("<h2 id=\"x-mayfly-own:/2025/\">"),
        "{stored}"
    );
    // And the blog's own addresses have the mark, beside them.
    let stored = rendered("[A](/2025/ \"x-mayfly-own:\")");
    assert!(
        stored.contains(&format!(
            "<a href=\"{SHOWN_MARK}/2025/\" title=\"x-mayfly-own:\">A</a>"
        )),
        "{stored}"
    );
    let typed = "<p>x-mayfly-own:/2025/</p><a href=\"/2025/\">2025</a>";
    let stored = own_html(typed).replace(MARK, SHOWN_MARK);
    assert_eq!(stored, typed.replace("\"/", &format!("\"{SHOWN_MARK}/")));
}

#[test]
fn control_characters_do_not_come_in_as_entities() {
    let text = "One &#2; two &#1;/tags/ three &#x7f;.\n\n`&#1;`";
    let site = Site::new().post("a.md", "kind: note\ndate: 2025-07-05\nslug: a", text);
    for page in ["/", "/2025/Jul/5/a/"] {
        let page = site.get(page).ok().has("<p>One  two /tags/ three .</p>");
        assert_eq!(page.texts("main .e-content code"), ["&#1;"]);
        assert!(!page.body.contains(|c: char| c.is_control() && c != '\n'));
    }
    let page = site.get("/2025/Jul/5/a/").ok();
    let summary = page.attributes("meta[name=description]", "content");
    assert_eq!(summary, ["One two /tags/ three . &#1;"]);
}

#[test]
fn pictures_that_come_later_are_found_by_rebuild() {
    let text = "First.\n\n![A harbour](/media/harbour.png)";
    let site = Site::new().post(
        "a.md",
        "title: A\ndate: 2025-07-05\nslug: a\ntags: [x]",
        text,
    );
    let image = |page: &Reply, name: &str| page.attributes(".e-content img", name);
    let page = site.get("/2025/Jul/5/a/").ok();
    assert_eq!(image(&page, "src"), ["/media/harbour.png"]);
    assert!(image(&page, "width").is_empty());
    for name in ["harbour.png", "harbour-480.png", "harbour-960.png"] {
        let from = texts_folder().join("media").join(name);
        fs::copy(from, site.data().join("media").join(name)).unwrap();
    }
    assert!(site.mayfly(&["rebuild"]).status.success());
    let page = site.get("/2025/Jul/5/a/").ok();
    assert_eq!(image(&page, "width"), ["1200"]);
    assert_eq!(image(&page, "height"), ["800"]);
    assert_eq!(image(&page, "alt"), ["A harbour"]);
    let all = |base: &str| {
        format!(
            "{base}/media/harbour-480.png 480w, {base}/media/harbour-960.png 960w, \
             {base}/media/harbour.png 1200w"
        )
    };
    assert_eq!(image(&page, "srcset"), [all("")]);
    // Where nothing rewrites, the web server sends the files all the same.
    let plain = site.plain("/cgi-bin/post/2025/Jul/5/a/").ok();
    assert_eq!(image(&plain, "srcset"), [all("")]);
    // A feed's reader is elsewhere.
    let feed = site.get("/feed.atom").ok();
    let srcset = format!("srcset=\"{}\"", all("http://blog.example"));
    feed.has(&srcset.replace('"', "&quot;"));
}

#[test]
fn anchors_are_on_the_posts_own_page_alone() {
    let text = "## Part\n\nText.\n\n<!-- more -->\n\n## Part";
    let site = Site::new()
        .post("a.md", "title: A\ndate: 2025-07-05\nslug: a", text)
        .post("b.md", "kind: note\ndate: 2025-07-05\nslug: b", text);
    let page = site.get("/2025/Jul/5/a/").ok();
    assert_eq!(page.attributes("h2[id]", "id"), ["part", "part-2"]);
    assert_eq!(page.attributes("a.anchor", "href"), ["#part", "#part-2"]);
    // Two posts in a list would both have the id.
    let list = site.get("/").ok();
    assert!(list.attributes("main h4[id], a.anchor", "class").is_empty());
    assert_eq!(list.texts("main h4"), ["Part"; 3]);
}
