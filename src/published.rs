//! What is published or waits for its minute, as its author looks it over:
//! `/admin/posts/`, `/admin/scheduled/`, `/admin/pages/`.

use crate::admin::is_at;
use crate::clock;
use crate::error::{Error, Result};
use crate::listing::{Cut, Moment};
use crate::post::Kind;
use crate::request::Request;
use crate::response::Response;
use crate::session::Session;
use crate::store::{self, Desk};
use crate::url;
use crate::view::published as view;

/// How many posts a page lists.
const PER_PAGE: usize = 50;

/// A post in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: i64,
    /// When it was or will be published.
    pub moment: Moment,
    /// Its pretty path.
    pub path: String,
    /// Its title, or its first words.
    pub label: String,
    /// Its kind.
    pub kind: Kind,
}

/// A static page in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticPage {
    /// Its id.
    pub id: i64,
    /// Its pretty path.
    pub path: String,
    /// Plain text.
    pub title: String,
    /// Its place in the navigation, or 0.
    pub nav: i64,
}

/// The posts, the newest first: `GET /admin/posts/?before=MOMENT`.
///
/// # Errors
/// 404 for another address, 405 for another method.
pub fn posts(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    is_at(&request.path, url::POSTS)?;
    request.get()?;
    let before = match Cut::parse(&request.query)? {
        Cut::Start => Moment::MAX,
        Cut::Before(moment) => moment,
        Cut::After(_) => return Err(Error::NotFound),
    };
    let mut posts = store::published::posts(desk, before, PER_PAGE + 1)?;
    let more = posts.len() > PER_PAGE;
    posts.truncate(PER_PAGE);
    let older = posts.last().filter(|_| more).map(|post| post.moment);
    let page = view::posts(session, &dated(desk, posts)?, older);
    Ok(Response::signed(page, &session.nonce))
}

/// What waits for its minute: `GET /admin/scheduled/`.
///
/// # Errors
/// As `posts`.
pub fn scheduled(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    is_at(&request.path, url::SCHEDULED)?;
    request.get()?;
    let posts = store::published::scheduled(desk)?;
    let page = view::scheduled(session, &dated(desk, posts)?, &desk.zone()?);
    Ok(Response::signed(page, &session.nonce))
}

/// The static pages: `GET /admin/pages/`.
///
/// # Errors
/// As `posts`.
pub fn pages(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    is_at(&request.path, url::PAGES)?;
    request.get()?;
    let page = view::pages(session, &store::published::pages(desk)?);
    Ok(Response::signed(page, &session.nonce))
}

/// Each post with its time by the blog's clock.
fn dated(desk: &Desk, posts: Vec<Listed>) -> Result<Vec<(Listed, String)>> {
    let zone = clock::zone(&desk.zone()?);
    let shown = |post: Listed| {
        let time = clock::shown(post.moment, &zone);
        (post, time)
    };
    Ok(posts.into_iter().map(shown).collect())
}
