//! What a visitor sees when a request ends without a page of its own.

use crate::cgi;
use crate::error::Error;
use crate::request::Request;
use crate::response::Response;
use crate::search;
use crate::store;
use crate::url::{self, Links, Style};
use crate::view;

/// Longest address to lead a visitor to. Go gives a line of a program's headers
/// 1,024 bytes, and nginx all of them together 4,096.
const MAX_LOCATION: usize = 900;

/// The response to an error: its status and its public text, styled as a page of
/// the blog where the blog can be read, and by itself where it can't. `id` names its
/// cause in the log, where it has one.
pub fn page(request: Option<&Request>, error: &Error, id: Option<&str>) -> Response {
    match error {
        Error::NotModified(version) => return Response::not_modified().tagged(*version),
        Error::Preflight => return Response::preflight(),
        Error::Moved(path) | Error::See(path) => {
            if let Some(request) = request {
                return redirect(request, error, path);
            }
        }
        Error::SignIn(back) => {
            if let Some(request) = request {
                return see(request, url::LOGIN, &url::search(&[("to", back)])).private();
            }
        }
        _ => {}
    }
    // The page for what is missing or gone has the way back into the blog.
    let site = match (error, request) {
        (Error::NotFound | Error::Gone, Some(request)) => {
            let opened = || Some(store::open_blog(&request.place).ok()?.site);
            store::left().or_else(opened)
        }
        _ => None,
    };
    let page = match (&site, request) {
        (Some(site), Some(request)) => {
            // Whoever switched searching off wants none of it here either.
            let hints = cgi::is_on("search").then(|| {
                let words = search::words(request.path.as_str());
                (store::search::hints(&request.place, &words), words)
            });
            view::error::within(site, error, hints.as_ref())
        }
        _ => view::error::alone(error, id),
    };
    let response = Response::html(page).status(error.status()).checked();
    match error {
        Error::MethodNotAllowed(methods) => response.with("Allow", (*methods).into()),
        Error::Unavailable(_) => response.with("Retry-After", "10".into()),
        _ => response,
    }
}

/// A redirect with an absolute address: two servers take one that begins with a
/// slash for a page of their own. Its page leads on too, for Python's server
/// sends every answer as 200.
fn redirect(request: &Request, error: &Error, path: &str) -> Response {
    // An address for good keeps its query; an answer to this query drops it.
    let query = match error {
        Error::Moved(_) => request.query_string(),
        _ => String::new(),
    };
    lead(request, error.status(), path, &query).checked()
}

/// Answers a form that was taken: look at this pretty path now, with this behind
/// it, which is empty, or a query with its `?`, or a fragment with its `#`.
pub fn see(request: &Request, path: &str, behind: &str) -> Response {
    lead(request, 303, path, behind)
}

fn lead(request: &Request, status: u16, path: &str, query: &str) -> Response {
    // Elsewhere a query of ours means nothing.
    if ["https://", "http://"]
        .iter()
        .any(|scheme| path.starts_with(scheme))
    {
        return Response::html(view::error::elsewhere(path))
            .status(status)
            .with("Location", path.to_owned());
    }
    let links = Links::new(Style::Auto, "", &request.place.reached);
    let mut target = links.absolute(&url::encode(path));
    // A query too long for the header is lost; the page is found without it.
    if target.len() + query.len() <= MAX_LOCATION {
        target.push_str(query);
    }
    Response::html(view::error::elsewhere(&target))
        .status(status)
        .with("Location", target)
}
