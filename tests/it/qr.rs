//! QR codes of permalinks: `/qr/2025/Jul/5/slug.svg`.

use roxmltree::Document;

use crate::site::Site;

fn blog() -> Site {
    Site::new()
        .with_option("--base-url", "https://example.org")
        .post("2025-07-05-first.md", "kind: note", "Text.")
        .post("about.md", "kind: page\ntitle: About", "Us.")
}

/// What a code says, read from the picture by another program's eyes.
fn read(svg: &str) -> String {
    let document = Document::parse(svg).unwrap();
    let root = document.root_element();
    let size: usize = root.attribute("width").unwrap().parse().unwrap();
    let mut dark = vec![vec![false; size]; size];
    let path = root
        .descendants()
        .find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "path")));
    // M x y, h width, v height, H x, V y: each a dark square.
    for square in path.unwrap().attribute("d").unwrap().split('M').skip(1) {
        let (corner, rest) = square.split_once('h').unwrap();
        let (x, y) = corner
            .split_once(' ')
            .or_else(|| corner.split_once(','))
            .unwrap();
        let (x, y): (usize, usize) = (x.trim().parse().unwrap(), y.trim().parse().unwrap());
        let (width, rest) = rest.split_once('v').unwrap();
        let width: usize = width.trim().parse().unwrap();
        let height: usize = rest.split('H').next().unwrap().trim().parse().unwrap();
        for row in dark.iter_mut().skip(y).take(height) {
            row[x..x + width].fill(true);
        }
    }
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(
            size,
            size,
            |x, y| {
                if dark[y][x] { 0 } else { 255 }
            },
        );
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code");
    grids[0].decode().unwrap().1
}

#[test]
fn a_code_leads_to_its_page() {
    let site = blog();
    for (code, page) in [
        (
            "/qr/2025/Jul/5/first.svg",
            "https://example.org/2025/Jul/5/first/",
        ),
        ("/qr/about.svg", "https://example.org/about/"),
    ] {
        let reply = site.get(code).ok();
        assert_eq!(reply.header("Content-Type"), Some("image/svg+xml"));
        assert_eq!(read(&reply.body), page);
        let tag = reply.header("ETag").unwrap().to_owned();
        site.ask(code)
            .var("HTTP_IF_NONE_MATCH", tag)
            .run()
            .status(304);
    }
    let plain = site.plain("/cgi-bin/qr/2025/Jul/5/first.svg").ok();
    assert_eq!(
        read(&plain.body),
        "https://example.org/cgi-bin/post/2025/Jul/5/first/"
    );
}

#[test]
fn there_is_none_for_anybody_elses_address() {
    let site = blog();
    for none in [
        "/qr/",
        "/qr/none.svg",
        "/qr/2025/Jul/5/none.svg",
        "/qr/2025/Jul/5/first.png",
        "/qr/https://evil.example/x.svg",
        "/qr/2025/Jul/5/first.svg/",
    ] {
        site.get(none).status(404);
    }
}

#[test]
fn a_code_goes_where_its_page_goes() {
    let site = blog();
    site.import("2025-07-05-first.md", "kind: note\nslug: second", "Text.");
    site.get("/qr/2025/Jul/5/first.svg")
        .leads_to(301, "http://blog.example/qr/2025/Jul/5/second.svg");
    site.get("/qr/2025/07/05/Second.svg")
        .leads_to(301, "http://blog.example/qr/2025/Jul/5/second.svg");
}
