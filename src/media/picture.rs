//! What becomes of a picture: its pixels, upright, written anew at the widths a page
//! can use. Whatever else was in the file, where it was taken, a comment, a script
//! behind its end, is not written, so it is not there.

use std::io::Cursor;

use fast_image_resize::{IntoImageView, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use imagesize::ImageSize;

use super::kind::Kind;
use super::shelf::WIDTHS;

/// Most pixels: a picture of 24 megapixels from a camera, decoded, takes 75 MB, and a
/// progressive JPEG twice that on the way; the deploy files give a program 256 MB.
const MOST_PIXELS: usize = 25_000_000;

/// Most memory for what is decoded, in bytes.
const MOST_MEMORY: u64 = 160 << 20;

/// The longest side of the largest that is kept, in pixels.
const LONGEST: u32 = 2560;

/// How well a JPEG is written: the loss is below what is seen at a page's size.
const QUALITY: u8 = 85;

/// A picture as it is kept.
pub struct Made {
    /// What its files are, which need not be what came.
    pub kind: Kind,
    /// The largest.
    pub width: u32,
    /// The largest.
    pub height: u32,
    /// The largest.
    pub content: Vec<u8>,
    /// The narrower ones, by width.
    pub sizes: Vec<(u32, Vec<u8>)>,
}

/// Makes of a file what is kept of it.
///
/// # Errors
/// What is wrong with it, for whoever wants to upload it.
pub fn made(kind: Kind, file: &[u8]) -> Result<Made, String> {
    let broken = || "it is damaged, or was cut short".to_owned();
    measured(file)?;
    if moves(kind, file) {
        return Err("it moves, and of animations only GIF is taken".into());
    }
    if kind == Kind::Jpeg && !is_whole(file) {
        return Err(broken());
    }
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Webp => ImageFormat::WebP,
        Kind::Gif | Kind::Avif | Kind::Svg | Kind::Pdf => return Err(broken()),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| broken())?;
    let orientation = decoder.orientation().map_err(|_| broken())?;
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| match error {
        image::ImageError::Limits(_) => "decoding it takes too much memory: scale it down".into(),
        _ => broken(),
    })?;
    // Eight bits a colour; 16 are for those who edit. The wide copy goes at once.
    let picture = match picture.color().has_alpha() {
        true => DynamicImage::from(picture.into_rgba8()),
        false => DynamicImage::from(picture.into_rgb8()),
    };
    let kind = kept_as(kind, file, &picture);
    let longest = picture.width().max(picture.height());
    // Scaled before it is turned, for turning takes a copy.
    let mut picture = match longest > LONGEST {
        true => scaled(&picture, picture.width() * LONGEST / longest)?,
        false => picture,
    };
    picture.apply_orientation(orientation);
    let narrower = WIDTHS.iter().filter(|&&width| width < picture.width());
    let sizes = narrower.map(|&width| Ok((width, written(kind, &scaled(&picture, width)?)?)));
    let sizes = sizes.collect::<Result<_, String>>()?;
    Ok(Made {
        kind,
        width: picture.width(),
        height: picture.height(),
        content: written(kind, &picture)?,
        sizes,
    })
}

/// The size of a picture. Its header is a few bytes: nothing is decoded for one that
/// is too large.
///
/// # Errors
/// What is wrong with it, for whoever wants to upload it.
pub fn measured(file: &[u8]) -> Result<ImageSize, String> {
    let size = imagesize::blob_size(file).map_err(|_| "it is damaged, or was cut short")?;
    if size.width.saturating_mul(size.height) > MOST_PIXELS {
        return Err(format!(
            "it has {} x {} pixels, and {} million are the most: scale it down first",
            size.width,
            size.height,
            MOST_PIXELS / 1_000_000
        ));
    }
    Ok(size)
}

/// Whether there is more than one picture in it, of which only the first would stay.
/// WebP has a flag in its first chunk, PNG a chunk before the pixels.
fn moves(kind: Kind, file: &[u8]) -> bool {
    match kind {
        Kind::Webp => {
            let extended = file.get(12..16) == Some(b"VP8X");
            extended && file.get(20).is_some_and(|flags| flags & 2 != 0)
        }
        Kind::Png => {
            let find = |name: &[u8]| file.windows(4).position(|run| run == name);
            find(b"IDAT").is_some_and(|data| find(b"acTL").is_some_and(|chunk| chunk < data))
        }
        _ => false,
    }
}

/// Whether a JPEG has its end. The decoder fills up in grey what is missing of one.
/// Neither marker can occur within a scan (ITU T.81, B.1.1.5), and the preview in
/// Exif, which has both, comes before.
fn is_whole(jpeg: &[u8]) -> bool {
    let last = |marker: u8| jpeg.windows(2).rposition(|pair| pair == [0xff, marker]);
    last(0xd9).is_some_and(|end| last(0xda).is_some_and(|scan| scan < end))
}

/// WebP can be written here without loss alone, which makes a photograph many times
/// larger; so one with loss becomes a JPEG, unless it has transparent parts.
fn kept_as(kind: Kind, file: &[u8], picture: &DynamicImage) -> Kind {
    let lossless = file.get(12..16) == Some(b"VP8L");
    match kind {
        Kind::Webp if !lossless && !picture.color().has_alpha() => Kind::Jpeg,
        kind => kind,
    }
}

fn scaled(picture: &DynamicImage, width: u32) -> Result<DynamicImage, String> {
    let (width, from) = (width.max(1), u64::from(picture.width()));
    let height = u64::from(picture.height()) * u64::from(width) / from.max(1);
    let height = u32::try_from(height.max(1)).map_err(|error| error.to_string())?;
    let mut smaller = match picture.pixel_type() {
        Some(fast_image_resize::PixelType::U8x4) => DynamicImage::new_rgba8(width, height),
        _ => DynamicImage::new_rgb8(width, height),
    };
    Resizer::new()
        .resize(picture, &mut smaller, &ResizeOptions::new())
        .map_err(|error| format!("it can't be scaled: {error}"))?;
    Ok(smaller)
}

fn written(kind: Kind, picture: &DynamicImage) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let written = match kind {
        Kind::Jpeg => picture.write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY)),
        Kind::Png => picture.write_to(&mut Cursor::new(&mut out), ImageFormat::Png),
        _ => picture.write_to(&mut Cursor::new(&mut out), ImageFormat::WebP),
    };
    written.map_err(|error| format!("it can't be written: {error}"))?;
    Ok(out)
}
