//! The posts of one kind, newest first: `GET /entries/`, `/links/`, `/quotes/`,
//! `/notes/`; older ones with `?before=MOMENT`.
#![no_main]

use mayfly::error::Result;
use mayfly::{kind, request::Request, response::Response, store, view};

mayfly::program!(show, kept);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let wanted = kind::Wanted::parse(&request.path, &request.query)?;
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.version)?;
    let page = store::kind::page(&blog, &wanted)?;
    Ok(Response::html(view::kind::page(blog.site, page)).tagged(blog.site.version))
}
