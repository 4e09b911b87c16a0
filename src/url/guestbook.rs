//! The addresses of what strangers write: in the guestbook, on posts, before the owner.

/// The guestbook.
pub const GUESTBOOK: &str = "/guestbook/";

/// Its newest messages, as Atom.
pub const GUESTBOOK_FEED: &str = "/guestbook/feed.atom";

/// The newest comments under all posts.
pub const COMMENTS: &str = "/comments/";

/// The same as Atom.
pub const COMMENTS_FEED: &str = "/comments/feed.atom";

/// Where the owner decides over messages.
pub const MODERATION: &str = "/admin/guestbook/";

/// `/admin/guestbook/`, which has what waits, or `/admin/guestbook/rejected/`.
pub fn moderation(part: &str) -> String {
    match part {
        "waiting" => MODERATION.to_owned(),
        part => format!("{MODERATION}{part}/"),
    }
}

/// `/admin/guestbook/12/`, a message before its owner.
pub fn moderated(id: i64) -> String {
    format!("{MODERATION}{id}/")
}

/// `/guestbook/12/`, or of a message under a post `/comments/7/12/`.
pub fn message(post: i64, id: i64) -> String {
    match post {
        0 => format!("{GUESTBOOK}{id}/"),
        post => format!("{COMMENTS}{post}/{id}/"),
    }
}

/// `#m12`, a message among the others of its page.
pub fn anchor(id: i64) -> String {
    format!("#m{id}")
}

/// `/comments/7/`, by the post's number: its address may change, these don't.
pub fn comments(post: i64) -> String {
    format!("{COMMENTS}{post}/")
}

/// `/comments/7/feed.atom`
pub fn comments_feed(post: i64) -> String {
    format!("{COMMENTS}{post}/feed.atom")
}

/// `?before=12`, the messages of a list that are older than that one.
pub fn before(id: i64) -> String {
    format!("?before={id}")
}

/// `?key=...`, which shows a message that waits to whoever wrote it.
pub fn key(key: &str) -> String {
    format!("?key={key}")
}
