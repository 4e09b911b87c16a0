//! What a file is. Its name is somebody's word, and so is the type a browser sends
//! with it; only its first bytes decide under which ending it is stored, and the
//! ending is what the web server goes by.

/// The kinds that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A photograph.
    Jpeg,
    /// A picture without loss.
    Png,
    /// Either of the two.
    Webp,
    /// A picture that may move.
    Gif,
    /// A picture that can't be decoded here, and is shown as it came.
    Avif,
    /// A drawing that may run scripts, so it is for download alone.
    Svg,
    /// A document, for download alone.
    Pdf,
}

/// How far into a file the element of an SVG is looked for, in bytes.
pub const PROLOGUE: usize = 4096;

impl Kind {
    /// The kind of a file that begins like this.
    ///
    /// # Errors
    /// What is wrong with it, for whoever wants to upload it.
    pub fn of(content: &[u8]) -> Result<Kind, &'static str> {
        let is_box = |brand: &[u8]| {
            content.get(4..8) == Some(b"ftyp") && {
                let brands = &content[8..content.len().min(64)];
                brands.chunks(4).any(|known| known == brand)
            }
        };
        match content {
            [0xff, 0xd8, 0xff, ..] => Ok(Kind::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Kind::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Ok(Kind::Gif),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Ok(Kind::Webp),
            [b'%', b'P', b'D', b'F', b'-', ..] => Ok(Kind::Pdf),
            _ if is_box(b"avis") => {
                Err("it is a film: of AVIF, only pictures that stand still are taken")
            }
            _ if is_box(b"avif") => Ok(Kind::Avif),
            _ if is_box(b"heic") || is_box(b"mif1") => {
                Err("HEIC is shown by few browsers: save it as JPEG, WebP or AVIF")
            }
            _ if is_svg(content) => Ok(Kind::Svg),
            [] => Err("the file is empty"),
            _ => {
                Err("it is neither JPEG, PNG, WebP, GIF, AVIF, SVG nor PDF, whatever its name says")
            }
        }
    }

    /// The ending its files have.
    pub fn ending(self) -> &'static str {
        match self {
            Kind::Jpeg => "jpg",
            Kind::Png => "png",
            Kind::Webp => "webp",
            Kind::Gif => "gif",
            Kind::Avif => "avif",
            Kind::Svg => "svg",
            Kind::Pdf => "pdf",
        }
    }

    /// Whether a page can show it.
    pub fn is_shown(self) -> bool {
        !matches!(self, Kind::Svg | Kind::Pdf)
    }
}

/// Whether the first element is `svg`, behind what XML lets stand before it.
fn is_svg(content: &[u8]) -> bool {
    let beginning = &content[..content.len().min(PROLOGUE)];
    let beginning = String::from_utf8_lossy(beginning);
    let mut rest = beginning.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!DOCTYPE svg") => ">",
            _ => break,
        };
        let Some((_, behind)) = rest.split_once(end) else {
            return false;
        };
        rest = behind.trim_start();
    }
    let is_end = |c: char| c.is_whitespace() || c == '>' || c == '/';
    rest.strip_prefix("<svg")
        .is_some_and(|rest| rest.starts_with(is_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides() {
        let cases: [(&[u8], Option<Kind>); 14] = [
            (b"\xff\xd8\xff\xe0", Some(Kind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(Kind::Png)),
            (b"GIF89a/*", Some(Kind::Gif)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(Kind::Webp)),
            (b"%PDF-1.7", Some(Kind::Pdf)),
            (
                b"<?xml version='1.0'?>\n<!-- x --><svg xmlns=''>",
                Some(Kind::Svg),
            ),
            (b"<svgx>", None),
            (b"<html><svg>", None),
            (b"\0\0\0\x1cftypavif\0\0\0\0mif1", Some(Kind::Avif)),
            (b"\0\0\0\x1cftypavis\0\0\0\0avif", None),
            (b"\0\0\0\x1cftypheic\0\0\0\0mif1", None),
            (b"<?php echo 1;", None),
            (b"<!-- <svg>", None),
            (b"", None),
        ];
        for (content, kind) in cases {
            assert_eq!(Kind::of(content).ok(), kind, "{content:?}");
        }
    }
}
