//! The guestbook: `GET /guestbook/`, older messages with `?before=ID`; one message:
//! `GET /guestbook/ID/`; the newest as Atom: `GET /guestbook/feed.atom`. Writing in
//! it: `POST /guestbook/`, answered with 303 to the new message.
#![no_main]

use mayfly::error::Result;
use mayfly::guestbook::{MAX_BODY, Outcome, Typed, Wanted};
use mayfly::request::{Method, Request};
use mayfly::{response::Response, sendmail, store, url, view};

mayfly::program!(show, MAX_BODY);

fn show(request: &Request) -> Result<Response> {
    if request.method == Method::Post {
        return write(request);
    }
    request.get_or_post()?;
    let wanted = Wanted::parse(&request.path, &request.query)?; // 404 for what can't be one
    let blog = store::open_blog(&request.place)?;
    let guestbook = store::guestbook::open(&request.place)?;
    let response = match wanted {
        Wanted::List(before) => {
            let book = guestbook.book(&blog, &Typed::default())?;
            let page = guestbook.page(before)?; // 404 for a cut that leaves nothing
            Response::html(view::guestbook::page(&blog.site, &book, &page))
        }
        Wanted::Message(id, key) => {
            let shown = guestbook.message(id, key.as_deref())?; // 404 without the key of one that waits
            Response::html(view::guestbook::one(&blog.site, &shown))
        }
        Wanted::Feed => {
            let messages = guestbook.newest(None, store::guestbook::IN_FEED)?;
            let feed = view::guestbook::atom(&blog.site, &messages);
            Response::text("application/atom+xml", feed)
        }
    };
    // Each page has a form of its own, which can be sent once.
    Ok(response.with("Cache-Control", "no-cache".into()))
}

fn write(request: &Request) -> Result<Response> {
    let typed = Typed::read(&request.form()?)?; // 400 for what is no form
    request.path.must_be(url::GUESTBOOK)?;
    let blog = store::open_blog(&request.place)?;
    let mut guestbook = store::guestbook::open_to_write(&request.place)?;
    let received = guestbook.receive(&typed, &request.address)?;
    if let Some(why) = received.mail {
        sendmail::tell(&guestbook.settings, &blog.site.title, &why);
    }
    let seen_at = match received.outcome {
        Outcome::Published(id) => url::in_guestbook(id),
        Outcome::Waiting { id, key } => url::waiting(id, &key),
        Outcome::Refused(problems) => {
            let book = guestbook.book(&blog, &typed)?;
            let page = view::guestbook::again(&blog.site, &book, &problems);
            return Ok(Response::html(page).status(problems.status()));
        }
    };
    Ok(Response::see_other(blog.site.links.absolute(&seen_at)))
}
