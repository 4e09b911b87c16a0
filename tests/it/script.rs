//! What the script of the writing page is told, in JSON, of what it sends.

use serde_json::Value;

use crate::site::{Reply, Site};

/// Sends a form as the script does, and gives the status and what it is told.
fn send(site: &Site, target: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let form = site.sign_in().form(target, fields);
    let reply = form.var("HTTP_ACCEPT", "application/json").run();
    (reply.status, told(&reply))
}

fn told(reply: &Reply) -> Value {
    assert_eq!(reply.header("Content-Type"), Some("application/json"));
    serde_json::from_str(&reply.body).unwrap()
}

const KEY: (&str, &str) = ("key", "abcdefghijklmnopqrstuvwx");

fn note(text: &'static str) -> [(&'static str, &'static str); 4] {
    [("kind", "note"), ("text", text), ("do", "autosave"), KEY]
}

fn with<'a>(fields: &[(&'a str, &'a str)], version: &'a str) -> Vec<(&'a str, &'a str)> {
    [fields, &[("version", version)]].concat()
}

#[test]
fn a_save_tells_where_and_what_readers_would_see() {
    let site = Site::new().with_account();
    let fields = with(&note("Some *stress*."), "0");
    let (status, told) = send(&site, "/admin/new/", &fields);
    assert_eq!((status, &told["version"]), (200, &Value::from(1)));
    let draft = told["path"].as_str().unwrap().to_owned();
    assert!(draft.starts_with("/admin/write/"), "{told}");
    assert_eq!(told["words"], 2);
    assert_eq!(told["slug"], "some-stress");
    let html = told["html"].as_str().unwrap();
    assert!(html.contains("<em>stress</em>") && html.starts_with("<!DOCTYPE html>"));
    let (status, told) = send(&site, &draft, &with(&note("More."), "1"));
    assert_eq!((status, &told["version"]), (200, &Value::from(2)));
    // Looking tells the same and changes nothing.
    let looked = site.sign_in().ask(&draft);
    let looked = self::told(&looked.var("HTTP_ACCEPT", "application/json").run());
    assert_eq!(
        (&looked["version"], &looked["words"]),
        (&Value::from(2), &Value::from(1))
    );
}

/// Whoever types a link sends it every second or two: what only the page says, as
/// whether the blog has that link already, is not looked up for the script.
#[test]
fn an_autosave_looks_for_nothing_that_it_does_not_tell() {
    let site = Site::new().with_account();
    let link = [
        ("kind", "link"),
        ("title", "T"),
        ("link_url", "https://example.org/"),
        ("do", "autosave"),
        KEY,
    ];
    let browser = site.sign_in();
    site.sql("DROP TABLE tagging");
    let save = |target: &str, version| browser.form(target, &with(&link, version));
    let new = save("/admin/new/", "0").var("HTTP_ACCEPT", "application/json");
    let new = told(&new.run().ok());
    let draft = new["path"].as_str().unwrap();
    let again = save(draft, "1").var("HTTP_ACCEPT", "application/json");
    again.run().ok();
    browser.get(draft).status(500);
}

#[test]
fn what_is_not_whole_is_kept_and_shown_with_what_it_lacks() {
    let site = Site::new().with_account();
    let fields = [
        ("kind", "link"),
        ("text", "A *link*."),
        ("do", "autosave"),
        ("version", "0"),
        KEY,
    ];
    let (status, told) = send(&site, "/admin/new/", &fields);
    assert_eq!((status, &told["version"]), (200, &Value::from(1)));
    assert!(told["problem"].as_str().unwrap().contains("http"), "{told}");
    assert!(told["html"].as_str().unwrap().contains("<em>link</em>"));
}

#[test]
fn a_save_whose_answer_was_lost_can_be_sent_again() {
    let site = Site::new().with_account();
    let first = with(&note("Once."), "0");
    let (_, one) = send(&site, "/admin/new/", &first);
    let (status, two) = send(&site, "/admin/new/", &first);
    assert_eq!(
        (status, &two["path"], &two["version"]),
        (200, &one["path"], &one["version"])
    );
    let draft = one["path"].as_str().unwrap();
    let second = with(&note("Twice."), "1");
    for _ in 0..2 {
        let (status, told) = send(&site, draft, &second);
        assert_eq!((status, &told["version"]), (200, &Value::from(2)), "{told}");
    }
    let page = site.sign_in().get("/admin/").ok();
    assert_eq!(page.texts("ul.rows li").len(), 1);
}

#[test]
fn a_save_behind_another_is_told_so_and_changes_nothing() {
    let site = Site::new().with_account();
    let (_, told) = send(&site, "/admin/new/", &with(&note("At first."), "0"));
    let draft = told["path"].as_str().unwrap().to_owned();
    send(&site, &draft, &with(&note("Theirs."), "1"));
    let (status, told) = send(&site, &draft, &with(&note("Mine."), "1"));
    assert_eq!((status, &told["conflict"]), (409, &Value::from(1)));
    let kept = site.sign_in().get(&draft).ok();
    assert_eq!(kept.texts("textarea"), ["Theirs."]);
}

#[test]
fn a_preview_lets_no_script_run_and_a_page_allows_ours_alone() {
    let site = Site::new().with_account();
    let fields = [
        ("kind", "note"),
        ("text", "<script>alert(1)</script> Text."),
        ("do", "preview"),
    ];
    let page = site.sign_in().form("/admin/new/", &fields).run().ok();
    let frame = page.attributes("iframe", "sandbox").swap_remove(0);
    assert!(!frame.contains("allow-scripts"), "{frame}");
    let scripts = page.attributes("script", "nonce");
    let policy = page.header("Content-Security-Policy").unwrap();
    assert_eq!(scripts.len(), 1, "the author's are in the frame's document");
    assert!(
        policy.contains(&format!("script-src 'nonce-{}';", scripts[0])),
        "{policy}"
    );
}
