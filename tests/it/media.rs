//! Files taken into `media/`: what comes of good ones, and that nothing comes of bad
//! ones.

use std::fs;
use std::io::Cursor;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage};

use crate::site::Site;

/// A picture whose left half is red and whose right half is blue.
pub fn picture(width: u32, height: u32) -> DynamicImage {
    let colour = |x, _| match x < width / 2 {
        true => Rgb([200, 0, 0]),
        false => Rgb([0, 0, 200]),
    };
    RgbImage::from_fn(width, height, colour).into()
}

pub fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut file), format)
        .unwrap();
    file
}

/// A JPEG with Exif in it: its orientation, and a place.
pub fn photograph(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS 52.5200 N 13.4050 E");
    let mut jpeg = file(&picture(width, height), ImageFormat::Jpeg);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let segment = [&[0xff, 0xe1], &length[..], &exif].concat();
    jpeg.splice(2..2, segment);
    jpeg
}

/// What `mayfly media add` says to a file of that name.
fn add(site: &Site, name: &str, content: &[u8]) -> Output {
    let path = site.scratch().join(name);
    fs::write(&path, content).unwrap();
    site.mayfly(&["media", "add", path.to_str().unwrap()])
}

/// The file that the printed line leads to.
fn taken(site: &Site, output: &Output) -> PathBuf {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let line = String::from_utf8(output.stdout.clone()).unwrap();
    let (_, name) = line.split_once("(/media/").unwrap();
    site.data()
        .join("media")
        .join(name.trim_end().trim_end_matches(')'))
}

#[track_caller]
fn refused(output: &Output, why: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(why), "{said}");
}

/// The names in `media/`, all of them.
pub fn names(site: &Site) -> Vec<String> {
    let entries = fs::read_dir(site.data().join("media")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

pub fn contains(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|run| run == part)
}

#[test]
fn a_photograph_is_turned_cleaned_and_made_in_sizes() {
    let site = Site::new();
    let path = taken(&site, &add(&site, "IMG_1.JPG", &photograph(3000, 2000, 6)));
    let kept = fs::read(&path).unwrap();
    assert!(!contains(&kept, b"Exif") && !contains(&kept, b"GPS"));
    // Turned to the right, what was left is above.
    let shown = image::load_from_memory(&kept).unwrap().into_rgb8();
    assert_eq!(shown.dimensions(), (1706, 2560));
    assert!(shown.get_pixel(800, 10)[0] > 150 && shown.get_pixel(800, 2550)[2] > 150);
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let sizes = ["-1600.jpg", "-480.jpg", "-960.jpg", ".jpg"];
    assert_eq!(names(&site), sizes.map(|end| format!("{stem}{end}")));
    for name in names(&site) {
        let mode = fs::metadata(site.data().join("media").join(name))
            .unwrap()
            .permissions();
        assert_eq!(mode.mode() & 0o777, 0o644);
    }
    // And the post that shows it knows all of them.
    let text = format!("![A harbour](/media/{stem}.jpg)");
    site.import("a.md", "kind: note\nslug: a\ndate: 2025-07-05", &text);
    let page = site.get("/2025/Jul/5/a/").ok();
    assert_eq!(page.attributes(".e-content img", "width"), ["1706"]);
    let srcset = page.attributes(".e-content img", "srcset");
    assert_eq!(srcset[0].matches("w").count(), 4);
}

#[test]
fn the_same_file_twice_is_one() {
    let site = Site::new();
    let content = file(&picture(40, 30), ImageFormat::Png);
    let one = taken(&site, &add(&site, "a.png", &content));
    let other = taken(&site, &add(&site, "b.jpg", &content));
    assert_eq!(one, other);
    assert!(one.extension().is_some_and(|ending| ending == "png"));
    assert_eq!(names(&site).len(), 1);
}

#[test]
fn transparent_parts_stay() {
    let site = Site::new();
    let clear = DynamicImage::from(RgbaImage::new(700, 20));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let path = taken(&site, &add(&site, "a", &file(&clear, format)));
        let kept = image::load_from_memory(&fs::read(path).unwrap()).unwrap();
        assert_eq!(kept.into_rgba8().get_pixel(0, 0)[3], 0);
    }
}

#[test]
fn what_hides_behind_a_picture_is_not_kept() {
    let site = Site::new();
    let script = b"<?php system($_GET['c']); ?><script>alert(1)</script>";
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let content = [file(&picture(40, 30), format), script.to_vec()].concat();
        let path = taken(&site, &add(&site, "a.php", &content));
        assert!(!contains(&fs::read(path).unwrap(), b"<?php"), "{format:?}");
    }
    // A script as far as JavaScript is concerned, in a comment and behind the end.
    let dot =
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/markdown/media/dot.gif"));
    let mut dot = dot.unwrap();
    let end = dot.len() - 1;
    dot.splice(end..end, *b"\x21\xfe\x0d*/alert(1);/*\x00");
    dot.extend(script);
    let kept = fs::read(taken(&site, &add(&site, "a.gif", &dot))).unwrap();
    assert!(!contains(&kept, b"alert") && kept.ends_with(b"\x3b"));
}

/// Two frames of one pixel, for ever.
pub fn animation() -> Vec<u8> {
    let frame = b"\x21\xf9\x04\0\x0a\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    let begin =
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    [&begin[..], frame, frame, b"\x3b"].concat()
}

#[test]
fn an_animation_keeps_moving() {
    let site = Site::new();
    let path = taken(&site, &add(&site, "a.gif", &animation()));
    assert_eq!(fs::read(path).unwrap(), animation());
}

#[test]
fn drawings_and_documents_are_for_download() {
    let site = Site::new();
    for (content, ending) in [
        (&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], "svg"),
        (b"%PDF-1.7\n%%EOF\n", "pdf"),
    ] {
        let output = add(&site, "a.jpg", content);
        assert!(output.stdout.starts_with(b"[Download](/media/"));
        let path = taken(&site, &output);
        assert_eq!(path.extension().unwrap(), ending);
        assert_eq!(fs::read(path).unwrap(), content);
    }
}

/// A PNG whose header announces a size that its data does not have.
pub fn announced(width: u32, height: u32) -> Vec<u8> {
    let mut png = file(&picture(40, 30), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    png
}

#[test]
fn nothing_comes_of_what_is_refused() {
    let site = Site::new();
    let jpeg = photograph(400, 300, 1);
    let mut endless = animation();
    endless.pop();
    let cases: [(&str, Vec<u8>, &str); 9] = [
        (
            "page.jpg",
            b"<html><script>alert(1)</script>".to_vec(),
            "whatever its name says",
        ),
        ("empty.png", Vec::new(), "the file is empty"),
        ("cut.jpg", jpeg[..jpeg.len() / 2].to_vec(), "cut short"),
        ("cut.png", announced(40, 30)[..60].to_vec(), "cut short"),
        ("cut.gif", endless, "cut short"),
        (
            "bomb.png",
            announced(50_000, 50_000),
            "50000 x 50000 pixels",
        ),
        (
            "overflow.png",
            announced(0x7fff_ffff, 0x7fff_ffff),
            "pixels",
        ),
        (
            "phone.heic",
            b"\0\0\0\x1cftypheic\0\0\0\0mif1heic".to_vec(),
            "save it as JPEG",
        ),
        (
            "large.pdf",
            [&b"%PDF-1.7\n"[..], &vec![b' '; 25 << 20]].concat(),
            "larger than 24 MB",
        ),
    ];
    for (name, content, why) in cases {
        refused(&add(&site, name, &content), why);
        assert!(names(&site).is_empty(), "{name} left {:?}", names(&site));
    }
}

#[test]
fn names_are_nobodys_path() {
    let site = Site::new();
    let content = file(&picture(40, 30), ImageFormat::Png);
    let long = "a".repeat(250);
    for name in [
        "..%2f..%2fetc",
        "a\r\nb.png",
        "a\u{202e}gnp.exe",
        &long,
        "-rf",
        "$(id).png",
    ] {
        taken(&site, &add(&site, name, &content));
    }
    assert_eq!(names(&site).len(), 1);
}

#[test]
fn a_bomb_is_refused_in_little_memory() {
    let site = Site::new();
    let path = site.scratch().join("bomb.png");
    fs::write(&path, announced(50_000, 50_000)).unwrap();
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        "ulimit -v 262144; exec \"$0\" --data \"$1\" media add \"$2\"",
    ]);
    shell
        .arg(env!("CARGO_BIN_EXE_mayfly"))
        .arg(site.data())
        .arg(path);
    refused(&shell.output().unwrap(), "50000 x 50000 pixels");
}

#[test]
fn a_killed_upload_leaves_nothing_behind() {
    let site = Site::new();
    let path = site.scratch().join("large.png");
    // Noise takes long to write, so that there is something to interrupt.
    let noise = |x: u32, y: u32| Rgb([x * 31 + y * 17, x * y, x ^ y].map(|n| (n % 251) as u8));
    let noise = DynamicImage::from(RgbImage::from_fn(700, 700, noise));
    fs::write(&path, file(&noise, ImageFormat::Png)).unwrap();
    let on_its_way = || names(&site).into_iter().any(|name| name.starts_with('.'));
    let mut left = false;
    for _ in 0..8 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
        command
            .arg("--data")
            .arg(site.data())
            .args(["media", "add"])
            .arg(&path);
        let mut adding = command.stdout(Stdio::null()).spawn().unwrap();
        while !on_its_way() && adding.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        adding.kill().unwrap();
        adding.wait().unwrap();
        left |= on_its_way();
        // Whatever has a name is whole.
        for name in names(&site).iter().filter(|name| !name.starts_with('.')) {
            let kept = fs::read(site.data().join("media").join(name)).unwrap();
            image::load_from_memory(&kept).unwrap();
        }
        for name in names(&site).iter().filter(|name| !name.starts_with('.')) {
            fs::remove_file(site.data().join("media").join(name)).unwrap();
        }
    }
    assert!(left, "nothing was interrupted on its way");
    taken(
        &site,
        &add(&site, "a.png", &file(&picture(40, 30), ImageFormat::Png)),
    );
    assert_eq!(names(&site).len(), 1, "{:?}", names(&site));
}
