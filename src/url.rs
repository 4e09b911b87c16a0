//! URLs: which program answers a path, and every link a page makes.

/// The program that answers a pretty path, and the PATH_INFO it is given.
///
/// `tag` loses its own first segment, every other program sees the whole path.
/// The web server configurations in `deploy/` say the same in their own words,
/// and `tests/servers` holds them to it.
pub fn route(path: &str) -> (&'static str, &str) {
    let rest = path.strip_prefix('/').unwrap_or(path);
    if rest.is_empty() {
        return ("home", path);
    }
    if matches!(rest, "feed.atom") {
        return ("feed", path);
    }
    if rest == "tags" {
        return ("tag", "");
    }
    if rest.starts_with("tags/") {
        return ("tag", &path["/tags".len()..]);
    }
    let mut segments = rest.split('/').filter(|segment| !segment.is_empty());
    let year = segments.next().unwrap_or_default();
    if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) {
        return match segments.count() {
            0..=2 => ("archive", path),
            3 => ("post", path),
            _ => ("page", path),
        };
    }
    ("page", path)
}
