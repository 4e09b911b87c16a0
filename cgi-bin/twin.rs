//! A post for programs: `GET /2025/Jul/5/slug.md` is its source, ready to be imported,
//! `/2025/Jul/5/slug.json` the post as JSON Feed has it; `/about.md` and `/about.json` too.
#![no_main]

use mayfly::error::Result;
use mayfly::{request::Request, response::Response, store, twin, view};

mayfly::program!(show);

fn show(request: &Request) -> Result<Response> {
    request.get()?;
    let wanted = twin::Wanted::parse(&request.path)?;
    let blog = store::open_blog(&request.place)?;
    request.unless_current(&blog.site.version)?;
    let twin = store::twin::read(&blog, &wanted)?;
    let text = view::twin::write(blog.site, wanted.form, &twin);
    Ok(Response::text(wanted.form.media_type(), text).tagged(blog.site.version))
}
