//! What an author writes. They may use HTML, and are trusted with it; without any, what
//! Markdown makes is well-formed.

use mayfly::markdown::{Text, inline, own_html, strip};
use mayfly::media::Shelf;
use mayfly::url::{Links, MARK, Reached, Style};

use super::markup;

/// What Markdown makes, and what the rest of a post's page makes around it.
const ELEMENTS: &str = "a blockquote br code dd del dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr \
    img input li ol p pre section span strong sub sup table tbody td th thead tr ul math mi mo mn \
    mrow msup msub mfrac semantics annotation mtext msqrt mroot mtable mtr mtd munder mover \
    munderover msubsup mspace mstyle mpadded mphantom merror menclose mmultiscripts";

/// Nothing that was typed gets past the marks of our own addresses, and nothing is left
/// of them on a page.
pub fn markdown(input: &[u8]) {
    let typed = String::from_utf8_lossy(input);
    let source = strip(&typed);
    assert_eq!(strip(&source), source);
    let shelf = Shelf::empty();
    let text = Text::parse(&source, &shelf);
    let (excerpt, less) = text.excerpt(3, "7");
    assert!(less || excerpt == text.html(3, "7"));
    for html in [
        text.html(2, ""),
        excerpt,
        inline(&typed, &shelf),
        own_html(&source),
    ] {
        is_stored(&html);
    }
    let summary = text.summary();
    assert!(summary.chars().count() <= 201 && !summary.contains(char::is_control));
    let bare = source.replace('<', "\u{2039}").replace('{', "\u{2774}");
    let text = Text::parse(&bare, &shelf);
    for html in [text.html(2, ""), text.html(4, "7"), text.excerpt(3, "7").0] {
        is_well_formed(&html);
    }
}

/// Stored HTML has no control character but line ends, tabs and the mark, and the mark
/// only where an address begins.
fn is_stored(html: &str) {
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | MARK);
    assert!(!html.contains(control), "{html:?}");
    let mut before = "";
    for (at, piece) in html.split(MARK).enumerate() {
        let begins = ["=\"", "='", "w, "].iter().any(|end| before.ends_with(end));
        assert!(at == 0 || (begins && piece.starts_with('/')), "{html:?}");
        before = piece;
    }
    for (style, base) in [
        (Style::Plain, None),
        (Style::Pretty, Some("/blog".to_owned())),
    ] {
        let reached = Reached {
            origin: "https://blog.example".into(),
            programs: "/cgi-bin".into(),
            base,
            ..Reached::default()
        };
        let links = Links::new(style, "", &reached);
        let (mut page, mut feed) = (String::new(), String::new());
        links.settle(html, &mut page);
        links.settle_absolute(html, &mut feed);
        assert!(!page.contains(MARK) && !feed.contains(MARK));
    }
}

fn is_well_formed(html: &str) {
    let (tags, _) = markup::parse(html).expect(html);
    markup::is_balanced(&tags).expect(html);
    for tag in tags {
        let name = tag.name.trim_start_matches('/');
        assert!(
            ELEMENTS.split_whitespace().any(|known| known == name),
            "{tag:?}"
        );
        for (name, value) in &tag.attributes {
            let aligns = value.starts_with("text-align: ");
            assert!(
                !name.starts_with("on") && (name != "style" || aligns),
                "{tag:?}"
            );
        }
    }
}
