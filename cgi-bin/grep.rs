//! Looking for a regular expression in the source of all posts and pages, line by
//! line: `GET /grep/?regex=PATTERN`, going on with `&from=PLACE`.
#![no_main]

use mayfly::error::Result;
use mayfly::{grep, request::Request, response::Response, store, view};

mayfly::program!(show);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let wanted = grep::Wanted::parse(&request.path, &request.query)?;
    let blog = store::open_blog(&request.place)?;
    // A pattern that is none is no failure: its author gets the form back.
    let page = match grep::Pattern::parse(&wanted.pattern) {
        Ok(Some(mut pattern)) => store::grep::page(&blog, &mut pattern, &wanted.from).map(Ok)?,
        Ok(None) => Ok(grep::Page::default()),
        Err(mistake) => Err(mistake),
    };
    Ok(Response::html(view::grep::page(blog.site, &wanted, &page)).checked())
}
