//! The posts of one tag, newest first: `GET /tags/NAME/`; of up to three at once:
//! `GET /tags/NAME+NAME/`; older ones with `?before=MOMENT`. All tags: `GET /tags/`.
#![no_main]

use mayfly::error::Result;
use mayfly::{request::Request, response::Response, store, tag, view};

mayfly::program!(show, kept); // kept: what it answered is sent again until anything is published

fn show(request: &Request) -> Result<Response> {
    request.get()?; // 405 unless GET or HEAD
    let wanted = tag::Wanted::parse(&request.path, &request.query)?; // 404 for what can't be a tag
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.version)?; // 304 where the visitor has this page
    let page = store::tag::page(&blog, &wanted)?; // 404 for a tag without posts
    Ok(Response::html(view::tag::page(blog.site, page)).tagged(blog.site.version))
}
