//! Looking up the blog's own pictures, when a text that shows them is saved: a
//! browser that knows how large a picture is keeps its place, and one that has a
//! choice of sizes fetches no more than it shows.

use std::path::{Component, Path, PathBuf};

use percent_encoding::percent_decode_str;

use crate::url::MEDIA;

/// The widths, in pixels, at which a picture is offered beside its own. A page
/// shows at most 660 CSS pixels: these suit a telephone, a screen, a sharp screen.
pub const WIDTHS: [u32; 3] = [480, 960, 1600];

/// A picture of the blog's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The narrower ones of the same content: width in pixels, and pretty path.
    pub sizes: Vec<(u32, String)>,
}

/// The folder in which the blog's own pictures lie.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    folder: Option<PathBuf>,
}

impl Shelf {
    /// The shelf of a blog: `media/` in its data directory.
    pub fn of(data: &Path) -> Shelf {
        Shelf {
            folder: Some(data.join("media")),
        }
    }

    /// A shelf without anything on it.
    pub fn empty() -> Shelf {
        Shelf::default()
    }

    /// What lies there under an address such as `/media/a.jpg`. Nothing is said of
    /// other addresses, nor of a file whose size can't be told.
    pub fn find(&self, address: &str) -> Option<Picture> {
        let path = self.file(address)?;
        let size = imagesize::size(&path).ok()?;
        let (width, height) = (
            u32::try_from(size.width).ok()?,
            u32::try_from(size.height).ok()?,
        );
        let narrower = WIDTHS.iter().filter(|&&narrower| narrower < width);
        let sizes = narrower.filter_map(|&narrower| {
            let address = sized(address, narrower)?;
            self.file(&address)?
                .is_file()
                .then_some((narrower, address))
        });
        Some(Picture {
            width,
            height,
            sizes: sizes.collect(),
        })
    }

    /// The file of an address. One that leads out of the folder is nobody's.
    fn file(&self, address: &str) -> Option<PathBuf> {
        let name = percent_decode_str(address.strip_prefix(MEDIA)?)
            .decode_utf8()
            .ok()?;
        let name = Path::new(name.as_ref());
        let mut parts = name.components();
        let inside = parts.all(|part| matches!(part, Component::Normal(_)));
        (inside && !name.as_os_str().is_empty()).then(|| Some(self.folder.as_ref()?.join(name)))?
    }
}

/// The address of another width: `/media/a.jpg` is `/media/a-480.jpg` there.
pub fn sized(address: &str, width: u32) -> Option<String> {
    let (name, ending) = address.rsplit_once('.')?;
    Some(format!("{name}-{width}.{ending}"))
}
