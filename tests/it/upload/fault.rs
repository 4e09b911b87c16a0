//! Uploads that meet little memory, a full disk, or their own end.

use std::io::Write;
use std::process::{Command, Stdio};

use super::*;

#[test]
fn one_picture_after_another_takes_no_more_memory() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    // Decoded, each takes 1 MB, and more while it is made smaller and written.
    let pictures: Vec<_> = (0..6)
        .map(|number| {
            let picture = DynamicImage::new_rgb8(700, 500 + number);
            file(&picture, ImageFormat::Jpeg)
        })
        .collect();
    let files: Vec<(&str, &[u8])> = pictures.iter().map(|file| ("a.jpg", &file[..])).collect();
    let reply = browser.upload(&files).limited("ulimit -v 32768").run().ok();
    assert_eq!(reply.texts(".error p"), Vec::<String>::new());
    assert_eq!(reply.texts(".note li").len(), 6);
}

#[test]
fn a_full_disk_is_told_and_nothing_is_left() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let large = [&b"%PDF-1.7\n"[..], &vec![b' '; 3 << 20]].concat();
    let files: [(&str, &[u8]); 2] = [("a.pdf", &large), ("b.gif", &animation())];
    let reply = browser
        .upload(&files)
        .limited("ulimit -f 2048")
        .run()
        .status(200);
    assert!(reply.texts(".error p")[0].contains("the disk or the quota is full"));
    assert!(
        reply.log().contains("a.pdf was not taken in"),
        "{}",
        reply.log()
    );
    assert_eq!(reply.texts(".note li a"), ["b.gif"]);
    assert_eq!((names(&site).len(), rows(&site)), (1, 1));
    assert!(on_their_way(&site).is_empty());
    let reply = browser.upload(&files[..1]).limited("ulimit -f 2048").run();
    reply.status(503);
}

#[test]
fn a_killed_upload_leaves_nothing_and_loses_nothing_acknowledged() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_mayfly")).with_file_name("media");
    let token = browser.token();
    let mut left = 0;
    for round in 0..40_u32 {
        let png = file(&picture(500 + round, 40), ImageFormat::Png);
        let body = multipart(&[
            ("token", None, token.as_bytes()),
            ("file", Some("a.png"), &png),
        ]);
        let mut command = Command::new(&program);
        command.env_clear().envs([
            ("MAYFLY_DATA", site.data().to_str().unwrap()),
            ("REQUEST_METHOD", "POST"),
            ("SCRIPT_NAME", "/cgi-bin/media"),
            ("HTTP_HOST", "blog.example"),
            ("HTTP_COOKIE", &browser.cookies),
            ("CONTENT_LENGTH", &body.len().to_string()),
            (
                "CONTENT_TYPE",
                &format!("multipart/form-data; boundary={BOUNDARY}"),
            ),
        ]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut running = command.spawn().unwrap();
        let mut input = running.stdin.take().unwrap();
        // Some are killed while they wait for the rest, others once they have it all,
        // a little later each time.
        let half = round % 2 == 0;
        let end = if half { body.len() - 30 } else { body.len() };
        input.write_all(&body[..end]).unwrap();
        if half {
            while on_their_way(&site).is_empty() {
                std::hint::spin_loop();
            }
        } else {
            (0..round * 20_000).for_each(|_| std::hint::spin_loop());
        }
        running.kill().unwrap();
        running.wait().unwrap();
        left += usize::from(!on_their_way(&site).is_empty());
    }
    assert!(left >= 20, "only {left} were interrupted on their way");
    // Whatever the library lists is there, whole; whatever is there, too, is swept or
    // can be taken in again.
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    let mut listed = desk.prepare("SELECT file FROM media").unwrap();
    let listed = listed.query_map([], |row| row.get::<_, String>(0)).unwrap();
    for name in listed.map(Result::unwrap) {
        let kept = fs::read(site.data().join("media").join(name)).unwrap();
        image::load_from_memory(&kept).unwrap();
    }
    let last = file(&picture(40, 30), ImageFormat::Png);
    told(&browser, "last.png", &last);
    assert_eq!(on_their_way(&site), Vec::<String>::new());
    for name in names(&site) {
        let kept = fs::read(site.data().join("media").join(name)).unwrap();
        image::load_from_memory(&kept).unwrap();
    }
}
