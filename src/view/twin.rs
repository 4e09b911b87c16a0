//! Twins of posts and pages: the source below its front matter, and JSON.

use super::feed::json as feed;
use super::json::Json;
use crate::post::{Kind, LocalTime, Post};
use crate::site::Site;
use crate::twin::{Form, Twin};

/// A twin in a form.
pub fn write(site: &Site, form: Form, twin: &Twin) -> String {
    match form {
        Form::Markdown => markdown(twin),
        Form::Json => json(site, twin),
    }
}

/// What `mayfly import` takes back as it is.
fn markdown(twin: &Twin) -> String {
    let mut front = Front(String::from("---\n"));
    let text = match twin {
        Twin::Post {
            post,
            context,
            text,
        } => {
            front.post(post, context);
            text
        }
        Twin::Page(page) => {
            front.line("kind", Kind::Page.name());
            front.text("title", &page.page.title);
            front.text("slug", page.page.path.trim_matches('/'));
            front.line("date", &page.page.updated.0);
            if page.nav > 0 {
                front.line("nav", &page.nav.to_string());
            }
            &page.text
        }
    };
    front.0.extend(["---\n\n", text, "\n"]);
    front.0
}

/// Front matter that is being written, in YAML.
struct Front(String);

impl Front {
    fn post(&mut self, post: &Post, context: &str) {
        self.line("kind", post.kind.name());
        self.text("title", &post.title);
        self.text("slug", &post.slug);
        self.line("date", &exact(&post.published, post.moment));
        if !post.updated.0.is_empty() {
            self.line("updated", &post.updated.0);
        }
        // In quotes, for a name of digits would be a number to other readers.
        let tags: Vec<&str> = post.tag_names().collect();
        if !tags.is_empty() {
            self.line("tags", &format!("[\"{}\"]", tags.join("\", \"")));
        }
        for (name, value) in [
            ("link", post.link_url.as_str()),
            ("via", &post.via_url),
            ("via_title", &post.via_title),
            ("source", &post.source),
            ("source_url", &post.source_url),
            ("context", context),
        ] {
            self.text(name, value);
        }
    }

    /// A value of ours that YAML reads as it is.
    fn line(&mut self, name: &str, value: &str) {
        self.0.extend([name, ": ", value, "\n"]);
    }

    /// Any text, in quotes; none for an empty one.
    fn text(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        self.0.extend([name, ": \""]);
        for letter in value.chars() {
            match letter {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                '\n' => self.0.push_str("\\n"),
                '\t' => self.0.push_str("\\t"),
                // A line break to YAML, and what it does not take as it is.
                '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                    self.0.push_str(&format!("\\u{:04X}", u32::from(letter)));
                }
                letter if letter.is_control() => {
                    self.0.push_str(&format!("\\x{:02X}", u32::from(letter)));
                }
                letter => self.0.push(letter),
            }
        }
        self.0.push_str("\"\n");
    }
}

/// When a post was published, with the microseconds that tell it from another of the
/// same second.
fn exact(published: &LocalTime, moment: i64) -> String {
    let micros = moment.rem_euclid(1_000_000);
    match published.0.split_at_checked(19) {
        Some((time, offset)) if micros > 0 => format!("{time}.{micros:06}{offset}"),
        _ => published.0.clone(),
    }
}

fn json(site: &Site, twin: &Twin) -> String {
    let mut json = Json::with_capacity(16 * 1024);
    json.object(|json| match twin {
        Twin::Post { post, .. } => feed::item(json, site, post),
        Twin::Page(ready) => feed::page(json, site, &ready.page),
    });
    json.finish()
}
