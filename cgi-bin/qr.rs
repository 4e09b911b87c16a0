//! The QR code of a post or a static page: `GET /qr/2025/Jul/5/slug.svg`, `/qr/about.svg`.
#![no_main]

use mayfly::error::Result;
use mayfly::{qr, request::Request, response::Response, store};

mayfly::program!(show);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let wanted = qr::Wanted::parse(&request.path)?;
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.version)?;
    store::qr::check(&blog, &wanted)?; // 404 for what is no page of this blog
    let picture = qr::picture(&blog.site.links.absolute(&wanted.page))?;
    Ok(Response::text("image/svg+xml", picture).tagged(blog.site.version))
}
