//! Static pages: `GET /about/`, and every path that no other program claims: old
//! addresses are sent on, deleted ones answer 410, the rest 404. `GET /robots.txt` too.
#![no_main]

use mayfly::error::Result;
use mayfly::{request::Request, response::Response, store, twin, url, view};

mayfly::program!(show, kept);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.version)?;
    if request.path.as_str() == url::ROBOTS {
        let text = view::sitemap::robots(blog.site);
        return Ok(Response::text("text/plain; charset=utf-8", text).tagged(blog.site.version));
    }
    let page = store::page::at(&blog, &request.path)?;
    let twins = twin::header(&blog.site.links, &page.path);
    let response = Response::html(view::page::page(blog.site, &page)).with("Link", twins);
    Ok(response.tagged(blog.site.version))
}
