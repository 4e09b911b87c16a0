//! Tags while they are typed: those that begin so, with how many posts they have.

use crate::site::Site;

fn named(tags: &[&str]) -> String {
    format!("kind: note\ntags: [{}]\ndate: 2025-07-05", tags.join(", "))
}

#[test]
fn tags_are_completed_with_their_counts() {
    let site = Site::new()
        .post("a.md", &named(&["tea", "teapots"]), "One.")
        .post("b.md", &named(&["tea", "sea"]), "Two.")
        .post("c.md", &named(&["tents", "tea"]), "Three.")
        .with_account();
    let browser = site.sign_in();
    let offered = |begun: &str| {
        let reply = browser.get(&format!("/admin/complete/?q={begun}"));
        assert_eq!(reply.header("Content-Type"), Some("application/json"));
        let told: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        let tags = told["tags"].as_array().unwrap().iter();
        let shown = tags.map(|tag| format!("{} {}", tag["name"].as_str().unwrap(), tag["posts"]));
        shown.collect::<Vec<_>>()
    };
    assert_eq!(offered("te"), ["tea 3", "teapots 1", "tents 1"]);
    assert_eq!(offered("teap"), ["teapots 1"]);
    assert_eq!(offered("coffee"), Vec::<String>::new());
    assert_eq!(offered("%25"), Vec::<String>::new());
    assert_eq!(offered("").len(), 4);
    site.get("/admin/complete/?q=te")
        .status(303)
        .lacks("teapots");
}

#[test]
fn of_many_tags_only_the_most_used_are_sent() {
    let mut site = Site::new();
    for number in 0..30 {
        let tags = [format!("tag-{number}"), "tag".to_owned()];
        let tags = tags.each_ref().map(String::as_str);
        site = site.post(&format!("{number}.md"), &named(&tags), "Text.");
    }
    let site = site.with_account();
    let reply = site.sign_in().get("/admin/complete/?q=tag").ok();
    let told: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(told["tags"].as_array().unwrap().len(), 10);
    assert_eq!(told["tags"][0]["name"], "tag");
}
