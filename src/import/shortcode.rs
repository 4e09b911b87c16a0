//! Hugo's and Zola's shortcodes, and Zola's links by file name.

use super::fence::Fence;
use super::{Remarks, name};

/// The brackets that only Hugo uses, so that they mean a shortcode anywhere.
pub(super) const HUGO: &[(&str, &str)] = &[("{{<", ">}}"), ("{{%", "%}}")];

/// These and Zola's, for files that are known to be of one of the two.
pub(super) const ALL: &[(&str, &str)] =
    &[("{{<", ">}}"), ("{{%", "%}}"), ("{{", "}}"), ("{%", "%}")];

/// Writes out shortcodes in `brackets` where Markdown has the same thing, and
/// names the others. `{{</* x */>}}`, Hugo's way to show one, is unescaped.
pub(super) fn expand(body: &str, brackets: &[(&str, &str)], remarks: &mut Remarks) -> String {
    let mut done = String::with_capacity(body.len());
    let mut fence = Fence::default();
    // Set while a `highlight` is open: it has become a fence of our own.
    let mut highlight = false;
    for (index, line) in body.split('\n').enumerate() {
        if index > 0 {
            done.push('\n');
        }
        let code = fence.holds(line);
        let bare = line.trim();
        if !code && let Some(language) = highlight_language(bare) {
            highlight = true;
            done.push_str(&format!("```{language}"));
        } else if highlight && is_closing(bare, "highlight") {
            highlight = false;
            done.push_str("```");
        } else if highlight {
            done.push_str(line);
        } else {
            done.push_str(&shortcodes(
                &internal_links(line, code),
                brackets,
                index,
                code,
                remarks,
            ));
        }
    }
    done
}

fn shortcodes(
    line: &str,
    brackets: &[(&str, &str)],
    index: usize,
    code: bool,
    remarks: &mut Remarks,
) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('{') {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = brackets.iter().find_map(|(open, close)| {
            let inner = rest.strip_prefix(*open)?;
            let end = inner.find(*close)?;
            Some((*open, &inner[..end], open.len() + end + close.len()))
        });
        let Some((open, inner, length)) = found else {
            kept.push('{');
            rest = &rest[1..];
            continue;
        };
        let whole = &rest[..length];
        rest = &rest[length..];
        let hugo = open.len() == 3;
        let in_code = code || kept.matches('`').count() % 2 == 1;
        if hugo
            && let Some(shown) = inner
                .strip_prefix("/*")
                .and_then(|inner| inner.strip_suffix("*/"))
        {
            kept.push_str(&format!("{open}{shown}{}", &whole[length - 3..]));
        } else if hugo && let Some(image) = figure(inner.trim()) {
            kept.push_str(&image);
        } else {
            // In code, only Hugo's own brackets are a shortcode: the others are
            // an example in some template language.
            if hugo || !in_code {
                remarks.add(format!(
                    "the shortcode `{whole}` on line {} is left as it stands",
                    remarks.line(index)
                ));
            }
            kept.push_str(whole);
        }
    }
    kept.push_str(rest);
    kept
}

/// `figure src="a.png" alt="A" caption="C"` as an image.
fn figure(inner: &str) -> Option<String> {
    let arguments = inner.strip_prefix("figure ")?;
    let source = argument(arguments, "src")?;
    let caption = argument(arguments, "caption").or_else(|| argument(arguments, "title"));
    let alt = argument(arguments, "alt").or(caption).unwrap_or_default();
    if [source, alt, caption.unwrap_or_default()]
        .iter()
        .any(|text| text.contains(['[', ']', '<', '>', '"', '`']))
    {
        return None;
    }
    let source = if source.contains([' ', '(', ')']) {
        format!("<{source}>")
    } else {
        source.to_owned()
    };
    let title = caption
        .map(|text| format!(" \"{text}\""))
        .unwrap_or_default();
    let image = format!("![{alt}]({source}{title})");
    Some(match argument(arguments, "link") {
        Some(link) if !link.contains([' ', '(', ')', '<', '>']) => format!("[{image}]({link})"),
        _ => image,
    })
}

fn argument<'a>(arguments: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = arguments
        .match_indices(name)
        .map(|(at, _)| arguments.split_at(at))
        .find(|(before, rest)| {
            (before.is_empty() || before.ends_with(char::is_whitespace))
                && rest[name.len()..].starts_with('=')
        })?;
    let value = &rest[name.len() + 1..];
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '`'));
    match quote {
        Some(quote) => value[1..].split_once(quote).map(|(inside, _)| inside),
        None => value.split_whitespace().next(),
    }
    .filter(|text| !text.is_empty())
}

fn highlight_language(bare: &str) -> Option<&str> {
    let inner = bare
        .strip_prefix("{{<")
        .and_then(|rest| rest.strip_suffix(">}}"))
        .or_else(|| {
            bare.strip_prefix("{{%")
                .and_then(|rest| rest.strip_suffix("%}}"))
        })?;
    let language = inner
        .trim()
        .strip_prefix("highlight ")?
        .split_whitespace()
        .next()?;
    Some(language.trim_matches('"'))
}

fn is_closing(bare: &str, name: &str) -> bool {
    let inner = bare
        .trim_start_matches("{{")
        .trim_end_matches("}}")
        .trim_matches(['<', '>', '%'])
        .trim();
    bare.starts_with("{{")
        && inner
            .strip_prefix('/')
            .is_some_and(|rest| rest.trim() == name)
}

/// Zola's `](@/blog/hello.md#part)` as the path that file had: `/blog/hello/#part`.
fn internal_links(line: &str, code: bool) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("](@/").filter(|_| !code) {
        let start = at + "](@/".len();
        let end = rest[start..]
            .find([')', ' '])
            .map_or(rest.len(), |end| start + end);
        let (file, part) = match rest[start..end].split_once('#') {
            Some((file, part)) => (file, format!("#{part}")),
            None => (&rest[start..end], String::new()),
        };
        let page = file.strip_suffix(".md").map(|page| {
            page.strip_suffix("/index")
                .or_else(|| page.strip_suffix("/_index"))
                .unwrap_or(page)
        });
        match page {
            Some(page) => {
                // Zola takes the date off a file's name.
                let (folder, stem) = page.rsplit_once('/').unwrap_or(("", page));
                let (_, title) = name::split(stem);
                let slash = if folder.is_empty() { "" } else { "/" };
                kept.push_str(&format!("{}](/{folder}{slash}{title}/{part}", &rest[..at]));
            }
            None => kept.push_str(&rest[..end]),
        }
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcodes_become_markdown_or_are_named() {
        for (body, expected, remark) in [
            ("{{< figure src=\"a.png\" >}}", "![](a.png)", None),
            (
                "{{< figure src=\"a b.png\" alt=\"A\" caption=\"C\" >}}",
                "![A](<a b.png> \"C\")",
                None,
            ),
            (
                "x {{< figure src=a.png title=\"T\" link=\"/l\" >}} y",
                "x [![T](a.png \"T\")](/l) y",
                None,
            ),
            (
                "{{< highlight go \"linenos=1\" >}}\nx\n{{< /highlight >}}\n",
                "```go\nx\n```\n",
                None,
            ),
            ("`{{</* ref \"x\" */>}}`", "`{{< ref \"x\" >}}`", None),
            ("{{%/* note */%}}", "{{% note %}}", None),
            (
                "{{< youtube id >}}",
                "{{< youtube id >}}",
                Some("the shortcode `{{< youtube id >}}` on line 1 is left as it stands"),
            ),
            (
                "\n{{% note %}}",
                "\n{{% note %}}",
                Some("the shortcode `{{% note %}}` on line 2 is left as it stands"),
            ),
            (
                "{{ youtube(id=\"x\") }}",
                "{{ youtube(id=\"x\") }}",
                Some("the shortcode `{{ youtube(id=\"x\") }}` on line 1 is left as it stands"),
            ),
            (
                "{% quote() %}",
                "{% quote() %}",
                Some("the shortcode `{% quote() %}` on line 1 is left as it stands"),
            ),
            ("`{{ x }}` { y } {{ z", "`{{ x }}` { y } {{ z", None),
            ("```\n{% raw %}\n```", "```\n{% raw %}\n```", None),
            (
                "[a](@/blog/2020-01-02-hello.md) [b](@/x/index.md#p)",
                "[a](/blog/hello/) [b](/x/#p)",
                None,
            ),
            (
                "```\n[a](@/blog/hello.md)\n```",
                "```\n[a](@/blog/hello.md)\n```",
                None,
            ),
            ("a <!-- more --> b", "a <!-- more --> b", None),
            (
                "{{< figure src=\"é.png\" alt=\"ü\" >}} é{",
                "![ü](é.png) é{",
                None,
            ),
        ] {
            let mut remarks = Remarks::new(1);
            assert_eq!(expand(body, ALL, &mut remarks), expected, "{body:?}");
            assert_eq!(
                remarks.finish().first().map(String::as_str),
                remark,
                "{body:?}"
            );
        }
    }
}
