//! The guestbook: `GET /guestbook/`, older messages with `?before=ID`; one message:
//! `GET /guestbook/ID/`; the newest as Atom: `GET /guestbook/feed.atom`. Writing in
//! it: `POST /guestbook/`, answered with 303 to the new message.
#![no_main]

use mayfly::error::Result;
use mayfly::guestbook::{MAX_BODY, Outcome, Typed, Wanted};
use mayfly::request::{Method, Request};
use mayfly::{failure, form::Form, response::Response, shown, store, url, view};

mayfly::program!(show, MAX_BODY);

fn show(request: &Request) -> Result<Response> {
    if request.method == Method::Post {
        return write(request);
    }
    request.get_or_post()?;
    let wanted = Wanted::parse(&request.path, &request.query)?; // 404 for what can't be one
    let blog = store::open_blog(&request.place)?;
    let guestbook = store::guestbook::open_to_show(&request.place)?;
    let response = match wanted {
        Wanted::List(before) => {
            let form = before.is_none().then(Typed::default); // older messages stand alone
            let book = guestbook.book(&blog, form.as_ref())?;
            let page = guestbook.page(0, before)?; // 404 for a cut that leaves nothing
            Response::html(view::guestbook::page(blog.site, &book, &page))
        }
        Wanted::Message(id, key) => {
            let shown = guestbook.message(0, id, key.as_deref())?; // 404 without the key of one that waits
            Response::html(view::guestbook::one(blog.site, None, &shown))
        }
        Wanted::Feed => {
            let messages = guestbook.newest(0, None, store::guestbook::IN_FEED)?;
            Response::atom(view::guestbook::atom(blog.site, &messages))
        }
    };
    // Each page has a form of its own, which can be sent once.
    Ok(response.checked())
}

fn write(request: &Request) -> Result<Response> {
    let typed = Typed::read(&Form::read(request)?)?; // 400 for what is no form
    Wanted::parse(&request.path, &request.query)?.may_be_written()?; // 405 elsewhere
    let mut guestbook = store::guestbook::open_to_receive(&request.place)?;
    let received = guestbook.receive(0, &typed, &request.sender.network())?;
    let response = match &received.outcome {
        Outcome::Published(id) => failure::see(request, url::GUESTBOOK, &url::anchor(*id)),
        Outcome::Waiting { id, key } => {
            failure::see(request, &url::message(0, *id), &url::key(key))
        }
        Outcome::Refused(problems) => {
            let blog = store::open_blog(&request.place)?;
            let book = guestbook.book(&blog, Some(&typed))?;
            let page = view::guestbook::again(blog.site, &book, problems);
            return Ok(Response::html(page).status(problems.status()));
        }
    };
    let problem = shown::finish_unopened(&mut guestbook, &request.place, received);
    Ok(response.complaining(problem))
}
