//! Where the links of a text lead that is read elsewhere.

use roxmltree::Document;

use super::{entries, text};
use crate::site::Site;

#[test]
fn links_within_a_text_lead_to_its_page() {
    let site = Site::new().post(
        "2025-07-05-a.md",
        "kind: entry\ntitle: A",
        "A note[^1].\n\n## Part\n\n`x href=\"#y\"`\n\n[^1]: Below.",
    );
    let reply = site.get("/feed.atom").ok();
    let feed = Document::parse(&reply.body).unwrap();
    let content = text(entries(&feed)[0], "content");
    let page = "http://blog.example/2025/Jul/5/a/";
    assert!(
        content.contains(&format!("href=\"{page}#part\"")),
        "{content}"
    );
    assert!(
        content.contains(&format!("href=\"{page}#note-")),
        "{content}"
    );
    assert_eq!(content.matches(" href=\"#").count(), 1, "{content}");
    assert!(content.contains("<code>x href=\"#y\"</code>"), "{content}");
}
