//! Looking for words in all posts: `GET /search/?q=WORDS`, by date with
//! `&order=date`, further results with `&after=KEY`. The newest results in full:
//! `GET /search/feed.atom?q=WORDS`, `feed.rss`, `feed.json`. How a browser searches
//! here: `GET /search/opensearch.xml`.
#![no_main]

use mayfly::error::Result;
use mayfly::{cgi, request::Request, response::Response, search, store, view};

mayfly::program!(show);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let asked = search::Asked::parse(&request.path, &request.query)?;
    let blog = store::open_blog(&request.place)?;
    let site = blog.site;
    match &asked {
        search::Asked::Page(wanted) => {
            let page = store::search::page(&blog, &request.place, wanted)?;
            let patterns = cgi::is_on("grep");
            let response = Response::html(view::search::page(site, wanted, &page, patterns));
            Ok(match page.index {
                search::Index::Whole => response.checked(),
                search::Index::Behind(cause) => response.complaining(cause),
                search::Index::Missing(cause) => response.status(503).complaining(cause),
            })
        }
        search::Asked::Feed(wanted, format) => {
            request.unless_current(&site.version)?;
            let (feed, index) = store::search::feed(&blog, &request.place, wanted)?;
            let text = view::feed::write(site, *format, &feed);
            let response = Response::text(format.media_type(), text);
            Ok(match index {
                search::Index::Whole => response.tagged(site.version),
                search::Index::Behind(cause) | search::Index::Missing(cause) => {
                    response.complaining(cause)
                }
            })
        }
        search::Asked::Description => {
            request.unless_current(&site.version)?;
            let text = view::search::description(site);
            let response = Response::text(view::search::OPENSEARCH_TYPE, text);
            Ok(response.tagged(site.version))
        }
    }
}
