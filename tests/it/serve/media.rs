//! The files of `media/`, and the ways out of it that are closed.

use std::fs;
use std::os::unix::fs::symlink;

use super::{MIRROR, Place};

#[test]
fn media_files() {
    let place = Place::new()
        .program("home", MIRROR)
        .media("photo.JPG", &vec![7; 200_000])
        .media("drawing.svg", b"<svg/>")
        .media("2025/a b.txt", b"text")
        .media("page.html", b"<script>")
        .media(".secret", b"no")
        .media(".git/config", b"no");
    fs::write(place.data().join("blog.db"), "private").unwrap();
    symlink(
        place.data().join("blog.db"),
        place.data().join("media/out.db"),
    )
    .unwrap();
    symlink(place.data(), place.data().join("media/out")).unwrap();
    symlink("photo.JPG", place.data().join("media/in.jpg")).unwrap();
    let server = place.serve();

    let photo = server.get("/media/photo.JPG");
    assert_eq!(photo.status(), 200);
    assert_eq!(photo.body, vec![7; 200_000]);
    assert_eq!(photo.header("content-type"), Some("image/jpeg"));
    assert_eq!(photo.header("x-content-type-options"), Some("nosniff"));
    let head = server.ask("HEAD", "/media/photo.JPG", "", b"");
    assert_eq!(head.header("content-length"), Some("200000"));
    assert_eq!(server.get("/media/2025/a%20b.txt").text(), "text");
    assert_eq!(server.get("/media/in.jpg").status(), 200);
    let html = server.get("/media/page.html");
    assert_eq!(
        html.header("content-type"),
        Some("application/octet-stream")
    );
    let svg = server.get("/media/drawing.svg");
    assert_eq!(svg.header("content-type"), Some("image/svg+xml"));
    assert!(
        svg.header("content-security-policy")
            .unwrap()
            .contains("sandbox")
    );

    let date = photo.header("last-modified").unwrap();
    assert!(date.ends_with(" GMT"), "{date}");
    for (since, status) in [
        (date, 304),
        ("Fri, 31 Dec 2100 00:00:00 GMT", 304),
        ("Thu, 01 Jan 2015 00:00:00 GMT", 200),
        ("yesterday", 200),
    ] {
        let since = format!("If-Modified-Since: {since}\r\n");
        assert_eq!(
            server.ask("GET", "/media/photo.JPG", &since, b"").status(),
            status,
            "{since}"
        );
    }
    for path in [
        "/media/",
        "/media/2025",
        "/media/2025/",
        "/media/nothing.png",
        "/media/.secret",
        "/media/.git/config",
        "/media/out.db",
        "/media/out/blog.db",
        "/media/x%2F..%2Fout.db",
    ] {
        assert_eq!(server.get(path).status(), 404, "{path}");
    }
    assert_eq!(server.get("/media/../../etc/passwd").status(), 400);
    let post = server.ask("POST", "/media/photo.JPG", "Content-Length: 0\r\n", b"");
    assert_eq!(
        (post.status(), post.header("allow")),
        (405, Some("GET, HEAD"))
    );
}
