//! The newest posts of all kinds, under the days they are from: `GET /`, and
//! older ones with `?before=MOMENT`.
#![no_main]

use mayfly::error::{Error, Result};
use mayfly::listing::Cut;
use mayfly::{request::Request, response::Response, store, view};

mayfly::program!(show, kept);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    if !request.path.segments().is_empty() {
        return Err(Error::NotFound);
    }
    let cut = Cut::parse(&request.query)?;
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.version)?;
    let slice = store::home::page(&blog, cut)?;
    Ok(Response::html(view::home::page(blog.site, cut, slice)).tagged(blog.site.version))
}
