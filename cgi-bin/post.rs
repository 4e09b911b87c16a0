//! One post in full: `GET /2025/Jul/5/slug/`.
#![no_main]

use mayfly::error::Result;
use mayfly::{post, request::Request, response::Response, store, twin, view};

mayfly::program!(show, kept);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let wanted = post::Wanted::parse(&request.path);
    let blog = store::open_blog(&request.place)?;
    let comments = store::comment::state(&request.place, blog.site.version)?;
    request.unless_current(&comments.version)?;
    let page = store::post::page(&blog, &wanted)?;
    let twins = twin::header(&blog.site.links, &page.post.path());
    let below = store::comment::below(&request.place, blog.site, &comments, &page.post)?;
    let page = view::post::page(blog.site, &page, &below);
    Ok(Response::html(page)
        .with("Link", twins)
        .tagged(comments.version.passing(below.closes)))
}
