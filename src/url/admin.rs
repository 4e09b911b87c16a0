//! Addresses for whoever signs in, and of what they show to others.

use std::path::Path;

use super::encode;
use super::links::split_origin;
use crate::post::Kind;

/// The form for signing in.
pub const LOGIN: &str = "/login/";

/// Where whoever is signed in writes.
pub const ADMIN: &str = "/admin/";

/// Where something new is written.
pub const NEW: &str = "/admin/new/";

/// The account: its sessions, and the ways out.
pub const ACCOUNT: &str = "/admin/account/";

/// Copies of the blog to take away.
pub const BACKUP: &str = "/admin/backup/";

/// Whether all is well.
pub const CHECK: &str = "/admin/check/";

/// Tags that begin so, for a field that completes them.
pub const COMPLETE: &str = "/admin/complete/";

/// What is settled about the blog as a whole.
pub const SETTINGS: &str = "/admin/settings/";

/// The second factor of the account that is signed in.
pub const SECOND_FACTOR: &str = "/admin/account/totp/";

/// The library of uploaded files.
pub const LIBRARY: &str = "/admin/media/";

/// What waits for its minute.
pub const SCHEDULED: &str = "/admin/scheduled/";

/// What is published, to be written anew.
pub const POSTS: &str = "/admin/posts/";

/// The static pages.
pub const PAGES: &str = "/admin/pages/";

/// Drafts, for whoever has a link to one.
pub const PREVIEW: &str = "/login/preview/";

/// The bookmarks that begin a link or a quote.
pub const BOOKMARKS: &str = "/admin/bookmarks/";

/// What was deleted.
pub const BIN: &str = "/admin/bin/";

/// The static pages that every page links to.
pub const NAVIGATION: &str = "/admin/navigation/";

/// Old addresses and where they lead.
pub const REDIRECTS: &str = "/admin/redirects/";

/// Many posts at once.
pub const MANY: &str = "/admin/many/";

/// The tags, to be described, renamed, merged and deleted.
pub const HOUSE_TAGS: &str = "/admin/tags/";

/// `/admin/new/?kind=note`
pub fn new_of(kind: Kind) -> String {
    format!("{NEW}?kind={}", kind.name())
}

/// `/admin/tags/a/`
pub fn house_tag(name: &str) -> String {
    format!("{HOUSE_TAGS}{name}/")
}

/// `/admin/media/7/`
pub fn in_library(id: i64) -> String {
    format!("{LIBRARY}{id}/")
}

/// `/admin/write/7/`
pub fn draft(id: i64) -> String {
    format!("{ADMIN}write/{id}/")
}

/// `/admin/history/draft/7/`, or `/admin/history/post/7/`.
pub fn history(of: &str, id: i64) -> String {
    format!("{ADMIN}history/{of}/{id}/")
}

/// `/login/preview/TOKEN/`
pub fn preview(token: &str) -> String {
    format!("{PREVIEW}{token}/")
}

/// `/admin/edit/12/`, where a post or a page that is public is written anew.
pub fn edit(id: i64) -> String {
    format!("{ADMIN}edit/{id}/")
}

/// The paths that files of a data directory would have on the blog's host, if it lay
/// somewhere below a folder that is handed out: how much of its own path is that
/// folder's nobody knows, nor which path of the host leads there. `base_url` is the
/// blog's, or its path alone.
pub fn exposed(data: &Path, base_url: &str, files: &[&str]) -> Vec<String> {
    /// How many folders deep below the one that is handed out.
    const DEEP: usize = 6;
    let (_, base) = split_origin(base_url).unwrap_or(("", base_url));
    let base: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    let folders: Vec<String> = data
        .iter()
        .map(|part| encode(&part.to_string_lossy()))
        .filter(|part| part != "/")
        .collect();
    let mut found = Vec::new();
    for above in (0..=base.len()).rev() {
        // Not the whole of its path: nobody hands out everything.
        for below in 0..folders.len().clamp(1, DEEP) {
            let mut path: Vec<&str> = base[..above].to_vec();
            path.extend(folders[folders.len() - below..].iter().map(String::as_str));
            for file in files {
                let whole = [&path[..], &[file]].concat();
                let address = format!("/{}", whole.join("/"));
                if !found.contains(&address) {
                    found.push(address);
                }
            }
        }
    }
    found
}

/// `https://example.org` of an address on it; empty for a path.
pub fn origin(url: &str) -> &str {
    split_origin(url).map_or("", |(origin, _)| origin)
}
