//! Plain text as pages show it: paragraphs, lines, and addresses that can be
//! followed. Whoever shows the pieces escapes them; there is no markup in it.

/// A piece of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text.
    Text(&'a str),
    /// An http or https address.
    Link(&'a str),
}

/// The paragraphs of a text, each of them lines: empty lines part them.
pub fn paragraphs(text: &str) -> Vec<Vec<&str>> {
    let mut paragraphs = Vec::new();
    let mut lines = Vec::new();
    for line in text.split('\n') {
        match line.trim().is_empty() {
            false => lines.push(line.trim_end()),
            true if lines.is_empty() => {}
            true => paragraphs.push(std::mem::take(&mut lines)),
        }
    }
    if !lines.is_empty() {
        paragraphs.push(lines);
    }
    paragraphs
}

/// The pieces of a line, which joined are the line.
pub fn pieces(line: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut shown, mut at) = (0, 0);
    while let Some(start) = next_address(line, at) {
        let link = address_at(&line[start..]);
        if link.is_empty() {
            at = start + "http".len();
            continue;
        }
        if shown < start {
            pieces.push(Piece::Text(&line[shown..start]));
        }
        pieces.push(Piece::Link(link));
        shown = start + link.len();
        at = shown;
    }
    if shown < line.len() {
        pieces.push(Piece::Text(&line[shown..]));
    }
    pieces
}

/// How many addresses are in a text.
pub fn links(text: &str) -> usize {
    let is_link = |piece: &Piece<'_>| matches!(piece, Piece::Link(_));
    let of_line = |line| pieces(line).iter().filter(|piece| is_link(piece)).count();
    text.split('\n').map(of_line).sum()
}

/// Where an address may begin, from a place on: at `http` behind no letter.
fn next_address(line: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += line[at..].find("http")?;
        let rest = &line[at + "http".len()..];
        let scheme = rest.starts_with("://") || rest.starts_with("s://");
        if scheme && !line[..at].ends_with(char::is_alphanumeric) {
            return Some(at);
        }
        at += "http".len();
    }
}

/// The address that a text begins with, or nothing. It ends before white space
/// and before what addresses don't have; of what sentences end with, it keeps
/// what more of it follows, and a bracket only where it opens one.
fn address_at(text: &str) -> &str {
    let stops = |c: char| {
        c.is_whitespace() || c.is_control() || "<>\"`{}|\\^\u{ab}\u{bb}\u{201c}\u{201d}".contains(c)
    };
    let mut link = &text[..text.find(stops).unwrap_or(text.len())];
    while let Some(last) = link.chars().next_back() {
        let count = |bracket| link.matches(bracket).count();
        let outside = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '\u{2026}' | '\u{2019}' => true,
            ')' => count(')') > count('('),
            ']' => count(']') > count('['),
            _ => false,
        };
        if !outside {
            break;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    let host = link.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    // A name before the host makes an address look as if it led elsewhere.
    match host.starts_with(char::is_alphanumeric) && !host.contains('@') {
        true => link,
        false => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_a_reader_would_end_them() {
        let cases = [
            ("see http://a.example/.", "http://a.example/"),
            ("(https://a.example/b_(c))", "https://a.example/b_(c)"),
            ("https://a.example/?q=1&x=<b>", "https://a.example/?q=1&x="),
            ("\u{201c}https://a.example/\u{201d}", "https://a.example/"),
            ("*https://a.example/x*", "https://a.example/x"),
            (
                "https://b\u{fc}cher.example/\u{e4}, and",
                "https://b\u{fc}cher.example/\u{e4}",
            ),
            ("xhttp://a.example http://", ""),
            ("https://me@evil.example", ""),
            ("javascript:alert(1) http:/a", ""),
            ("https://\"onclick=x", ""),
        ];
        for (line, expected) in cases {
            let found: Vec<&str> = pieces(line)
                .into_iter()
                .filter_map(|piece| match piece {
                    Piece::Link(link) => Some(link),
                    Piece::Text(_) => None,
                })
                .collect();
            let expected: Vec<&str> = Some(expected)
                .filter(|e| !e.is_empty())
                .into_iter()
                .collect();
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn the_pieces_are_the_line() {
        let line = "a http://b.example c https://d.example/e). f http:// g";
        let joined: String = pieces(line)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Link(text) => text,
            })
            .collect();
        assert_eq!(joined, line);
        assert_eq!(links(&format!("{line}\n{line}")), 4);
    }

    #[test]
    fn empty_lines_part_paragraphs() {
        assert_eq!(paragraphs("a\nb \n\n \nc\n"), [vec!["a", "b"], vec!["c"]]);
        assert!(paragraphs("").is_empty());
    }
}
