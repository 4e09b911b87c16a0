//! What a year, a month or a day has: `GET /2025/`, `/2025/Jul/`, `/2025/Jul/5/`;
//! more of a long month with `?after=MOMENT`.
#![no_main]

use mayfly::error::Result;
use mayfly::{archive, request::Request, response::Response, store, view};

mayfly::program!(show, kept);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let wanted = archive::Wanted::parse(&request.path, &request.query)?;
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.version)?;
    let page = store::archive::page(&blog, &wanted)?;
    Ok(Response::html(view::archive::page(blog.site, page)).tagged(blog.site.version))
}
