//! Comments: `GET /comments/` has the newest, `GET /comments/POST/` those on one post with
//! the form, `GET /comments/POST/ID/` a single one; `feed.atom` below each list is
//! its feed. Writing one: `POST /comments/POST/`, answered with 303 to the post.
#![no_main]

use mayfly::comment::Wanted;
use mayfly::error::Result;
use mayfly::guestbook::{MAX_BODY, Outcome, Typed};
use mayfly::request::{Method, Request};
use mayfly::{failure, form::Form, response::Response, shown, store, url, view};

mayfly::program!(show, MAX_BODY);

fn show(request: &Request) -> Result<Response> {
    if request.method == Method::Post {
        return write(request);
    }
    request.get_or_post()?;
    let wanted = Wanted::parse(&request.path, &request.query)?;
    let blog = store::open_blog(&request.place)?;
    let comments = store::guestbook::comments(&request.place, &blog)?;
    let response = match wanted {
        Wanted::All => Response::html(view::comment::all(blog.site, &comments.newest()?)),
        Wanted::Feed(post) => {
            let (on, newest) = comments.feed(post)?;
            Response::atom(view::comment::atom(blog.site, on.as_ref(), &newest))
        }
        Wanted::Post(post, before) => {
            let (book, page) = comments.page(post, before)?;
            Response::html(view::guestbook::page(blog.site, &book, &page))
        }
        Wanted::One(post, id, key) => {
            let (subject, shown) = comments.one(post, id, key.as_deref())?;
            let on = Some(&subject.post);
            Response::html(view::guestbook::one(blog.site, on, &shown))
        }
    };
    Ok(response.checked())
}

fn write(request: &Request) -> Result<Response> {
    let typed = Typed::read(&Form::read(request)?)?;
    let post = Wanted::parse(&request.path, &request.query)?.may_be_written()?;
    let blog = store::open_blog(&request.place)?;
    let mut comments = store::guestbook::comments_to_write(&request.place, &blog)?;
    let (subject, received) = comments.receive(post, &typed, &request.sender.network())?;
    let response = match received.outcome {
        Outcome::Published(id) => failure::see(request, &subject.post.path, &url::anchor(id)),
        Outcome::Waiting { id, key } => {
            failure::see(request, &url::message(post, id), &url::key(&key))
        }
        Outcome::Refused(problems) => {
            let book = comments.book(post, Some(&typed))?;
            let page = view::guestbook::again(blog.site, &book, &problems);
            return Ok(Response::html(page).status(problems.status()));
        }
    };
    let problem = shown::finish(&mut comments.guestbook, blog.site, received.mail);
    Ok(response.complaining(problem))
}
