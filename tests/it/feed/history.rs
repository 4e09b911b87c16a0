//! The documents of the past, RFC 5005: by following their links a reader gets every
//! post, and what it has got it never needs again.

use roxmltree::Document;

use super::{entries, link, long, numbers, target, text};
use crate::site::Site;

/// Follows RFC 5005's links from a feed: the address of each document of the past
/// and the ids in it, newest first, and the ids of all there are.
fn history(site: &Site, feed: &str) -> Vec<(String, Vec<String>)> {
    let mut documents: Vec<(String, Vec<String>)> = Vec::new();
    let mut next = feed.to_owned();
    loop {
        let reply = site.get(&next).ok();
        let document = Document::parse(&reply.body).unwrap();
        let root = document.root_element();
        let is_archive = root
            .children()
            .any(|node| node.tag_name().name() == "archive");
        assert_eq!(is_archive, !documents.is_empty(), "{next}");
        if is_archive {
            assert_eq!(target(link(root, "current")), feed);
            let newer = documents.last().map(|(address, _)| address.as_str());
            let expected = if documents.len() > 1 { newer } else { None };
            let named = link(root, "next-archive");
            let named = (!named.is_empty()).then(|| target(named));
            assert_eq!(named.as_deref(), expected, "{next}");
        }
        assert_eq!(target(link(root, "self")), next);
        let found = entries(&document);
        let ids = found.iter().map(|entry| text(*entry, "id").to_owned());
        documents.push((next, ids.collect()));
        match link(root, "prev-archive") {
            "" => return documents,
            older => next = target(older),
        }
    }
}

#[test]
fn a_reader_fetches_the_whole_blog_and_needs_no_document_again() {
    let site = long();
    for feed in ["/feed.atom", "/tags/performance.atom", "/entries.atom"] {
        let before = history(&site, feed);
        assert!(before.len() > 3, "{feed}: {}", before.len());
        // More posts than a feed has, so that some of it becomes past.
        for day in 1..=40 {
            let file = format!("{}-{day}.md", feed[1..].replace('/', "-"));
            let front = format!(
                "kind: entry\ntitle: New\ntags: [performance]\nslug: n{day}\ndate: 2026-0{}-{:02}",
                1 + day / 28,
                1 + day % 28
            );
            site.import(&file, &front, "Text.");
        }
        let after = history(&site, feed);
        // What was past is the past still, word for word.
        assert!(
            before[1..].iter().all(|document| after.contains(document)),
            "{feed}"
        );
        let mut ids: Vec<&String> = after.iter().flat_map(|(_, ids)| ids).collect();
        ids.sort();
        ids.dedup();
        let sql = match feed {
            "/feed.atom" => "SELECT count(*) FROM post",
            "/entries.atom" => "SELECT count(*) FROM post WHERE kind = 1",
            _ => "SELECT posts FROM tag WHERE name = 'performance'",
        };
        assert_eq!(ids.len(), numbers(&site, sql), "{feed}");
    }
}
