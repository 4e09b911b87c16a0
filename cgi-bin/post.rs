//! One post in full: `GET /2025/Jul/5/slug/`.
#![no_main]

use mayfly::error::Result;
use mayfly::{post, request::Request, response::Response, store, view};

mayfly::program!(show);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let wanted = post::Wanted::parse(&request.path);
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.version)?;
    let page = store::post::page(&blog, &wanted)?;
    Ok(Response::html(view::post::page(&blog.site, &page)).tagged(blog.site.version))
}
