//! What readers would see of a draft, as a document for a frame, and what the script of
//! the writing page is told.

use maud::{DOCTYPE, PreEscaped, html};

use super::json::Json;
use super::{POSTS, STYLE, page, post};
use crate::comment::Below;
use crate::post::Page;
use crate::site::Site;
use crate::write::Draught;

/// What a frame may do with an author's own HTML: no scripts, no forms; links open
/// elsewhere, and the page around may look inside, to keep the place that is read.
pub const SANDBOX: &str = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";

/// What a draft is made into, as its page shows it, without what stands around it there.
pub fn document(site: &Site, shown: &Draught) -> String {
    let page = match shown {
        Draught::Post(shown) => {
            let alone = Page {
                post: shown.clone(),
                previous: None,
                next: None,
            };
            post::page(site, &alone, &Below::default())
        }
        Draught::Page(shown) => page::page(site, shown),
    };
    let document = html! {
        (DOCTYPE)
        html lang=(site.language) {
            head {
                meta charset="utf-8";
                title { "Preview" }
                base target="_blank";
                style { (PreEscaped(STYLE)) (PreEscaped(POSTS)) (PreEscaped(&site.style)) }
            }
            body { main { (PreEscaped(page.main())) } }
        }
    };
    document.into_string()
}

/// What became of a save, for a script.
#[derive(Default)]
pub struct Told<'a> {
    /// Where the form is to be sent next.
    pub path: &'a str,
    /// The version that it is then based on.
    pub version: i64,
    /// Whether nothing was saved, because somebody else did meanwhile.
    pub conflict: bool,
    /// What keeps it from being published.
    pub problem: Option<&'a str>,
    /// What else there is to say.
    pub note: Option<&'a str>,
    /// How many words its text has.
    pub words: usize,
    /// What readers would see.
    pub shown: Option<&'a Draught>,
}

impl Told<'_> {
    /// The answer.
    pub fn json(&self, site: &Site) -> String {
        let mut json = Json::with_capacity(16 * 1024);
        json.object(|json| {
            json.field("path", &site.links.to(self.path));
            json.number("version", usize::try_from(self.version).unwrap_or(0));
            if self.conflict {
                json.number("conflict", 1);
            }
            json.filled("problem", self.problem.unwrap_or_default());
            json.filled("note", self.note.unwrap_or_default());
            json.number("words", self.words);
            if let Some(shown) = self.shown {
                if let Draught::Post(post) = shown {
                    json.filled("slug", &post.slug);
                }
                json.field("html", &document(site, shown));
            }
        });
        json.finish()
    }
}
