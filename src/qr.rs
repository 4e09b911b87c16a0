//! QR codes of permalinks, for paper and for screens that others hold a telephone
//! to. A code is made of nothing but addresses of this blog, so that nobody borrows
//! it for their own.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::date::Date;
use crate::error::{Error, Result};
use crate::path::Path;
use crate::post;
use crate::url;

/// The code that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The pretty path of the page.
    pub page: String,
    /// The day and the slug, if that can be a post's.
    pub address: Option<(Date, String)>,
    /// The path as it was asked for.
    pub path: Path,
}

impl Wanted {
    /// Reads `/qr/2025/Jul/5/slug.svg` and `/qr/about.svg`.
    ///
    /// # Errors
    /// 404 for what is no code's address.
    pub fn parse(path: &Path) -> Result<Wanted> {
        let stem = path
            .as_str()
            .strip_prefix(url::QR)
            .and_then(|rest| rest.strip_suffix(".svg"))
            .ok_or(Error::NotFound)?;
        let address = post::address(&stem.split('/').collect::<Vec<_>>());
        Ok(Wanted {
            page: match &address {
                Some((date, slug)) => url::post(*date, slug),
                None => format!("/{stem}/"),
            },
            address,
            path: path.clone(),
        })
    }
}

/// The code of an address, as a picture that is sharp at any size. A quarter of it
/// may be smudged, and it stands on white with the margin that readers need (ISO
/// 18004, four modules), for a page may be dark.
///
/// # Errors
/// 414 for an address that no code has room for.
pub fn picture(address: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(address, EcLevel::Q)
        .or_else(|_| QrCode::with_error_correction_level(address, EcLevel::L))
        .map_err(|_| Error::UriTooLong)?;
    let picture = code
        .render::<svg::Color<'_>>()
        .min_dimensions(320, 320)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    Ok(picture)
}
