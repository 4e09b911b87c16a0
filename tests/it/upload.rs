//! Files uploaded in the browser: what is kept, what is refused, what it is told, and
//! what somebody who means no good gets out of it.

mod fault;

use std::fs;

use image::{DynamicImage, ImageFormat};
use serde_json::Value;

use crate::media::{animation, announced, contains, file, names, photograph, picture};
use crate::site::{BOUNDARY, Reply, Signed, Site, multipart};

const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";

fn json(reply: &Reply) -> Value {
    assert_eq!(reply.header("Content-Type"), Some("application/json"));
    serde_json::from_str(&reply.body).unwrap()
}

/// What somebody who asks in a script is told about one file.
fn told(browser: &Signed<'_>, name: &str, content: &[u8]) -> Value {
    let upload = browser.upload(&[(name, content)]);
    json(&upload.var("HTTP_ACCEPT", "application/json").run())
}

fn rows(site: &Site) -> i64 {
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    desk.query_row("SELECT count(*) FROM media", [], |row| row.get(0))
        .unwrap()
}

/// Files on their way in the data directory and in `media/`.
fn on_their_way(site: &Site) -> Vec<String> {
    let folders = [site.data(), site.data().join("media")];
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}

#[test]
fn a_field_behind_a_file_that_was_kept_does_not_refuse_it() {
    // The answer was 400, as if nothing had been kept, and 403 for another token.
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (token, long) = (browser.token(), "x".repeat(5000));
    let body = multipart(&[
        ("token", None, token.as_bytes()),
        ("file", Some("loop.gif"), &animation()),
        ("note", None, long.as_bytes()),
        ("token", None, b"another"),
    ]);
    let reply = browser.parts(&body).var("HTTP_ACCEPT", "application/json");
    assert_eq!(json(&reply.run().ok())["kept"][0]["name"], "loop.gif");
    assert_eq!(rows(&site), 1);
}

#[test]
fn good_files_are_kept_and_each_bad_one_is_named() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let png = file(&picture(700, 30), ImageFormat::Png);
    let reply = browser
        .upload(&[
            ("harbour.png", &png),
            ("<b>tune.mp3", b"ID3\x04"),
            ("loop.gif", &animation()),
            ("plan.svg", SVG),
            ("cut.jpg", &photograph(40, 30, 1)[..300]),
        ])
        .run()
        .ok()
        .lacks("<b>tune");
    let refused = reply.texts(".error p");
    assert_eq!(refused.len(), 2);
    assert!(
        refused[0].starts_with("<b>tune.mp3: it is neither JPEG"),
        "{refused:?}"
    );
    assert_eq!(refused[1], "cut.jpg: it is damaged, or was cut short");
    let lines = reply.texts(".note code");
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("![](/media/") && lines[0].ends_with(".png)"));
    assert!(lines[2].starts_with("[plan.svg](/media/"), "{lines:?}");
    assert_eq!(rows(&site), 3);
    // A picture, its narrower copy, the animation, the drawing.
    assert_eq!(names(&site).len(), 4);
    assert_eq!(on_their_way(&site), Vec::<String>::new());
    assert_eq!(reply.texts("ul.grid li").len(), 3);
}

#[test]
fn a_script_is_told_in_json() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let png = file(&picture(700, 30), ImageFormat::Png);
    let upload = browser.upload(&[("a \"b\".png", &png), ("c.txt", b"text")]);
    let reply = upload
        .var("HTTP_ACCEPT", "application/json")
        .run()
        .status(200);
    assert_eq!(reply.header("Cache-Control"), Some("private, no-store"));
    let told: Value = serde_json::from_str(&reply.body).unwrap();
    let kept = &told["kept"][0];
    let address = kept["address"].as_str().unwrap();
    assert_eq!(kept["src"], address);
    assert_eq!(kept["thumbnail"], address.replace(".png", "-480.png"));
    assert_eq!(kept["markdown"], format!("![]({address})"));
    assert_eq!((&kept["width"], &kept["height"]), (&700.into(), &30.into()));
    assert_eq!(kept["page"], "/admin/media/1/");
    assert_eq!(told["refused"][0]["name"], "c.txt");
    // Nothing kept, and the whole request refused.
    let upload = browser.upload(&[("c.txt", b"text")]);
    let reply = upload
        .var("HTTP_ACCEPT", "application/json")
        .run()
        .status(422);
    assert!(reply.body.contains("neither JPEG"));
    let parts = browser.parts(&multipart(&[("token", None, b"forged")]));
    let reply = parts
        .var("HTTP_ACCEPT", "application/json")
        .run()
        .status(403);
    let told: Value = serde_json::from_str(&reply.body).unwrap();
    assert!(told["error"].as_str().unwrap().contains("nothing was done"));
    let reply = browser
        .parts(b"")
        .var("HTTP_COOKIE", "")
        .var("HTTP_ACCEPT", "application/json")
        .run()
        .status(403);
    let told: Value = serde_json::from_str(&reply.body).unwrap();
    assert!(told["error"].as_str().unwrap().contains("not signed in"));
}

#[test]
fn a_photograph_tells_nobody_where_it_was_taken() {
    let site = Site::new().with_account();
    told(&site.sign_in(), "IMG_1.JPG", &photograph(1000, 600, 6));
    for name in names(&site) {
        let kept = fs::read(site.data().join("media").join(name)).unwrap();
        assert!(!contains(&kept, b"Exif") && !contains(&kept, b"GPS"));
        let shown = image::load_from_memory(&kept).unwrap();
        assert!(shown.width() < shown.height(), "it stands upright");
    }
}

#[test]
fn what_is_two_things_at_once_is_kept_as_the_one_it_shows() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let script = b"*/;alert(document.cookie)//<?php system($_GET[0]);?>PK\x03\x04";
    // A picture to one program and a script, a page or an archive to another.
    let mut gif = animation();
    gif.splice(
        gif.len() - 1..,
        [&b"\x21\xfe\x0a*/alert();\0\x3b"[..], script].concat(),
    );
    let mut jpeg = photograph(40, 30, 1);
    jpeg.splice(2..2, [&b"\xff\xfe\x00\x10"[..], b"<?php exec(1)?"].concat());
    jpeg.extend(script);
    let png = [file(&picture(40, 30), ImageFormat::Png), script.to_vec()].concat();
    for (name, content) in [("a.gif", &gif), ("a.php", &jpeg), ("a.html", &png)] {
        let told = told(&browser, name, content);
        let address = told["kept"][0]["address"].as_str().unwrap();
        let kept = fs::read(site.data().join(&address[1..])).unwrap();
        for part in [&b"alert"[..], b"<?php", b"PK\x03\x04"] {
            assert!(!contains(&kept, part), "{name} keeps {part:?}");
        }
        assert!(!address.ends_with(".php") && !address.ends_with(".html"));
    }
    // A script that says it is a picture has no picture in it.
    let told = told(&browser, "a.gif", b"GIF89a=1;alert(1)//");
    assert_eq!(told["refused"][0]["why"], "it is damaged, or was cut short");
}

#[test]
fn what_can_not_be_taken_leaves_nothing() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let jpeg = photograph(400, 300, 1);
    let png = file(&picture(400, 300), ImageFormat::Png);
    let webp = file(&picture(400, 300), ImageFormat::WebP);
    let large = [&b"%PDF-1.7\n"[..], &vec![b' '; 24 << 20]].concat();
    let cases: [(&[u8], &str); 8] = [
        (&announced(50_000, 50_000), "it has 50000 x 50000 pixels"),
        (&announced(u32::MAX, u32::MAX), "damaged"),
        (&jpeg[..jpeg.len() - 9], "cut short"),
        (&png[..png.len() / 2], "cut short"),
        (&webp[..webp.len() / 2], "cut short"),
        (b"", "the file is empty"),
        (b"<html><body>", "whatever its name says"),
        (&large, "larger than 24 MB"),
    ];
    for (content, why) in cases {
        let told = told(&browser, "a.png", content);
        let said = told["refused"][0]["why"].as_str().unwrap();
        assert!(
            said.contains(why) || said.contains("pixels"),
            "{said}, not {why}"
        );
        assert!(
            names(&site).is_empty() && on_their_way(&site).is_empty(),
            "{why}"
        );
    }
    assert_eq!(rows(&site), 0);
    let reply = browser.upload(&[("", b"")]).run().status(422);
    assert_eq!(reply.texts(".error p"), ["No file was chosen."]);
}

#[test]
fn what_moves_is_not_stopped_in_silence() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let mut png = file(&picture(40, 30), ImageFormat::Png);
    let control = b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\xf3\x8d\x93\x70";
    png.splice(33..33, *control);
    let mut webp = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x27\0\0\x1d\0\0".to_vec();
    webp.extend(b"ANIM\0\0\0\0");
    for content in [png, webp] {
        let told = told(&browser, "a", &content);
        let why = told["refused"][0]["why"].as_str().unwrap();
        assert!(why.contains("only GIF"), "{why}");
    }
}

#[test]
fn a_name_is_shown_and_never_a_path() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let png = file(&picture(40, 30), ImageFormat::Png);
    let long = format!("{}.png", "x".repeat(3000));
    for (name, shown) in [
        ("../../x.png", "x.png"),
        ("..\\\\x.png", "x.png"),
        ("/etc/passwd", "passwd"),
        ("a\0b.png", "ab.png"),
        ("a%0D%0Ab.png", "a%0D%0Ab.png"),
        ("a\u{202e}gnp.exe", "agnp.exe"),
        ("<script>.png", "<script>.png"),
        (".htaccess", ".htaccess"),
        (&long, "xxx"),
    ] {
        let told = told(&browser, name, &png);
        let kept = told["kept"][0]["name"].as_str().unwrap();
        // The first name it came under stays; the file is the same each time.
        assert_eq!(kept, "x.png", "{name:.40}");
        let reply = browser.upload(&[(name, b"?")]).run().status(422);
        let said = reply.texts(".error strong");
        assert!(
            said[0].starts_with(shown) && said[0].len() < 300,
            "{said:?}"
        );
    }
    assert_eq!(names(&site).len(), 1);
    let mut outside = fs::read_dir(site.data()).unwrap();
    assert!(outside.all(|entry| !entry.unwrap().path().ends_with("x.png")));
}

#[test]
fn nothing_is_taken_before_the_form_is_known_to_be_ours() {
    let site = Site::new().with_account();
    let (browser, other) = (site.sign_in(), site.sign_in());
    let png = file(&picture(40, 30), ImageFormat::Png);
    let file = ("file", Some("a.png"), &png[..]);
    let (token, theirs) = (browser.token(), other.token());
    for parts in [
        vec![file],
        vec![file, ("token", None, token.as_bytes())],
        vec![("token", None, theirs.as_bytes()), file],
        vec![("token", None, b"".as_slice()), file],
        vec![("token", Some("t"), token.as_bytes()), file],
    ] {
        browser.parts(&multipart(&parts)).run().status(403);
    }
    let ours = multipart(&[("token", None, token.as_bytes()), file]);
    for (header, value) in [
        ("HTTP_SEC_FETCH_SITE", "cross-site"),
        ("HTTP_ORIGIN", "https://evil.example"),
        ("HTTP_ORIGIN", "null"),
    ] {
        browser.parts(&ours).var(header, value).run().status(403);
    }
    browser
        .parts(&ours)
        .var("HTTP_COOKIE", "")
        .run()
        .status(403);
    assert!(names(&site).is_empty() && on_their_way(&site).is_empty() && rows(&site) == 0);
    browser.parts(&ours).run().ok();
    // Played back after signing out, it finds no session.
    browser
        .form("/admin/account/", &[("do", "sign-out")])
        .run()
        .status(303);
    browser.parts(&ours).run().status(403);
}

#[test]
fn damaged_forms_are_refused_and_what_was_whole_is_told() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let png = file(&picture(40, 30), ImageFormat::Png);
    let token = browser.token();
    let token = ("token", None, token.as_bytes());
    let whole = multipart(&[token, ("file", Some("a.png"), &png)]);
    // Not as long as it says: under CGI the input just ends.
    let cut = browser
        .parts(&whole)
        .stdin(crate::site::Input::Ended(whole[..400].to_vec()));
    cut.run().status(422).has("cut short on its way");
    let end = format!("\r\n--{BOUNDARY}--\r\n");
    let open = &whole[..whole.len() - end.len()];
    browser
        .parts(open)
        .run()
        .status(422)
        .has("cut short on its way");
    assert!(names(&site).is_empty() && on_their_way(&site).is_empty());
    let wrong = browser
        .parts(&whole)
        .var("CONTENT_TYPE", "multipart/form-data; boundary=x");
    wrong.run().status(400);
    let none = browser
        .parts(&whole)
        .var("CONTENT_TYPE", "multipart/form-data");
    none.run().status(400);
    browser.parts(b"").run().status(400);
    let fields = [("do", "upload")];
    browser.form("/admin/media/", &fields).run().status(400);
    let chunked = browser
        .parts(&whole)
        .var("HTTP_TRANSFER_ENCODING", "chunked");
    chunked.run().status(411);
    let many = vec![("file", Some("a"), &b"x"[..]); 10_000];
    let many = [vec![token], many].concat();
    browser.parts(&multipart(&many)).run().status(400);
    assert_eq!(rows(&site), 0);
    // Of two files, the one that arrived whole is kept and told.
    let two = multipart(&[
        token,
        ("file", Some("a.png"), &png),
        ("file", Some("b.png"), &png),
    ]);
    let reply = browser.parts(&two[..two.len() - 60]).run().ok();
    assert_eq!(reply.texts(".note li a"), ["a.png"]);
    assert!(reply.texts(".error p")[0].starts_with("b.png: it was cut short"));
}

#[test]
fn too_large_a_request_is_refused_before_it_is_read() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let reply = browser
        .parts(b"--x")
        .var("CONTENT_LENGTH", (26 << 20).to_string())
        .stdin(crate::site::Input::Ended(vec![b'x'; 2 << 20]))
        .run()
        .status(413);
    assert!(reply.body.contains("26214400 bytes"));
}
