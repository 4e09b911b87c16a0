//! The newest posts of all kinds, in full, as Atom: `GET /feed.atom`.
#![no_main]

use mayfly::error::{Error, Result};
use mayfly::{request::Request, response::Response, store, url, view};

mayfly::program!(show);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    if request.path.as_str() != url::FEED {
        return Err(Error::NotFound);
    }
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.tag())?;
    let posts = store::feed::newest(&blog)?;
    let feed = view::feed::atom(&blog.site, &posts);
    Ok(Response::text("application/atom+xml", feed).tagged(blog.site.tag()))
}
