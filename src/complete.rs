//! Tags for a field that completes them: `GET /admin/complete/?q=PREFIX`, in JSON.

use crate::admin;
use crate::error::Result;
use crate::request::Request;
use crate::response::Response;
use crate::session::Session;
use crate::store::{Desk, complete};
use crate::{url, view};

/// Answers with the tags that begin so, those of most posts first.
///
/// # Errors
/// As for any address, and whatever keeps the file from being read.
pub fn answer(request: &Request, desk: &mut Desk, _: &Session) -> Result<Response> {
    admin::is_at(&request.path, url::COMPLETE)?;
    request.get()?;
    let begun = request.query.get("q")?.unwrap_or_default();
    let tags = complete::tags(desk, begun)?;
    Ok(Response::text("application/json", view::complete::json(&tags)).private())
}
