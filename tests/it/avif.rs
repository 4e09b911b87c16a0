//! AVIF, which is kept as it came but for what is no picture in it.

use mayfly::media::keep;

use crate::media::{contains, names};
use crate::site::Site;

fn boxed(kind: &str, content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
    [&size[..], kind.as_bytes(), content].concat()
}

/// A box with a version and flags.
fn full(kind: &str, version: u8, content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[version, 0, 0, 0], content].concat())
}

/// An entry of the table of contents.
fn item(number: u8, kind: &str) -> Vec<u8> {
    full(
        "infe",
        2,
        &[&[0, number, 0, 0], kind.as_bytes(), b"\0"].concat(),
    )
}

const PIXELS: &[u8] = b"pixels, as far as this goes";
const PLACE: &[u8] = b"Exif GPS 52.5200 N 13.4050 E";

/// An AVIF of that size, with Exif between two runs of pixels and more behind them.
fn avif(width: u32, height: u32) -> Vec<u8> {
    let ftyp = boxed("ftyp", b"avif\0\0\0\0avifmif1miaf");
    let ispe = full(
        "ispe",
        0,
        &[width.to_be_bytes(), height.to_be_bytes()].concat(),
    );
    let iprp = boxed("iprp", &boxed("ipco", &ispe));
    let iinf = full(
        "iinf",
        0,
        &[b"\0\x02".to_vec(), item(1, "av01"), item(2, "Exif")].concat(),
    );
    let rest = boxed("uuid", b"a stranger's box, with GPS in it");
    // The offsets take the room they need, whatever they are.
    let table = |at: u32| {
        let place = |at: usize, length: usize| {
            let at = at as u32;
            [at.to_be_bytes(), (length as u32).to_be_bytes()].concat()
        };
        let (first, exif) = (at as usize, at as usize + PIXELS.len());
        let second = exif + PLACE.len();
        let pixels = [
            b"\0\x01\0\0\0\x02".to_vec(),
            place(first, PIXELS.len()),
            place(second, PIXELS.len()),
        ];
        let exif = [b"\0\x02\0\0\0\x01".to_vec(), place(exif, PLACE.len())];
        let iloc = [b"\x44\0\0\x02".to_vec(), pixels.concat(), exif.concat()].concat();
        let hdlr = full("hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
        let parts = [
            hdlr,
            iinf.clone(),
            full("iloc", 0, &iloc),
            iprp.clone(),
            rest.clone(),
        ];
        full("meta", 0, &parts.concat())
    };
    let at = ftyp.len() + table(0).len() + 8;
    let data = [PIXELS, PLACE, PIXELS, b"<?php hidden behind ?>"].concat();
    let trailing = boxed("free", b"<script>");
    [ftyp, table(at as u32), boxed("mdat", &data), trailing].concat()
}

fn kept(site: &Site, content: &[u8]) -> Result<Vec<u8>, String> {
    let kept = keep(&site.data(), &mut &content[..]).map_err(|why| why.to_string())?;
    assert_eq!(kept.size, Some((1600, 900)));
    assert!(kept.address.ends_with(".avif"));
    Ok(std::fs::read(site.data().join(&kept.address[1..])).unwrap())
}

#[test]
fn its_pixels_stay_where_they_are_and_nothing_else_does() {
    let site = Site::new();
    let came = avif(1600, 900);
    let kept = kept(&site, &came).unwrap();
    assert_eq!(kept.len(), came.len());
    for part in [&b"GPS"[..], b"Exif GPS", b"<?php", b"<script>", b"stranger"] {
        assert!(!contains(&kept, part), "{part:?} is left");
    }
    let runs = |file: &[u8]| {
        let windows = file.windows(PIXELS.len()).enumerate();
        let runs = windows.filter(|(_, run)| *run == PIXELS).map(|(at, _)| at);
        runs.collect::<Vec<_>>()
    };
    assert_eq!(runs(&kept), runs(&came));
    assert_eq!(runs(&kept).len(), 2);
}

#[test]
fn one_that_is_not_understood_is_refused() {
    let site = Site::new();
    let came = avif(1600, 900);
    for end in 24..came.len() {
        if let Ok(kept) = kept(&site, &came[..end]) {
            assert!(!contains(&kept, b"GPS"), "cut at {end}");
            names(&site).iter().for_each(|name| {
                std::fs::remove_file(site.data().join("media").join(name)).unwrap();
            });
        }
    }
    let swapped = |from: &[u8], to: &[u8]| {
        let at = came
            .windows(from.len())
            .position(|run| run == from)
            .unwrap();
        [&came[..at], to, &came[at + from.len()..]].concat()
    };
    for changed in [
        swapped(b"mdat", b"mdta"),
        swapped(b"iloc", b"colr"),
        swapped(b"iinf", b"iloc"),
        swapped(b"av01", b"hvc1"),
        swapped(b"free", b"moov"),
        swapped(b"ispe", b"pixi"),
    ] {
        assert_eq!(
            kept(&site, &changed).unwrap_err(),
            "it is damaged, or was cut short"
        );
    }
    let large = keep(&site.data(), &mut &avif(50_000, 50_000)[..]).unwrap_err();
    assert!(large.to_string().contains("50000 x 50000 pixels"));
    // Whatever a byte is changed to, nothing hangs and no place is left in it.
    for at in 0..came.len() {
        let mut changed = came.clone();
        changed[at] ^= 0x81;
        drop(keep(&site.data(), &mut &changed[..]));
    }
}
