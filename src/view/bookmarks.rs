//! Bookmarks that begin a link or a quote of the page one is reading.

use maud::html;

use super::Page;
use super::admin::shell;
use crate::session::Session;
use crate::url;

/// As much of a selection as an address carries: servers stop at 8,190 bytes.
const ROOM: usize = 5000;

/// The page that has them, to be dragged into the browser's bar. A press on one of them
/// here does nothing, for this page's policy lets no such address run; on another page
/// it runs there.
pub fn page(session: &Session) -> Page {
    let links = &session.site.links;
    let form = links.absolute(url::NEW);
    let title = &session.site.title;
    shell(
        session,
        "Bookmarks",
        url::BOOKMARKS,
        html! {
            h1 { "Blog what you read" }
            p { "Drag these into your browser's bar of bookmarks, or make bookmarks of them by a right click. On any page, "
                "one begins a post about it, with its title, its address and the text that you have selected." }
            ul.rows {
                li {
                    a href=(bookmark(&form, "link")) { "Link on " (title) }
                    span.soft { "The selection becomes your first words, as a quotation." }
                }
                li {
                    a href=(bookmark(&form, "quote")) { "Quote on " (title) }
                    span.soft { "The selection is the quotation, and the page its source." }
                }
            }
            p.soft { "On a telephone: make a bookmark of this page, then edit it and put the address of one of these in its place." }
        },
    )
}

/// A program in an address, which runs on the page where it is pressed. It has no `%`,
/// which browsers would decode, and no quotation mark but `'`.
fn bookmark(form: &str, kind: &str) -> String {
    let form = form.replace('\\', "").replace('\'', "\\'");
    let fields = match kind {
        "quote" => "'&source='+e(d.title)+'&source_url='+e(u)+'&text='+e(s)",
        _ => "'&title='+e(d.title)+'&url='+e(u)+'&text='+e(s&&s.replace(/^/gm,'> '))",
    };
    format!(
        "javascript:(()=>{{const d=document,e=encodeURIComponent,\
         u=d.querySelector('link[rel=canonical]')?.href||location.href;\
         let s=String(getSelection());while(e(s).length>{ROOM})s=s.slice(0,-50);\
         open('{form}?kind={kind}'+{fields})}})()"
    )
}
