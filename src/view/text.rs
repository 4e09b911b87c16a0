//! What Markdown becomes where its own renderer makes less of it: pictures, and the
//! anchors of headings.

use maud::html;

/// A picture in a text.
pub struct Picture<'a> {
    /// Where it is.
    pub src: &'a str,
    /// What it shows, in words.
    pub alt: &'a str,
    /// What a pointer that rests on it is told, or empty.
    pub title: &'a str,
    /// Width and height, in pixels, where they are known.
    pub size: Option<(u32, u32)>,
    /// Addresses and widths to choose from, or empty.
    pub srcset: &'a str,
}

/// How wide a picture is shown: as the text is, which `style.css` limits.
const SIZES: &str = "(max-width: 44rem) 94vw, 41.5rem";

/// An image that is fetched when the reader comes near it.
pub fn picture(picture: &Picture<'_>) -> String {
    let title = (!picture.title.is_empty()).then_some(picture.title);
    let srcset = (!picture.srcset.is_empty()).then_some(picture.srcset);
    let markup = html! {
        img src=(picture.src) srcset=[srcset] sizes=[srcset.map(|_| SIZES)]
            width=[picture.size.map(|size| size.0)] height=[picture.size.map(|size| size.1)]
            alt=(picture.alt) title=[title] loading="lazy" decoding="async";
    };
    markup.into_string()
}

/// The link of a heading to itself. It has no text, so that none turns up in feeds
/// and on paper; the style sheet shows a sign for it.
pub fn anchor(id: &str, heading: &str) -> String {
    html! { a.anchor href={ "#" (id) } aria-label={ "Link to \u{201c}" (heading) "\u{201d}" } {} }
        .into_string()
}
