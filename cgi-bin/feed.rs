//! The newest posts of a list, in full: `GET /feed.atom`, `/feed.rss`, `/feed.json`,
//! and the same endings on tags, kinds and periods (`/tags/a+b.atom`, `/links.rss`,
//! `/2025.json`); older ones with `?before=MOMENT`. All feeds: `GET /feeds/`.
#![no_main]

use mayfly::error::Result;
use mayfly::{feed, request::Request, response::Response, store, view};

mayfly::program!(show);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let wanted = feed::Wanted::parse(&request.path, &request.query)?;
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.version)?;
    let site = blog.site;
    let response = match &wanted {
        feed::Wanted::Overview(path) => {
            let lists = store::feed::overview(&blog, path)?;
            Response::html(view::feed::overview(site, &lists))
        }
        feed::Wanted::Feed { format, .. } => {
            let feed = store::feed::read(&blog, &wanted)?;
            Response::text(format.media_type(), view::feed::write(site, *format, &feed))
        }
    };
    Ok(response.tagged(site.version))
}
