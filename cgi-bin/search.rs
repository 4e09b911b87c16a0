//! Looking for words in all posts: `GET /search/?q=WORDS`, by date with
//! `&order=date`, further results with `&after=KEY`.
#![no_main]

use mayfly::error::Result;
use mayfly::{request::Request, response::Response, search, store, view};

mayfly::program!(show);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let wanted = search::Wanted::parse(&request.path, &request.query)?;
    let blog = store::open_blog(&request.place)?;
    let page = store::search::page(&blog, &request.place, &wanted)?;
    let response = Response::html(view::search::page(&blog.site, &wanted, &page));
    Ok(match page.index {
        search::Index::Whole => response.checked(),
        search::Index::Behind(cause) => response.complaining(cause),
        search::Index::Missing(cause) => response.status(503).complaining(cause),
    })
}
