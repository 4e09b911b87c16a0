//! Mathematics, written as TeX and stored as MathML, which browsers set without a
//! script. It stands between `$` and a backtick, or in a fence named `math`, as
//! GitHub and GitLab have it: a dollar alone stays a dollar.

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

/// The name of the fence.
pub const FENCE: &str = "math";

/// The MathML of a formula, in a line or as a block of its own. `None` where it
/// is not TeX that is understood: the author gets it back as written.
pub fn mathml(tex: &str, block: bool) -> Option<String> {
    let storage = Storage::new();
    let events: Vec<_> = Parser::new(tex, &storage).collect::<Result<_, _>>().ok()?;
    let config = RenderConfig {
        display_mode: match block {
            true => DisplayMode::Block,
            false => DisplayMode::Inline,
        },
        ..RenderConfig::default()
    };
    let events = events.into_iter().map(Ok::<_, std::convert::Infallible>);
    let mut html = String::new();
    push_mathml(&mut html, events, config).ok()?;
    Some(escaped(&html))
}

/// MathML in which "less than" is no beginning of a tag: the renderer writes the
/// operator as it is.
fn escaped(mathml: &str) -> String {
    let mut pieces = mathml.split('<');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_tag = piece.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic());
        out.push_str(if is_tag { "<" } else { "&lt;" });
        out.push_str(piece);
    }
    out
}
