//! What there is, for search engines: `GET /sitemap.xml` leads to `/sitemap-2025.xml`
//! and its like, `/sitemap-tags.xml`, `/sitemap-pages.xml`.
#![no_main]

use mayfly::error::Result;
use mayfly::{request::Request, response::Response, sitemap, store, view};

mayfly::program!(show);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let wanted = sitemap::Wanted::parse(&request.path)?;
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.version)?;
    request.path.must_be(&wanted.part.path())?;
    let mut map = view::sitemap::Map::new(blog.site, wanted.part);
    store::sitemap::each(&blog, wanted.part, |path, changed| map.add(path, changed))?;
    Ok(Response::pieces("application/xml", map.finish()).tagged(blog.site.version))
}
